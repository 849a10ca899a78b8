/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A field of a manifest or of a step's configuration, as a table has it: what it holds,
 * whether it must be there, and a sentence about it. Any thread.
 */
#ifndef GANTRY_CONFIG_FIELD_H
#define GANTRY_CONFIG_FIELD_H

#include "base/base.h"

struct arena;

/* From FIELD_TEXT on, a text; each further kind says what must be in it. */
enum field_kind {
	FIELD_ANY,
	FIELD_BOOL,
	FIELD_INT,              /* least and most say which */
	FIELD_MAP,              /* of: its members; NULL: anything */
	FIELD_TEXTS,            /* a map of texts */
	FIELD_LIST,             /* of: its elements' members; NULL: texts of kind items */
	FIELD_TEXT,
	FIELD_NAME,             /* of a Kubernetes object: DNS-1123 */
	FIELD_LABEL,            /* a DNS-1123 label */
	FIELD_LABEL_VALUE,      /* what Kubernetes takes as a label's value */
	FIELD_VARIABLE,         /* a name that expressions can use */
	FIELD_DURATION,         /* h, m and s only, as Kargo's definitions have it */
	FIELD_GO_DURATION,
	FIELD_TIME,             /* RFC 3339 */
	FIELD_REGEX,
	FIELD_NAME_PATTERN,     /* name, glob:… or regex:… */
	FIELD_PATH_SELECTOR,    /* folder, glob:… or regex:… */
	FIELD_SEMVER,           /* a constraint */
	FIELD_GIT_URL,
	FIELD_IMAGE_URL,
	FIELD_CHART_URL,
	FIELD_PLATFORM,         /* os/arch[/variant] */
	FIELD_EXPRESSION,       /* bare */
	FIELD_TEMPLATE,         /* may hold ${{ … }} */
	FIELD_BASE64,
	FIELD_ALIAS,            /* of a step */
	FIELD_BRANCH,           /* of git */
	FIELD_ANALYSIS_DURATION, /* of Rollouts: may hold {{args.…}} */
};

enum field_flags {
	FIELD_REQUIRED = 1 << 0,
	FIELD_NOT_EMPTY = 1 << 1,       /* a list of one element at least */
	FIELD_REMOVED = 1 << 2,         /* newer Kargo ignores it; help says what to write instead */
	FIELD_DEPRECATED = 1 << 3,      /* works still; help says what to write instead */
	FIELD_REFUSED = 1 << 4,         /* Kargo fails when it is there; help says the fix */
	FIELD_ENTERPRISE = 1 << 5,      /* Kargo's paid edition only; gantry does it, too */
	FIELD_ONE_OF = 1 << 6,          /* exactly one member of such a group may be there */
	FIELD_OPEN = 1 << 7,            /* a map whose members beyond the table are welcome */
	FIELD_FIXED = 1 << 8,           /* removed or deprecated, and lint --fix rewrites it */
};

struct field_def {
	const char *name;               /* NULL ends the table */
	enum field_kind kind;
	unsigned flags;
	const char *help;               /* a sentence */
	const char *otherwise;          /* the default, as text for people; NULL: none */
	const char *const *choices;     /* NULL-terminated; NULL: any */
	const struct field_def *of;
	enum field_kind items;          /* of a list of texts; FIELD_ANY means FIELD_TEXT */
	int64_t least, most;            /* of FIELD_INT */
	unsigned removed_in;            /* with FIELD_REMOVED: the minor version of Kargo 1; 0: long ago */
};

/* The member of that name, or NULL. */
const struct field_def *field_find(const struct field_def *fields, const char *name);

/* The known name nearest to this one, or NULL when none is near. */
const char *field_nearest(const struct field_def *fields, const char *name);

/* format.c: what a text of a manifest must look like. */

/* NULL when the text is one of its kind, else what is wrong with it. */
const char *format_wrong(struct arena *a, enum field_kind kind, const char *text);

/* What to warn of in a text that is one of its kind; NULL: nothing. */
const char *format_doubtful(enum field_kind kind, const char *text);

/* Whether the text holds an expression: ${{ … }} or ${% … %}. */
bool text_has_template(const char *text);

#endif
