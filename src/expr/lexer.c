/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens of the language. Malformed UTF-8 is kept in a raw string, becomes U+FFFD in
 * a quoted one, and is refused elsewhere.
 */
#include "expr/lexer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "expr/unicode.h"

struct lexer {
	struct arena *a;
	struct str text;
	size_t at;
	struct token *tokens;
	size_t count, room;
	struct err *e;
};

bool lex_error(struct err *e, struct str text, size_t at, const char *format, ...)
{
	size_t line = 1, start = 0;
	char message[512];
	va_list args;

	for (size_t i = 0; i < at && i < text.len; i++) {
		if (text.at[i] == '\n') {
			line++;
			start = i + 1;
		}
	}
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	at = unicode_count((struct str){ text.at + start, at > start ? at - start : 0 }) + 1;
	if (line > 1)
		return err_set(e, ERR_CONFIG, "line %zu, column %zu: %s", line, at, message);
	return err_set(e, ERR_CONFIG, "column %zu: %s", at, message);
}

static int lexer_peek(const struct lexer *l, size_t ahead)
{
	return l->at + ahead < l->text.len ? (unsigned char)l->text.at[l->at + ahead] : -1;
}

static bool lexer_is_one_of(int c, const char *set)
{
	return c > 0 && strchr(set, c);
}

static bool lexer_accept(struct lexer *l, const char *set)
{
	if (!lexer_is_one_of(lexer_peek(l, 0), set))
		return false;
	l->at++;
	return true;
}

static void accept_run(struct lexer *l, const char *set)
{
	while (lexer_accept(l, set))
		;
}

static void lexer_emit(struct lexer *l, enum token_kind kind, size_t start, struct str text)
{
	if (l->count == l->room) {
		struct token *old = l->tokens;

		l->room = l->room ? l->room * 2 : 32;
		l->tokens = arena_array(l->a, l->room, sizeof(*old));
		if (l->count)
			memcpy(l->tokens, old, l->count * sizeof(*old));
	}
	l->tokens[l->count++] = (struct token){ kind, (uint32_t)start, text };
}

static void emit_text(struct lexer *l, enum token_kind kind, size_t start)
{
	lexer_emit(l, kind, start, (struct str){ l->text.at + start, l->at - start });
}

/* The character at the cursor and its length; length 0 when it is malformed. */
static uint32_t lexer_character(const struct lexer *l, size_t *len)
{
	uint32_t point = 0;

	*len = utf8_decode(l->text.at + l->at, l->text.len - l->at, &point);
	return point;
}

static bool is_name_here(const struct lexer *l)
{
	size_t len;

	if (l->at >= l->text.len)
		return false;
	if ((unsigned char)l->text.at[l->at] < 0x80)
		return unicode_is_name((unsigned char)l->text.at[l->at]);
	return unicode_is_name(lexer_character(l, &len)) && len;
}

static bool lexer_fail(struct lexer *l, const char *what)
{
	return lex_error(l->e, l->text, l->at, "%s", what);
}

static int digit_value(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

/* Exactly count digits of the base. */
static bool read_digits(struct lexer *l, int base, int count, uint32_t *value)
{
	*value = 0;
	for (int i = 0; i < count; i++) {
		int digit = digit_value(lexer_peek(l, 0));

		if (digit >= base)
			return lexer_fail(l, "invalid character escape");
		*value = *value * (uint32_t)base + (uint32_t)digit;
		l->at++;
	}
	return true;
}

/* \u{1F680}: one to six digits. */
static bool read_braced(struct lexer *l, uint32_t *value)
{
	int digits = 0;

	*value = 0;
	for (l->at++; lexer_peek(l, 0) != '}'; l->at++, digits++) {
		int digit = digit_value(lexer_peek(l, 0));

		if (digit >= 16 || digits >= 6)
			return lexer_fail(l, "invalid character escape");
		*value = *value * 16 + (uint32_t)digit;
	}
	l->at++;
	return digits > 0 || lexer_fail(l, "invalid character escape");
}

/* What follows a backslash: a byte (in bytes literals) or a character. */
static bool lexer_read_escape(struct lexer *l, int quote, bool bytes, uint32_t *value)
{
	static const char letters[] = "abfnrtv\\", meant[] = "\a\b\f\n\r\t\v\\";
	int c = lexer_peek(l, 0);
	bool ok;

	if (c == quote) {
		*value = (uint32_t)c;
		l->at++;
		return true;
	}
	if (lexer_is_one_of(c, letters)) {
		*value = (uint32_t)meant[strchr(letters, c) - letters];
		l->at++;
		return true;
	}
	if (c >= '0' && c <= '3')
		return read_digits(l, 8, 3, value);
	if (c != 'x' && (bytes || (c != 'u' && c != 'U')))
		return lexer_fail(l, "invalid character escape");
	l->at++;
	if (c == 'u' && lexer_peek(l, 0) == '{')
		ok = read_braced(l, value);
	else
		ok = read_digits(l, 16, c == 'x' ? 2 : c == 'u' ? 4 : 8, value);
	return ok && (*value <= 0x10ffff || lexer_fail(l, "invalid character escape"));
}

/* Where the quoted string at the cursor ends (its quote), and whether it must be rewritten. */
static bool find_end(struct lexer *l, int quote, size_t *end, bool *rewrite)
{
	size_t i = l->at;

	*rewrite = false;
	for (; i < l->text.len && l->text.at[i] != quote && l->text.at[i] != '\n'; i++) {
		*rewrite |= l->text.at[i] == '\\' || l->text.at[i] == '\r';
		if (l->text.at[i] == '\\' && i + 1 < l->text.len)
			i++;
	}
	if (i >= l->text.len || l->text.at[i] != quote) {
		l->at = i;
		return lexer_fail(l, "the string is not closed");
	}
	*rewrite |= !utf8_valid(l->text.at + l->at, i - l->at);
	*end = i;
	return true;
}

/* One character of a quoted string, appended to out. */
static bool copy_character(struct lexer *l, int quote, bool bytes, char *out, size_t *len)
{
	uint32_t point = 0;
	size_t n;

	if (lexer_peek(l, 0) == '\\') {
		l->at++;
		if (!lexer_read_escape(l, quote, bytes, &point))
			return false;
		if (bytes)
			out[(*len)++] = (char)point;
		else
			*len += utf8_encode(point >= 0xd800 && point < 0xe000 ? 0xfffd : point,
					    out + *len);
		return true;
	}
	point = lexer_character(l, &n);
	l->at += n ? n : 1;
	*len += utf8_encode(!n ? 0xfffd : point == '\r' ? '\n' : point, out + *len);
	return true;
}

static bool lex_string(struct lexer *l, size_t start, bool bytes)
{
	int quote = l->text.at[l->at++];
	size_t end = 0, len = 0;
	bool rewrite;
	char *out;

	if (!find_end(l, quote, &end, &rewrite))
		return false;
	if (!rewrite) {
		lexer_emit(l, bytes ? TOKEN_BYTES : TOKEN_STRING, start,
			   (struct str){ l->text.at + l->at, end - l->at });
		l->at = end + 1;
		return true;
	}
	out = arena_alloc(l->a, (end - l->at) * 3 + 1);
	while (l->at < end)
		if (!copy_character(l, quote, bytes, out, &len))
			return false;
	l->at = end + 1;
	lexer_emit(l, bytes ? TOKEN_BYTES : TOKEN_STRING, start, (struct str){ out, len });
	return true;
}

/* Between backticks nothing is escaped; a backtick is written twice. */
static bool lex_raw(struct lexer *l)
{
	size_t start = l->at++, len = 0;
	char *out = arena_alloc(l->a, l->text.len - start);

	for (;; l->at++) {
		if (l->at >= l->text.len)
			return lexer_fail(l, "the string is not closed");
		if (l->text.at[l->at] == '`' && lexer_peek(l, 1) != '`')
			break;
		l->at += l->text.at[l->at] == '`';
		out[len++] = l->text.at[l->at];
	}
	l->at++;
	lexer_emit(l, TOKEN_STRING, start, (struct str){ out, len });
	return true;
}

static bool lex_number(struct lexer *l, size_t start)
{
	const char *digits = "0123456789_";
	size_t end;

	if (lexer_accept(l, "0")) {
		if (lexer_accept(l, "xX"))
			digits = "0123456789abcdefABCDEF_";
		else if (lexer_accept(l, "oO"))
			digits = "01234567_";
		else if (lexer_accept(l, "bB"))
			digits = "01_";
	}
	accept_run(l, digits);
	end = l->at;
	if (lexer_accept(l, ".")) {
		if (lexer_peek(l, 0) == '.') { /* 1..2 is a range */
			l->at = end;
			emit_text(l, TOKEN_NUMBER, start);
			return true;
		}
		accept_run(l, digits);
	}
	if (lexer_accept(l, "eE")) {
		lexer_accept(l, "+-");
		accept_run(l, digits);
	}
	if (is_name_here(l))
		return lexer_fail(l, "not a number");
	emit_text(l, TOKEN_NUMBER, start);
	return true;
}

static bool lexer_skip_comment(struct lexer *l, bool line)
{
	l->at += 2;
	for (; l->at < l->text.len; l->at++) {
		if (line && l->text.at[l->at] == '\n')
			return true;
		if (!line && l->text.at[l->at] == '*' && lexer_peek(l, 1) == '/') {
			l->at += 2;
			return true;
		}
	}
	return line || lexer_fail(l, "the comment is not closed");
}

static void skip_name(struct lexer *l)
{
	while (is_name_here(l)) {
		size_t len = 1;

		if ((unsigned char)l->text.at[l->at] >= 0x80)
			lexer_character(l, &len);
		l->at += len;
	}
}

static void lex_name(struct lexer *l, size_t start)
{
	static const char *const words[] = { "not", "in", "or", "and", "matches", "contains",
					     "startsWith", "endsWith", "let", "if", "else" };
	struct str word;

	skip_name(l);
	word = (struct str){ l->text.at + start, l->at - start };
	for (size_t i = 0; i < COUNTOF(words); i++) {
		if (*word.at == *words[i] && str_is(word, words[i])) {
			lexer_emit(l, TOKEN_SIGN, start, word);
			return;
		}
	}
	lexer_emit(l, TOKEN_NAME, start, word);
}

/* '#', and a name right behind it, which may be any word. */
static void lex_pointer(struct lexer *l, size_t start)
{
	lexer_accept(l, "#");
	emit_text(l, TOKEN_SIGN, start);
	start = l->at;
	skip_name(l);
	if (l->at > start)
		emit_text(l, TOKEN_NAME, start);
}

/* Operators and brackets. False, without an error, when there is none here. */
static bool lex_sign(struct lexer *l, size_t start)
{
	int c = lexer_peek(l, 0);

	if (!lexer_is_one_of(c, "?|:([{)]},;%+-^&!=*<>/"))
		return false;
	l->at++;
	if (c == '?')
		lexer_accept(l, ".?");
	else if (c == '|' || c == ':')
		lexer_accept(l, c == '|' ? "|" : ":");
	else if (lexer_is_one_of(c, "&!=*<>"))
		lexer_accept(l, "&=*");
	emit_text(l, TOKEN_SIGN, start);
	return true;
}

static bool lex_dot(struct lexer *l, size_t start)
{
	l->at++;
	if (lexer_peek(l, 0) >= '0' && lexer_peek(l, 0) <= '9')
		return lex_number(l, start);
	lexer_accept(l, ".");
	emit_text(l, TOKEN_SIGN, start);
	return true;
}

static bool lex_one(struct lexer *l)
{
	size_t start = l->at, len;
	int c = lexer_peek(l, 0), next = lexer_peek(l, 1);
	uint32_t point;

	if (c == '\'' || c == '"')
		return lex_string(l, start, false);
	if (c == '`')
		return lex_raw(l);
	if ((c == 'b' || c == 'B') && (next == '\'' || next == '"')) {
		l->at++;
		return lex_string(l, start, true);
	}
	if (c >= '0' && c <= '9')
		return lex_number(l, start);
	if (c == '/' && (next == '/' || next == '*'))
		return lexer_skip_comment(l, next == '/');
	if (c == '#') {
		l->at++;
		lex_pointer(l, start);
		return true;
	}
	if (c == '.')
		return lex_dot(l, start);
	if (lex_sign(l, start))
		return true;
	point = lexer_character(l, &len);
	if (len && unicode_is_space(point)) {
		l->at += len;
		return true;
	}
	if (len && unicode_is_name(point)) {
		lex_name(l, start);
		return true;
	}
	return lexer_fail(l, "an unexpected character");
}

bool lex(struct arena *a, struct str text, struct token **tokens, struct err *e)
{
	struct lexer l = { .a = a, .text = text, .e = e };

	while (l.at < text.len)
		if (!lex_one(&l))
			return false;
	lexer_emit(&l, TOKEN_END, text.len, (struct str){ "", 0 });
	*tokens = l.tokens;
	return true;
}
