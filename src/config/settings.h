/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How gantry itself is set up: where manifests and ledger are, how the screen
 * looks. From ~/.config/gantry/config.yaml, then GANTRY_… variables, then options
 * of the command line; later ones win. Main thread.
 */
#ifndef GANTRY_CONFIG_SETTINGS_H
#define GANTRY_CONFIG_SETTINGS_H

#include "base/base.h"
#include "base/list.h"

struct arena;
struct err;

struct settings {
	const char *manifests;          /* the first of sources, for messages; NULL: none given */
	struct list sources;            /* const char *: each a path or git+URL#REF:PATH; read as one */
	const char *project;            /* the only one that is named; NULL: none, or several */
	struct list projects;           /* const char *: names and globs; empty: all */
	const char *ledger;             /* path of the bare repository; NULL only without a home */
	const char *messages;           /* of who is told of what Kargo does: a file or folder; NULL: none */
	const char *attach;             /* the first of attaches, for messages; NULL: none */
	struct list attaches;           /* const char *: contexts and globs; "": the current one */
	const char *usual_ledger;       /* where it is when nobody names it */
	const char *remote;             /* NULL: this machine's ledger is the only one */
	const char *actor;              /* "Ada <ada@example.org>"; NULL: as git says */
	const char *signing_key;        /* SSH key file or GPG key; NULL: the ledger is not signed */
	const char *allowed_signers;    /* as ssh-keygen(1) has it; NULL: any key may sign */
	const char *push_policy;        /* Kargo's word; NULL: the environment's, else AlwaysRebase */
	const char *close_pull_requests; /* when what waits for one is aborted: "ask", "always", "never" */
	const char *kargo_url;          /* of a Kargo's web pages, without a last slash; NULL: none */
	const char *theme;              /* "dark" */
	const char *theme_place;        /* what named it, for messages; NULL: nothing did */
	const char *listen;             /* where an agent serves metrics: "127.0.0.1:9747"; NULL: nowhere */
	const char *web_config;         /* path; NULL: none */
	const char *log_format;         /* "text", "json" or "journald" */
	const char *log;                /* path of the log file; NULL only without a home */
	struct list commands;           /* struct setting_command *: keys of one's own; of the file only */
	bool ascii, mouse, read_only;
	bool notices;                   /* OSC 9 beside the bell */
	bool coaches;                   /* the first keys are told at the bottom; in the demonstration */
	int64_t escape_delay;           /* ms */
};

/* One setting: the table that checks, explains and documents them. */
struct setting_def {
	const char *name;               /* "escape-delay", also --escape-delay and GANTRY_ESCAPE_DELAY */
	const char *otherwise;          /* default, for people */
	const char *help;
};

/* Ends with a NULL name. */
extern const struct setting_def setting_table[];

/*
 * Reads file (NULL: the usual one, which may be absent) and the environment.
 * ERR_CONFIG names file, line and setting, and the nearest known name.
 */
bool settings_load(struct arena *a, const char *file, struct settings **out,
		   struct err *e) MUST_USE;

/*
 * Sets one by name; ERR_USAGE for a value that makes no sense. Manifests, projects and contexts
 * are lists: one more is added, and settings_clear() begins again where a later source has any. An empty
 * value adds nothing, but to contexts the current one.
 */
bool settings_set(struct arena *a, struct settings *s, const char *name, const char *value,
		  struct err *e) MUST_USE;

void settings_clear(struct settings *s, const char *name);

bool settings_is_known(const char *name);

/* Nobody named the ledger: it is where it is when none is named, and may well be missing. */
bool settings_ledger_is_usual(const struct settings *s);

#endif
