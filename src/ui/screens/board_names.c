/* SPDX-License-Identifier: Apache-2.0 */
/* The board's cursor is a name, and the name leads back to what it is about. */
#include "ui/screens/board_names.h"

#include <string.h>

#include "base/str.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "ui/screen.h"

static const char stage_prefix[] = "stage/", warehouse_prefix[] = "warehouse/";

const char *board_name(struct arena *a, const struct warehouse *w, const struct stage *s)
{
	return w ? str_format(a, "%s%s", warehouse_prefix, w->name)
		 : str_format(a, "%s%s", stage_prefix, s->name);
}

void board_find(const struct view *v, const char *name, struct subject *out)
{
	if (has_prefix(name, stage_prefix))
		out->stage = world_stage(v->w, name + strlen(stage_prefix));
	else if (has_prefix(name, warehouse_prefix))
		out->warehouse = world_warehouse(v->w, name + strlen(warehouse_prefix));
}
