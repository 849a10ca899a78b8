/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the loop does with the set of screens: keys, clicks and worlds go in, a canvas and intents come out
 * (draw.c, keys.c, mouse.c, wake.c). It knows no terminal, so tests sit at it as well as the loop does.
 * Ui thread.
 */
#ifndef GANTRY_UI_DASHBOARD_H
#define GANTRY_UI_DASHBOARD_H

#include "base/base.h"
#include "term/canvas.h"
#include "ui/screens.h"

/* Draws everything. */
void screens_draw(struct screens *d, struct canvas *c);

/* What a key does. pasted: a character of pasted text, which is no command. */
void screens_key(struct screens *d, uint32_t key, bool pasted);
void screens_click(struct screens *d, int row, int col);
void screens_wheel(struct screens *d, bool up);

/* Moves the cursor by a key. */
void screens_move(struct screens *d, uint32_t key);

/* What a key does on that screen, in words; NULL: nothing. */
const char *key_meaning(const struct screen_def *def, uint32_t key);

/* Does what a key would: for the palette. */
void screens_act(struct screens *d, enum ui_action action);

/* The contexts of running Kargos that there are (NULL ends them; NULL: none), and showing another one. */
const char *const *screens_contexts(const struct screens *d);
void screens_attach(struct screens *d, const char *context);

/* Looks for a newer world and for replies. True when there is something new to draw. */
bool screens_wake(struct screens *d);

/* Refills the top screen if a newer world has made it stale, before a key is applied to it. */
void screens_refill(struct screens *d);

/* Why the bell rang last, in a sentence. */
const char *screens_bell_reason(struct screens *d);

#endif
