/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of the text formats, and the table of families. */
#include "metrics/exposition.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"

enum family_type { FAMILY_GAUGE, FAMILY_COUNTER, FAMILY_HISTOGRAM, FAMILY_SUMMARY };

static const struct family_def {
	const char *name;
	enum family_type type;
	const char *help;
} family_table[] = {
#define FAMILY(constant, name, type, help) { name, FAMILY_##type, help },
#include "metrics/families.def"
#undef FAMILY
};

static const struct label no_label;

const char *exposition_type(enum exposition_format format)
{
	return format == EXPOSITION_OPENMETRICS
		       ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
		       : "text/plain; version=0.0.4; charset=utf-8";
}

/* The q of one entry of an Accept header, which goes up to its comma; 1 when there is none. */
static double accept_weight(struct str entry)
{
	for (size_t i = 0; i + 2 < entry.len; i++)
		if (entry.at[i] == ';') {
			size_t at = i + 1;
			while (at < entry.len && entry.at[at] == ' ')
				at++;
			if (at + 1 < entry.len && entry.at[at] == 'q' && entry.at[at + 1] == '=')
				return strtod(entry.at + at + 2, NULL);
		}
	return 1;
}

enum exposition_format exposition_accepted(const char *accept)
{
	double open = 0, text = 0;

	while (accept && *accept) {
		size_t len = strcspn(accept, ",");
		struct str entry = str_trim((struct str){ accept, len });
		double weight = accept_weight(entry);

		if (has_prefix(entry.at, "application/openmetrics-text"))
			open = weight > open ? weight : open;
		else if (has_prefix(entry.at, "text/plain"))
			text = weight > text ? weight : text;
		accept += len + (accept[len] == ',');
	}
	return open > 0 && open >= text ? EXPOSITION_OPENMETRICS : EXPOSITION_TEXT;
}

static void exposition_escape(struct buf *out, const char *text)
{
	while (*text) {
		size_t plain = strcspn(text, "\\\"\n");

		buf_add(out, text, plain);
		text += plain;
		if (*text) {
			buf_char(out, '\\');
			buf_char(out, *text == '\n' ? 'n' : *text);
			text++;
		}
	}
}

const char *exposition_labels(struct arena *a, const struct label *labels, size_t count)
{
	struct buf out;
	const char *text;

	buf_init(&out, 1u << 20);
	for (size_t i = 0; i < count; i++) {
		buf_format(&out, "%s%s=\"", i ? "," : "", labels[i].name);
		exposition_escape(&out, labels[i].value);
		buf_char(&out, '"');
	}
	text = buf_copy(&out, a);
	buf_release(&out);
	return text;
}

void exposition_family(struct exposition *x, enum family family)
{
	assert(family < FAMILIES);
	x->family = family;
	x->is_begun = false;
}

/* OpenMetrics names a counter's family without its "_total", and wants the unit that ends it. */
static void exposition_head(struct exposition *x)
{
	static const char *const types[] = { "gauge", "counter", "histogram", "summary" };
	static const char *const units[] = { "seconds", "bytes" };
	const struct family_def *f = &family_table[x->family];
	bool open = x->format == EXPOSITION_OPENMETRICS;
	int len = (int)(strlen(f->name) - (open && f->type == FAMILY_COUNTER ? strlen("_total") : 0));

	x->is_begun = true;
	buf_format(x->out, "# HELP %.*s %s\n", len, f->name, f->help);
	buf_format(x->out, "# TYPE %.*s %s\n", len, f->name, types[f->type]);
	for (size_t i = 0; open && i < COUNTOF(units); i++) {
		int unit = (int)strlen(units[i]);
		if (len > unit && f->name[len - unit - 1] == '_' &&
		    strncmp(f->name + len - unit, units[i], (size_t)unit) == 0)
			buf_format(x->out, "# UNIT %.*s %s\n", len, f->name, units[i]);
	}
}

/* Most values are counts: a page has thousands, and printf would take half of its time. */
static void exposition_whole(struct exposition *x, unsigned long value)
{
	char digits[24], *at = digits + sizeof(digits);

	*--at = '\n';
	do {
		*--at = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	*--at = ' ';
	buf_add(x->out, at, (size_t)(digits + sizeof(digits) - at));
}

/* As short as it can be and still be read as the same number. */
static void exposition_fraction(struct exposition *x, double value)
{
	char text[40];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), " %.*g\n", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	buf_text(x->out, text);
}

static void exposition_number(struct exposition *x, double value)
{
	if (value >= 0 && value < 1e15 && value == floor(value))
		exposition_whole(x, (unsigned long)value);
	else if (isnan(value))
		buf_text(x->out, " NaN\n");
	else if (isinf(value))
		buf_text(x->out, value > 0 ? " +Inf\n" : " -Inf\n");
	else
		exposition_fraction(x, value);
}

static void exposition_line(struct exposition *x, const char *suffix, const char *labels,
			    struct label more, double value)
{
	if (!x->is_begun)
		exposition_head(x);
	buf_text(x->out, family_table[x->family].name);
	buf_text(x->out, suffix);
	if (*labels || more.name) {
		buf_char(x->out, '{');
		buf_text(x->out, labels);
		if (more.name) {
			buf_add(x->out, ",", *labels ? 1 : 0);
			buf_text(x->out, more.name);
			buf_add(x->out, "=\"", 2);
			buf_text(x->out, more.value);
			buf_char(x->out, '"');
		}
		buf_char(x->out, '}');
	}
	exposition_number(x, value);
}

void exposition_sample(struct exposition *x, const char *labels, struct label more, double value)
{
	assert(family_table[x->family].type < FAMILY_HISTOGRAM);
	exposition_line(x, "", labels, more, value);
}

void exposition_histogram(struct exposition *x, const char *labels, struct label more,
			  const struct histogram *h)
{
	struct buf all;
	char bound[32];
	uint64_t sum = 0;

	assert(family_table[x->family].type == FAMILY_HISTOGRAM);
	buf_init(&all, 1u << 20);
	buf_text(&all, labels);
	if (more.name)
		buf_format(&all, "%s%s=\"%s\"", *labels ? "," : "", more.name, more.value);
	for (size_t i = 0; i <= h->buckets->count; i++) {
		if (i < h->buckets->count)
			snprintf(bound, sizeof(bound), "%.1f", h->buckets->bounds[i]);
		sum += h->counts[i];
		exposition_line(x, "_bucket", buf_str(&all),
				(struct label){ "le", i < h->buckets->count ? bound : "+Inf" }, (double)sum);
	}
	exposition_line(x, "_sum", buf_str(&all), no_label, h->sum);
	exposition_line(x, "_count", buf_str(&all), no_label, (double)sum);
	buf_release(&all);
}

void exposition_summary(struct exposition *x, const char *labels, struct label more,
			const struct summary *s)
{
	assert(family_table[x->family].type == FAMILY_SUMMARY);
	exposition_line(x, "_sum", labels, more, s->sum);
	exposition_line(x, "_count", labels, more, (double)s->count);
}

void exposition_end(struct exposition *x)
{
	if (x->format == EXPOSITION_OPENMETRICS)
		buf_text(x->out, "# EOF\n");
}

void histogram_observe(struct histogram *h, double seconds)
{
	size_t i = 0;

	assert(h->buckets);
	while (i < h->buckets->count && seconds > h->buckets->bounds[i])
		i++;
	h->counts[i]++;
	h->sum += seconds;
}

uint64_t histogram_count(const struct histogram *h)
{
	uint64_t sum = 0;

	for (size_t i = 0; i <= h->buckets->count; i++)
		sum += h->counts[i];
	return sum;
}

void histogram_add(struct histogram *h, const struct histogram *other)
{
	assert(h->buckets == other->buckets);
	for (size_t i = 0; i <= h->buckets->count; i++)
		h->counts[i] += other->counts[i];
	h->sum += other->sum;
}

void summary_observe(struct summary *s, double seconds)
{
	s->count++;
	s->sum += seconds;
}
