/* SPDX-License-Identifier: Apache-2.0 */
/* Which of its ways leads to the Kargo that is meant. Any thread; reads files. */
#ifndef GANTRY_ATTACH_CHOOSE_H
#define GANTRY_ATTACH_CHOOSE_H

#include "attach/transport.h"
#include "base/base.h"

struct arena;
struct err;
struct list;

/*
 * The named places (const char *), with globs over the kubeconfig's contexts resolved: copies in
 * the arena, each once. ERR_NAME: a glob matches none; the message lists them. A kubeconfig that does
 * not read is an error of its own, with its line.
 */
bool attach_places(struct arena *a, const struct list *named, struct list *out, struct err *e) MUST_USE;

/*
 * What the names of --project mean at that context: "shop" at each, "staging/shop" at that one, with globs in
 * both parts. Adds the projects', const char *; none: all. False: only projects elsewhere are meant.
 */
bool attach_narrow(struct arena *a, const struct list *named, const char *context, struct list *out) MUST_USE;

/* The contexts of the kubeconfig (const char *); none where it does not read. */
void attach_contexts(struct arena *a, struct list *out);

/*
 * where: a context of the kubeconfig; "https://…", Kargo's own API at that address; "kargo", the
 * API of `kargo login`, unless a context has that name; "": the current context, or the API of
 * `kargo login` when there is no kubeconfig. Sends nothing yet. The caller calls
 * out->free(out->it).
 */
bool attach_choose(const char *where, struct attach_transport *out, struct err *e) MUST_USE;

#endif
