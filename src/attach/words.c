/* SPDX-License-Identifier: Apache-2.0 */
/* Half of what is kept of ten thousand objects are the same hundred words: they are kept once. */
#include "attach/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/base.h"
#include "data/value.h"

/* Sorted by byte. */
static const char *const words[] = {
	"Aborted", "Errored", "Failed", "False", "Freight", "Healthy", "Promotion", "Ready",
	"Running", "Skipped", "Stage", "Succeeded", "Successful", "True", "Verified", "Warehouse",
	"abort", "actor", "alias", "analysisRun", "annotations", "apiVersion", "approvedAt",
	"approvedFor", "argocd-update", "artifacts", "as", "author", "autoPromotionEnabled",
	"autoPromotionHolds", "awaited", "branch", "charts", "commit", "commits", "committer",
	"conditions", "count", "creationTimestamp", "currentPromotion", "currentStep",
	"currentlyIn", "digest", "discoveredAt", "effectiveAutoPromotionHolds", "errorCount",
	"failed", "finishTime", "finishedAt", "freight", "freightHistory", "freightSummary",
	"git-clone", "git-commit", "git-open-pr", "git-push", "git-wait-for-pr", "health",
	"healthChecks", "id", "images", "items", "kargo.akuity.io/v1alpha1", "kind",
	"kustomize-set-image", "lastHandledRefresh", "lastPromotion", "lastTransitionTime",
	"longestSoak", "main", "measurements", "message", "metadata", "metricResults", "name",
	"namespace", "observedGeneration", "origin", "phase", "reason", "repoURL", "run",
	"runSummary", "since", "spec", "stage", "startTime", "startedAt", "state", "status",
	"stepExecutionMetadata", "steps", "subscriptionName", "tag", "type", "uses", "value",
	"verificationHistory", "verifiedAt", "verifiedIn", "version", "yaml-update",
};

static int words_order(const void *text, const void *word)
{
	return str_compare(*(const struct str *)text, str_of(*(const char *const *)word));
}

static const char *words_keep(struct arena *a, struct str text)
{
	const char *const *word = bsearch(&text, words, COUNTOF(words), sizeof(*words), words_order);

	return word ? *word : str_text(a, text);
}

struct value *attach_keep(struct arena *a, const struct value *v)
{
	struct value *to = arena_copy(a, v, sizeof(*v));

	to->line = to->column = 0;
	if (v->kind == VALUE_STRING) {
		to->string.at = words_keep(a, v->string);
	} else if (v->kind == VALUE_LIST) {
		to->list.items = arena_array(a, v->list.count, sizeof(*to->list.items));
		to->list.room = v->list.count;
		for (size_t i = 0; i < v->list.count; i++)
			to->list.items[i] = attach_keep(a, v->list.items[i]);
	} else if (v->kind == VALUE_MAP) {
		to->map.members = arena_array(a, v->map.count, sizeof(*to->map.members));
		to->map.room = v->map.count;
		to->map.index = NULL;
		for (size_t i = 0; i < v->map.count; i++) {
			to->map.members[i] = v->map.members[i];
			to->map.members[i].key.at = words_keep(a, v->map.members[i].key);
			to->map.members[i].value = attach_keep(a, v->map.members[i].value);
		}
		value_index(a, to);
	}
	return to;
}
