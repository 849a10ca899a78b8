/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list's text, taken apart object by object: as values a page is many times larger than as text,
 * so only one object at a time is held that way. Pure. Any thread.
 */
#ifndef GANTRY_KUBE_PAGES_H
#define GANTRY_KUBE_PAGES_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct value;

struct kube_page {
	const char *version;            /* metadata.resourceVersion; "" when absent */
	const char *next;               /* metadata.continue; NULL: this is the last page */
	struct str items;               /* what is between the brackets */
};

/* ERR_NET when it is not a list. Items are checked as they are taken. */
bool kube_page_read(struct arena *a, struct str text, struct kube_page *out, struct err *e) MUST_USE;

/*
 * The next item as values, in the arena; *item is NULL at the end. Takes it off page->items.
 */
bool kube_page_next(struct arena *a, struct kube_page *page, struct value **item, struct err *e) MUST_USE;

#endif
