/* SPDX-License-Identifier: Apache-2.0 */
/*
 * argocd_server REPOSITORY URL PROJECT SPEED STAGE...: the demonstration's Argo CD on a repository of the
 * story's own, with one application PROJECT-STAGE for each stage, on the port $PORT if there is one. Prints
 * what to put into the environment, then serves until a signal ends it.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "demo/demo_argocd.h"
#include "demo/simulation.h"
#include "git/git.h"

int main(int argc, char **argv)
{
	struct simulation_options o = { 0 };
	struct simulation *s;
	struct demo_argocd *d;
	const char *port = getenv("PORT");
	struct err e;
	sigset_t end;
	int got;

	if (argc < 6)
		return 2;
	o.repository = argv[1];
	o.url = argv[2];
	o.project = argv[3];
	o.speed = strtod(argv[4], NULL);
	o.stages = (const char *const *)&argv[5];
	/* Blocked before there are threads, so that it is only met below. */
	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigaddset(&end, SIGINT);
	pthread_sigmask(SIG_BLOCK, &end, NULL);
	if (!git_start(&e) || !simulation_start(&s, &o, &e) || 
	    !demo_argocd_start(&d, port ? (unsigned)strtoul(port, NULL, 10) : 0, s, &e)) {
		fprintf(stderr, "argocd_server: %s\n", e.message);
		return 1;
	}
	printf("ARGOCD_SERVER=127.0.0.1:%u\nARGOCD_AUTH_TOKEN=%s\nARGOCD_OPTS=--plaintext\n",
	       demo_argocd_port(d), demo_argocd_token());
	fflush(stdout);
	sigwait(&end, &got);
	demo_argocd_stop(d);
	simulation_stop(s);
	return 0;
}
