/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first document of a YAML text as nodes that know their bytes: what an
 * editor needs, where yaml.h gives values. Nothing is resolved or typed. Any thread.
 */
#ifndef GANTRY_DATA_YAML_TREE_H
#define GANTRY_DATA_YAML_TREE_H

#include "base/base.h"
#include "base/str.h"
#include "data/yaml_scalar.h"

struct arena;
struct err;
struct value;

enum yaml_node_kind { YAML_SCALAR, YAML_LIST, YAML_MAP, YAML_ALIAS };

struct yaml_node {
	enum yaml_node_kind kind;
	enum yaml_style style;          /* of a scalar */
	bool flow;                      /* a list or map in brackets, or within one */
	const struct value *asked;      /* the editor's mark: what it is to become; NULL: it stays */
	/*
	 * Bytes: start with anchor and tag; body without; end after the last byte that
	 * is the node's own (a block list or map ends with its last child, a literal
	 * before the white space that follows it).
	 */
	size_t start, body, end;
	unsigned line;                  /* from 1 */
	size_t column;                  /* of start, in characters from 0 */
	struct str text;                /* a scalar's content, an alias's name */
	const char *anchor, *tag;       /* NULL when there is none */
	const struct yaml_node *target; /* of an alias */
	const struct yaml_node *parent; /* NULL for the root */
	struct yaml_node **items;       /* a map's keys and values alternate */
	size_t count, room;
};

struct yaml_document {
	struct yaml_node *root;         /* NULL when there is none */
	size_t end;                     /* where the next document's first byte is, or the text's end */
};

/*
 * Reads the first document. Text must stay as long as the tree. Bounded like
 * yaml_parse, whose messages it has.
 */
bool yaml_document_read(struct arena *a, const char *name, struct str text,
			struct yaml_document *out, struct err *e) MUST_USE;

/* The same, its root alone. */
bool yaml_tree_read(struct arena *a, const char *name, struct str text, struct yaml_node **root,
		    struct err *e) MUST_USE;

/*
 * Whether both are written alike: text, style, anchors, tags, and all in them. Of a node that the
 * editor marked: whether the other one reads as asked.
 */
bool yaml_node_same(const struct yaml_node *old, const struct yaml_node *new);

/* Whether the node is a scalar that YAML 1.1 and 1.2 both read as v. */
bool yaml_reads_as(const struct yaml_node *node, const struct value *v);

/* Where in the map's items, from the place from on, the key is; SIZE_MAX: nowhere. */
size_t yaml_member(const struct yaml_node *map, struct str key, size_t from);

/* The value of a map's key, the first when it is there twice; NULL otherwise. */
struct yaml_node *yaml_node_get(const struct yaml_node *map, struct str key);

/* "\r\n" when the text's first line ends so, "\n" otherwise. */
const char *yaml_newline(struct str text);

#endif
