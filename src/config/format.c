/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats, as Kargo's definitions and admission have them (doc/kargo-rules.md 1). Of a
 * step's configuration, texts that hold ${{ … }} are only known once they are evaluated; elsewhere Kargo
 * takes them as they are.
 */
#include "config/field.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "config/foreign.h"
#include "data/glob.h"
#include "data/pattern.h"
#include "data/semver.h"

enum { NAME_LONGEST = 253, LABEL_LONGEST = 63 };

static bool format_matches(struct arena *a, const char *regex, const char *text)
{
	struct pattern *p;
	struct err e;

	return pattern_compile(a, regex, &p, &e) && pattern_matches(p, text);
}

static bool is_lower(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Letters and digits with - between them, from at up to end. */
static bool is_dns_label(const char *at, const char *end)
{
	if (at == end || !is_lower(*at) || !is_lower(end[-1]))
		return false;
	for (; at < end; at++)
		if (!is_lower(*at) && *at != '-')
			return false;
	return true;
}

static const char *wrong_name(struct arena *a, const char *text)
{
	bool fine = strlen(text) <= NAME_LONGEST;

	for (const char *at = text; fine && at; at = strchr(at, '.'), at = at ? at + 1 : NULL)
		fine = is_dns_label(at, at + strcspn(at, "."));
	return fine ? NULL
		: str_format(a, "\"%s\" is not a name: lower-case letters, digits, - and . between them",
			     text);
}

static const char *wrong_label(struct arena *a, const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || (len <= LABEL_LONGEST && is_dns_label(text, text + len)))
		return NULL;
	return str_format(a, "\"%s\" is not a name: lower-case letters, digits, and - between them, at "
			  "most 63", text);
}

static const char *wrong_label_value(struct arena *a, const char *text)
{
	size_t len = strlen(text);
	bool fine = !len || (len <= LABEL_LONGEST && !strchr("-_.", text[0]) &&
			     !strchr("-_.", text[len - 1]));

	for (size_t i = 0; fine && i < len; i++)
		fine = is_letter(text[i]) || is_digit(text[i]) || strchr("-_.", text[i]);
	return fine ? NULL
		: str_format(a, "\"%s\" is not a label value: at most 63 letters, digits, and - _ . between "
			     "them", text);
}

static const char *wrong_variable(struct arena *a, const char *text)
{
	bool fine = is_letter(text[0]) || text[0] == '_';

	for (const char *c = text; fine && *c; c++)
		fine = is_letter(*c) || is_digit(*c) || *c == '_';
	if (!fine)
		return str_format(a, "\"%s\" is not the name of a variable: letters, digits and _", text);
	if (strcmp(text, "quote") == 0 || strcmp(text, "asYAML") == 0 || strcmp(text, "asJSON") == 0)
		return str_format(a, "%s is the name of a function", text);
	return NULL;
}

static const char *wrong_duration(struct arena *a, const char *text)
{
	int64_t ns;

	if (format_matches(a, "^([0-9]+(\\.[0-9]+)?(s|m|h))+$", text) && duration_parse(text, &ns))
		return NULL;
	return str_format(a, "\"%s\" is not a duration; write h, m and s: 90s, 1h30m%s", text,
			  has_suffix(text, "d") ? ", and 24h for a day" : "");
}

static const char *wrong_go_duration(struct arena *a, const char *text)
{
	int64_t ns;

	return duration_parse(text, &ns) ? NULL
		: str_format(a, "\"%s\" is not a duration such as 90s or 1h30m", text);
}

static const char *wrong_time(struct arena *a, const char *text)
{
	int64_t ms;

	return clock_parse(text, &ms) ? NULL
		: str_format(a, "\"%s\" is not a time such as 2026-01-31T09:00:00Z", text);
}

static const char *wrong_regex(struct arena *a, const char *text)
{
	struct pattern *p;
	struct err e;

	return pattern_compile(a, text, &p, &e) ? NULL : str_copy(a, e.message);
}

static const char *wrong_glob(struct arena *a, const char *text)
{
	return glob_is_valid(text) ? NULL : str_format(a, "\"%s\" is not a valid glob", text);
}

static const char *wrong_pattern(struct arena *a, const char *text, bool is_path)
{
	const char *colon = strchr(text, ':');

	if (has_prefix(text, "glob:"))
		return wrong_glob(a, text + strlen("glob:"));
	if (has_prefix(text, "regex:"))
		return wrong_regex(a, text + strlen("regex:"));
	if (has_prefix(text, "regexp:"))
		return wrong_regex(a, text + strlen("regexp:"));
	if (colon && !is_path)
		return str_format(a, "%.*s: is not known; write glob: or regex:",
				  (int)(colon - text), text);
	return NULL;
}

static const char *wrong_semver(struct arena *a, const char *text)
{
	struct semver_constraint *c;
	struct err e;

	return !*text || semver_constraint_parse(a, text, &c, &e) ? NULL : str_copy(a, e.message);
}

static bool is_local(const char *url)
{
	return has_prefix(url, "file://") || url[0] == '/';
}

/* The end of a complaint about a text that nobody has filled in. */
static const char *format_unfilled(struct arena *a, const char *text)
{
	const char *hole = foreign_placeholder(a, text);

	if (text_has_template(text))
		return "; Kargo evaluates no expression here";
	return hole ? str_format(a, "; fill in %s", hole) : "";
}

static const char git_url_regex[] =
	"(?:^(ssh|https?)://(?:([\\w-]+)(:(.+))?@)?([\\w-]+(?:\\.[\\w-]+)*)(?::(\\d{1,5}))?(/.*)$)|"
	"(?:^([\\w-]+)@([\\w+]+(?:\\.[\\w-]+)*):(/?.*))";

static const char *wrong_git_url(struct arena *a, const char *text)
{
	if (is_local(text) || format_matches(a, git_url_regex, text))
		return NULL;
	return str_format(a, "\"%s\" is not a git URL: https://host/path, or ssh%s", text,
			  format_unfilled(a, text));
}

static const char *wrong_image_url(struct arena *a, const char *text)
{
	if (strstr(text, "://"))
		return str_format(a, "\"%s\" has a scheme; write it without", text);
	if (format_matches(
		    a, "^(\\w+([\\.-]\\w+)*(:[\\d]+)?/)?(\\w+([\\.-]\\w+)*)(/\\w+([\\.-]\\w+)*)*$",
		    text))
		return NULL;
	return str_format(a, "\"%s\" is not an image repository: registry.example.com/team/app, without a "
			  "tag%s", text, format_unfilled(a, text));
}

static const char *wrong_chart_url(struct arena *a, const char *text)
{
	if (format_matches(a, "^(((https?)|(oci))://)(([\\w\\d\\.\\-]+)(:([\\d]+)?)?(/.*)*)$",
			   text))
		return NULL;
	return str_format(a, "\"%s\" is not a chart repository: https://… or oci://…%s", text,
			  format_unfilled(a, text));
}

static const char *wrong_platform(struct arena *a, const char *text)
{
	return !*text || format_matches(a, "^\\w+/\\w+(/\\w+)?$", text) ? NULL
		: str_format(a, "\"%s\" is not a platform such as linux/amd64", text);
}

/* What Kargo's definition takes for a branch. */
static const char *wrong_branch(struct arena *a, const char *text)
{
	bool fine = strlen(text) <= 255 &&
		    format_matches(a, "^[a-zA-Z0-9]([a-zA-Z0-9._/-]*[a-zA-Z0-9_-])?$", text);

	return !*text || fine ? NULL
		: str_format(a, "\"%s\" is not a branch: letters, digits, and . _ / - between them%s", text,
			     format_unfilled(a, text));
}

static const char *wrong_alias(struct arena *a, const char *text)
{
	return !strpbrk(text, " \t\r\n") ? NULL
		: str_format(a, "\"%s\" holds blanks; write it with - between words", text);
}

const char *format_doubtful(enum field_kind kind, const char *text)
{
	if (kind == FIELD_GIT_URL && is_local(text))
		return "gantry reads this, but Kargo takes https://, http:// and ssh only";
	if (kind == FIELD_BRANCH && (strstr(text, "..") || strstr(text, "//") || strstr(text, "/.") ||
				     has_suffix(text, ".lock")))
		return "Kargo takes this, but git has no branch of such a name";
	return NULL;
}

bool text_has_template(const char *text)
{
	return strstr(text, "${{") || strstr(text, "${%");
}

const char *format_wrong(struct arena *a, enum field_kind kind, const char *text)
{
	if (kind == FIELD_TEXT || kind == FIELD_TEMPLATE)
		return NULL;
	switch (kind) {
	case FIELD_NAME:
		return wrong_name(a, text);
	case FIELD_LABEL:
		return wrong_label(a, text);
	case FIELD_LABEL_VALUE:
		return wrong_label_value(a, text);
	case FIELD_VARIABLE:
		return wrong_variable(a, text);
	case FIELD_DURATION:
		return wrong_duration(a, text);
	case FIELD_GO_DURATION:
		return wrong_go_duration(a, text);
	case FIELD_TIME:
		return wrong_time(a, text);
	case FIELD_REGEX:
		return wrong_regex(a, text);
	case FIELD_NAME_PATTERN:
		return wrong_pattern(a, text, false);
	case FIELD_PATH_SELECTOR:
		return wrong_pattern(a, text, true);
	case FIELD_SEMVER:
		return wrong_semver(a, text);
	case FIELD_GIT_URL:
		return wrong_git_url(a, text);
	case FIELD_IMAGE_URL:
		return wrong_image_url(a, text);
	case FIELD_CHART_URL:
		return wrong_chart_url(a, text);
	case FIELD_PLATFORM:
		return wrong_platform(a, text);
	case FIELD_ALIAS:
		return wrong_alias(a, text);
	case FIELD_BRANCH:
		return wrong_branch(a, text);
	case FIELD_ANALYSIS_DURATION:
		return strstr(text, "{{") ? NULL : wrong_go_duration(a, text);
	default:
		return NULL;
	}
}
