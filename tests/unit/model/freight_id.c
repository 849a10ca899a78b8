/* SPDX-License-Identifier: Apache-2.0 */
/* The names of Freight; the expected digits are Kargo's. */
#include <string.h>

#include "tap.h"

#include "base/arena.h"
#include "base/err.h"
#include "data/json.h"
#include "data/value.h"
#include "model/freight_id.h"

static void is_id(const char *json, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *freight = NULL;
	struct err e = { 0 };
	char id[41] = "";

	if (json_parse(a, json, strlen(json), &freight, &e))
		freight_id(freight, id);
	is_text(id, want, "%s%s", json, e.message);
}

TEST(freight_id_of_artifacts)
{
	is_id("{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"wh\"}}",
	      "174ecbda61f2fa38b0a7e2a7cf022bbf5d537c52");
	is_id("{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"app\"},\"commits\":[{\"repoURL\":"
	      "\"https://GitHub.com/Example/Repo.git\",\"id\":"
	      "\"1111111111111111111111111111111111111111\",\"tag\":\"v1.0.0\"}]}",
	      "700860ca90c4f68efbf05e81c9ce21b98de4825c");
	is_id("{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"c\"},\"charts\":[{\"repoURL\":"
	      "\"https://charts.example.com\",\"name\":\"podinfo\",\"version\":\"6.5.0\"}]}",
	      "cd49a911406c62406693b98f388b5898f7cdb1e0");
	is_id("{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"g\"},\"artifacts\":[{\"artifactType\":"
	      "\"my-type\",\"subscriptionName\":\"sub1\",\"version\":\"v9\"}]}",
	      "6f713c27e686e2acbd83a3fdfac5a571404107da");
}
