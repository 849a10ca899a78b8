/* SPDX-License-Identifier: Apache-2.0 */
/* Folders and paths of gantry's own. Any thread. */
#ifndef GANTRY_BASE_FOLDER_H
#define GANTRY_BASE_FOLDER_H

#include "base/base.h"

struct arena;
struct err;
struct list;

/* mkdir -p; folders it makes get this mode. */
bool folder_make(const char *path, unsigned mode, struct err *e) MUST_USE;

/* rm -r, not following links; absent is fine. */
bool folder_remove(const char *path, struct err *e) MUST_USE;

/* Removes all that is in the folder, not following links, and keeps the folder. */
bool folder_empty(const char *path, struct err *e) MUST_USE;

/* A new folder of mode 0700 under $TMPDIR or /tmp, its name starting with prefix. */
bool folder_temporary(struct arena *a, const char *prefix, const char **path,
		      struct err *e) MUST_USE;

/* Names in a folder, sorted byte-wise, without . and ..; const char * in *names. */
bool folder_list(struct arena *a, const char *path, struct list *names, struct err *e) MUST_USE;

bool folder_exists(const char *path);

/* "a/b"; b alone when it is absolute. */
const char *path_join(struct arena *a, const char *folder, const char *name);

/* What follows the last '/', within path itself. */
const char *path_base(const char *path);

/* The part before the last '/', "." when there is none. */
const char *path_folder(struct arena *a, const char *path);

/* $XDG_STATE_HOME/gantry or ~/.local/state/gantry, and so on; NULL without a home. */
const char *path_state(struct arena *a);
const char *path_cache(struct arena *a);
const char *path_config(struct arena *a);

#endif
