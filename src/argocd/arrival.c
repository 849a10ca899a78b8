/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions in the order in which an answer makes the later ones meaningless: is the snapshot new enough,
 * has the operation ended, was the state compared since, with the spec as it is, at which revision,
 * and only then: is it healthy, and for how long. Each question answers or lets pass.
 */
#include "argocd/arrival.h"

#include <stdlib.h>
#include <string.h>

#include "argocd/decode.h"
#include "argocd/update.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "data/value.h"

#define HOLD_MS 10000
#define PERSISTS_MS 60000
#define DEGRADED_MS 90000
#define PICK_UP_MS 120000
#define REFRESH_EVERY_MS 10000

enum trouble { TROUBLE_NONE, TROUBLE_PICK_UP, TROUBLE_CONDITION, TROUBLE_REVISION, TROUBLE_SYNC,
	       TROUBLE_DEGRADED, TROUBLE_MISSING };

struct question {
	struct arena *a;
	const struct arrival_want *want;
	struct arrival_memory *m;
	const struct value *object, *state;
	int64_t now;
	struct arrival_verdict *out;
	enum trouble trouble;           /* met in this snapshot */
};

static const char *text_at(const struct question *q, const char *path)
{
	return value_path_text(q->object, path, "");
}

/* Answers; true, since the question is settled. */
static bool answer(struct question *q, enum arrival arrival, const char *reason)
{
	q->out->arrival = arrival;
	q->out->reason = str_clean(q->a, reason, strlen(reason), 600);
	return true;
}

/* Waits, and fails once the same trouble has lasted. */
static bool trouble(struct question *q, enum trouble kind, int64_t ms, const char *reason)
{
	q->trouble = kind;
	if (q->m->trouble != (int)kind) {
		q->m->trouble = (int)kind;
		q->m->trouble_since = q->now;
	}
	return answer(q, q->now - q->m->trouble_since >= ms ? ARRIVAL_FAILED : ARRIVAL_WAITING, reason);
}

static void ask_refresh(struct question *q)
{
	q->out->refresh = q->now - q->m->refreshed_at >= REFRESH_EVERY_MS;
}

static bool is_gone(struct question *q)
{
	if (!q->object || *text_at(q, "metadata.deletionTimestamp") ||
	    (q->want->uid && strcmp(q->want->uid, text_at(q, "metadata.uid")) != 0))
		return answer(q, ARRIVAL_FAILED, "the application was deleted");
	return false;
}

static bool is_old(struct question *q)
{
	const char *version = text_at(q, "metadata.resourceVersion");

	if (*version && strtoll(version, NULL, 10) < q->want->version)
		return answer(q, ARRIVAL_WAITING, "this state is older than the request");
	return false;
}

/* Resources whose sync or hook failed, as "Kind name: message". */
static const char *failures(struct question *q, const char *reason)
{
	const struct value *resources = value_path(q->state, "syncResult.resources");

	for (size_t i = 0; i < value_count(resources); i++) {
		const struct value *r = value_at(resources, i);
		const char *status = value_path_text(r, "status", "");
		const char *hook = value_path_text(r, "hookPhase", "");
		if (strcmp(status, "SyncFailed") == 0 || strcmp(hook, "Failed") == 0 ||
		    strcmp(hook, "Error") == 0)
			reason = str_format(q->a, "%s; %s %s: %s", reason, value_path_text(r, "kind", ""),
					    value_path_text(r, "name", ""),
					    value_path_text(r, "message", ""));
	}
	return reason;
}

static bool is_descendant(const struct question *q, const char *newer, const char *older)
{
	return q->want->is_descendant && q->want->is_descendant(q->want->context, newer, older);
}

/* Our own operation came to its end; what did it sync? */
static bool missed_its_revision(struct question *q)
{
	for (size_t i = 0; i < value_count(q->want->revisions); i++) {
		const char *want = value_text(value_at(q->want->revisions, i), "");
		const char *got = application_synced_revision(q->object, i);
		if (*want && strcmp(want, got) != 0 && !is_descendant(q, got, want))
			return answer(q, ARRIVAL_FAILED,
				      str_format(q->a, "synced to %.12s instead of %.12s", got, want));
	}
	return false;
}

static bool has_own_operation(struct question *q)
{
	const char *phase = value_path_text(q->state, "phase", "");
	const char *owner = operation_info(value_get(q->state, "operation"), UPDATE_INFO);

	if (!q->want->promotion || q->m->disowned)
		return false;
	if (!value_is(q->state, VALUE_MAP))
		return trouble(q, TROUBLE_PICK_UP, PICK_UP_MS,
			       "the sync was not picked up; is Argo CD's controller running?");
	if (!same_text(owner, q->want->promotion)) {
		q->m->disowned = true;
		return false;
	}
	if (strcmp(phase, "Failed") == 0 || strcmp(phase, "Error") == 0)
		return answer(q, ARRIVAL_FAILED, failures(q, value_path_text(q->state, "message", phase)));
	return strcmp(phase, "Succeeded") == 0 && missed_its_revision(q);
}

/* A finished attempt that waits for its retry has finishedAt, too: only the phase tells. */
static bool is_busy(struct question *q)
{
	const char *phase = value_path_text(q->state, "phase", "");
	const char *message = value_path_text(q->state, "message", "");

	if (value_count(value_get(q->object, "operation")))
		return answer(q, ARRIVAL_WAITING, *message ? message : "a sync was requested");
	if (has_own_operation(q))
		return true;
	if (strcmp(phase, "Running") == 0 || strcmp(phase, "Terminating") == 0)
		return answer(q, ARRIVAL_WAITING, *message ? message : "a sync is under way");
	return false;
}

static bool has_error(struct question *q)
{
	static const char *const types[] = { "ComparisonError", "InvalidSpecError", "UnknownError" };

	for (size_t i = 0; i < COUNTOF(types); i++) {
		const char *message = application_condition(q->object, types[i]);
		if (message)
			return trouble(q, TROUBLE_CONDITION, PERSISTS_MS, message);
	}
	return false;
}

/* Times have whole seconds, so a comparison in the second of the end may be one or the other. */
static bool is_not_compared(struct question *q)
{
	int64_t finished, reconciled;

	if (!clock_parse(value_path_text(q->state, "finishedAt", ""), &finished))
		return false;
	if (clock_parse(text_at(q, "status.reconciledAt"), &reconciled) &&
	    (reconciled > finished || (reconciled == finished && q->m->refreshed_at > finished)))
		return false;
	ask_refresh(q);
	return answer(q, ARRIVAL_WAITING, "Argo CD has not compared since the sync ended");
}

static const char *source_text(const struct value *source, const char *key)
{
	return value_path_text(source, key, "");
}

/* The status must be about the sources as they are now. */
static bool is_about_older_spec(struct question *q)
{
	static const char *const keys[] = { "repoURL", "path", "chart", "targetRevision" };
	const struct value *to = value_path(q->object, "status.sync.comparedTo");
	const struct value *many = value_get(to, "sources");

	for (size_t i = 0; to && i < application_nsources(q->object); i++) {
		const struct value *now = application_source(q->object, i);
		const struct value *then = value_count(many) ? value_at(many, i) : value_get(to, "source");
		/* Before the first comparison there is a source without a URL. */
		for (size_t k = 0; *source_text(then, "repoURL") && k < COUNTOF(keys); k++)
			if (strcmp(source_text(now, keys[k]), source_text(then, keys[k])) != 0)
				return answer(q, ARRIVAL_WAITING, "the changed sources are being compared");
	}
	return false;
}

static bool is_elsewhere(struct question *q)
{
	for (size_t i = 0; i < value_count(q->want->revisions); i++) {
		const char *want = value_text(value_at(q->want->revisions, i), "");
		const char *got = application_revision(q->object, i);
		if (!*want || strcmp(want, got) == 0 || is_descendant(q, got, want))
			continue;
		if (is_descendant(q, want, got)) {
			ask_refresh(q);
			return answer(q, ARRIVAL_WAITING, "Argo CD has not seen the commit yet");
		}
		return trouble(q, TROUBLE_REVISION, PERSISTS_MS,
			       str_format(q->a, "it follows %.12s and not %.12s",
					  *got ? got : "nothing", want));
	}
	return false;
}

static const char *out_of_sync(struct question *q)
{
	const struct value *resources = value_path(q->object, "status.resources");
	const char *names = "";

	for (size_t i = 0; i < value_count(resources); i++) {
		const struct value *r = value_at(resources, i);
		if (strcmp(value_path_text(r, "status", ""), "OutOfSync") != 0)
			continue;
		names = str_format(q->a, "%s %s %s%s", names, value_path_text(r, "kind", ""),
				   value_path_text(r, "name", ""),
				   value_truth(value_get(r, "requiresPruning"), false)
				   ? " (to be pruned)" : "");
	}
	return str_format(q->a, "still out of sync:%s", *names ? names : " it does not say what");
}

static bool is_not_synced(struct question *q)
{
	const char *status = text_at(q, "status.sync.status");

	if (strcmp(status, "Synced") == 0)
		return false;
	if (strcmp(status, "OutOfSync") != 0)
		return answer(q, ARRIVAL_WAITING, "Argo CD has not compared it");
	if (q->want->promotion && !q->m->disowned)
		return trouble(q, TROUBLE_SYNC, PERSISTS_MS, out_of_sync(q));
	return answer(q, ARRIVAL_WAITING, out_of_sync(q));
}

/* The repository of an image reference: what precedes a tag or digest. */
static size_t repository_len(const char *image)
{
	const char *at = strchr(image, '@'), *slash = strrchr(image, '/');
	const char *colon = strrchr(slash ? slash : image, ':');

	return at ? (size_t)(at - image) : colon ? (size_t)(colon - image) : strlen(image);
}

/* Every wanted image runs, and no other version of the same repository. */
static bool runs_other_images(struct question *q)
{
	const struct value *running = value_path(q->object, "status.summary.images");

	for (size_t i = 0; i < value_count(q->want->images); i++) {
		const char *want = value_text(value_at(q->want->images, i), "");
		size_t len = repository_len(want);
		bool found = false, other = false;
		for (size_t k = 0; k < value_count(running); k++) {
			const char *image = value_text(value_at(running, k), "");
			if (strcmp(image, want) == 0)
				found = true;
			else if (repository_len(image) == len && memcmp(image, want, len) == 0)
				other = true;
		}
		if (!found || other)
			return answer(q, ARRIVAL_WAITING,
				      found ? "pods of another version are still running"
					    : str_format(q->a, "no pod runs %s yet", want));
	}
	return false;
}

static const char *worst(struct question *q, const char *health)
{
	const struct value *resources = value_path(q->object, "status.resources");
	const char *message = text_at(q, "status.health.message");

	for (size_t i = 0; i < value_count(resources); i++) {
		const struct value *r = value_at(resources, i);
		if (strcmp(value_path_text(r, "health.status", ""), health) != 0)
			continue;
		const char *said = value_path_text(r, "health.message", "");
		return str_format(q->a, "%s: %s %s%s%s", health, value_path_text(r, "kind", ""),
				  value_path_text(r, "name", ""), *said ? ": " : "", said);
	}
	return str_format(q->a, "%s%s%s", health, *message ? ": " : "", message);
}

static void judge_health(struct question *q)
{
	const char *health = text_at(q, "status.health.status");
	int64_t hold = q->want->hold_ms ? q->want->hold_ms : HOLD_MS;
	bool healthy = strcmp(health, "Healthy") == 0;

	if (strcmp(health, "Degraded") == 0) {
		trouble(q, TROUBLE_DEGRADED, q->m->was_better ? 0 : DEGRADED_MS, worst(q, health));
		return;
	}
	q->m->was_better = *health != '\0';
	if (strcmp(health, "Missing") == 0 || strcmp(health, "Unknown") == 0)
		trouble(q, TROUBLE_MISSING, PERSISTS_MS, worst(q, health));
	else if (strcmp(health, "Suspended") == 0)
		answer(q, ARRIVAL_PAUSED, worst(q, health));
	else if (!healthy)
		answer(q, ARRIVAL_WAITING, worst(q, *health ? health : "Progressing"));
	if (!healthy || runs_other_images(q)) {
		q->m->healthy_since = 0;
		return;
	}
	if (!q->m->healthy_since)
		q->m->healthy_since = q->now;
	if (q->now - q->m->healthy_since < hold)
		answer(q, ARRIVAL_WAITING, "healthy; making sure that it stays so");
	else
		answer(q, ARRIVAL_THERE, "healthy");
}

void arrival_judge(struct arena *a, const struct arrival_want *want, struct arrival_memory *memory,
		   const struct value *object, int64_t now, struct arrival_verdict *out)
{
	struct question q = {
		.a = a, .want = want, .m = memory, .object = object, .now = now, .out = out,
		.state = value_path(object, "status.operationState"),
	};

	*out = (struct arrival_verdict){ .reason = "" };
	if (is_gone(&q) || is_old(&q))
		return;
	if (is_busy(&q) || has_error(&q) || is_not_compared(&q) || is_about_older_spec(&q) ||
	    is_elsewhere(&q) || is_not_synced(&q))
		memory->healthy_since = 0;
	else
		judge_health(&q);
	memory->trouble = (int)q.trouble;
}
