/* SPDX-License-Identifier: Apache-2.0 */
/* Who is let in, and that nobody else is. */
#include "net/door.h"

#include "base/arena.h"
#include "base/str.h"
#include "data/base64.h"
#include "data/value.h"
#include "tap.h"

static const char *basic(struct arena *a, const char *text)
{
	return str_format(a, "Basic %s", base64_encode(a, str_of(text)).at);
}

TEST(a_door_opens_for_whom_it_knows)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *users = value_map(a);
	struct door *d;

	/* htpasswd -nbBC 5 ada sesame */
	value_set(a, users, "ada",
		  value_string(a, "$2y$05$vdcJvKUuov5QWPYCKtDNUuMgdvSPrfk4W9dULQ/lS6z62nb1PHQEG"));
	d = door_new(users);
	ok(!door_opens(d, a, NULL), "nobody who says nothing");
	ok(door_opens(d, a, basic(a, "ada:sesame")), "ada");
	ok(door_opens(d, a, basic(a, "ada:sesame")), "once more");
	ok(!door_opens(d, a, basic(a, "ada:Sesame")), "not with another password");
	ok(!door_opens(d, a, basic(a, "ada:sesame:")), "nor with more of it");
	ok(!door_opens(d, a, basic(a, "eve:sesame")), "nor somebody else");
	ok(!door_opens(d, a, basic(a, "ada")), "nor without any");
	ok(!door_opens(d, a, "Basic !!!") && !door_opens(d, a, "Bearer x"), "nor with nonsense");
	door_free(d);
	ok(door_is_hash("$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi"), "a hash");
	ok(!door_is_hash("sesame") && !door_is_hash("$6$abc$def"), "no hash of bcrypt's");
}
