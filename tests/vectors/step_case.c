/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line of a step's set. Kargo's words are not compared, only whether it is an error, of
 * which status, and whether trying again may help.
 */
#include "step_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/list.h"
#include "data/base64.h"
#include "data/json.h"
#include "data/value.h"
#include "expr/scope.h"
#include "expr/step_eval.h"
#include "steps/params.h"
#include "steps/workdir.h"
#include "vectors.h"

enum { LARGEST = 64 << 20, MODE_BITS = 07777 };

static NORETURN void give_up(const struct step_case *c, const struct err *e)
{
	fprintf(stderr, "vectors: %s: %s\n", value_path_text(c->line, "name", ""), e->message);
	exit(2);
}

bool step_case_bytes(struct arena *a, const struct value *file, struct str *out)
{
	const char *coded = value_text(value_get(file, "b64"), NULL);

	if (value_is(file, VALUE_STRING)) {
		*out = file->string;
		return true;
	}
	return coded && base64_decode(a, coded, strlen(coded), out);
}

static bool make_file(struct step_case *c, const char *path, const struct value *file,
		      struct err *e)
{
	const char *link = value_text(value_get(file, "link"), NULL);
	struct str bytes;

	if (value_truth(value_get(file, "dir"), false))
		return folder_make(path, 0755, e);
	if (!folder_make(path_folder(c->arena, path), 0755, e))
		return false;
	if (link)
		return symlink(link, path) ? err_errno(e, "%s", path) : true;
	return step_case_bytes(c->arena, file, &bytes) &&
	       file_write(path, bytes.at, bytes.len, 0644, e);
}

void step_case_open(struct step_case *c, struct vectors *v, struct arena *a,
		    const struct value *line)
{
	const struct value *files = value_path(line, "input.files");
	struct err e = { 0 };

	*c = (struct step_case){ .v = v, .arena = a, .line = line };
	c->input = value_get(line, "input");
	c->def = step_find(value_path_text(line, "input.uses", ""));
	c->subject = (struct step_subject){
		.project = "demo", .stage = "prod", .alias = "step-1",
		.promotion = "prod.01hzzzzzzzzzzzzzzzzzzzzzzz.0123456",
		.actor = value_path_text(line, "input.actor", ""),
		.freight = value_path(line, "input.freight"),
		.freight_requests = value_path(line, "input.freightRequests"),
	};
	if (value_get(c->input, "objects"))
		c->subject.warehouses = value_get(c->input, "objects");
	if (!folder_temporary(a, "gantry-vectors-", &c->folder, &e))
		give_up(c, &e);
	for (size_t i = 0; i < value_count(files); i++)
		if (!make_file(c, path_join(a, c->folder, files->map.members[i].key.at),
			       files->map.members[i].value, &e))
			give_up(c, &e);
	if (!workdir_open(a, c->folder, &c->work, &e))
		give_up(c, &e);
}

void step_case_close(struct step_case *c)
{
	struct err e;

	workdir_close(c->work);
	if (!folder_remove(c->folder, &e))
		give_up(c, &e);
}

static bool fail(struct step_case *c, enum step_status status)
{
	c->result.status = status;
	return false;
}

/* An object of the case's cluster. */
static bool find(void *context, struct arena *a, const struct kargo_wanted *wanted,
		 const struct value **out, struct err *e)
{
	const struct value *objects = value_get(((struct step_case *)context)->input, "objects");

	(void)a, (void)e;
	*out = NULL;
	for (size_t i = 0; i < value_count(objects); i++) {
		const struct value *o = value_at(objects, i);
		const char *space = value_path_text(o, "metadata.namespace", "");

		if (strcmp(value_path_text(o, "kind", ""), wanted->kind) == 0 &&
		    strcmp(value_path_text(o, "metadata.name", ""), wanted->name) == 0 &&
		    strcmp(space, wanted->shared ? "shared" : "demo") == 0)
			*out = o;
	}
	return true;
}

/* The configuration as the engine hands it to the step. */
static bool evaluate(struct step_case *c)
{
	struct kargo_scope scope = {
		.project = c->subject.project,
		.stage = c->subject.stage,
		.promotion = c->subject.promotion,
		.alias = c->subject.alias,
		.actor = c->subject.actor,
		.freight_requests = c->subject.freight_requests,
		.freight = c->subject.freight,
		.ui_base_url = c->subject.ui_base_url,
		.state = value_get(c->input, "state"),
		.find = find,
		.context = c,
	};
	struct value *step = value_map(c->arena);

	if (value_get(c->input, "config"))
		value_set(c->arena, step, "config", value_get(c->input, "config"));
	if (!step_config(c->arena, &scope, step, &c->config, &c->e))
		return fail(c, STEP_ERRORED);
	if (!c->config) {
		err_set(&c->e, ERR_CONFIG, "config: must be a map");
		return fail(c, STEP_FAILED);
	}
	return true;
}

static bool run(struct step_case *c)
{
	static const bool never;
	struct step_run r = { .arena = c->arena, .work = c->work, .subject = &c->subject,
			      .services = &c->services, .cancelled = &never };
	bool fine;

	/* What an earlier run of this very step has put out. */
	r.before = value_get(value_get(c->input, "state"), c->subject.alias);
	c->result = (struct step_result){ .status = STEP_SUCCEEDED, .message = "" };
	if (!c->def) {
		err_again(&c->e, ERR_CONFIG, "no such step");
		return fail(c, STEP_ERRORED);
	}
	if (!evaluate(c))
		return false;
	if (!params_check(c->def, c->config, &c->e))
		return fail(c, STEP_FAILED);
	r.config = c->config;
	fine = c->def->run(&r, &c->result, &c->e);
	if (!fine && c->result.status != STEP_FAILED)
		return fail(c, STEP_ERRORED);
	if (fine && c->result.output && !json_text(c->arena, c->result.output, 0))
		return err_set(&c->e, ERR_CONFIG, "the output cannot be expressed in JSON");
	return fine;
}

void step_case_run(struct step_case *c)
{
	c->fine = run(c);
}

bool step_case_file(struct step_case *c, const char *path, struct str *out)
{
	struct err e;

	return file_read(c->arena, path_join(c->arena, c->folder, path), LARGEST, out, &e);
}

/* The names of all files, links and empty folders below folder. */
static void walk(struct step_case *c, const char *folder, struct list *found)
{
	const char *path = path_join(c->arena, c->folder, folder);
	struct list names = { 0 };
	struct stat st;
	struct err e;

	if (!folder_list(c->arena, path, &names, &e))
		give_up(c, &e);
	if (!names.count && *folder)
		list_add(c->arena, found, (void *)(uintptr_t)folder);
	for (size_t i = 0; i < names.count; i++) {
		const char *name = *folder ? path_join(c->arena, folder, names.items[i])
					   : names.items[i];

		if (lstat(path_join(c->arena, c->folder, name), &st) == 0 && S_ISDIR(st.st_mode))
			walk(c, name, found);
		else
			list_add(c->arena, found, (void *)(uintptr_t)name);
	}
}

/* What should be at path; NULL: nothing. */
static const struct value *wanted(const struct step_case *c, const char *path)
{
	const struct value *changed = value_path(c->line, "expect.files");
	const struct value_member *m;

	changed = changed ? changed : value_get(c->line, "files");
	m = value_member(changed, path);
	if (m)
		return value_is(m->value, VALUE_NULL) ? NULL : m->value;
	return value_get(value_get(c->input, "files"), path);
}

static bool is_as_wanted(struct step_case *c, const struct step_rules *rules, const char *path,
			 const struct value *want)
{
	const char *real = path_join(c->arena, c->folder, path);
	struct str ours, text, original = { "", 0 };
	char link[4096];
	struct stat st;
	ssize_t n;

	if (lstat(real, &st))
		return false;
	if (value_get(want, "dir"))
		return S_ISDIR(st.st_mode);
	if (value_get(want, "link")) {
		n = readlink(real, link, sizeof(link) - 1);
		link[n > 0 ? n : 0] = '\0';
		return strcmp(link, value_text(value_get(want, "link"), "")) == 0;
	}
	if (!S_ISREG(st.st_mode) || !step_case_file(c, path, &ours) ||
	    !step_case_bytes(c->arena, want, &text))
		return false;
	if (str_equal(ours, text))
		return true;
	step_case_bytes(c->arena, value_get(value_get(c->input, "files"), path), &original);
	return rules->same_file && rules->same_file(c, path, original, ours, text);
}

/* Whether the input had a file below this folder: emptied, it is as it was to Kargo. */
static bool was_folder(const struct step_case *c, const char *path)
{
	const struct value *files = value_get(c->input, "files");
	const char *prefix = str_format(c->arena, "%s/", path);

	for (size_t i = 0; i < value_count(files); i++)
		if (has_prefix(files->map.members[i].key.at, prefix))
			return true;
	return false;
}

/* The first path that is not as it should be, or NULL. */
static const char *bad_file(struct step_case *c, const struct step_rules *rules)
{
	const struct value *maps[] = { value_get(c->input, "files"),
				       value_path(c->line, "expect.files"),
				       value_get(c->line, "files") };
	struct list found = { 0 };

	for (size_t i = 0; i < COUNTOF(maps); i++)
		for (size_t j = 0; j < value_count(maps[i]); j++) {
			const char *path = maps[i]->map.members[j].key.at;
			const struct value *want = wanted(c, path);

			if (want && !is_as_wanted(c, rules, path, want))
				return path;
		}
	walk(c, "", &found);
	for (size_t i = 0; i < found.count; i++)
		if (!wanted(c, found.items[i]) &&
		    !(folder_exists(path_join(c->arena, c->folder, found.items[i])) &&
		      was_folder(c, found.items[i])))
			return found.items[i];
	return NULL;
}

static const char *bad_mode(struct step_case *c)
{
	const struct value *modes = value_path(c->line, "expect.modes");

	for (size_t i = 0; i < value_count(modes); i++) {
		const char *path = modes->map.members[i].key.at;
		struct stat st;

		if (stat(path_join(c->arena, c->folder, path), &st) ||
		    (st.st_mode & MODE_BITS) !=
			    strtoul(value_text(modes->map.members[i].value, "0"), NULL, 8))
			return path;
	}
	return NULL;
}

/* The file as it is, in one line. */
static const char *bad_text(struct step_case *c, const char *path)
{
	struct str text;

	if (!step_case_file(c, path, &text))
		return str_format(c->arena, "file %s, which is not there", path);
	return str_format(c->arena, "file %s, which is %s", path,
			  json_text(c->arena, value_string(c->arena, text.at), 0));
}

/* What differs from the expected success, or NULL. */
static const char *difference(struct step_case *c, const struct step_rules *rules)
{
	const struct value *expect = value_get(c->line, "expect");
	const struct value *output = value_get(expect, "output");
	const char *status = value_text(value_get(expect, "status"), "");
	const char *message = value_text(value_get(expect, "message"), "");
	const char *path;

	if (!c->fine && strcmp(status, "Failed") != 0)
		return str_format(c->arena, "%s", c->e.message);
	if (strcmp(step_status_name(c->result.status), status) != 0)
		return str_format(c->arena, "status %s", step_status_name(c->result.status));
	if (c->fine && strcmp(c->result.message ? c->result.message : "", message) != 0)
		return str_format(c->arena, "message \"%s\"", c->result.message);
	if (value_count(output) + value_count(c->result.output) > 0 &&
	    !value_equal(output, c->result.output))
		return str_format(c->arena, "output %s, not %s",
				  c->result.output ? json_text(c->arena, c->result.output, 0) : "none",
				  output ? json_text(c->arena, output, 0) : "none");
	path = bad_file(c, rules);
	if (path)
		return bad_text(c, path);
	path = bad_mode(c);
	return path ? str_format(c->arena, "mode of %s", path) : NULL;
}

static const char *error_difference(struct step_case *c, const struct step_rules *rules)
{
	const char *kind = value_text(value_get(c->line, "error"), "");
	const char *status = value_text(value_get(c->line, "status"), NULL);
	const char *path;

	if (c->fine)
		return str_format(c->arena, "no error (%s)", kind);
	if (status && strcmp(step_status_name(c->result.status), status) != 0)
		return str_format(c->arena, "status %s, not %s: %s",
				  step_status_name(c->result.status), status, c->e.message);
	if (strcmp(kind, "retryable") == 0 && !c->e.again)
		return str_format(c->arena, "not retryable: %s", c->e.message);
	if (strcmp(kind, "terminal") == 0 && c->e.again)
		return str_format(c->arena, "retryable: %s", c->e.message);
	path = bad_file(c, rules);
	return path ? bad_text(c, path) : NULL;
}

static bool is_known_bug(const struct step_case *c, const struct step_rules *rules,
			 const char *name)
{
	if (value_truth(value_get(c->line, "bug"), false))
		return true;
	for (const struct step_bug *bug = rules->bugs; bug && bug->lines; bug++)
		if (has_prefix(name, bug->lines))
			return true;
	return false;
}

void step_case_judge(struct step_case *c, const struct step_rules *rules)
{
	const char *name = value_text(value_get(c->line, "name"), "?");
	const char *what;

	if (is_known_bug(c, rules, name)) {
		if (!c->fine || (rules->is_better && rules->is_better(c)))
			vectors_better(c->v);
		else
			vectors_case(c->v, false, "%s: no better than Kargo", name);
		return;
	}
	what = value_get(c->line, "error") ? error_difference(c, rules) : difference(c, rules);
	if (what && c->fine && rules->shows_bug && rules->shows_bug(c) && rules->is_better(c))
		vectors_better(c->v);
	else
		vectors_case(c->v, !what, "%s: %s", name, what ? what : "");
}

static void one(struct vectors *v, struct arena *a, const struct value *line, void *context)
{
	struct step_case c;

	step_case_open(&c, v, a, line);
	step_case_run(&c);
	step_case_judge(&c, context);
	step_case_close(&c);
}

void step_case_set(struct vectors *v, const char *path, const struct step_rules *rules)
{
	struct step_rules copy = *rules;

	vectors_lines(v, path, one, &copy);
}
