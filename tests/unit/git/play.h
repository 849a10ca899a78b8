/* SPDX-License-Identifier: Apache-2.0 */
/* A folder to play in, and repositories made quickly. */
#ifndef GANTRY_TESTS_UNIT_GIT_PLAY_H
#define GANTRY_TESTS_UNIT_GIT_PLAY_H

#include "base/base.h"
#include "git/repo.h"

struct play {
	struct arena *a;
	const char *folder;
};

void play_start(struct play *p);
void play_stop(struct play *p);

/* Runs the system's git in folder with these words; its output without the last line end. */
const char *play_git(struct play *p, const char *folder, const char *words);

/* A bare repository named name whose branch main holds one commit with README; its path. */
const char *play_remote(struct play *p, const char *name);

/* A commit on branch of the repository at path that writes one file. */
struct oid play_commit(struct play *p, const char *path, const char *branch, const char *file,
		       const char *content);

/* Writes a file beneath folder, making parents. */
void play_write(struct play *p, const char *folder, const char *file, const char *content);

/* A file's content, "" when it is not there. */
const char *play_read(struct play *p, const char *folder, const char *file);

#endif
