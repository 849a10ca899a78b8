/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What http and http-download share: a request made of the step's configuration
 * (doc/kargo-rules.md 6.6). A worker.
 */
#ifndef GANTRY_STEPS_HTTP_ASK_H
#define GANTRY_STEPS_HTTP_ASK_H

#include "base/base.h"
#include "steps/step.h"

struct err;
struct http_reply;
struct http_request;

/* Of headers and queryParams. */
extern const struct step_param http_pair_params[];

/*
 * Fills url (with queryParams), headers, insecureSkipTLSVerify and timeout (otherwise_ms when not
 * given). ERR_CONFIG for a URL or duration that makes no sense, e->again as Kargo would.
 */
bool http_ask_fill(struct step_run *r, int64_t otherwise_ms, struct http_request *rq,
		   struct err *e) MUST_USE;

/* A duration field in ms, as Kargo reads it: its pattern is looser than Go's durations. */
bool http_ask_duration(struct step_run *r, const char *name, int64_t otherwise_ms, int64_t *ms,
		       struct err *e) MUST_USE;

/* Whether the text has what Kargo's schema asks of a duration. For step_def.check. */
bool http_ask_looks_like_duration(const char *text);

/* Sends it; transport errors may pass. */
bool http_ask_send(struct step_run *r, struct http_request *rq, struct http_reply *reply,
		   struct err *e) MUST_USE;

#endif
