/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel confines what is opened (steps/workdir.h); here a path is only made
 * plain first, because the work directory refuses "..", where Kargo stops at the top.
 */
#include "steps/text_file.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "steps/step.h"
#include "steps/workdir.h"

enum { LARGEST = 64 << 20 };

/* Takes the last component off. */
static void go_up(struct buf *b)
{
	while (b->len && b->at[b->len - 1] != '/')
		b->len--;
	b->len -= b->len > 0;
}

const char *text_file_path(struct arena *a, const char *path)
{
	AUTO(buf) struct buf b;

	buf_init(&b, strlen(path) + 1);
	for (const char *p = path; *p;) {
		size_t len = strcspn(p, "/");

		if (len == 2 && memcmp(p, "..", 2) == 0) {
			go_up(&b);
		} else if (len && !(len == 1 && *p == '.')) {
			if (b.len)
				buf_char(&b, '/');
			buf_add(&b, p, len);
		}
		p += len + (p[len] == '/');
	}
	return b.len ? str_copy_n(a, b.at, b.len) : ".";
}

bool text_file_read(struct step_run *r, const char *path, struct str *out, struct err *e)
{
	const struct workdir_file file = { text_file_path(r->arena, path), LARGEST };

	if (workdir_read(r->work, r->arena, &file, out, e))
		return true;
	e->again = true;
	return false;
}

bool text_file_write(struct step_run *r, const char *path, struct str old, struct str text,
		     struct err *e)
{
	if (old.len && str_equal(old, text))
		return true;
	if (workdir_write(r->work, text_file_path(r->arena, path), text.at, text.len, e))
		return true;
	e->again = true;
	return false;
}
