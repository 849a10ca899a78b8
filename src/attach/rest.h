/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kargo through its own API, for people with nothing but `kargo login`. The API checks our rights
 * and then acts with Kargo's, so rights cannot be asked in advance; it gives out no credentials and
 * does not store our annotations.
 */
#ifndef GANTRY_ATTACH_REST_H
#define GANTRY_ATTACH_REST_H

#include "attach/transport.h"
#include "base/base.h"

struct err;

/*
 * address: that of the API; NULL: the one of `kargo login`. Sends nothing yet. ERR_CONFIG,
 * ERR_NOT_FOUND as from kargo_login_find(). The caller calls out->free(out->it).
 */
bool attach_rest_open(const char *address, struct attach_transport *out, struct err *e) MUST_USE;

#endif
