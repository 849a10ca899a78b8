/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCRE2 does the work; what RE2 lacks is refused before, so that a manifest means
 * here what it means to Kargo. Memory is PCRE2's own allocator on our arena.
 */
#include "data/pattern.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "data/re2.h"

enum { MATCH_LIMIT = 400000, DEPTH_LIMIT = 2000, HEAP_LIMIT_KB = 20000 };
enum { LONGEST = 10000, MOST_TRANSLATED = 1 << 20 };

struct pattern {
	pcre2_code *code;
	pcre2_match_context *limits;
};

static void *pattern_take(PCRE2_SIZE size, void *arena)
{
	return arena_alloc(arena, size);
}

/* The arena frees everything at once. */
static void pattern_leave(void *memory, void *arena)
{
	(void)memory;
	(void)arena;
}

static bool pattern_check_text(const char *regex, size_t len, struct err *e)
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
	AUTO(buf) struct buf text = { 0 };
	pcre2_general_context *memory =
		pcre2_general_context_create(pattern_take, pattern_leave, a);
	struct pattern *p = arena_alloc(a, sizeof(*p));
	PCRE2_SIZE at = 0;
	int code = 0;

	buf_init(&text, MOST_TRANSLATED);
	if (!pattern_check_text(regex, len, e) ||
	    !re2_translate(str_copy_n(a, regex, len), &text, e))
		return false;
	p->code = pcre2_compile((PCRE2_SPTR)buf_str(&text), text.len,
				PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C |
					PCRE2_NO_AUTO_POSSESS,
				&code, &at, pcre2_compile_context_create(memory));
	if (!p->code) {
		PCRE2_UCHAR message[200] = "";

		pcre2_get_error_message(code, message, sizeof(message));
		return err_set(e, ERR_CONFIG, "%s", (const char *)message);
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
	assert(regex);
	return pattern_compile_n(a, regex, strlen(regex), out, e);
}

/* Invalid UTF-8 in the subject is an error to PCRE2; here it matches nothing. */
static int pattern_match(const struct pattern *p, const char *text, size_t len, size_t from,
			 pcre2_match_data *data)
{
	return pcre2_match(p->code, (PCRE2_SPTR)text, len, from, 0, data, p->limits);
}

int pattern_search(const struct pattern *p, const char *text, size_t len)
{
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	int n = pattern_match(p, text ? text : "", len, 0, data);

	pcre2_match_data_free(data);
	if (n >= 0)
		return 1;
	return n == PCRE2_ERROR_NOMATCH || n <= PCRE2_ERROR_UTF8_ERR1 ? 0 : -1;
}

bool pattern_matches(const struct pattern *p, const char *text)
{
	return pattern_search(p, text, strlen(text)) == 1;
}

size_t pattern_find(const struct pattern *p, struct str text, size_t from, struct pattern_span *spans,
		    size_t max)
{
	pcre2_match_data *data = pcre2_match_data_create_from_pattern(p->code, NULL);
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(data);
	size_t count = pcre2_get_ovector_count(data);
	int n = from <= text.len ? pattern_match(p, text.at, text.len, from, data) : -1;

	count = n < 0 ? 0 : count > max ? max : count;
	for (size_t i = 0; i < count; i++)
		spans[i] = (struct pattern_span){ at[2 * i], at[2 * i + 1] };
	for (size_t i = n > 0 ? (size_t)n : 0; i < count; i++)
		spans[i] = (struct pattern_span){ SIZE_MAX, SIZE_MAX };
	pcre2_match_data_free(data);
	return count;
}
