/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A repository that is read and not touched: what is fetched from the remote goes to a folder
 * for temporary files, which lies over it (by git's alternates) and goes with the reader.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "ledger/ledger_inner.h"

bool ledger_here(struct ledger *l, char id[STORE_ID], struct err *e)
{
	id[0] = '\0';
	if (l->overlay && !l->local)
		return true;
	return store_ref(l->local ? l->local : l->store, l->ref, id, e);
}

/* Alternates want a whole path, without a newline. */
static bool reader_lay_over(struct ledger *l, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *file = str_format(a, "%s/objects/info/alternates", l->overlay);
	char *whole = realpath(l->options.path, NULL);
	const char *line;
	bool fine;

	if (!whole)
		return err_errno(e, "finding %s", l->options.path);
	line = str_format(a, "%s/objects\n", whole);
	free(whole);
	fine = folder_make(path_folder(a, file), 0700, e) &&
	       file_write(file, line, strlen(line), 0600, e);
	return fine && store_open(l->options.path, false, &l->local, e);
}

/* So that a fetch asks for what is newer than this only. */
static bool reader_begin_at_local(struct ledger *l, struct err *e)
{
	char here[STORE_ID];

	if (!ledger_here(l, here, e))
		return false;
	return !here[0] || store_ref_set(l->store, "refs/gantry/base", here, "", e);
}

bool reader_open(struct ledger *l, struct err *e)
{
	bool exists = folder_exists(l->options.path);
	struct store *empty;

	if (exists && !l->options.remote)
		return store_open(l->options.path, false, &l->store, e);
	if (!folder_temporary(l->own, "gantry-reader-", &l->overlay, e) ||
	    !store_open(l->overlay, true, &empty, e))
		return err_wrap(e, "preparing to fetch");
	store_close(empty);
	if (exists && !reader_lay_over(l, e))
		return false;
	return store_open(l->overlay, false, &l->store, e) && reader_begin_at_local(l, e);
}

void reader_close(struct ledger *l)
{
	struct err e;

	store_close(l->local);
	l->local = NULL;
	if (l->overlay && !folder_remove(l->overlay, &e))
		log_line(LOG_WARN, "ledger", "%s", e.message);
}
