/* SPDX-License-Identifier: Apache-2.0 */
/* Kargo's seventeen colours, and any other, as the seven that a terminal tells apart. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "data/value.h"
#include "model/stage.h"
#include "ui/display.h"

static const struct {
	const char *name;
	enum role role;
} hue_words[] = {
	{ "red", ROLE_HUE_RED },       { "rose", ROLE_HUE_RED },      { "orange", ROLE_HUE_ORANGE },
	{ "amber", ROLE_HUE_ORANGE },  { "yellow", ROLE_HUE_YELLOW }, { "lime", ROLE_HUE_GREEN },
	{ "green", ROLE_HUE_GREEN },   { "emerald", ROLE_HUE_GREEN }, { "teal", ROLE_HUE_CYAN },
	{ "cyan", ROLE_HUE_CYAN },     { "sky", ROLE_HUE_CYAN },      { "blue", ROLE_HUE_BLUE },
	{ "indigo", ROLE_HUE_BLUE },   { "violet", ROLE_HUE_PURPLE }, { "purple", ROLE_HUE_PURPLE },
	{ "fuchsia", ROLE_HUE_PURPLE }, { "pink", ROLE_HUE_PURPLE },
};

/* Degrees around the colour circle at which each of the seven ends. */
static enum role hue_at(int degrees)
{
	static const struct {
		int end;
		enum role role;
	} sectors[] = {
		{ 18, ROLE_HUE_RED },    { 46, ROLE_HUE_ORANGE }, { 68, ROLE_HUE_YELLOW },
		{ 162, ROLE_HUE_GREEN }, { 205, ROLE_HUE_CYAN },  { 250, ROLE_HUE_BLUE },
		{ 335, ROLE_HUE_PURPLE },
	};

	for (size_t i = 0; i < COUNTOF(sectors); i++)
		if (degrees < sectors[i].end)
			return sectors[i].role;
	return ROLE_HUE_RED;
}

/* "#rrggbb"; grey has no hue. */
static enum role hue_of_hex(const char *text, enum role otherwise)
{
	char *end;
	long rgb = strtol(text + 1, &end, 16);
	int r = (int)(rgb >> 16 & 255), g = (int)(rgb >> 8 & 255), b = (int)(rgb & 255);
	int most = r > g ? r : g, least = r < g ? r : g, span;

	most = most > b ? most : b;
	least = least < b ? least : b;
	span = most - least;
	if (strlen(text) != 7 || *end || span < 30)
		return otherwise;
	if (most == r)
		return hue_at((60 * (g - b) / span + 360) % 360);
	return hue_at(most == g ? 120 + 60 * (b - r) / span : 240 + 60 * (r - g) / span);
}

enum role display_hue(const struct stage *s, enum role otherwise)
{
	const struct value *notes = value_path(s->object, "metadata.annotations");
	const char *text = value_text(value_get(notes, "kargo.akuity.io/color"), "");

	if (*text == '#')
		return hue_of_hex(text, otherwise);
	for (size_t i = 0; *text && i < COUNTOF(hue_words); i++)
		if (same_but_case(text, hue_words[i].name))
			return hue_words[i].role;
	return otherwise;
}
