/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gantry eval: what an expression or a template gives, to try things out and, line by
 * line, to compare engines. Kargo's own functions need a promotion and are not there.
 */
#include "cmd/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "base/zone.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"
#include "expr/expr.h"
#include "expr/print.h"
#include "expr/template.h"

enum { ENV_MAX = 16 << 20, ANSWER_MAX = 64 << 20, LINE_MAX_LEN = 4 << 20 };

static const struct option_def options[] = {
	{ "env", 0, OPTION_TEXT, "FILE", "variables: a JSON or YAML map" },
	{ "jsonl", 0, OPTION_FLAG, NULL, "read {\"expr\": …} lines from standard input" },
	{ "template", 0, OPTION_FLAG, NULL, "the text is a template: \"v${{ vars.tag }}\"" },
	{ 0 },
};

/* Which part failed, for --jsonl. */
struct outcome {
	const char *json;
	const char *failed;             /* "compile", "run", "marshal"; NULL: nothing */
};

static bool read_env(struct command *c, struct expr_env *env, struct err *e)
{
	const char *path = command_option(c, "env");
	struct list documents = { 0 };
	struct str text;

	*env = (struct expr_env){ .unknown = EXPR_UNKNOWN_NIL, .now_ms = clock_now(),
				  .load_zone = zone_load };
	if (!path)
		return true;
	if (!file_read(c->arena, path, ENV_MAX, &text, e))
		return false;
	if (has_suffix(path, ".json")) {
		struct value *v;

		if (!json_parse(c->arena, text.at, text.len, &v, e))
			return err_wrap(e, "%s", path);
		env->variables = v;
	} else if (!yaml_parse(c->arena, path, text, &documents, e)) {
		return false;
	} else if (documents.count) {
		env->variables = documents.items[0];
	}
	if (env->variables && !value_is(env->variables, VALUE_MAP))
		return err_set(e, ERR_CONFIG, "%s: variables are a map of names to values", path);
	return true;
}

static bool eval_marshal(struct arena *a, const struct value *tree, struct outcome *out,
			 struct err *e)
{
	out->json = json_text(a, tree, JSON_SORT_KEYS);
	if (out->json)
		return true;
	out->failed = "marshal";
	return err_set(e, ERR_CONFIG, "JSON cannot hold the result");
}

static bool cmd_eval_evaluate(struct arena *a, struct str text, const struct expr_env *env,
			      struct outcome *out, struct err *e)
{
	struct expr_program *program;
	struct expr_value v;
	struct value *tree;

	out->failed = "compile";
	if (!expr_compile(a, text, env, &program, e))
		return false;
	out->failed = "run";
	if (!expr_run(a, program, env, &v, e))
		return false;
	out->failed = "marshal";
	if (!expr_to_tree(a, &v, &tree, e))
		return false;
	out->failed = NULL;
	return eval_marshal(a, tree, out, e);
}

static bool cmd_eval_render(struct arena *a, struct str text, const struct expr_env *env,
			    struct outcome *out, struct err *e)
{
	struct value *tree;

	out->failed = "run";
	if (!template_render(a, text, env, &tree, e))
		return false;
	out->failed = NULL;
	return eval_marshal(a, tree, out, e);
}

/* One line's answer: what was asked, and json or error and message. */
static void cmd_eval_answer(struct arena *a, struct str line, const struct expr_env *env,
			    bool is_template, struct buf *b)
{
	struct outcome out = { .failed = "compile" };
	struct value *asked = NULL;
	const struct value *text = NULL;
	struct err e = { 0 };
	bool fine = json_parse(a, line.at, line.len, &asked, &e);

	if (fine) {
		text = value_get(asked, "expr");
		fine = value_is(text, VALUE_STRING) || err_set(&e, ERR_CONFIG, "no text at \"expr\"");
	}
	buf_text(b, "{\"expr\":");
	json_write_string(b, text ? text->string.at : "", fine ? text->string.len : 0, 0);
	if (fine)
		fine = is_template ? cmd_eval_render(a, text->string, env, &out, &e)
				   : cmd_eval_evaluate(a, text->string, env, &out, &e);
	if (fine) {
		buf_text(b, ",\"json\":");
		buf_text(b, out.json);
	} else {
		buf_format(b, ",\"error\":\"%s\",\"message\":", out.failed);
		json_write_string(b, e.message, strlen(e.message), 0);
	}
	buf_text(b, "}\n");
}

static bool answer_lines(struct command *c, const struct expr_env *env, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf b;
	bool is_template = command_option(c, "template") != NULL;
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	buf_init(&b, ANSWER_MAX);
	while ((len = getline(&line, &room, stdin)) > 0) {
		if (line[len - 1] == '\n')
			len--;
		if (len == 0 || len > LINE_MAX_LEN)
			continue;
		buf_clear(&b);
		cmd_eval_answer(a, (struct str){ line, (size_t)len }, env, is_template, &b);
		if (fwrite(buf_str(&b), 1, b.len, stdout) != b.len)
			break;
		arena_reset(a);
	}
	free(line);
	if (ferror(stdin) || fflush(stdout) == EOF || ferror(stdout))
		return err_errno(e, "reading expressions");
	return true;
}

static bool cmd_eval_run(struct command *c, struct err *e)
{
	struct outcome out = { 0 };
	struct expr_env env;
	struct str text;

	if (!read_env(c, &env, e))
		return false;
	if (command_option(c, "jsonl"))
		return answer_lines(c, &env, e);
	if (c->nwords != 1)
		return err_set(e, ERR_USAGE, "name one expression, quoted for the shell");
	text = str_of(c->words[0]);
	if (!(command_option(c, "template")
		      ? cmd_eval_render(c->arena, text, &env, &out, e)
		      : cmd_eval_evaluate(c->arena, text, &env, &out, e)))
		return false;
	if (puts(out.json) == EOF || fflush(stdout) == EOF)
		return err_errno(e, "writing the answer");
	return true;
}

const struct command_def command_eval = {
	.name = "eval",
	.summary = "Evaluate an expression or a template, to try it out.",
	.usage = "gantry eval [--env FILE] [--template] EXPRESSION | --jsonl",
	.help = "Prints the result as JSON. With --jsonl every line of standard input is\n"
		"{\"expr\": …}, and is answered with json, or with error and message.",
	.options = options,
	.run = cmd_eval_run,
};
