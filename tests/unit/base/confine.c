/* SPDX-License-Identifier: Apache-2.0 */
/* A confined child reads and writes where it may and nowhere else; the parent stays free. */
#include "base/confine.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/process.h"
#include "base/str.h"
#include "tap.h"

struct scene {
	struct arena *a;
	const char *open, *closed;      /* folders */
};

/* What the shell says and how it ends, kept to the open folder. */
static const char *shell(struct scene *s, const char *script)
{
	const char *const argv[] = { "sh", "-c", script, NULL };
	const char *const writable[] = { s->open, NULL };
	const struct confine confine = { .writable = writable };
	const struct process p = { .argv = argv, .folder = s->open, .confine = &confine };
	struct process_result r;
	struct err e;

	if (!process_run(s->a, &p, &r, &e))
		return str_copy(s->a, e.message);
	return str_format(s->a, "%s%d", str_text(s->a, r.out), r.status != 0);
}

TEST(a_child_is_kept_in)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene s = { .a = a };
	struct err e = { .message = "" };
	struct str text;

	if (!confine_is_possible()) {
		ok(true, "this kernel has no Landlock");
		return;
	}
	ok(folder_temporary(a, "gantry-open-", &s.open, &e) &&
		   folder_temporary(a, "gantry-closed-", &s.closed, &e) &&
		   file_write(path_join(a, s.closed, "secret"), "s3cret", 6, 0644, &e),
	   "an open folder and a closed one: %s", e.message);
	is_text(shell(&s, "echo x >mine && cat mine"), "x\n0", "it writes and reads its own");
	is_text(shell(&s, "mkdir -p a b && echo y >a/f && mv a/f b/f && cat b/f && rm -r a b"), "y\n0",
		"makes folders and moves files between them");
	is_text(shell(&s, str_format(a, "cat %s/secret 2>/dev/null", s.closed)), "1", "cannot read elsewhere");
	is_text(shell(&s, str_format(a, "ls %s 2>/dev/null", s.closed)), "1", "nor list");
	is_text(shell(&s, str_format(a, "echo z >%s/new 2>/dev/null", s.closed)), "1", "nor write");
	is_text(shell(&s, str_format(a, "ln -s %s out; cat out/secret 2>/dev/null", s.closed)), "1",
		"nor through a link of its own");
	is_text(shell(&s, "cat /proc/$PPID/environ 2>/dev/null"), "1", "nor look at its parent");
	is_text(shell(&s, "cat /etc/passwd 2>/dev/null"), "1", "nor at the system's users");
	ok(file_read(a, path_join(a, s.closed, "secret"), 100, &text, &e) && str_is(text, "s3cret"),
	   "while its parent still reads all: %s", e.message);
	ok(folder_remove(s.open, &e) && folder_remove(s.closed, &e), "all is cleaned up");
}
