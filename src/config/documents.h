/* SPDX-License-Identifier: Apache-2.0 */
/* A file of manifests, document by document: one that does not read costs only itself. Any thread. */
#ifndef GANTRY_CONFIG_DOCUMENTS_H
#define GANTRY_CONFIG_DOCUMENTS_H

#include "base/str.h"

struct arena;
struct list;
struct value;

struct document {
	struct value *object;           /* NULL: it does not read */
	struct str text;                /* what does not read, '?' for what is not UTF-8; else empty */
	unsigned before;                /* how many lines of the file come before text */
	const char *error;              /* why it does not read */
	unsigned line, column;          /* where that shows, in the file */
};

/*
 * Adds every document (struct document *) to *out, and every key that is twice in one
 * map (struct yaml_duplicate *) to *duplicates. YAML as Kubernetes reads it; JSON, too, of
 * which several objects may follow one another. Objects and keys lie in a, all else in lists, which may be
 * the same or shorter lived.
 */
void documents_read(struct arena *a, struct arena *lists, struct str text, struct list *out,
		    struct list *duplicates);

/* Takes the first document's text off *rest, which is not empty; *lines: how many it has. */
struct str document_next(struct str *rest, unsigned *lines);

/* What a document that does not read seems to be: "" where that is unknown. */
struct document_head {
	const char *kind, *name, *namespace;
};

void document_guess(struct arena *a, const struct document *d, struct document_head *out);

#endif
