/* SPDX-License-Identifier: Apache-2.0 */
/* Go's durations: read as time.ParseDuration does, print as Duration.String does. */
#include "base/clock.h"

#include <inttypes.h>
#include <string.h>

#include "base/str.h"

struct unit {
	const char *name;
	uint64_t ns;
};

static const struct unit units[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "µs", 1000 }, /* U+00B5, the micro sign */
	{ "μs", 1000 }, /* U+03BC, the Greek letter */
	{ "ms", 1000000 },
	{ "s", 1000000000 },
	{ "m", UINT64_C(60000000000) },
	{ "h", UINT64_C(3600000000000) },
};

static const struct unit *duration_unit_at(const char *p)
{
	size_t len = strcspn(p, ".0123456789");

	for (size_t i = 0; i < COUNTOF(units); i++)
		if (strlen(units[i].name) == len && memcmp(units[i].name, p, len) == 0)
			return &units[i];
	return NULL;
}

/* One "12.5h" at *p, added to *total; false when malformed or past what Go can hold. */
static bool duration_add_part(const char **p, uint64_t *total)
{
	const uint64_t most = UINT64_C(1) << 63;
	const uint64_t most_digits = (most - 1) / 10;
	uint64_t whole = 0, part = 0, fraction = 0;
	const struct unit *unit;
	bool any = false, full = false;
	double scale = 1;

	for (; **p >= '0' && **p <= '9'; (*p)++, any = true) {
		if (whole > (most - (uint64_t)(**p - '0')) / 10)
			return false;
		whole = whole * 10 + (uint64_t)(**p - '0');
	}
	if (**p == '.') {
		for ((*p)++; **p >= '0' && **p <= '9'; (*p)++, any = true) {
			full |= fraction > most_digits;         /* further digits are dropped */
			if (full)
				continue;
			fraction = fraction * 10 + (uint64_t)(**p - '0');
			scale *= 10;
		}
	}
	unit = any ? duration_unit_at(*p) : NULL;
	if (!unit || whole > most / unit->ns)
		return false;
	*p += strlen(unit->name);
	part = whole * unit->ns + (uint64_t)((double)fraction * ((double)unit->ns / scale));
	if (part > most || *total > most - part)
		return false;
	*total += part;
	return true;
}

bool duration_parse(const char *text, int64_t *ns)
{
	bool negative = *text == '-';
	uint64_t total = 0;
	const char *p = text;

	if (*p == '-' || *p == '+')
		p++;
	if (strcmp(p, "0") == 0) {
		*ns = 0;
		return true;
	}
	if (!*p)
		return false;
	while (*p)
		if (!duration_add_part(&p, &total))
			return false;
	if (total > INT64_MAX && !(negative && total == UINT64_C(1) << 63))
		return false;
	*ns = negative ? (int64_t)(0 - total) : (int64_t)total;
	return true;
}

/* "1.5" for 1500 with three decimals: the fraction without trailing zeros. */
static const char *decimal(struct arena *a, uint64_t value, int decimals)
{
	char fraction[16];
	uint64_t unit = 1;
	int len = decimals;

	for (int i = 0; i < decimals; i++)
		unit *= 10;
	for (uint64_t rest = value % unit, i = (uint64_t)decimals; i-- > 0; rest /= 10)
		fraction[i] = (char)('0' + rest % 10);
	while (len && fraction[len - 1] == '0')
		len--;
	fraction[len] = '\0';
	return str_format(a, "%" PRIu64 "%s%s", value / unit, len ? "." : "", fraction);
}

const char *duration_text(struct arena *a, int64_t ns)
{
	const char *sign = ns < 0 ? "-" : "";
	uint64_t u = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
	const uint64_t minute = UINT64_C(60000000000);

	if (u == 0)
		return "0s";
	if (u < 1000)
		return str_format(a, "%s%" PRIu64 "ns", sign, u);
	if (u < 1000000)
		return str_format(a, "%s%sµs", sign, decimal(a, u, 3));
	if (u < 1000000000)
		return str_format(a, "%s%sms", sign, decimal(a, u, 6));
	if (u < minute)
		return str_format(a, "%s%ss", sign, decimal(a, u, 9));
	if (u < 60 * minute)
		return str_format(a, "%s%" PRIu64 "m%ss", sign, u / minute, decimal(a, u % minute, 9));
	return str_format(a, "%s%" PRIu64 "h%" PRIu64 "m%ss", sign, u / (60 * minute),
			  u / minute % 60, decimal(a, u % minute, 9));
}
