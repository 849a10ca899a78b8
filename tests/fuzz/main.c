/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replays what a fuzzer once ran: each file of the folder named on the command line, or of this
 * program's own corpus. A finding aborts. Without a fuzzer's main() this one is linked.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int main(int argc, char **argv)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *source = getenv("srcdir"), *folder;
	struct list names = { 0 };
	struct err e;

	folder = argc > 1 ? argv[1] : path_join(a, source ? source : ".", CORPUS);
	if (!folder_list(a, folder, &names, &e)) {
		printf("Bail out! %s\n", e.message);
		return 1;
	}
	for (size_t i = 0; i < names.count; i++) {
		struct str text;

		if (!file_read(a, path_join(a, folder, names.items[i]), 1 << 20, &text, &e)) {
			printf("Bail out! %s\n", e.message);
			return 1;
		}
		LLVMFuzzerTestOneInput((const uint8_t *)text.at, text.len);
		printf("ok %zu - %s\n", i + 1, (const char *)names.items[i]);
		fflush(stdout);
	}
	printf("1..%zu\n", names.count);
	return 0;
}
