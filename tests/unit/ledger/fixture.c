/* SPDX-License-Identifier: Apache-2.0 */
/* Ledgers in temporary folders, and events to fill them. */
#include "fixture.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/json.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "tap.h"

const char *scratch(struct arena *a)
{
	const char *path = NULL;
	struct err e;

	if (!folder_temporary(a, "gantry-ledger-", &path, &e))
		note("%s", e.message);
	return path;
}

void scrap(const char *folder)
{
	struct err e;

	if (!folder_remove(folder, &e))
		note("%s", e.message);
}

struct ledger *opened(struct arena *a, const char *folder, const char *name, const char *remote)
{
	struct ledger_options o = { .path = path_join(a, folder, name), .project = "demo",
				    .remote = remote, .host = name };
	struct ledger *l = NULL;
	struct err e;

	if (!ledger_open(&o, &l, &e))
		ok(false, "opening: %s", e.message);
	return l;
}

const char *freight_name(struct arena *a, unsigned n)
{
	return str_format(a, "%08x%032x", n * 2654435761u, n);
}

struct value *json(struct arena *a, const char *text)
{
	struct value *v = NULL;
	struct err e;

	if (!json_parse(a, text, strlen(text), &v, &e))
		note("%s", e.message);
	return v;
}

struct event *found(struct arena *a, unsigned n)
{
	struct event *ev = arena_alloc(a, sizeof(*ev));
	const char *text = str_format(a, "{\"alias\":\"a-%u\",\"metadata\":{\"name\":\"%s\"},\"origin\":"
				      "{\"kind\":\"Warehouse\",\"name\":\"w\"}}", n, freight_name(a, n));
	*ev = (struct event){ .kind = EVENT_FREIGHT_DISCOVERED, .freight = freight_name(a, n),
			      .subject = str_format(a, "found freight %u", n),
			      .at = 1717236000000 + n, .data = json(a, text) };
	return ev;
}

struct event *approve(struct arena *a, unsigned n, const char *stage, const char *who)
{
	struct event *ev = arena_alloc(a, sizeof(*ev));

	*ev = (struct event){ .kind = EVENT_FREIGHT_APPROVED, .freight = freight_name(a, n),
			      .stage = stage, .actor = who,
			      .subject = str_format(a, "approve a-%u for %s", n, stage),
			      .at = 1717236000000 + n };
	return ev;
}

bool append(struct ledger *l, const struct event *ev)
{
	struct err e;

	if (ledger_append(l, ev, LEDGER_PUSH_NOW, &e))
		return true;
	note("%s", e.message);
	return false;
}
