/* SPDX-License-Identifier: Apache-2.0 */
/* Which freight may enter a stage (doc/kargo-rules.md 3.1 to 3.4). Pure. Any thread. */
#ifndef GANTRY_MODEL_AVAILABLE_H
#define GANTRY_MODEL_AVAILABLE_H

#include "base/base.h"

struct arena;
struct err;
struct freight;
struct freight_request;
struct stage;
struct world;

/* The longest time it has lived in the upstream stage, in ns; 0 when it never did. */
int64_t freight_soaked(const struct freight *f, const char *upstream, int64_t now);

/* Whether the freight has come through the request's sources, approval aside. */
bool request_passes(const struct freight_request *r, const struct freight *f, int64_t now);

/* Kargo's point check: may this freight be promoted to this stage (3.1)? Never while it has a fault. */
bool freight_is_available(const struct stage *s, const struct freight *f, int64_t now);

/*
 * Since when, ms, freight that is available has been so, by this request of the stage: approved, found, or
 * verified upstream and soaked.
 */
int64_t freight_available_since(const struct stage *s, const struct freight_request *r,
				const struct freight *f);

/*
 * Whether the stage's sources make sense: the warehouses are there and the strategies
 * known. ERR_CONFIG else; then nothing is listed for it.
 */
bool stage_has_sources(const struct world *w, const struct stage *s, struct err *e) MUST_USE;

/*
 * What Kargo lists as available to the stage, in the world's order (3.2): nothing unless
 * stage_has_sources(). Pointers into the world. With a soak time it counts soaking
 * anywhere, so promoting still asks freight_is_available().
 */
size_t freight_available(struct arena *a, const struct world *w, const struct stage *s,
			 int64_t now, const struct freight ***out);

/* The one of list that auto-promotion would pick for the request (3.4); NULL: none. */
const struct freight *freight_pick(const struct freight_request *r,
				   const struct freight *const *list, size_t count);

/* The auto-promotion candidate for one request among all that is available, or NULL. */
const struct freight *freight_candidate(const struct world *w, const struct stage *s,
					const struct freight_request *r, int64_t now);

#endif
