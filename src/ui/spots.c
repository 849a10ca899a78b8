/* SPDX-License-Identifier: Apache-2.0 */
/* Spots: areas of the last frame, with what a click there means. */
#include "ui/spots.h"

#include "base/str.h"
#include "ui/screens_inner.h"

static struct spot *spots_add(struct screens *d, struct area area)
{
	struct spot *spot = &d->spots[d->nspots];

	*spot = (struct spot){ .area = area };
	/* No readable screen has more; the last one is overwritten. */
	d->nspots += d->nspots + 1 < COUNTOF(d->spots);
	return spot;
}

void screens_spot_action(struct screens *d, struct area area, enum ui_action action)
{
	spots_add(d, area)->action = action;
}

void screens_spot_name(struct screens *d, struct area area, const char *name)
{
	spots_add(d, area)->name = str_copy(d->frame, name);
}

void screens_spot_freight(struct screens *d, struct area area, const char *freight)
{
	spots_add(d, area)->freight = str_copy(d->frame, freight);
}

void screens_spot_screen(struct screens *d, struct area area, const struct screen *s)
{
	spots_add(d, area)->screen = s;
}
