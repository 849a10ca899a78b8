/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a command is, and what it is given. A command builds its answer and hands
 * it to out.h; it fails by returning false with a struct err, which becomes a line
 * on stderr and an exit status.
 */
#ifndef GANTRY_CMD_COMMAND_H
#define GANTRY_CMD_COMMAND_H

#include "base/base.h"

struct arena;
struct err;
struct settings;

enum exit_status {
	EXIT_DONE,
	EXIT_FAILED,
	EXIT_USAGE,
	EXIT_REFUSED,           /* a gate or policy says no */
	EXIT_TIMED_OUT,
	EXIT_CONFLICT,          /* somebody else has changed what was asked about: look again */
};

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_MAYBE }; /* MAYBE: its value may be left out */

/* Which of the common options mean something to a command; --help and --settings do to every one. */
enum command_common {
	COMMON_MANIFESTS = 1 << 0,
	COMMON_PROJECT = 1 << 1,
	COMMON_LEDGER = 1 << 2,         /* and its remote */
	COMMON_OUTPUT = 1 << 3,
	COMMON_READ_ONLY = 1 << 4,
	COMMON_ATTACH = 1 << 5,         /* a running Kargo instead of manifests and ledger */
	COMMON_READS = COMMON_MANIFESTS | COMMON_PROJECT | COMMON_LEDGER | COMMON_OUTPUT,
	COMMON_SHOWS = COMMON_READS | COMMON_ATTACH,
	COMMON_ACTS = COMMON_SHOWS | COMMON_READ_ONLY,
};

struct option_def {
	const char *name;       /* "wait", for --wait; NULL ends the table */
	char letter;            /* 'o' for -o; 0: none */
	enum option_kind kind;
	const char *value;      /* what to call the value in help: "FORMAT" */
	const char *help;
};

struct command_option {
	const char *name, *value;
};

struct command {
	struct arena *arena;    /* lives as long as the command */
	const struct command_def *def;
	const char **words;     /* what is left beside options */
	size_t nwords;
	struct command_option *options;
	size_t noptions;
	const struct settings *settings;
	int64_t began;          /* clock_ticks() when the program did */
	int status;             /* preset to EXIT_DONE; a command may set EXIT_FAILED and return true */
};

struct command_def {
	const char *name;       /* "get" */
	const char *summary;    /* a sentence */
	const char *usage;      /* "gantry promote STAGE [--freight NAME] [--wait]" */
	const char *help;       /* more lines for --help; may be NULL */
	const struct option_def *options; /* ends with a NULL name; NULL: only the common ones */
	const char *completes;  /* its words: "verify export", "<stage>" (complete.c); NULL: files */
	unsigned common;        /* enum command_common */
	bool is_hidden;         /* not in the overview */
	bool takes_signals;     /* TERM, INT and HUP wait until it takes or releases them */
	/* The command that its first word has it run, whose options may follow; NULL: it runs none. */
	const struct command_def *(*another)(const char *name);
	bool (*run)(struct command *c, struct err *e);
};

#define COMMAND(name) extern const struct command_def command_##name;
#include "cmd/commands.def"
#undef COMMAND

/* By name; NULL: no such command. */
const struct command_def *command_find(const char *name);

/* "; did you mean promote?", or where they are listed. */
const char *command_hint(struct arena *a, const char *name);

/*
 * The command that the words after the first ask for, and where it is: the dashboard at 0, when they name
 * none. NULL: there is no such command.
 */
const struct command_def *command_of_words(int argc, char **argv, int *at);

/* Reads the settings, with what the command's options say. */
bool command_load_settings(struct command *c, struct err *e) MUST_USE;

/* All of them, in the order of commands.def. */
const struct command_def *const *command_table(size_t *count);

/* The options that every command takes: -o, --project, --manifests, … */
extern const struct option_def common_options[];

/* The option's value ("" for a flag), or NULL when it was not given. */
const char *command_option(const struct command *c, const char *name);

/* The option of that long name, or else that letter, that the command has; NULL: none. */
const struct option_def *option_find(const struct command_def *def, const char *name, size_t len,
				     char letter);

/* Whether the word can be the value of an option whose value may be left out: neither option nor command. */
bool option_value_follows(const char *word);

/* Whether it does something for this command: its own do, common ones as the command says. */
bool option_works(const struct command_def *def, const struct option_def *o);

/* Splits argv (after the command's name) into options and words; ERR_USAGE says what is off. */
bool options_parse(struct command *c, int argc, char **argv, struct err *e) MUST_USE;

/* Whether at most that many words were given; ERR_USAGE names the first that is too many. */
bool command_takes(const struct command *c, size_t most, struct err *e) MUST_USE;

/* Usage, summary and options, on stdout. */
void command_usage(const struct command_def *def);

#endif
