/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The jsonPath of a web metric: Kubernetes' JSONPath templates
 * (https://kubernetes.io/docs/reference/kubectl/jsonpath/). Pure. Any thread.
 */
#ifndef GANTRY_VERIFY_JSON_PATH_H
#define GANTRY_VERIFY_JSON_PATH_H

#include "base/base.h"

struct arena;
struct buf;
struct err;
struct value;

/* Whether the template can be read at all: each brace, bracket and quote is closed. ERR_CONFIG. */
bool json_path_check(const char *template, struct err *e) MUST_USE;

/*
 * "{$.data.items[0].ok}": the first value that the template finds in v. Text outside braces stands
 * for itself. ERR_CONFIG for a template that makes no sense, ERR_NOT_FOUND when nothing is there.
 */
bool json_path(struct arena *a, const char *template, const struct value *v,
	       const struct value **out, struct err *e) MUST_USE;

/*
 * The whole template, as kubectl prints it: of a path all values, a blank between them, texts as they are and
 * the rest as JSON; {"\n"} is a text with escapes. What is not there prints nothing.
 */
bool json_path_text(struct arena *a, const char *template, const struct value *v, struct buf *out,
		    struct err *e) MUST_USE;

#endif
