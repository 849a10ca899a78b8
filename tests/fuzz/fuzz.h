/* SPDX-License-Identifier: Apache-2.0 */
/* What every fuzzer has. A program is one of these files with libFuzzer, or with main.c, which replays a corpus. */
#ifndef GANTRY_TESTS_FUZZ_H
#define GANTRY_TESTS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/base.h"
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

#endif
