/* SPDX-License-Identifier: Apache-2.0 */
/* Link headers (RFC 8288), by which lists in pages go on. Any thread. */
#ifndef GANTRY_NET_LINK_H
#define GANTRY_NET_LINK_H

#include "base/base.h"

struct arena;
struct err;
struct http_reply;

/*
 * The target of the first link of this relation ("next"), as it is written: it may be relative. NULL: none.
 * Links with an anchor are about another page and are passed over.
 */
const char *link_find(struct arena *a, const struct http_reply *reply, const char *relation);

/*
 * The page after the one at url; *next is NULL when that was the last. A target on the same host is asked
 * over the scheme and port of url, since servers behind a proxy know neither. ERR_NET when the list goes on
 * at another host, where our credentials have no business.
 */
bool link_next(struct arena *a, const struct http_reply *reply, const char *url, const char **next,
	       struct err *e) MUST_USE;

#endif
