/* SPDX-License-Identifier: Apache-2.0 */
/* Warehouses are nowhere but outside: each is looked at once before it is listed. */
#include "cmd/warehouses.h"

#include <string.h>

#include "app/app.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "cmd/command.h"
#include "cmd/out.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "ui/port.h"

/* How long a look outside may take. */
enum { LOOK_MS = 60000 };

static void cmd_warehouses_set_text(struct arena *a, struct value *row, const char *key,
				    const char *text)
{
	value_set(a, row, key, value_string(a, text));
}

static struct value *warehouse_row(struct arena *a, const struct world *w,
				   const struct warehouse *of)
{
	struct value *row = value_map(a), *all = value_list(a);
	struct list reasons = { 0 };
	int64_t freight = 0;

	for (size_t i = 0; i < w->nfreight; i++)
		freight += strcmp(w->freight[i]->warehouse, of->name) == 0;
	warehouse_reasons(a, of, &reasons);
	for (size_t i = 0; i < reasons.count; i++)
		value_append(a, all, value_string(a, reasons.items[i]));
	cmd_warehouses_set_text(a, row, "name", of->name);
	value_set(a, row, "freight", value_int(a, freight));
	cmd_warehouses_set_text(a, row, "looked",
				of->looked_at ? clock_age(a, clock_now() - of->looked_at) : "");
	cmd_warehouses_set_text(a, row, "state",
				of->error        ? "fails"
				: !of->looked_at ? "not looked at"
				: reasons.count  ? "finds nothing"
						 : "works");
	cmd_warehouses_set_text(a, row, "message",
				of->error       ? of->error
				: reasons.count ? reasons.items[0]
						: "");
	value_set(a, row, "reasons", all);
	return row;
}

static const struct out_column warehouse_columns[] = {
	{ "WAREHOUSE", "name" }, { "FREIGHT", "freight" }, { "LOOKED", "looked" }, { "STATE", "state" },
	{ "MESSAGE", "message" }, { 0 },
};

static bool is_looked_at(void *context, const struct world *w)
{
	(void)context;
	for (size_t i = 0; i < w->nwarehouses; i++)
		if (!w->warehouses[i]->looked_at && !w->warehouses[i]->error)
			return false;
	return true;
}

const char *warehouse_trouble(struct arena *a, const struct world *w, const char *name, const char **reason)
{
	const struct warehouse *h = world_warehouse(w, name);
	struct list reasons = { 0 };

	if (h)
		warehouse_reasons(a, h, &reasons);
	*reason = reasons.count ? reasons.items[0] : NULL;
	return h ? h->error : "it is not in the manifests";
}

bool warehouse_was_looked_at(const struct world *w, const char *name, int64_t since)
{
	const struct warehouse *h = world_warehouse(w, name);
	const char *found = h ? warehouse_found(h) : "";

	if (!h || h->error)
		return true;
	return h->looked_at >= since && (!*found || world_freight(w, found));
}

bool get_warehouses(struct command *c, struct app *app, struct err *e)
{
	struct value *rows = value_list(c->arena);
	const struct world *w;
	struct err late;

	if (!app_wait(app, is_looked_at, NULL, LOOK_MS, NULL, &w, &late))
		w = app_port(app)->borrow(app_port(app)->context);
	for (size_t i = 0; i < w->nwarehouses; i++)
		value_append(c->arena, rows, warehouse_row(c->arena, w, w->warehouses[i]));
	app_port(app)->give_back(app_port(app)->context, w);
	return out_rows(c, rows, warehouse_columns, "no warehouses: the manifests hold none", e);
}
