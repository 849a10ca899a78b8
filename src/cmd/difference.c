/* SPDX-License-Identifier: Apache-2.0 */
/* cp and diff do the work: they are where a person would look, too. */
#include "cmd/difference.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/process.h"
#include "base/str.h"

enum { PATIENCE_MS = 600000, MAX_DIFF = 8 << 20 };

bool difference_begin(struct arena *a, const char *folder, const char **copy, struct err *e)
{
	const char *argv[] = { "cp", "-a", "--", folder, NULL, NULL };
	const struct process p = { .argv = argv, .timeout_ms = PATIENCE_MS };
	struct process_result r;
	const char *kept;

	if (!folder_temporary(a, "gantry-step-", &kept, e))
		return false;
	argv[4] = path_join(a, kept, "before");
	if (!process_run(a, &p, &r, e))
		return false;
	*copy = kept;
	return r.status == 0 || err_set(e, ERR_IO, "copying %s: %.200s", folder, r.error.at);
}

/* "--- PREFIX/file<tab>time" as "--- a/file"; false when the line is another. */
static bool tidy_name(struct buf *b, const char *line, size_t len, const char *mark,
		      const char *prefix, const char *shown)
{
	size_t before = strlen(mark) + strlen(prefix), end;

	if (!has_prefix(line, mark) || !has_prefix(line + strlen(mark), prefix) || len <= before)
		return false;
	end = strcspn(line, "\t\n");
	buf_text(b, mark);
	buf_text(b, shown);
	buf_add(b, line + before, end - before);
	buf_char(b, '\n');
	return true;
}

/* Without diff's own command lines and times, and with names as git shows them. */
static const char *cmd_difference_tidy(struct arena *a, const char *text, const char *before,
				       const char *folder)
{
	AUTO(buf) struct buf b;

	buf_init(&b, 2 * MAX_DIFF);
	while (*text) {
		size_t len = strcspn(text, "\n");

		len += text[len] == '\n';
		if (!has_prefix(text, "diff -ruN ") && !tidy_name(&b, text, len, "--- ", before, "a") &&
		    !tidy_name(&b, text, len, "+++ ", folder, "b"))
			buf_add(&b, text, len);
		text += len;
	}
	return buf_copy(&b, a);
}

bool difference_end(struct arena *a, const char *copy, const char *folder, const char **diff,
		    struct err *e)
{
	const char *before = path_join(a, copy, "before");
	const char *const argv[] = { "diff", "-ruN", "--no-dereference", "--exclude=.git", "--",
				     before, folder, NULL };
	const struct process p = { .argv = argv, .timeout_ms = PATIENCE_MS, .max_output = MAX_DIFF };
	struct process_result r;
	struct err unused;
	bool fine = !diff || process_run(a, &p, &r, e) ||
		    err_wrap(e, "comparing the folder with what it was");

	if (fine && diff)
		*diff = cmd_difference_tidy(a, r.out.at, before, folder);
	return folder_remove(copy, &unused) && fine;
}
