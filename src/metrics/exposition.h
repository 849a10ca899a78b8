/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prometheus' text format 0.0.4 and OpenMetrics 1.0
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). Any thread.
 */
#ifndef GANTRY_METRICS_EXPOSITION_H
#define GANTRY_METRICS_EXPOSITION_H

#include "base/base.h"

struct arena;
struct buf;

enum exposition_format { EXPOSITION_TEXT, EXPOSITION_OPENMETRICS };

enum family {
#define FAMILY(constant, name, type, help) FAMILY_##constant,
#include "metrics/families.def"
#undef FAMILY
	FAMILIES,
};

/* A page as it is written: families one after the other, each once. */
struct exposition {
	struct buf *out;
	enum exposition_format format;
	enum family family;
	bool is_begun;                  /* the family has had a sample */
};

/* A label whose value may hold anything. */
struct label {
	const char *name, *value;
};

enum { BUCKETS_MAX = 14 };

/* Upper bounds in seconds, ascending; +Inf is understood. */
struct buckets {
	size_t count;
	double bounds[BUCKETS_MAX];
};

struct histogram {
	const struct buckets *buckets;
	uint64_t counts[BUCKETS_MAX + 1];       /* each alone, not summed up; the last: above all bounds */
	double sum;                             /* seconds */
};

/* A summary without quantiles: two series in place of a dozen. */
struct summary {
	uint64_t count;
	double sum;                     /* seconds */
};

/* The Content-Type of a page. */
const char *exposition_type(enum exposition_format format);

/* The best format that an Accept header (NULL: none) allows. */
enum exposition_format exposition_accepted(const char *accept);

/* `project="shop",stage="uat"`: labels as samples bear them, values escaped. */
const char *exposition_labels(struct arena *a, const struct label *labels, size_t count);

/* What follows is of this family; a family without samples leaves no trace. */
void exposition_family(struct exposition *x, enum family family);

/*
 * A sample. labels: from exposition_labels(), "" when there are none; more: one label more, whose
 * value needs no escaping; its name NULL: none.
 */
void exposition_sample(struct exposition *x, const char *labels, struct label more, double value);

void exposition_histogram(struct exposition *x, const char *labels, struct label more,
			  const struct histogram *h);

void exposition_summary(struct exposition *x, const char *labels, struct label more,
			const struct summary *s);

/* The page's end. */
void exposition_end(struct exposition *x);

void histogram_observe(struct histogram *h, double seconds);
uint64_t histogram_count(const struct histogram *h);

/* What the other has seen, too. Both have the same buckets. */
void histogram_add(struct histogram *h, const struct histogram *other);

void summary_observe(struct summary *s, double seconds);

#endif
