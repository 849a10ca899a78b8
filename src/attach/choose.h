/* SPDX-License-Identifier: Apache-2.0 */
/* Which of its ways leads to the Kargo that is meant. Any thread; reads files. */
#ifndef GANTRY_ATTACH_CHOOSE_H
#define GANTRY_ATTACH_CHOOSE_H

#include "attach/transport.h"
#include "base/base.h"

struct err;

/*
 * where: a context of the kubeconfig; "https://…", Kargo's own API at that address; "kargo", as
 * `kargo login` left it, unless a context is called so; "": the current context, or what `kargo login` left
 * when there is no kubeconfig. Nothing is asked of it yet. The caller calls out->free(out->it).
 */
bool attach_choose(const char *where, struct attach_transport *out, struct err *e) MUST_USE;

#endif
