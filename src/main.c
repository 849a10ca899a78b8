/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door: locale first, since wcwidth and the character set depend on it; libgit2
 * while there is one thread only; then cmd_main().
 */
#include <locale.h>
#include <stdio.h>

#include "base/err.h"
#include "cmd/cmd.h"
#include "git/git.h"

int main(int argc, char **argv)
{
	struct err e = { 0 };
	int status;

	setlocale(LC_ALL, "");
	if (!git_start(&e)) {
		fprintf(stderr, "gantry: %s\n", e.message);
		return 1;
	}
	status = cmd_main(argc, argv);
	git_stop();
	return status;
}
