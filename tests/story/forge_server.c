/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forge_server REPOSITORY: the demonstration's forge on a bare repository of the story's own. Prints
 * its address and token, then serves until a signal ends it.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#include "base/err.h"
#include "demo/demo_forge.h"
#include "git/git.h"

int main(int argc, char **argv)
{
	struct demo_forge_options o = { 0 };
	struct demo_forge *f;
	struct err e;
	sigset_t end;
	int got;

	if (argc != 2)
		return 2;
	o.repository = argv[1];
	/* Blocked before there are threads, so that it is only met below. */
	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigaddset(&end, SIGINT);
	pthread_sigmask(SIG_BLOCK, &end, NULL);
	if (!git_start(&e) || !demo_forge_start(&f, &o, &e)) {
		fprintf(stderr, "forge_server: %s\n", e.message);
		return 1;
	}
	printf("%s %s\n", demo_forge_url(f), demo_forge_token());
	fflush(stdout);
	sigwait(&end, &got);
	demo_forge_stop(f);
	return 0;
}
