/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A project and its whole configuration, as its manifests say. Immutable; its
 * arena is replaced whole on reload.
 */
#ifndef GANTRY_MODEL_PROJECT_H
#define GANTRY_MODEL_PROJECT_H

#include "base/base.h"

struct err;
struct stage;
struct value;
struct warehouse;
struct window;

struct project {
	const char *name;
	const char *fault;              /* why nothing of it can run: two objects of one name; NULL: it can */
	struct warehouse **warehouses;  /* by name */
	size_t nwarehouses;
	struct stage **stages;          /* upstream before downstream, then by name; status empty */
	size_t nstages;
	const struct value *labels;     /* of the Project; NULL: none */
	const struct value *config;     /* ProjectConfig object; NULL when none */
	const struct value *git_client; /* ClusterConfig's gitClient {name, email, signingKey}; or NULL */
	const struct window *windows;   /* promotion windows, the cluster's too */
	size_t nwindows;
	/* name to Kargo object, as value maps: */
	const struct value *tasks;              /* PromotionTask */
	const struct value *cluster_tasks;      /* ClusterPromotionTask */
	const struct value *analysis_templates, *cluster_analysis_templates;
	const struct value *secrets;            /* Secret, data decoded into stringData */
	const struct value *shared_secrets;
	const struct value *cluster_secrets;    /* of the cluster's own objects; steps never see them */
	const struct value *config_maps;
	const struct value *shared_config_maps;
	const struct value *channels, *cluster_channels; /* MessageChannel, ClusterMessageChannel */
	const struct value *routers;            /* EventRouter */
};

const struct stage *project_stage(const struct project *p, const char *name);
const struct warehouse *project_warehouse(const struct project *p, const char *name);

/*
 * Whether the first promotion policy that matches the stage turns auto-promotion
 * on (doc/kargo-rules.md 3.3).
 */
bool project_auto_promotes(const struct project *p, const struct stage *s);

/*
 * The same for a ProjectConfig (NULL: none) and a Stage as Kargo objects. ERR_CONFIG
 * for a pattern or selector before the first match that makes no sense.
 */
bool policies_auto_promote(const struct value *config, const struct value *stage, bool *on,
			   struct err *e) MUST_USE;

#endif
