/* SPDX-License-Identifier: Apache-2.0 */
/* Ledgers in temporary folders, and events to fill them. */
#ifndef GANTRY_TESTS_UNIT_LEDGER_FIXTURE_H
#define GANTRY_TESTS_UNIT_LEDGER_FIXTURE_H

#include "base/base.h"

struct arena;
struct event;
struct ledger;
struct value;

/* A new folder; removed by scrap(). */
const char *scratch(struct arena *a);
void scrap(const char *folder);

/* A ledger of project "demo" in folder/name, with a remote or NULL. */
struct ledger *opened(struct arena *a, const char *folder, const char *name, const char *remote);

/* A text as a value. */
struct value *json(struct arena *a, const char *text);

/* Freight number n is found. */
struct event *found(struct arena *a, unsigned n);

/* Freight number n is approved for a stage by a person. */
struct event *approve(struct arena *a, unsigned n, const char *stage, const char *who);

/* Appends and says whether it went well; reports the error when not. */
bool append(struct ledger *l, const struct event *ev);

/* The name of freight number n. */
const char *freight_name(struct arena *a, unsigned n);

#endif
