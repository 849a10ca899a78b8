/* SPDX-License-Identifier: Apache-2.0 */
/* The parts that config_load() is made of, from one object to a whole project. Any thread. */
#ifndef GANTRY_CONFIG_PARTS_H
#define GANTRY_CONFIG_PARTS_H

#include "base/base.h"

struct arena;
struct complaints;
struct gathered;
struct kind_def;
struct list;
struct origins;
struct project;
struct stage;

/* admit.c: one object against what Kargo's admission asks of it. */

/*
 * Checks fields and the rules between them, and makes removed constructs say what they
 * mean today, for which all manifests' warehouses and stages count. With an error g->fault is set.
 */
void admit(const struct kind_def *kind, struct gathered *g, const struct origins *o, struct complaints *c);

/* Complains of a kind of Kargo's that is not there; false: the object is another tool's. */
bool admit_unknown_kind(const struct gathered *g, const char *version, struct complaints *c);

/*
 * modern.c: removed constructs of steps are understood: the object is made to say it today's way.
 */

/* Changes g->object where it uses what Kargo removed, with a warning for each. */
void modernise(struct gathered *g, struct complaints *c);

/*
 * modern_stage.c: stages written before Kargo 1.0 are understood: subscriptions and
 * promotionMechanisms.
 */

/*
 * Makes a Stage's spec say what it means today, with a warning for each removed field; an
 * error where that can't be told, since the stage would let freight through without doing anything.
 */
void modernise_stage(struct gathered *g, const struct origins *o, struct complaints *c);

/* rules.c: what Kargo's admission asks of one object beyond its fields. */

/* Errors for what Kargo would refuse (doc/kargo-rules.md 1), warnings for what can't be meant. */
void rules_check(const struct gathered *g, struct complaints *c);

/* windows.c: promotion windows from ProjectConfig and ClusterConfig. */

/* Complains of windows of the object that make no sense. */
void windows_check(const struct gathered *g, struct complaints *c);

/*
 * The project's windows: its own, and the cluster's that select it. One that
 * can't be read is closed: it may be a freeze.
 */
void windows_assemble(struct project *p, const struct list *own, const struct list *shared,
		      struct complaints *c);

/* order.c: stages in the order that freight flows. */

/*
 * Puts upstream before downstream, by name where that leaves a choice. Returns how many stages have
 * a place; those behind them, by name, are in a ring or downstream of one.
 */
size_t order_stages(struct arena *a, struct stage **stages, size_t count);

/* project.c: one project's objects, put together. */

/*
 * Puts the project's objects together: its own (the Project and those of its namespace) and those
 * of the cluster (shared). Complaints are added; what can't be used has a fault.
 */
struct project *project_assemble(struct arena *a, const char *name, const struct list *own,
				 const struct list *shared, struct complaints *c);

#endif
