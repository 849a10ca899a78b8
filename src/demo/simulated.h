/* SPDX-License-Identifier: Apache-2.0 */
/* One simulated application: what it is now, and what the clock makes of it. No locks, no threads. */
#ifndef GANTRY_DEMO_SIMULATED_H
#define GANTRY_DEMO_SIMULATED_H

#include "base/base.h"

struct cJSON;

#define SIMULATED_IMAGE 160
#define SIMULATED_TEXT 400

/* What a branch of the GitOps repository holds. */
struct tip {
	char commit[41];                /* "": the branch is not there */
	char image[SIMULATED_IMAGE];    /* of its Deployment; "" when it has none */
};

enum simulated_operation { OPERATION_NONE, OPERATION_ASKED, OPERATION_RUNNING, OPERATION_ENDING };

struct simulated {
	struct cJSON *object;           /* metadata and spec; its own */
	const char *name, *stage;
	int64_t version;                /* resourceVersion */
	/* the newest comparison with git */
	struct tip compared;
	int64_t reconciled_at;          /* ms */
	/* what runs */
	struct tip deployed;
	char image_before[SIMULATED_IMAGE]; /* still running while it rolls out; "" else */
	const char *health;
	char health_message[SIMULATED_TEXT];
	int64_t health_at;
	int64_t rolled_out_at;          /* when the roll-out ends; 0: none under way */
	/* the newest operation */
	enum simulated_operation operation;
	struct tip target;
	struct cJSON *info;             /* list, its own; NULL: none was given */
	const char *phase;              /* "" before the first */
	char message[SIMULATED_TEXT];
	bool has_result;
	int64_t next_at;                /* when the operation goes on */
	int64_t started_at, finished_at;
};

/* In place of what is written in the manifests: everything deployed and well. */
void simulated_settle(struct simulated *app, const struct tip *tip, int64_t now);

/* A new look at git; true when anything changed. */
bool simulated_compare(struct simulated *app, const struct tip *tip, int64_t now);

/* Asks for a sync of tip. info (may be NULL) is copied. */
void simulated_sync(struct simulated *app, const struct tip *tip, const struct cJSON *info,
		    int64_t now);
void simulated_terminate(struct simulated *app, int64_t now);

/* Lets time go by up to now, with durations divided by speed; true when anything changed. */
bool simulated_advance(struct simulated *app, int64_t now, double speed);

/* The Application as Argo CD's API gives it; the caller's to free. */
struct cJSON *simulated_object(const struct simulated *app);

#endif
