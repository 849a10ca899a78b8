/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCRE2 does the work; what RE2 lacks is refused before, so that a manifest means
 * here what it means to Kargo. Memory is PCRE2's own allocator on our arena.
 */
#include "data/pattern.h"

#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum { MATCH_LIMIT = 400000, DEPTH_LIMIT = 2000, HEAP_LIMIT_KB = 20000 };
enum { LONGEST = 10000, MOST_REPEATS = 1000 };

struct pattern {
	pcre2_code *code;
	pcre2_match_context *limits;
};

static void *take(PCRE2_SIZE size, void *arena)
{
	return arena_alloc(arena, size);
}

/* The arena frees everything at once. */
static void leave(void *memory, void *arena)
{
	(void)memory;
	(void)arena;
}

static bool refuse(struct err *e, const char *what, size_t at)
{
	return err_set(e, ERR_CONFIG, "%s at position %zu, which Go's regular expressions lack", what,
		       at + 1);
}

/* "(?" begins something: only groups, names and flags exist in RE2. */
static bool check_group(const char *p, size_t at, struct err *e)
{
	if (p[2] == ':' || (p[2] == 'P' && p[3] == '<'))
		return true;
	if (p[2] == '<' && p[3] != '=' && p[3] != '!')
		return true;
	if (p[2] == '=' || p[2] == '!' || p[2] == '<')
		return refuse(e, "lookaround", at);
	if (p[2] == '>')
		return refuse(e, "an atomic group", at);
	if (strspn(p + 2, "imsU-") && strchr(":)", p[2 + strspn(p + 2, "imsU-")]) &&
	    p[2 + strspn(p + 2, "imsU-")])
		return true;
	return refuse(e, "an unknown group", at);
}

static bool check_escape(const char *p, size_t at, bool in_class, struct err *e)
{
	char c = p[1];

	if (c >= '1' && c <= '9')
		return refuse(e, "a backreference", at);
	if (c && strchr("kgGKRXNhHVZeoclLuE", c) && !in_class)
		return refuse(e, "this escape", at);
	if (c && strchr("ABbzGZ", c) && in_class)
		return refuse(e, "this escape in a class", at);
	return true;
}

/* The length of a repetition at p ("*", "+", "?", "{n,m}"), 0 when there is none. */
static size_t repetition(const char *p)
{
	size_t n;

	if (*p == '*' || *p == '+' || *p == '?')
		return 1;
	if (*p != '{')
		return 0;
	n = 1 + strspn(p + 1, "0123456789,");
	return n > 1 && p[1] != ',' && p[n] == '}' ? n + 1 : 0;
}

/* Past one character class, from its '['; "[]a]" and "[^]a]" hold a bracket. */
static bool skip_class(const char *regex, size_t *i, struct err *e)
{
	size_t at = *i + 1;

	at += regex[at] == '^';
	at += regex[at] == ']';
	for (; regex[at] && regex[at] != ']'; at++) {
		if (regex[at] == '[' && regex[at + 1] == ':') {
			const char *end = strstr(regex + at, ":]");

			at = end ? (size_t)(end - regex) + 1 : at;
		} else if (regex[at] == '\\' && regex[at + 1]) {
			if (!check_escape(regex + at, at, true, e))
				return false;
			at++;
		}
	}
	*i = at;
	return true;
}

/* "{n,m}": RE2 repeats at most a thousand times. */
static bool check_count(const char *p, size_t at, struct err *e)
{
	const char *comma = strchr(p, ',');
	long least = strtol(p + 1, NULL, 10);
	long most = comma && comma < strchr(p, '}') ? strtol(comma + 1, NULL, 10) : least;

	if (least <= MOST_REPEATS && most <= MOST_REPEATS)
		return true;
	return err_set(e, ERR_CONFIG, "a repetition of more than %d at position %zu", MOST_REPEATS,
		       at + 1);
}

static bool check_re2(const char *regex, struct err *e)
{
	for (size_t i = 0; regex[i]; i++) {
		const char *p = regex + i;
		size_t n = repetition(p);

		if (n && i && (p[n] == '+' || repetition(p + n + (p[n] == '?'))) && p[n])
			return refuse(e, "a repetition of a repetition", i + n);
		if (n && *p == '{' && !check_count(p, i, e))
			return false;
		if (n) {
			i += n - 1;
		} else if (*p == '[') {
			if (!skip_class(regex, &i, e))
				return false;
		} else if (*p == '\\') {
			if (p[1] == 'Q') {
				const char *end = strstr(p, "\\E");

				i = end ? (size_t)(end - regex) + 1 : strlen(regex) - 1;
				continue;
			}
			if (!check_escape(p, i, false, e))
				return false;
			i += p[1] != '\0';
		} else if (*p == '(' && p[1] == '?') {
			if (!check_group(p, i, e))
				return false;
			i++;
		} else if (*p == '(' && p[1] == '*') {
			return refuse(e, "a verb", i);
		}
	}
	return true;
}

/* (?P<name>…) is RE2's older form of (?<name>…); RE2's flag U has no PCRE2 letter of that meaning. */
static bool check_text(const char *regex, size_t len, struct err *e)
{
	if (len > LONGEST)
		return err_set(e, ERR_LIMIT, "longer than %d bytes", LONGEST);
	if (memchr(regex, 0, len))
		return err_set(e, ERR_CONFIG, "holds a NUL byte");
	if (!utf8_valid(regex, len))
		return err_set(e, ERR_CONFIG, "is not UTF-8");
	return true;
}

bool pattern_compile_n(struct arena *a, const char *regex, size_t len, struct pattern **out,
		       struct err *e)
{
	const char *text = str_copy_n(a, regex, len);
	pcre2_general_context *memory = pcre2_general_context_create(take, leave, a);
	struct pattern *p = arena_alloc(a, sizeof(*p));
	PCRE2_SIZE at = 0;
	int code = 0;

	if (!check_text(regex, len, e) || !check_re2(text, e))
		return false;
	p->code = pcre2_compile((PCRE2_SPTR)text, len,
				PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C |
					PCRE2_NO_AUTO_POSSESS,
				&code, &at, pcre2_compile_context_create(memory));
	if (!p->code) {
		PCRE2_UCHAR message[200] = "";

		pcre2_get_error_message(code, message, sizeof(message));
		return err_set(e, ERR_CONFIG, "%s at position %zu", (const char *)message, at + 1);
	}
	p->limits = pcre2_match_context_create(memory);
	pcre2_set_match_limit(p->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(p->limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(p->limits, HEAP_LIMIT_KB);
	*out = p;
	return true;
}

bool pattern_compile(struct arena *a, const char *regex, struct pattern **out, struct err *e)
{
	return pattern_compile_n(a, regex, strlen(regex), out, e);
}

/* Invalid UTF-8 in the subject is an error to PCRE2; here it matches nothing. */
static int match(const struct pattern *p, const char *text, size_t len, size_t from,
		 pcre2_match_data *data)
{
	return pcre2_match(p->code, (PCRE2_SPTR)text, len, from, 0, data, p->limits);
}

int pattern_search(const struct pattern *p, const char *text, size_t len)
{
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	int n = match(p, text ? text : "", len, 0, data);

	pcre2_match_data_free(data);
	if (n >= 0)
		return 1;
	return n == PCRE2_ERROR_NOMATCH || n <= PCRE2_ERROR_UTF8_ERR1 ? 0 : -1;
}

bool pattern_matches(const struct pattern *p, const char *text)
{
	return pattern_search(p, text, strlen(text)) == 1;
}

size_t pattern_find(const struct pattern *p, const char *text, size_t len, size_t from,
		    struct pattern_span *spans, size_t max)
{
	pcre2_match_data *data = pcre2_match_data_create_from_pattern(p->code, NULL);
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(data);
	size_t count = pcre2_get_ovector_count(data);
	int n = from <= len ? match(p, text, len, from, data) : -1;

	count = n < 0 ? 0 : count > max ? max : count;
	for (size_t i = 0; i < count; i++)
		spans[i] = (struct pattern_span){ at[2 * i], at[2 * i + 1] };
	for (size_t i = n > 0 ? (size_t)n : 0; i < count; i++)
		spans[i] = (struct pattern_span){ SIZE_MAX, SIZE_MAX };
	pcre2_match_data_free(data);
	return count;
}
