/* SPDX-License-Identifier: Apache-2.0 */
/* What the steps about pull requests share: their forge, their fields, how often they look. */
#ifndef GANTRY_STEPS_PULL_REQUEST_H
#define GANTRY_STEPS_PULL_REQUEST_H

#include "base/base.h"
#include "steps/step.h"

struct arena;
struct err;
struct forge;
struct forge_options;
struct forge_pull;
struct value;

/* The values that `provider` takes; NULL-terminated. */
extern const char *const pull_request_providers[];

/* In the parameter table of each of these steps: which forge it is, and how it is reached. */
#define PULL_REQUEST_PARAMS                                                                        \
	{ .name = "repoURL",                                                                       \
	  .kind = PARAM_STRING,                                                                    \
	  .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,                                               \
	  .help = "The repository." },                                                             \
	{ .name = "provider",                                                                      \
	  .kind = PARAM_STRING,                                                                    \
	  .choices = pull_request_providers,                                                       \
	  .help = "Which forge it is.",                                                            \
	  .otherwise = "determined by the host's name" },                                                \
	{ .name = "insecureSkipTLSVerify",                                                         \
	  .kind = PARAM_BOOL,                                                                      \
	  .otherwise = "false",                                                                    \
	  .help = "Do not check the server's certificate." }

/* And of those that wait for one that is open: which it is, and how often it is looked at. */
#define PULL_REQUEST_WAIT_PARAMS(poll_interval)                                                    \
	{ .name = "prNumber",                                                                      \
	  .kind = PARAM_INT,                                                                       \
	  .flags = PARAM_REQUIRED,                                                                 \
	  .help = "Which pull request, such as ${{ outputs['open-pr'].pr.id }}." },                \
	{ .name = "pollInterval",                                                                  \
	  .kind = PARAM_STRING,                                                                    \
	  .otherwise = poll_interval,                                                              \
	  .help = "How often it is looked at while waiting." }

/* repoURL, prNumber, provider, insecureSkipTLSVerify and pollInterval are as they must be. */
bool pull_request_check(const struct value *config, struct err *e) MUST_USE;

/* The forge of these options, asked through the step's own client and until it is cancelled. */
bool pull_request_open(struct step_run *r, struct forge_options *o, struct forge **out,
		       struct err *e) MUST_USE;

/*
 * The forge of the step's repoURL, with the project's credentials for it. ERR_CONFIG: the
 * address belongs to no forge.
 */
bool pull_request_forge(struct step_run *r, struct forge **out, struct err *e) MUST_USE;

/* The configured prNumber. */
int64_t pull_request_number(const struct step_run *r);

/* The step is asked again after pollInterval, otherwise after so many ms. */
void pull_request_wait(const struct step_run *r, struct step_result *result, int64_t otherwise_ms);

/* {id, url}, and with state {open, merged} too. */
struct value *pull_request_output(struct arena *a, const struct forge_pull *pull, bool state);

#endif
