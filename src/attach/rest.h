/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kargo by way of its own API, for people who have no more than `kargo login`. The API acts with Kargo's
 * rights after it has judged ours, so nothing can be asked beforehand; it gives out no credentials, and
 * keeps no annotations of ours.
 */
#ifndef GANTRY_ATTACH_REST_H
#define GANTRY_ATTACH_REST_H

#include "attach/transport.h"
#include "base/base.h"

struct err;

/*
 * address: that of the API; NULL: as `kargo login` left it. Nothing is asked of it yet. ERR_CONFIG,
 * ERR_NOT_FOUND: as kargo_login_find() has them. The caller calls out->free(out->it).
 */
bool attach_rest_open(const char *address, struct attach_transport *out, struct err *e) MUST_USE;

#endif
