/* SPDX-License-Identifier: Apache-2.0 */
/* curl_global_init() may run once only, before any handle is made. */
#include "net/http_inner.h"

#include <pthread.h>
#include <stdlib.h>

#include <curl/curl.h>

static void start_curl(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
}

void net_start(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, start_curl);
}
