/* SPDX-License-Identifier: Apache-2.0 */
/* What comes from outside is cut, cleaned and never splits a character. */
#include "base/str.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "tap.h"

TEST(utf8_is_checked)
{
	ok(utf8_valid("größe ▸ 🚢", strlen("größe ▸ 🚢")), "good text is good");
	ok(!utf8_valid("\xc0\x80", 2), "an overlong form is not");
	ok(!utf8_valid("\xed\xa0\x80", 3), "nor is a surrogate");
	ok(!utf8_valid("\xf4\x90\x80\x80", 4), "nor a value past the last plane");
	ok(!utf8_valid("\xe2\x96", 2), "nor a cut sequence");
}

TEST(hostile_text_is_cleaned)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *escape = "\x1b[31mred\x1b]0;title\x07";

	is_text(str_clean(a, escape, strlen(escape), 100), "?[31mred?]0;title?",
		"escape sequences lose their teeth");
	is_text(str_clean(a, "a\xff" "b", 3, 100), "a?b", "a bad byte becomes a question mark");
	is_text(str_clean(a, "\xc2\x9b" "31m", 5, 100), "?31m", "C1 controls are controls too");
	is_text(str_clean(a, "u\u202eat\u2066", 9, 100), "u?at?", "nor is the direction of text turned");
	is_text(str_clean(a, "aé", 3, 2), "a", "a cut never splits a character");
}

TEST(case_is_that_of_ascii_in_every_locale)
{
	ok(same_but_case("Bearer", "bEARER"), "letters are the same in both cases");
	ok(!same_but_case("Bearer", "Bear") && !same_but_case("Bear", "Bearer"), "of words as long");
	ok(same_but_case("", "") && !same_but_case("@", "`"), "and nothing else has a case");
	ok(!same_but_case("\xc9", "\xe9"), "nor have bytes that some locale calls letters");
	ok(same_but_case_n("www-x", "WWW-y", 4) && !same_but_case_n("ab", "a", 2), "within the length given");
	ok(is_letter('I') && letter_lower('I') == 'i', "I is a capital i");
	ok(!is_letter('\xc9') && !is_digit('\xb2'), "no byte of UTF-8 is a letter or a digit");
}

TEST(buffers_have_a_ceiling)
{
	AUTO(buf) struct buf b;

	buf_init(&b, 5);
	buf_text(&b, "abc");
	buf_text(&b, "def");
	ok(!buf_ok(&b), "going past the ceiling is noticed");
	is_text(buf_str(&b), "abc", "and what fitted is still there");
}

TEST(errors_are_built_from_the_inside_out)
{
	struct err e;
	char long_text[2000];

	err_set(&e, ERR_NET, "connection reset");
	err_wrap(&e, "pushing %s", "main");
	is_text(e.message, "pushing main: connection reset", "each caller says what it was doing");
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	err_set(&e, ERR_NET, "%s", long_text);
	ok(has_suffix(e.message, "…") && strlen(e.message) < sizeof(e.message),
	   "a message too long ends in an ellipsis");
}

TEST(secrets_do_not_leave)
{
	AUTO(arena) struct arena *a = arena_new();
	struct log_said line = { .text = "" };

	log_redact("hunter2-token");
	log_line(LOG_INFO, "test", "password is hunter2-token, really");
	is_number(log_recent(a, &line, 1), 1, "there is a newest line");
	ok(strstr(line.text, "[redacted], really") && !strstr(line.text, "hunter2"),
	   "it holds no secret");
	is_text(log_redacted(a, "x hunter2-token y"), "x [redacted] y", "nor does other text");
}

TEST(secrets_of_several_lines_and_secrets_within_secrets)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *wide = str_format(a, "%4090s", "");
	struct log_said line = { .text = "" };

	log_redact("-----BEGIN KEY-----\nc2VjcmV0\n-----END KEY-----\n");
	log_line(LOG_INFO, "test", "key %s refused",
		 "-----BEGIN KEY-----\nc2VjcmV0\n-----END KEY-----\n");
	log_recent(a, &line, 1);
	ok(strstr(line.text, "key [redacted] refused"), "a key of several lines: %s", line.text);
	log_redact("abcd");
	log_redact("abcd-and-more");
	is_text(log_redacted(a, "<abcd-and-more>"), "<[redacted]>", "the longer of two secrets goes");
	log_line(LOG_INFO, "test", "%sabcd-and-more", wide);
	log_recent(a, &line, 1);
	ok(!strstr(line.text, "abcd"), "a cut does not bring out a secret's beginning");
}

TEST(a_log_line_is_one_line_that_commands_no_terminal)
{
	AUTO(arena) struct arena *a = arena_new();
	struct log_said line = { .text = "" };

	log_line(LOG_INFO, "test", "a\nb\x1b[2J\xc2\x9b" "31m");
	log_recent(a, &line, 1);
	ok(has_suffix(line.text, " info test a b?[2J?31m"), "%s", line.text);
}

TEST(what_a_line_is_about_is_kept_with_it)
{
	AUTO(arena) struct arena *a = arena_new();
	struct log_said line = { .text = "" };

	{
		AUTO(log_about) struct log_about before = log_about((struct log_about){ "shop", "uat", "p1" });

		log_line(LOG_WARN, "test", "about something");
	}
	is_number(log_recent(a, &line, 1), 1, "the newest line");
	is_text(line.about.project, "shop", "its project");
	is_text(line.about.stage, "uat", "its stage");
	is_text(line.about.promotion, "p1", "its promotion");
	is_text(log_level_word(line.level), "warn", "how bad it is");
	log_line(LOG_INFO, "test", "about nothing");
	log_recent(a, &line, 1);
	is_text(line.about.stage, "", "another is about nothing");
}
