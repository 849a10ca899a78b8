/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.extraHeader and http.<url>.extraHeader of git's settings (git-config(1)): headers that git sends with
 * each request to a remote, such as a token for a proxy or a forge. Only the user's settings count, not
 * those that a checkout may hold.
 */
#ifndef GANTRY_GIT_EXTRA_HEADER_H
#define GANTRY_GIT_EXTRA_HEADER_H

#include "base/base.h"

struct arena;
struct err;
struct list;

/*
 * How well the <url> of a setting fits this url, by git's rules: scheme and port are the same, host too (a
 * "*" stands for one label), its path is the beginning of the other's at a "/", its user is the same when it
 * has one. 0: not at all; the larger, the closer. pattern "" fits every http(s) url.
 */
unsigned extra_header_fits(const char *pattern, const char *url);

/*
 * The headers ("Name: value", char *) for an http(s) url; none for any other. An empty setting forgets those
 * before it, and one whose <url> fits less well than an earlier one's counts not at all. What a header says
 * is registered with log_redact(). ERR_CONFIG names the setting that is not a header.
 */
bool extra_headers_find(struct arena *a, const char *url, struct list *headers, struct err *e) MUST_USE;

#endif
