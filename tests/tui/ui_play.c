/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shows a literal world in the real terminal: ui_play WORLD [THEME] [ascii]. For tests of
 * the curses backend, which need no engine, and for looking at screens.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "fleets.h"
#include "worlds.h"
#include "ui/ui.h"

int main(int argc, char **argv)
{
	static const char *const names[WORLD_COUNT] = {
		[WORLD_DEMO] = "demo",       [WORLD_EMPTY] = "empty", [WORLD_LOADING] = "loading",
		[WORLD_READING] = "reading", [WORLD_ONE] = "one",     [WORLD_BARREN] = "barren",
		[WORLD_MANY] = "many",       [WORLD_HOSTILE] = "hostile", [WORLD_PAST] = "past",
		[WORLD_FAILING] = "failing", [WORLD_PULL] = "pull",   [WORLD_BACKED] = "backed",
		[WORLD_TRIED] = "tried",     [WORLD_WAREHOUSES] = "warehouses",
	};
	static const char *const fleets[] = {
		[FLEET_SHOP] = "fleet", [FLEET_BROKEN] = "fleet-broken",
		[FLEET_HUNDRED] = "fleet-100", [FLEET_THOUSAND] = "fleet-1000",
	};
	AUTO(arena) struct arena *a = arena_new();
	struct ui_options options = { .theme = argc > 2 ? argv[2] : NULL,
				      .ascii = argc > 3 && strcmp(argv[3], "ascii") == 0,
				      .read_only = argc > 3 && strcmp(argv[3], "read-only") == 0 };
	struct fake fake;
	struct err e;
	size_t kind = 0, many = 0;

	setlocale(LC_ALL, "");
	setenv("GANTRY_NOW", WORLD_NOW, 0);
	while (argc > 1 && kind < WORLD_COUNT && !same_text(argv[1], names[kind]))
		kind++;
	while (argc > 1 && many < COUNTOF(fleets) && !same_text(argv[1], fleets[many]))
		many++;
	if (kind == WORLD_COUNT && many == COUNTOF(fleets)) {
		fprintf(stderr, "ui_play: no world is called %s\n", argv[1]);
		return 2;
	}
	fake_init(&fake, a, world_make(a, kind < WORLD_COUNT ? (enum world_kind)kind : WORLD_EMPTY));
	if (kind == WORLD_COUNT)
		fake_fleet(&fake, fleet_make(a, (enum fleet_kind)many));
	if (ui_run(&fake.port, &options, &e))
		return 0;
	fprintf(stderr, "ui_play: %s\n", e.message);
	return 1;
}
