/* SPDX-License-Identifier: Apache-2.0 */
/* Promotion windows from ProjectConfig and ClusterConfig. Any thread. */
#ifndef GANTRY_CONFIG_WINDOWS_H
#define GANTRY_CONFIG_WINDOWS_H

struct complaints;
struct gathered;
struct list;
struct project;

/* Complains of windows of the object that make no sense. */
void windows_check(const struct gathered *g, struct complaints *c);

/*
 * The project's windows: its own, and the cluster's that select it. One that
 * can't be read is closed: it may be a freeze.
 */
void windows_assemble(struct project *p, const struct list *own, const struct list *shared,
		      struct complaints *c);

#endif
