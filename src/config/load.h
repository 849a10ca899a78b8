/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests as objects, for those who look closer than at a project. Any thread. */
#ifndef GANTRY_CONFIG_LOAD_H
#define GANTRY_CONFIG_LOAD_H

#include "base/base.h"
#include "base/list.h"

struct arena;
struct config;
struct config_file;
struct gathered;

struct loaded {
	unsigned kargo;                 /* given: the minor version of Kargo 1 that is meant; 0: the newest */
	struct config *config;
	struct list objects;            /* struct gathered *, with their namespaces settled */
	bool is_partial;                /* an object's name is unknown: its file does not read */
	struct list left_out;           /* const char *: files with nothing for us in them */
};

/*
 * As config_load(), and gives every object, also those that can't be used. True when no
 * complaint is an error.
 */
bool load_objects(struct arena *a, const struct config_file *files, size_t count,
		  struct loaded *out, struct list *complaints) MUST_USE;

/* The project that an object is of: its namespace, of a Project its name. NULL: it is for every project. */
const char *load_project_of(const struct gathered *g);

#endif
