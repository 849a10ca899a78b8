/* SPDX-License-Identifier: Apache-2.0 */
/* One project's objects, put together. Any thread. */
#ifndef GANTRY_CONFIG_PROJECT_H
#define GANTRY_CONFIG_PROJECT_H

struct arena;
struct complaints;
struct list;
struct project;

/*
 * Puts the project's objects together: its own (the Project and those of its namespace) and those
 * of the cluster (shared). Complaints are added; what can't be used has a fault.
 */
struct project *project_assemble(struct arena *a, const char *name, const struct list *own,
				 const struct list *shared, struct complaints *c);

#endif
