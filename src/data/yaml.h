/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML text to values with line and column on every node and key, and values to
 * YAML text. Bounded in size, depth, nodes and alias expansion. Any thread.
 */
#ifndef GANTRY_DATA_YAML_H
#define GANTRY_DATA_YAML_H

#include "base/base.h"
#include "base/str.h"
#include "data/yaml_scalar.h"

struct arena;
struct buf;
struct err;
struct list;
struct value;

/*
 * Reads every document into *documents (struct value *; an empty document is
 * null). Plain scalars are typed as Go's yaml.v3 does: true/false, null and ~,
 * decimal, 0x, 0o, 0b, underscores, .inf and .nan; anything else is a text.
 * Anchors, aliases and merge keys are resolved; a key twice in one map is an
 * error. Errors are ERR_CONFIG (ERR_LIMIT for bombs): "name:line:column: what".
 */
bool yaml_parse(struct arena *a, const char *name, struct str text, struct list *documents,
		struct err *e) MUST_USE;

enum yaml_reading {
	YAML_OLD_TRUTHS = 1 << 0,       /* y, yes, on, n, no and off are booleans, as in YAML 1.1 */
};

struct yaml_source {
	const char *name;               /* for messages */
	struct str text;
	unsigned flags;                 /* enum yaml_reading */
	unsigned before;                /* lines of a longer text that come before this one */
};

/* A key that is twice in one map. */
struct yaml_duplicate {
	struct str key;
	unsigned line, column;          /* of the second */
	unsigned first_line;
};

/*
 * As yaml_parse. With duplicates not NULL a key twice in one map is not an error: the last
 * one counts, and each is added (struct yaml_duplicate *), as kubectl and Kargo read.
 */
bool yaml_read(struct arena *a, const struct yaml_source *source, struct list *documents,
	       struct list *duplicates, struct err *e) MUST_USE;

/* Appends v as one document in Go yaml.v3's style, indented by four, keys sorted. */
bool yaml_write(struct buf *b, const struct value *v, struct err *e) MUST_USE;

enum yaml_flags {
	YAML_KEEP_ORDER = 1 << 0,       /* of keys, as they were added */
	YAML_AS_GO = 1 << 1,            /* 1e+06 from a million on; U+2028 in single quotes */
};

bool yaml_write_with(struct buf *b, const struct value *v, unsigned flags,
		     struct err *e) MUST_USE;

/* Puts the members of one map into the order in which yaml_write writes them. */
void yaml_sort_keys(struct value *map);

#endif
