/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One value tree for YAML, JSON and TOML, and the text formats around it.
 * May use base. Libraries: libyaml, PCRE2.
 *
 * base64.h       base64 as Kubernetes Secrets hold it
 * binary.h       value trees as bytes, for caches
 * data.h         this table
 * glob.h         file and name patterns
 * go_text.h      scalars as Go reads and writes them
 * go_url.h       URLs as Go's net/url takes them apart
 * json.h         text to values and back; Go's number format
 * json_edit.h    values of a JSON text set, all the rest kept
 * json_path.h    which values json-update names
 * json_relaxed.h comments and commas too many, blanked out
 * key_path.h     keys such as image.tag
 * mail_address.h addresses for an envelope
 * pattern.h      regular expressions as Go reads them
 * percent.h      percent-encoding
 * re2.h          RE2's syntax in PCRE2's
 * semver.h       versions and constraints
 * toml.h         TOML text to values
 * toml_edit.h    scalars of a TOML text set, all the rest kept
 * toml_inner.h   TOML's words and lines
 * toml_scan.c    the lines of a TOML text
 * toml_string.c  the words of TOML
 * unicode.h      printable characters and lower case, whatever the locale
 * url.h          when two texts mean the same repository
 * utf16.h        UTF-16 to UTF-8 and back
 * value.h        the tree
 * yaml.h         text to values and back, with places
 * yaml_edit.h    edits of a YAML text that keep all the rest
 * yaml_json.h    YAML 1.1 text to values, as by way of JSON
 * yaml_merge.h   one YAML document merged onto another
 * yaml_merge_check.h what a merged map must read as
 * yaml_render.h  nodes of one YAML text written into another
 * yaml_rewrite.h a new value in the place of an old scalar
 * yaml_scalar.h  what the text of a scalar means, and how it is written
 * yaml_splice.h  members and elements put in and taken out
 * yaml_tree.h    a YAML text as nodes that know their bytes
 */
#ifndef GANTRY_DATA_DATA_H
#define GANTRY_DATA_DATA_H
#endif
