/* SPDX-License-Identifier: Apache-2.0 */
/* What every fuzzer has. A program is one of these files with libFuzzer, or with main.c, which replays a corpus. */
#ifndef GANTRY_TESTS_FUZZ_H
#define GANTRY_TESTS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* libFuzzer's name: runs one input. Aborts, or is stopped by a sanitizer, when something is wrong. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The input ends here: what was found wrong, and with which text. */
#define FUZZ_CHECK(condition, text)                                                             \
	do {                                                                                     \
		if (!(condition)) {                                                              \
			fprintf(stderr, "%s:%d: %s\n---\n%s\n---\n", __FILE__, __LINE__, #condition, text); \
			abort();                                                                 \
		}                                                                                \
	} while (0)

/* Takes the first line off the input. */
static inline const char *fuzz_line(struct arena *a, struct str *input)
{
	size_t n = 0;
	const char *line;

	while (n < input->len && input->at[n] != '\n')
		n++;
	line = str_copy_n(a, input->at, n);
	n += n < input->len;
	*input = (struct str){ input->at + n, input->len - n };
	return line;
}

/* A copy that ends where it ends, so that a sanitizer sees each byte read beyond it; NUL-terminated. */
static inline struct str fuzz_rest(struct arena *a, struct str input)
{
	return (struct str){ str_copy_n(a, input.at, input.len), input.len };
}

/* The length of a text's i-th piece, of the left bytes; without cuts all of them are one piece. */
static inline size_t fuzz_piece(const char *cuts, size_t i, size_t left)
{
	size_t n = *cuts ? (size_t)(unsigned char)cuts[i % strlen(cuts)] % 16 + 1 : left;

	return n < left ? n : left;
}

/* Feeds the text in its pieces, and writes down what came of it; false: it was refused. */
typedef bool fuzz_feed(struct str text, const char *cuts, struct buf *out);

/* The first line's bytes are cuts; however they fall, the same comes of the rest, which is returned. */
static inline struct str fuzz_in_pieces(struct arena *a, struct str input, fuzz_feed *feed)
{
	const char *cuts = fuzz_line(a, &input);
	struct str text = fuzz_rest(a, input);
	AUTO(buf) struct buf whole = { 0 };
	AUTO(buf) struct buf pieces = { 0 };
	bool fine;

	buf_init(&whole, 1 << 22);
	buf_init(&pieces, 1 << 22);
	fine = feed(text, "", &whole);
	FUZZ_CHECK(feed(text, cuts, &pieces) == fine, text.at);
	FUZZ_CHECK(!fine || (whole.len == pieces.len && (!whole.len || memcmp(whole.at, pieces.at, whole.len) == 0)),
		   text.at);
	return text;
}

#endif
