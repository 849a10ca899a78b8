/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One value tree for YAML, JSON and TOML, and the text formats around it.
 * May use base. Libraries: libyaml, cJSON, PCRE2.
 *
 * data.h       this table
 * json.h       text to values and back; Go's number format
 * value.h      the tree
 */
#ifndef GANTRY_DATA_DATA_H
#define GANTRY_DATA_DATA_H
#endif
