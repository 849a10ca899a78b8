/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What expressions of a promotion may see (Kargo's variables and functions). The caller
 * fills it with value trees in Kargo's JSON form; nothing here is changed. One thread
 * at a time.
 */
#ifndef GANTRY_EXPR_SCOPE_H
#define GANTRY_EXPR_SCOPE_H

#include "base/base.h"

struct arena;
struct err;
struct value;
struct zone;

/* An object that an expression asks for. */
struct kargo_wanted {
	const char *kind;               /* Warehouse, Freight, Stage, Secret, ConfigMap or Credentials */
	const char *name;               /* of Credentials: the repository's URL */
	bool shared;                    /* among the shared resources, not in the project */
	const char *type;               /* of Credentials: git, helm or image; NULL of all else */
};

/*
 * NULL members are absent: "" in ctx, nil as a variable. Found objects must be fresh
 * at every call where the world may change within a promotion (Freight and Stage
 * metadata); Secrets are asked for at most once a step.
 */
struct kargo_scope {
	const char *project, *stage, *promotion;
	const char *alias;                      /* of this step; "task::step" within a task */
	const char *ui_base_url;
	const char *actor;                      /* "email:a@b.c" or "a@b.c"; NULL: automatic */
	bool rollback;
	const struct value *target_freight;     /* {name, origin}, perhaps with alias */
	const char *target_alias;               /* NULL: target_freight's */
	const struct value *freight_requests;   /* the Stage's spec.requestedFreight */
	const struct value *freight;            /* list of references, the collection's items */
	const struct value *vars;               /* [{name, value}]: the Stage's, the template's */
	const struct value *state;              /* map: alias to output */
	const struct value *step_metas;         /* list of stepExecutionMetadata */
	const struct value *target;             /* {params, labels}; NULL: no Target is involved */
	int64_t now_ms;                         /* what now() says */
	/* base/zone.h's zone_load; NULL: only UTC is known. */
	bool (*load_zone)(struct arena *a, const char *name, const struct zone **out);
	/*
	 * *out is the object, NULL when there is none. Secrets hold data in base64, stringData plain;
	 * Credentials are a map of username, password and sshPrivateKey.
	 * May be NULL: nothing is found.
	 */
	bool (*find)(void *context, struct arena *a, const struct kargo_wanted *wanted,
		     const struct value **out, struct err *e);
	void *context;
};

/* Whether an earlier step without continueOnError has failed (doc/kargo-rules.md 4.3.1). */
bool scope_has_failed(const struct kargo_scope *scope);

#endif
