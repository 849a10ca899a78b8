/* SPDX-License-Identifier: Apache-2.0 */
/* Values as bytes and back; bytes cut short or altered. */
#include "data/binary.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "data/json.h"
#include "data/value.h"
#include "tap.h"

static const char *text = "{\"a\":[1,-2.5,true,false,null,\"\",\"x\\u0000y\"],\"b\":{\"c\":{}},\"d\":[],"
	"\"m\":{\"1\":1,\"2\":2,\"3\":3,\"4\":4,\"5\":5,\"6\":6,\"7\":7,\"8\":8,\"9\":9,\"10\":10,\"11\":11,"
	"\"12\":12,\"13\":13,\"14\":14,\"15\":15,\"16\":16,\"17\":17,\"18\":18,\"19\":19,\"20\":20}}";

static struct value *sample(struct arena *a)
{
	struct value *v = NULL;
	struct err e;

	ok(json_parse(a, text, strlen(text), &v, &e), "a value of every kind");
	return v;
}

TEST(there_and_back)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf b;
	struct value *v = sample(a), *back, *none;
	const char *name, *no_name;

	buf_init(&b, 1 << 20);
	binary_put_text(&b, "uat");
	binary_put_text(&b, NULL);
	binary_put_value(&b, v);
	binary_put_value(&b, NULL);
	struct str in = { b.at, b.len };
	ok(binary_take_text(&in, &name) && binary_take_text(&in, &no_name), "texts are read");
	is_text(name, "uat", "one that is there");
	ok(!no_name, "and one that is not");
	ok(binary_take_value(&in, a, &back) && binary_take_value(&in, a, &none), "values are read");
	is_text(json_text(a, back, 0), json_text(a, v, 0), "as they were");
	ok(!none && in.len == 0, "and nothing is left");
	is_number(value_count(value_path(back, "m")), 20, "a large map is whole");
	ok(value_get(value_get(back, "m"), "17")->integer == 17, "and can be looked into");
}

TEST(cut_short_or_altered)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf b;
	struct value *back;
	size_t accepted = 0;

	buf_init(&b, 1 << 20);
	binary_put_value(&b, sample(a));
	for (size_t len = 0; len < b.len; len++) {
		char *copy = malloc(len + 1); /* so that a sanitizer sees one byte too far */
		memcpy(copy, b.at, len);
		struct str in = { copy, len };
		accepted += binary_take_value(&in, a, &back);
		free(copy);
	}
	is_number(accepted, 0, "cut anywhere, it is refused");
	for (size_t i = 0; i < b.len; i++) {
		char *copy = malloc(b.len);
		memcpy(copy, b.at, b.len);
		copy[i] ^= 0x55;
		struct str in = { copy, b.len };
		if (binary_take_value(&in, a, &back))
			value_copy(a, back);
		free(copy);
	}
	ok(true, "altered anywhere, nothing outside of it is read");
}
