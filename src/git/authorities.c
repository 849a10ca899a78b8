/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libgit2 reads all authorities that the system trusts when it starts, and keeps them: half a megabyte,
 * a twelfth of what a board takes. Most remotes are reached by ssh, so they are read when a url begins with
 * https.
 */
#include "git/transport.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include <git2.h>

#include "base/base.h"

/* Debian's, which libgit2 reads by itself; where it is missing, what libgit2 has read stays. */
static const char system_file[] = "/etc/ssl/certs/ca-certificates.crt";

/* A folder that holds folders only: reading the authorities from there leaves none. */
static const char nothing[] = "/proc/sys";

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_put_off;                 /* written while libgit2 starts, before anybody reads it */

void authorities_put_off(void)
{
	is_put_off = access(system_file, R_OK) == 0 &&
		     git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, NULL, nothing) == 0;
}

/* Variables as OpenSSL and curl know them. A folder of authorities takes 20 ms. */
static void authorities_read_once(void)
{
	const char *file = getenv("SSL_CERT_FILE"), *folder = getenv("SSL_CERT_DIR");

	if (!file && !folder && is_put_off)
		file = system_file;
	if (file || folder)
		git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, file, folder);
}

void authorities_read(void)
{
	pthread_once(&once, authorities_read_once);
}
