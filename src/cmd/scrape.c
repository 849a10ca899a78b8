/* SPDX-License-Identifier: Apache-2.0 */
/* Events become counters one by one; what the kernel says is read from /proc. */
#include "cmd/scrape.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "ledger/forward.h"
#include "ledger/history.h"
#include "ledger/ledger.h"
#include "metrics/counts.h"
#include "metrics/metrics.h"
#include "metrics/replay.h"

enum { MAX_PROC = 65536 };

struct scrape {
	struct replay *replay;
	struct counts *counts;
};

static bool scrape_visit(void *context, const struct ledger_entry *entry, struct err *e)
{
	struct scrape *s = context;

	(void)e;
	replay_add(s->replay, entry->event, s->counts);
	return true;
}

bool scrape_replay(struct ledger *l, const char *project, const bool *cancelled, struct counts **out,
		   struct err *e)
{
	struct scrape s = { .replay = replay_new(), .counts = counts_new(project) };
	const struct forward f = { .cancelled = cancelled, .visit = scrape_visit, .context = &s };
	bool fine = forward_walk(l, &f, e);

	replay_free(s.replay);
	counts_set_head(s.counts, ledger_head(l));
	if (!fine) {
		counts_free(s.counts);
		return err_wrap(e, "counting what the ledger holds");
	}
	*out = s.counts;
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
