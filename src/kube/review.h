/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What we may do, asked in advance: all of a namespace in one question, where its rules say it, else each
 * right by itself (SelfSubjectAccessReview). Answers are kept for a minute. Any thread; the client belongs
 * to the calling thread.
 */
#ifndef GANTRY_KUBE_REVIEW_H
#define GANTRY_KUBE_REVIEW_H

#include "base/base.h"
#include "kube/client.h"
#include "kube/rules.h"

struct err;
struct kube_reviews;

struct kube_verdict {
	bool allowed;
	char reason[200];               /* the cluster's; "" when it says nothing */
};

struct kube_reviews *kube_reviews_new(void);
void kube_reviews_free(struct kube_reviews *r);
void auto_kube_reviews(struct kube_reviews **r);

/* Asks, unless the answer is known. */
bool kube_may(struct kube_reviews *r, struct kube_client *c, const struct kube_right *right,
	      struct kube_verdict *out, struct err *e) MUST_USE;

/* False when it is not known, or older than a minute. Asks nobody: for screens. */
bool kube_review_known(struct kube_reviews *r, const struct kube_right *right, struct kube_verdict *out);

#endif
