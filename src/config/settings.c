/* SPDX-License-Identifier: Apache-2.0 */
/* Three sources, one setter: file, environment and options all end in settings_set(). */
#include "config/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/list.h"
#include "base/str.h"
#include "config/field.h"
#include "config/settings_commands.h"
#include "data/glob.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"

enum { MAX_FILE = 1 << 20, MAX_ESCAPE_DELAY = 10000 };

const struct setting_def setting_table[] = {
	{ "actor", "git's user.name and user.email", "who you are in the ledger" },
	{ "allowed-signers", "none", "a file as ssh-keygen(1) has it: whose keys may sign the ledger" },
	{ "ascii", "no", "draw with ASCII only" },
	{ "attach", "no", "a running Kargo is shown: a kubeconfig context or glob, or a list of them" },
	{ "close-pull-requests", "ask", "whether aborting closes what git-open-pr opened" },
	{ "escape-delay", "25", "ms to wait after Esc for the rest of a key" },
	{ "kargo-url", "none", "a Kargo's web pages, for links in messages and pull requests" },
	{ "ledger", "~/.local/state/gantry/ledger.git", "the ledger's repository on this machine" },
	{ "listen", "nowhere", "where an agent serves metrics, as 127.0.0.1:9747" },
	{ "log", "~/.local/state/gantry/log", "the log file" },
	{ "log-format", "text", "how an agent writes its log: text, json or journald" },
	{ "manifests", "none", "a file or folder of Kargo manifests, git+URL#REF:PATH, or a list" },
	{ "messages", "none", "with attach: a file or folder that says who is told of what" },
	{ "mouse", "no", "wheel and clicks; off, the terminal's own selection works" },
	{ "notices", "no", "where the bell rings, tell why by the terminal's notices (OSC 9)" },
	{ "project", "all", "the projects that are meant: a name or glob, or a list of them" },
	{ "push-policy", "AlwaysRebase", "how git-push meets what others pushed" },
	{ "read-only", "no", "change nothing, whatever is asked" },
	{ "remote", "none", "the repository through which operators share the ledger" },
	{ "signing-key", "none", "an SSH key file or a GPG key that signs what you record" },
	{ "theme", "dark", "a name from the themes folder" },
	{ "web-config", "none", "TLS and users of --listen, in a file as Prometheus' exporters have it" },
	{ 0 },
};

bool settings_ledger_is_usual(const struct settings *s)
{
	return same_text(s->ledger, s->usual_ledger);
}

bool settings_is_known(const char *name)
{
	for (const struct setting_def *d = setting_table; d->name; d++)
		if (strcmp(d->name, name) == 0)
			return true;
	return false;
}

static bool parse_truth(const char *text, bool *out, struct err *e)
{
	static const char *const yes[] = { "", "yes", "true", "on", "1" };
	static const char *const no[] = { "no", "false", "off", "0" };

	for (size_t i = 0; i < COUNTOF(yes); i++)
		if (strcmp(text, yes[i]) == 0) {
			*out = true;
			return true;
		}
	for (size_t i = 0; i < COUNTOF(no); i++)
		if (strcmp(text, no[i]) == 0) {
			*out = false;
			return true;
		}
	return err_set(e, ERR_USAGE, "\"%s\" is neither yes nor no", text);
}

static bool parse_delay(const char *text, int64_t *out, struct err *e)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (!*text || *end || value < 0 || value > MAX_ESCAPE_DELAY)
		return err_set(e, ERR_USAGE, "\"%s\" is not a number of ms up to %d", text,
			       MAX_ESCAPE_DELAY);
	*out = value;
	return true;
}

/* The settings that take one of a few words. */
static const struct setting_words {
	const char *name, *words[5];    /* NULL-terminated */
	const char *said;               /* for people */
} settings_words[] = {
	{ "close-pull-requests", { "ask", "always", "never" }, "ask, always and never" },
	{ "log-format", { "text", "json", "journald" }, "text, json and journald" },
	/* Kargo's for its server's GIT_PUSH_INTEGRATION_POLICY. */
	{ "push-policy", { "AlwaysRebase", "RebaseOrMerge", "RebaseOrFail", "AlwaysMerge" },
	  "AlwaysRebase, RebaseOrMerge, RebaseOrFail and AlwaysMerge" },
};

static bool settings_check_word(const char *name, const char *value, struct err *e)
{
	const struct setting_words *w = NULL;

	for (size_t i = 0; i < COUNTOF(settings_words); i++)
		if (strcmp(settings_words[i].name, name) == 0)
			w = &settings_words[i];
	for (size_t i = 0; w && w->words[i]; i++)
		if (strcmp(w->words[i], value) == 0)
			return true;
	return !w || err_set(e, ERR_USAGE, "\"%s\" is none of %s", value, w->said);
}

static bool settings_parse_url(struct arena *a, const char *value, const char **out, struct err *e)
{
	size_t len = strlen(value);

	if (!has_prefix(value, "https://") && !has_prefix(value, "http://"))
		return err_set(e, ERR_USAGE, "\"%s\" is not an address such as https://kargo.example.org",
			       value);
	while (len && value[len - 1] == '/')
		len--;
	*out = str_copy_n(a, value, len);
	return true;
}

static bool settings_refuse_name(const char *name, struct err *e)
{
	struct field_def names[COUNTOF(setting_table)] = { 0 };
	const char *nearest;

	for (size_t i = 0; setting_table[i].name; i++)
		names[i].name = setting_table[i].name;
	nearest = field_nearest(names, name);
	return err_set(e, ERR_USAGE, "no such setting%s%s%s", nearest ? "; did you mean " : "",
		       nearest ? nearest : "", nearest ? "?" : "");
}

static struct list *settings_list(struct settings *s, const char *name)
{
	return strcmp(name, "manifests") == 0 ? &s->sources
	       : strcmp(name, "project") == 0 ? &s->projects
	       : strcmp(name, "attach") == 0 ? &s->attaches : NULL;
}

/* What is said of the first, or the only one, where there may be several. */
static void settings_summarise(struct settings *s)
{
	const char *only = s->projects.count == 1 ? s->projects.items[0] : NULL;

	s->manifests = s->sources.count ? s->sources.items[0] : NULL;
	s->attach = s->attaches.count ? s->attaches.items[0] : NULL;
	s->project = only && glob_is_plain(only) ? only : NULL;
}

static bool settings_add(struct arena *a, struct settings *s, const char *name, const char *value,
			 struct err *e)
{
	if (!*value && strcmp(name, "attach") != 0)
		return true;
	if (strcmp(name, "project") == 0 && !glob_is_valid(value))
		return err_set(e, ERR_USAGE, "\"%s\" is neither a name nor a glob", value);
	list_add(a, settings_list(s, name), str_copy(a, value));
	settings_summarise(s);
	return true;
}

void settings_clear(struct settings *s, const char *name)
{
	struct list *list = settings_list(s, name);

	if (list)
		*list = (struct list){ 0 };
	settings_summarise(s);
}

bool settings_set(struct arena *a, struct settings *s, const char *name, const char *value,
		  struct err *e)
{
	const struct {
		const char *name;
		const char **text;
		bool *truth;
	} fields[] = {
		{ "actor", &s->actor, NULL },         { "ascii", NULL, &s->ascii },
		{ "ledger", &s->ledger, NULL },       { "log", &s->log, NULL },
		{ "listen", &s->listen, NULL },       { "log-format", &s->log_format, NULL },
		{ "web-config", &s->web_config, NULL },
		{ "messages", &s->messages, NULL },
		{ "mouse", NULL, &s->mouse },         { "read-only", NULL, &s->read_only },
		{ "notices", NULL, &s->notices },
		{ "push-policy", &s->push_policy, NULL },
		{ "close-pull-requests", &s->close_pull_requests, NULL },
		{ "remote", &s->remote, NULL },       { "theme", &s->theme, NULL },
		{ "signing-key", &s->signing_key, NULL },
		{ "allowed-signers", &s->allowed_signers, NULL },
	};

	if (settings_list(s, name))
		return settings_add(a, s, name, value, e);
	if (strcmp(name, "escape-delay") == 0)
		return parse_delay(value, &s->escape_delay, e);
	if (strcmp(name, "kargo-url") == 0)
		return settings_parse_url(a, value, &s->kargo_url, e);
	if (!settings_check_word(name, value, e))
		return false;
	for (size_t i = 0; i < COUNTOF(fields); i++) {
		if (strcmp(fields[i].name, name) != 0)
			continue;
		if (fields[i].truth)
			return parse_truth(value, fields[i].truth, e);
		*fields[i].text = str_copy(a, value);
		return true;
	}
	return settings_refuse_name(name, e);
}

/* One that takes several may be given as a list. */
static bool set_each_from_file(struct arena *a, struct settings *s, const struct value_member *m,
			       struct err *e)
{
	for (size_t i = 0; i < m->value->list.count; i++) {
		const char *text = value_text(m->value->list.items[i], NULL);

		if (!text)
			return err_set(e, ERR_CONFIG, "line %u: %s: must be a list of texts", m->line,
				       m->key.at);
		if (!settings_add(a, s, m->key.at, text, e)) {
			e->code = ERR_CONFIG;
			return err_wrap(e, "line %u: %s", m->line, m->key.at);
		}
	}
	return true;
}

static bool set_from_file(struct arena *a, struct settings *s, const char *path,
			  const struct value_member *m, struct err *e)
{
	const char *text = value_is(m->value, VALUE_STRING) ? m->value->string.at
							     : json_text(a, m->value, 0);

	if (strcmp(m->key.at, "commands") == 0)
		return settings_read_commands(a, path, m, &s->commands, e);
	if (m->value->kind == VALUE_LIST && settings_list(s, m->key.at))
		return set_each_from_file(a, s, m, e);
	if (m->value->kind == VALUE_LIST || m->value->kind == VALUE_MAP || !text)
		return err_set(e, ERR_CONFIG, "line %u: %s: must be a plain value", m->line,
			       m->key.at);
	if (settings_set(a, s, m->key.at, text, e)) {
		if (strcmp(m->key.at, "theme") == 0)
			s->theme_place = str_format(a, "%s: line %u: theme", path, m->line);
		return true;
	}
	e->code = ERR_CONFIG;
	return err_wrap(e, "line %u: %s", m->line, m->key.at);
}

static bool settings_load_file(struct arena *a, struct settings *s, const char *path, bool optional,
			       struct err *e)
{
	struct list documents = { 0 };
	const struct value *root;
	struct str text;

	if (folder_exists(path))
		return err_set(e, ERR_CONFIG, "%s: is a folder, and settings are a file: move it away, or "
			       "name a file with --settings", path);
	if (optional && access(path, F_OK) != 0 && errno == ENOENT)
		return true;
	if (!file_read(a, path, MAX_FILE, &text, e))
		return false;
	if (!yaml_parse(a, path, text, &documents, e))
		return false;
	root = documents.count ? documents.items[0] : NULL;
	if (root && root->kind != VALUE_MAP && root->kind != VALUE_NULL)
		return err_set(e, ERR_CONFIG, "%s: must be a map of settings", path);
	for (size_t i = 0; i < value_count(root); i++)
		if (!set_from_file(a, s, path, &root->map.members[i], e))
			return err_wrap(e, "%s", path);
	return true;
}

static bool load_environment(struct arena *a, struct settings *s, struct err *e)
{
	for (const struct setting_def *d = setting_table; d->name; d++) {
		char *variable = str_format(a, "GANTRY_%s", d->name);
		const char *value;

		for (char *p = variable; *p; p++)
			*p = *p == '-' ? '_' : *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
		value = getenv(variable);
		if (value)
			settings_clear(s, d->name);
		if (value && !settings_set(a, s, d->name, value, e))
			return err_wrap(e, "%s", variable);
		if (value && strcmp(d->name, "theme") == 0)
			s->theme_place = variable;
	}
	return true;
}

bool settings_load(struct arena *a, const char *file, struct settings **out, struct err *e)
{
	struct settings *s = arena_alloc(a, sizeof(*s));
	const char *state = path_state(a), *config = path_config(a), *delay = getenv("ESCDELAY");

	s->theme = "dark";
	s->log_format = "text";
	s->escape_delay = 25;
	s->ledger = s->usual_ledger = state ? path_join(a, state, "ledger.git") : NULL;
	s->log = state ? path_join(a, state, "log") : NULL;
	if (delay && !parse_delay(delay, &s->escape_delay, e))
		s->escape_delay = 25;
	if (!file && config &&
	    !settings_load_file(a, s, path_join(a, config, "config.yaml"), true, e))
		return false;
	if (file && !settings_load_file(a, s, file, false, e))
		return false;
	if (!load_environment(a, s, e))
		return false;
	*out = s;
	return true;
}
