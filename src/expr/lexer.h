/* SPDX-License-Identifier: Apache-2.0 */
/* Text to tokens. Any thread. */
#ifndef GANTRY_EXPR_LEXER_H
#define GANTRY_EXPR_LEXER_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;

enum token_kind { TOKEN_NAME, TOKEN_NUMBER, TOKEN_STRING, TOKEN_BYTES, TOKEN_SIGN, TOKEN_END };

/* TOKEN_SIGN: operators, brackets and the words that are operators. */
struct token {
	enum token_kind kind;
	uint32_t at;            /* byte offset */
	struct str text;        /* a string's is unescaped */
};

/* All tokens, the last one TOKEN_END. Strings without escapes point into text. */
bool lex(struct arena *a, struct str text, struct token **tokens, struct err *e) MUST_USE;

/* ERR_CONFIG with the column (in characters, from 1; and the line, past the first) of offset at. */
bool lex_error(struct err *e, struct str text, size_t at, const char *format, ...) PRINTF(4, 5);

#endif
