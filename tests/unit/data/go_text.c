/* SPDX-License-Identifier: Apache-2.0 */
/* Scalars are read and written as strconv and fmt do. */
#include "data/go_text.h"

#include <string.h>

#include "base/buf.h"
#include "tap.h"

TEST(floats_are_those_of_parse_float)
{
	static const char *const yes[] = { "1", "1.10", "1e3", ".5", "5.", "+1", "-0", "Inf", "+inf",
					   "-Infinity", "nan", "0x1p3", "0x.8p1", "1_000", "0x_1p0",
					   "1e-400" };
	static const char *const no[] = { "", "x", "1_", "_1", "1__0", "0x1", "1e", "1e400", "+nan",
					  "1 ", ".", "e1", "0b1", "1e1_", "infi", "1._5" };
	double number;

	for (size_t i = 0; i < COUNTOF(yes); i++)
		ok(go_float(yes[i], strlen(yes[i]), &number), "%s is one", yes[i]);
	for (size_t i = 0; i < COUNTOF(no); i++)
		ok(!go_float(no[i], strlen(no[i]), &number), "\"%s\" is none", no[i]);
	ok(go_float("0x1p3", 5, &number) && number == 8, "hexadecimal ones have a value");
}

TEST(bools_are_those_of_parse_bool)
{
	bool truth = false;

	ok(go_bool("T", 1, &truth) && truth, "T is true");
	ok(go_bool("FALSE", 5, &truth) && !truth, "FALSE is false");
	ok(!go_bool("tRue", 4, &truth) && !go_bool("yes", 3, &truth), "others are none");
}

static void quotes(const char *text, const char *want)
{
	AUTO(buf) struct buf b;

	buf_init(&b, 1000);
	go_quote(&b, text, strlen(text));
	is_text(buf_str(&b), want, "%s", want);
}

TEST(texts_are_quoted_as_q_does)
{
	quotes("a\"b\\c", "\"a\\\"b\\\\c\"");
	quotes("\n\t\a\x01\x7f", "\"\\n\\t\\a\\x01\\x7f\"");
	quotes("é😀", "\"é😀\"");
	quotes("\xc2\xa0\xe2\x80\x8b\xff", "\"\\u00a0\\u200b\\xff\"");
}

static void number(double value, const char *want)
{
	char text[32];

	go_number(value, text);
	is_text(text, want, "%s", want);
}

TEST(numbers_are_written_as_v_does)
{
	number(1, "1");
	number(1.5, "1.5");
	number(100, "100");
	number(999999, "999999");
	number(1000000, "1e+06");
	number(1234567, "1.234567e+06");
	number(0.0001, "0.0001");
	number(0.00001, "1e-05");
	number(-0.0, "-0");
}

static void plain(double value, const char *want)
{
	AUTO(buf) struct buf b;

	buf_init(&b, 1000);
	go_number_plain(&b, value);
	is_text(buf_str(&b), want, "%s", want);
}

TEST(plain_numbers_have_no_exponent)
{
	plain(0, "0");
	plain(1e20, "100000000000000000000");
	plain(-1234567, "-1234567");
	plain(1e-7, "0.0000001");
	plain(1.5, "1.5");
	plain(0.25, "0.25");
	plain(12345678901234567890.0, "12345678901234567000");
}
