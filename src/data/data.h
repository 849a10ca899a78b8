/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One value tree for YAML, JSON and TOML, and the text formats around it.
 * May use base. Libraries: libyaml, cJSON, PCRE2.
 *
 * data.h       this table
 * glob.h       file and name patterns
 * go_text.h    scalars as Go reads and writes them
 * json.h       text to values and back; Go's number format
 * pattern.h    regular expressions as Go reads them
 * value.h      the tree
 * yaml.h       text to values and back, with places
 */
#ifndef GANTRY_DATA_DATA_H
#define GANTRY_DATA_DATA_H
#endif
