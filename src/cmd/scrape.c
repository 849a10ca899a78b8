/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger is read twice: for where its pages end, and then forwards, a page at a time. */
#include "cmd/scrape.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "base/thread.h"
#include "ledger/history.h"
#include "ledger/ledger.h"
#include "metrics/counts.h"
#include "metrics/metrics.h"
#include "metrics/replay.h"

enum { PAGE = 1000, MAX_PROC = 65536 };

/* The commits at which pages end, newest page first: history is read from there backwards only. */
static bool scrape_boundaries(struct ledger *l, struct arena *a, const bool *cancelled,
			      struct list *out, struct err *e)
{
	AUTO(arena) struct arena *scratch = arena_new();
	struct ledger_filter filter = { .max = PAGE };
	struct ledger_page page = { .more = true };

	while (page.more) {
		if (flag_is_set(cancelled))
			return err_set(e, ERR_CANCELLED, "reading the ledger was given up");
		arena_reset(scratch);
		if (!ledger_history(l, scratch, &filter, &page, e))
			return false;
		page.more = page.more && page.count;
		if (page.more) {
			filter.before = str_copy(a, page.entries[page.count - 1].commit);
			list_add(a, out, filter.before);
		}
	}
	return true;
}

/* One page, oldest event first. before: where the page that is newer ends; NULL: it is the newest. */
static bool scrape_page(struct ledger *l, const char *before, struct replay *r, struct counts *c,
			struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct ledger_filter filter = { .before = before, .max = PAGE };
	struct ledger_page page;

	if (!ledger_history(l, a, &filter, &page, e))
		return false;
	while (page.count-- > 0)
		replay_add(r, page.entries[page.count].event, c);
	return true;
}

static bool scrape_pages(struct ledger *l, const bool *cancelled, struct replay *r, struct counts *c,
			 struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list boundaries = { 0 };

	if (!*ledger_head(l))
		return true;
	if (!scrape_boundaries(l, a, cancelled, &boundaries, e))
		return false;
	for (size_t i = boundaries.count + 1; i-- > 0;) {
		if (flag_is_set(cancelled))
			return err_set(e, ERR_CANCELLED, "reading the ledger was given up");
		if (!scrape_page(l, i ? boundaries.items[i - 1] : NULL, r, c, e))
			return false;
	}
	return true;
}

bool scrape_replay(struct ledger *l, const char *project, const bool *cancelled, struct counts **out,
		   struct err *e)
{
	struct counts *c = counts_new(project);
	struct replay *r = replay_new();
	bool fine = scrape_pages(l, cancelled, r, c, e);

	replay_free(r);
	counts_set_head(c, ledger_head(l));
	if (!fine) {
		counts_free(c);
		return err_wrap(e, "counting what the ledger holds");
	}
	*out = c;
	return true;
}

/* The value of "<name> <number>" in a file of /proc; 0 when it is not there. */
static double scrape_proc_value(const struct str *text, const char *name)
{
	const char *at = strstr(text->at, name);

	return at ? strtod(at + strlen(name), NULL) : 0;
}

/* Fields of /proc/self/stat are counted after the ")" that ends the program's name: proc(5). */
static double scrape_stat_field(const struct str *text, int number)
{
	const char *at = strrchr(text->at, ')');

	for (int i = 2; at && i < number; i++) {
		at = strchr(at, ' ');
		at += at != NULL;
	}
	return at ? strtod(at, NULL) : 0;
}

void scrape_process(struct metrics_process *out)
{
	AUTO(arena) struct arena *a = arena_new();
	const double ticks = (double)sysconf(_SC_CLK_TCK), page = (double)sysconf(_SC_PAGESIZE);
	struct list files = { 0 };
	struct rlimit limit;
	struct str text;
	struct err e;

	*out = (struct metrics_process){ 0 };
	if (file_read(a, "/proc/self/stat", MAX_PROC, &text, &e)) {
		out->cpu_seconds = (scrape_stat_field(&text, 14) + scrape_stat_field(&text, 15)) / ticks;
		out->virtual_bytes = scrape_stat_field(&text, 23);
		out->resident_bytes = scrape_stat_field(&text, 24) * page;
		out->start_time = scrape_stat_field(&text, 22) / ticks;
	}
	if (file_read(a, "/proc/stat", 4u << 20, &text, &e))
		out->start_time += scrape_proc_value(&text, "btime ");
	if (folder_list(a, "/proc/self/fd", &files, &e))
		out->open_fds = (double)files.count;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		out->max_fds = (double)limit.rlim_cur;
}
