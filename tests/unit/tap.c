/* SPDX-License-Identifier: Apache-2.0 */
/* Runs every TEST of the program and prints TAP; exit status 1 when any failed. */
#include "tap.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tap_test *tests;
static int count, failed;

static int order(const struct tap_test *a, const struct tap_test *b)
{
	int by_file = strcmp(a->file, b->file);

	return by_file ? by_file : a->line - b->line;
}

void tap_add(struct tap_test *test)
{
	struct tap_test **at = &tests;

	while (*at && order(*at, test) < 0)
		at = &(*at)->next;
	test->next = *at;
	*at = test;
}

static bool report(bool condition, const char *file, int line, const char *format, va_list ap)
{
	printf("%sok %d - ", condition ? "" : "not ", ++count);
	vprintf(format, ap);
	putchar('\n');
	if (!condition) {
		printf("# at %s:%d\n", file, line);
		failed++;
	}
	fflush(stdout);
	return condition;
}

bool tap_ok(bool condition, const char *file, int line, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	report(condition, file, line, format, ap);
	va_end(ap);
	return condition;
}

static void show(const char *what, const char *text)
{
	printf("# %s: ", what);
	for (; text && *text; text++) {
		putchar(*text);
		if (*text == '\n')
			fputs("#      ", stdout);
	}
	puts(text ? "" : "(null)");
}

bool tap_text(const char *got, const char *want, const char *file, int line, const char *format, ...)
{
	bool same = got == want || (got && want && strcmp(got, want) == 0);
	va_list ap;

	va_start(ap, format);
	report(same, file, line, format, ap);
	va_end(ap);
	if (!same) {
		show(" got", got);
		show("want", want);
	}
	return same;
}

bool tap_number(long long got, long long want, const char *file, int line, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	report(got == want, file, line, format, ap);
	va_end(ap);
	if (got != want)
		printf("#  got: %lld\n# want: %lld\n", got, want);
	return got == want;
}

void note(const char *format, ...)
{
	va_list ap;

	fputs("# ", stdout);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
}

const char *tests_folder(void)
{
	const char *source = getenv("srcdir");
	static char folder[4096];

	snprintf(folder, sizeof(folder), "%s/tests", source ? source : ".");
	return folder;
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	for (struct tap_test *t = tests; t; t = t->next)
		t->run();
	printf("1..%d\n", count);
	return failed ? 1 : 0;
}
