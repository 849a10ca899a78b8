/* SPDX-License-Identifier: Apache-2.0 */
/* Options of a command against its table: long, short, "--name=value", "--" ends them. */
#include "cmd/command.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

const struct option_def common_options[] = {
	{ "settings", 0, OPTION_TEXT, "FILE", "settings instead of ~/.config/gantry/config.yaml" },
	{ "manifests", 'f', OPTION_TEXT, "PATH",
	  "a file or folder of Kargo manifests, or git+URL#REF:PATH; repeatable" },
	{ "project", 'p', OPTION_TEXT, "NAME",
	  "the project, where there are several; repeatable, * and ? match" },
	{ "ledger", 'L', OPTION_TEXT, "PATH", "the ledger's repository on this machine" },
	{ "remote", 0, OPTION_TEXT, "URL", "the repository through which operators share the ledger" },
	{ "output", 'o', OPTION_TEXT, "FORMAT", "table, json or yaml" },
	{ "read-only", 0, OPTION_FLAG, NULL, "change nothing, whatever is asked" },
	{ "help", 'h', OPTION_FLAG, NULL, "this text" },
	{ 0 },
};

static const struct option_def *cmd_options_find_in(const struct option_def *table,
						    const char *name, size_t len, char letter)
{
	for (; table && table->name; table++)
		if (letter ? table->letter == letter
			   : strlen(table->name) == len && memcmp(table->name, name, len) == 0)
			return table;
	return NULL;
}

static const struct option_def *cmd_options_find(const struct command *c, const char *name,
						 size_t len, char letter)
{
	const struct option_def *o = cmd_options_find_in(c->def->options, name, len, letter);

	return o ? o : cmd_options_find_in(common_options, name, len, letter);
}

const char *command_option(const struct command *c, const char *name)
{
	for (size_t i = c->noptions; i-- > 0;)
		if (strcmp(c->options[i].name, name) == 0)
			return c->options[i].value;
	return NULL;
}

static bool cmd_options_add(struct command *c, const struct option_def *o, const char *value,
			    int argc, char **argv, int *at, struct err *e)
{
	if (o->kind == OPTION_FLAG && value)
		return err_set(e, ERR_USAGE, "--%s takes no value", o->name);
	if (o->kind == OPTION_TEXT && !value) {
		if (*at + 1 >= argc)
			return err_set(e, ERR_USAGE, "--%s needs a value: %s", o->name, o->value);
		value = argv[++*at];
	}
	c->options[c->noptions++] =
		(struct command_option){ .name = o->name, .value = value ? value : "" };
	return true;
}

static bool parse_long(struct command *c, int argc, char **argv, int *at, struct err *e)
{
	const char *name = argv[*at] + 2;
	size_t len = strcspn(name, "=");
	const struct option_def *o = cmd_options_find(c, name, len, 0);

	if (!o)
		return err_set(e, ERR_USAGE, "no option --%.*s for %s", (int)len, name, c->def->name);
	return cmd_options_add(c, o, name[len] ? name + len + 1 : NULL, argc, argv, at, e);
}

static bool parse_short(struct command *c, int argc, char **argv, int *at, struct err *e)
{
	for (const char *p = argv[*at] + 1; *p; p++) {
		const struct option_def *o = cmd_options_find(c, NULL, 0, *p);

		if (!o)
			return err_set(e, ERR_USAGE, "no option -%c for %s", *p, c->def->name);
		if (o->kind == OPTION_TEXT)
			return cmd_options_add(c, o, p[1] ? p + 1 : NULL, argc, argv, at, e);
		if (!cmd_options_add(c, o, NULL, argc, argv, at, e))
			return false;
	}
	return true;
}

bool options_parse(struct command *c, int argc, char **argv, struct err *e)
{
	bool words_only = false;
	size_t room = 1;

	for (int i = 0; i < argc; i++)
		room += strlen(argv[i]);
	c->options = arena_array(c->arena, room, sizeof(*c->options));
	c->words = arena_array(c->arena, (size_t)argc + 1, sizeof(*c->words));
	for (int i = 0; i < argc; i++) {
		bool fine = true;

		if (words_only || argv[i][0] != '-' || !argv[i][1])
			c->words[c->nwords++] = argv[i];
		else if (strcmp(argv[i], "--") == 0)
			words_only = true;
		else if (argv[i][1] == '-')
			fine = parse_long(c, argc, argv, &i, e);
		else
			fine = parse_short(c, argc, argv, &i, e);
		if (!fine)
			return false;
	}
	return true;
}

static void print_options(const struct option_def *table)
{
	for (; table && table->name; table++) {
		char left[64], letter[8] = "    ";

		if (table->letter)
			snprintf(letter, sizeof(letter), "-%c, ", table->letter);
		snprintf(left, sizeof(left), "%s--%s%s%s", letter, table->name,
			 table->value ? " " : "", table->value ? table->value : "");
		printf("  %-26s %s\n", left, table->help);
	}
}

void command_usage(const struct command_def *def)
{
	printf("usage: %s\n\n%s\n", def->usage, def->summary);
	if (def->help)
		printf("\n%s\n", def->help);
	if (def->options) {
		puts("\noptions:");
		print_options(def->options);
	}
	puts("\nfor every command:");
	print_options(common_options);
}
