/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commit messages of a ledger, one after another, parted by a line "%": each is read as an event and
 * applied to the state of those before it. What is read and written again is the same event.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <string.h>

#include "base/list.h"
#include "data/json.h"
#include "data/value.h"
#include "model/event.h"
#include "model/state.h"

static void check_event(struct arena *a, const struct event *ev, const char *text)
{
	const char *message = event_message(a, ev);
	struct event again;
	struct err e = { 0 };

	FUZZ_CHECK(utf8_valid(message, strlen(message)), text);
	FUZZ_CHECK(event_read(a, message, strlen(message), &again, &e), text);
	FUZZ_CHECK(again.kind == ev->kind && again.at == ev->at, text);
	FUZZ_CHECK(!ev->data || !again.data || value_equal(ev->data, again.data), text);
}

static void apply(struct arena *a, const struct state **state, struct str text)
{
	struct list changes = { 0 };
	const struct state *after;
	struct event ev;
	struct err e;

	if (!event_read(a, text.at, text.len, &ev, &e))
		return;
	check_event(a, &ev, text.at);
	if (!state_apply(a, *state, &ev, &after, &e))
		return;
	state_changes(a, *state, after, &changes);
	*state = after;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(arena) struct arena *a = arena_new();
	struct str input = { (const char *)bytes, len };
	const struct state *state = state_empty(a);

	while (input.len) {
		const char *end = memmem(input.at, input.len, "\n%\n", 3);
		size_t n = end ? (size_t)(end - input.at) + 1 : input.len;

		apply(a, &state, fuzz_rest(a, (struct str){ input.at, n }));
		n += end ? 2 : 0;
		input = (struct str){ input.at + n, input.len - n };
	}
	state_copy(a, state);
	return 0;
}
