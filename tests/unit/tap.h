/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests: TEST(name) { ok(condition, "sentence"); }. Every TEST linked into a
 * program runs, in the order of file and line, and reports in TAP.
 */
#ifndef GANTRY_TESTS_UNIT_TAP_H
#define GANTRY_TESTS_UNIT_TAP_H

#include "base/base.h"

/* A test that looks at what it asked for crashes when it is not there, which is a failure, too. */
#pragma GCC diagnostic ignored "-Wnull-dereference"

struct tap_test {
	const char *file;
	int line;
	void (*run)(void);
	struct tap_test *next;
};

void tap_add(struct tap_test *test);

#define TEST(name)                                                              \
	static void name(void);                                                 \
	static struct tap_test test_##name = { __FILE__, __LINE__, name, NULL }; \
	__attribute__((constructor)) static void add_##name(void)               \
	{                                                                       \
		tap_add(&test_##name);                                          \
	}                                                                       \
	static void name(void)

/* Reports condition under a sentence that says what is expected. Returns it. */
#define ok(condition, ...) tap_ok((condition), __FILE__, __LINE__, __VA_ARGS__)

/* Both texts are equal; shows them when not. NULL equals only NULL. */
#define is_text(got, want, ...) tap_text((got), (want), __FILE__, __LINE__, __VA_ARGS__)

/* Both numbers are equal; shows them when not. */
#define is_number(got, want, ...) \
	tap_number((long long)(got), (long long)(want), __FILE__, __LINE__, __VA_ARGS__)

/* A sentence for the reader of the log. */
void note(const char *format, ...) PRINTF(1, 2);

bool tap_ok(bool condition, const char *file, int line, const char *format, ...) PRINTF(4, 5);
bool tap_text(const char *got, const char *want, const char *file, int line, const char *format,
	      ...) PRINTF(5, 6);
bool tap_number(long long got, long long want, const char *file, int line, const char *format, ...)
	PRINTF(5, 6);

/* The source folder of the tests, for golden files: $srcdir/tests. */
const char *tests_folder(void);

#endif
