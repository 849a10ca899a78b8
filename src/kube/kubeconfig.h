/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kubeconfig files, read and merged: of clusters, users and contexts with the same name, and of
 * current-context, the first file wins. Any thread; reads files.
 */
#ifndef GANTRY_KUBE_KUBECONFIG_H
#define GANTRY_KUBE_KUBECONFIG_H

#include "base/base.h"
#include "base/list.h"

struct arena;
struct err;
struct value;

/* One cluster, user or context. */
struct kube_entry {
	const char *kind, *name;        /* "cluster", "prod": for messages */
	const char *file, *folder;      /* where it is written; paths in it are relative to the folder */
	unsigned line;
	const struct value *body;       /* a map; NULL: it is empty */
};

struct kubeconfig {
	struct list clusters, users, contexts; /* struct kube_entry *, in the files' order */
	const char *current;            /* ""; never NULL */
	const char *file;               /* that current is of, or else the first; NULL: there was none */
};

/* paths: as kube_search has them. Files that are not there are passed over. */
bool kubeconfig_read(struct arena *a, const char *paths, struct kubeconfig *out, struct err *e) MUST_USE;

/* The entry of that name, or NULL. */
const struct kube_entry *kubeconfig_find(const struct list *entries, const char *name);

/*
 * Each leaves *out unchanged when the field is absent or empty; ERR_CONFIG for a value that the
 * field cannot have.
 */
bool kube_field_text(const struct kube_entry *entry, const char *field, const char **out,
		     struct err *e) MUST_USE;
bool kube_field_bool(const struct kube_entry *entry, const char *field, bool *out, struct err *e) MUST_USE;

/* A path, made absolute from the entry's folder. */
bool kube_field_path(struct arena *a, const struct kube_entry *entry, const char *field, const char **out,
		     struct err *e) MUST_USE;

/* PEM: base64 in "FIELD-data", or else in the file that FIELD names. */
bool kube_field_pem(struct arena *a, const struct kube_entry *entry, const char *field, const char **out,
		    struct err *e) MUST_USE;

/* "FILE:LINE: user 'ada': " and the sentence. at: what is wrong; NULL: the entry. Returns false. */
bool kube_complain(const struct kube_entry *entry, const struct value *at, struct err *e,
		   const char *format, ...) PRINTF(4, 5);

#endif
