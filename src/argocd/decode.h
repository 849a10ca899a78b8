/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An Application as the API gives it: tolerant, since what is zero is absent, and
 * lists leave out what only GET and the stream fill in. Pure. Any thread.
 */
#ifndef GANTRY_ARGOCD_DECODE_H
#define GANTRY_ARGOCD_DECODE_H

#include "base/base.h"

struct application;
struct application_detail;
struct arena;
struct err;
struct value;

/* Copies what is kept. ERR_NET when it has no name. seen_at in ms. */
bool application_read(struct arena *a, const struct value *object, int64_t seen_at,
		      struct application **out, struct err *e) MUST_USE;

/* A whole object's resources and more. Not error and page, which the object does not tell. seen_at in ms. */
void application_read_detail(struct arena *a, const struct value *object, int64_t seen_at,
			     struct application_detail *out);

/* The sources: spec.sources when it has any, else spec.source alone. */
size_t application_nsources(const struct value *object);
struct value *application_source(const struct value *object, size_t i);

/* status.sync.revision(s): what the live state was compared with; "" when never. */
const char *application_revision(const struct value *object, size_t i);

/* operationState.syncResult.revision(s); "" when there is none. */
const char *application_synced_revision(const struct value *object, size_t i);

/* The value of an info item of an operation (spec or state); NULL when absent. */
const char *operation_info(const struct value *operation, const char *name);

/* An operation was asked for that has not begun: Argo CD moves it into the state when it does. */
bool operation_is_pending(const struct value *object);

/* "namespace/name", by which applications are told apart. */
const char *application_key(struct arena *a, const struct value *object);

/* The first condition of this type, its message; NULL when there is none. */
const char *application_condition(const struct value *object, const char *type);

#endif
