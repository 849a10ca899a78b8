/* SPDX-License-Identifier: Apache-2.0 */
/* Objects of a project "shop" as a running Kargo gives them. */
#ifndef GANTRY_TESTS_UNIT_ATTACH_CLUSTER_H
#define GANTRY_TESTS_UNIT_ATTACH_CLUSTER_H

struct arena;
struct value;

#define CLUSTER_FREIGHT "d532e1f7bcc80bc4b3580c4a35c3fbfa31d195b9"
#define CLUSTER_PROMOTION "test.01jzz0000000000000000000aa.d532e1f"

/* JSON with ' for "; a text that does not read ends the test. */
struct value *cluster_json(struct arena *a, const char *text);

/* A stage that asks for freight of warehouse "web", status as JSON with ' for ". */
struct value *cluster_stage(struct arena *a, const char *name, const char *status);

/* A promotion of CLUSTER_FREIGHT into "test", status as JSON with ' for ". */
struct value *cluster_promotion(struct arena *a, const char *status);

struct value *cluster_freight(struct arena *a);
struct value *cluster_warehouse(struct arena *a);

#endif
