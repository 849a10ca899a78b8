/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Screens: worlds become pictures, keys become intents. It cannot reach I/O.
 * May use base data model term.
 *
 * ui.h   this table
 */
#ifndef GANTRY_UI_UI_H
#define GANTRY_UI_UI_H
#endif
