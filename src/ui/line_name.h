/* SPDX-License-Identifier: Apache-2.0 */
/* A line about a project is named "shop/…": the cursor and marks find it again by that. Any thread. */
#ifndef GANTRY_UI_LINE_NAME_H
#define GANTRY_UI_LINE_NAME_H

struct arena;

/*
 * How the project's name begins the names of lines, up to the first '/', also where it has a '/' itself,
 * as "staging/shop"; and the project's name of a line's.
 */
const char *line_name_begin(struct arena *a, const char *project);
const char *line_name_project(struct arena *a, const char *line);

#endif
