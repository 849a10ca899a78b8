/* SPDX-License-Identifier: Apache-2.0 */
/* YAML as sigs.k8s.io/yaml reads it: YAML 1.1, by way of JSON. Any thread. */
#ifndef GANTRY_DATA_YAML_JSON_H
#define GANTRY_DATA_YAML_JSON_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct value;

/*
 * The first document: y, n, yes, no, on and off are bools, as keys too ("true"); keys
 * that are numbers become their text; of two equal keys the last wins; !!binary is
 * decoded. What JSON cannot hold (.inf, .nan, a null key) is an error, ERR_CONFIG.
 * *out is NULL when there is no document, only comments.
 */
bool yaml_json_parse(struct arena *a, const char *name, struct str text, struct value **out,
		     struct err *e) MUST_USE;

#endif
