/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Manifests: texts to a checked model, with file:line:column in every complaint.
 * May use base data model expr.
 *
 * admit.c              one object against what Kargo's admission asks
 * complain.h           complaints: place, what, and the fix
 * config.h             this table, and the whole
 * documents.h          a file, document by document
 * edits.h              replacements in a text, made at once
 * field.h              a field of a manifest or a step
 * fix.h                lint --fix: what newer Kargos removed, rewritten
 * fix_hints.c          … what complaints promise of it
 * fix_known.h          … what it has to know of other files
 * fix_node.h           … a document under it
 * fix_passes.h         … what it rewrites, each in the file of its name
 * fix_render.c         … new members in the file's style
 * folder.h             manifests of a folder, read recursively
 * foreign.h            files of other tools
 * format.c             what a text must look like
 * gather.h             an object and where it was read
 * kinds.h              tables: what each kind may hold (kinds.def, kinds_*.c)
 * kinds_stage.c        tables that several kinds share
 * lint.h               what only shows when a promotion runs
 * lint_checks.h        the checks of lint, each in the file of its name
 * lint_known.h         what lint is told of steps
 * lint_places.h        what is there to be named
 * lint_scope.h         all that is linted
 * load.h               documents, sorted into projects
 * mechanism.h          promotion mechanisms on their way to steps
 * mechanisms.c         promotion mechanisms of old, as steps
 * modern.c             removed constructs, understood
 * modern_stage.c       … of a Stage: subscriptions and mechanisms
 * order.c              stages in the order that freight flows
 * origins.h            where the freight of stages comes from
 * parts.h              what config_load() is made of, one function or two each
 * project.c            one project's objects, put together and checked against each other
 * reading.h            one reading of the manifests: which projects there are
 * removed.h            what was removed, and what it is today
 * rules.c              what Kargo's admission asks beyond fields
 * schema.h             manifests against the tables
 * settings.h           how gantry itself is set up
 * settings_commands.h  keys of one's own
 * windows.c            promotion windows
 */
#ifndef GANTRY_CONFIG_CONFIG_H
#define GANTRY_CONFIG_CONFIG_H

#include "base/base.h"
#include "base/str.h"
#include "data/utf16.h"

struct arena;
struct complaint;
struct err;
struct list;
struct project;
struct value;

struct config_file {
	const char *name;               /* as in complaints */
	struct str text;                /* what is in UTF-16 in a folder is in UTF-8 here */
	enum utf16_order order;         /* of its bytes in the folder; UTF16_NONE: UTF-8 */
	/* One that Kargo has admitted, which config_load() may change: text is not read. NULL: it is. */
	struct value *object;
};

struct config {
	struct project **projects;      /* by name */
	size_t nprojects;
	const char *unrendered;         /* "x.yaml is a Helm template", with objects of Kargo's; NULL: none */
	bool is_partial;                /* of some file it is unknown to which project it belongs */
};

/*
 * Reads all files. An object that can't be used costs itself: its stage, warehouse or
 * task has a fault, and the rest is usable. Every complaint (struct complaint *) is added
 * to *complaints, errors before warnings, with the project that it is about. True when none is an
 * error; *out is set either way. Secrets found are registered with log_redact(). Any thread.
 */
bool config_load(struct arena *a, const struct config_file *files, size_t count,
		 struct config **out, struct list *complaints) MUST_USE;

/* The project of that name (NULL: the only one); NULL when there is none, or several. */
struct project *config_project(const struct config *c, const char *name);

/*
 * The same, where it can run. ERR_NAME when none has that name; ERR_USAGE when there are several to
 * choose from; ERR_CONFIG when there is none at all, or when nothing of it can run.
 */
bool config_choose(const struct config *c, const char *name, struct project **out,
		   struct err *e) MUST_USE;

/*
 * Those whose names match a pattern (const char *, as data/glob.h has them; an empty list means
 * all), struct project *, by name. ERR_NAME when none matches, ERR_CONFIG when there is none at all.
 */
bool config_select(struct arena *a, const struct config *c, const struct list *patterns,
		   struct list *out, struct err *e) MUST_USE;

#endif
