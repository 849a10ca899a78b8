/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Freight: a set of artifacts that travels together (Kargo's Freight). Read from
 * its Kargo object; strings point into that object's arena.
 */
#ifndef GANTRY_MODEL_FREIGHT_H
#define GANTRY_MODEL_FREIGHT_H

#include "base/base.h"

struct arena;
struct err;
struct value;

struct commit {
	const char *repo_url, *id, *branch, *tag, *message, *author, *committer, *subscription;
};

struct image {
	const char *repo_url, *tag, *digest, *subscription;
	const struct value *annotations;        /* may be NULL */
};

struct chart {
	const char *repo_url, *name, *version, *subscription;
};

/* What a stage has to do with a piece of freight. */
struct freight_mark {
	const char *stage;
	int64_t at;                     /* since, verifiedAt or approvedAt; ms */
	int64_t longest_soak;           /* verified_in only: ns, -1 when not known */
	const char *by;                 /* approved_for only: who; may be NULL */
};

struct freight_marks {
	struct freight_mark *items;
	size_t count;
};

struct freight {
	const char *name;               /* 40 hex digits (model/freight_id.h) */
	const char *alias;              /* "soft-squirrel"; "" when none */
	const char *warehouse;          /* origin */
	int64_t discovered_at;          /* ms */
	struct commit *commits;
	size_t ncommits;
	struct image *images;
	size_t nimages;
	struct chart *charts;
	size_t ncharts;
	struct freight_marks currently_in, verified_in, approved_for;
	const struct value *object;     /* the whole, as Kargo writes it */
};

/* Reads a Kargo Freight object; ERR_CONFIG names the field that is wrong. */
bool freight_read(struct arena *a, const struct value *object, struct freight **out,
		  struct err *e) MUST_USE;

/* The mark of this stage, or NULL. */
const struct freight_mark *freight_mark(const struct freight_marks *marks, const char *stage);

/* Whether taking it after the other is a step back: it was discovered before. Either may be NULL: false. */
bool freight_is_older(const struct freight *f, const struct freight *than);

/* What a person calls it: the alias, else the first 7 digits of the name. */
const char *freight_label(struct arena *a, const struct freight *f);

/* Its most telling version, short: "1.29.5", "v2.0", "7d21e08". */
const char *freight_version(struct arena *a, const struct freight *f);

#endif
