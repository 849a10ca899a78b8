/* SPDX-License-Identifier: Apache-2.0 */
/* What a configuration may say; what happens over REST is tested with the demonstration's Argo CD. */
#include <string.h>

#include "argocd/update.h"
#include "base/arena.h"
#include "base/err.h"
#include "data/json.h"
#include "data/value.h"
#include "steps/params.h"
#include "steps/step.h"
#include "tap.h"

static const char *complaint(struct arena *a, const char *text)
{
	struct value *v;
	struct err e = { 0 };

	if (!json_parse(a, text, strlen(text), &v, &e) ||
	    !params_check(&step_argocd_update, v, &e) || !step_argocd_update.check(v, &e))
		return str_copy(a, e.message);
	return "";
}

TEST(rules_beyond_the_table)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(complaint(a, "{\"apps\":[{\"name\":\"x\"}]}"), "", "a name is enough");
	is_text(complaint(a, "{\"apps\":[{\"selector\":{\"matchLabels\":{\"a\":\"b\"}}}]}"), "",
		"so is a selector");
	is_text(complaint(a, "{\"apps\":[{\"name\":\"x\",\"selector\":{\"matchLabels\":{\"a\":\"b\"}}}]}"),
		"apps[0]: give name or selector, not both", "not both");
	is_text(complaint(a, "{\"apps\":[{\"selector\":{\"matchLabels\":{\"a\":1}}}]}"),
		"apps[0].selector.matchLabels.a: must be a text", "a label is a text");
	is_text(complaint(a, "{\"apps\":[{}]}"), "apps[0]: give name or selector", "not neither");
	ok(strstr(complaint(a, "{\"apps\":[{\"selector\":{}}]}"), "chooses nothing"), "nor an empty one");
	ok(strstr(complaint(a, "{\"apps\":[{\"name\":\"x\",\"sources\":[{\"repoURL\":\"r\","
			       "\"updateTargetRevision\":true}]}]}"), "needs a desiredRevision"),
	   "a target revision needs a revision");
	ok(strstr(complaint(a, "{\"apps\":[{\"name\":\"x\",\"sources\":[{\"repoURL\":\"r\",\"kustomize\":"
			       "{\"images\":[{\"repoURL\":\"i\",\"tag\":\"1\",\"digest\":\"d\"}]}}]}]}"),
		  "not both"), "tag or digest");
	is_text(complaint(a, "{\"apps\":[{\"name\":\"x\",\"sources\":[{\"repoURL\":\"r\","
			     "\"kustomize\":{}}]}]}"), "", "no images are none to set");
	ok(strstr(complaint(a, "{\"apps\":[{\"name\":\"x\",\"sources\":[{\"repoURL\":\"r\","
			       "\"desiredRevision\":\"\"}]}]}"), "desiredRevision"),
	   "an empty revision is none");
}

TEST(selectors_as_the_api_takes_them)
{
	static const char text[] =
		"{\"matchLabels\":{\"a\":\"b\",\"c/d\":\"\"},\"matchExpressions\":["
		"{\"key\":\"e\",\"operator\":\"In\",\"values\":[\"f\",\"g\"]},"
		"{\"key\":\"h\",\"operator\":\"NotIn\",\"values\":[\"i\"]},"
		"{\"key\":\"j\",\"operator\":\"Exists\"},{\"key\":\"k\",\"operator\":\"DoesNotExist\"}]}";
	AUTO(arena) struct arena *a = arena_new();
	struct value *v = NULL;
	struct err e;

	ok(json_parse(a, text, strlen(text), &v, &e), "a selector");
	is_text(argocd_selector_text(a, v), "a=b,c/d=,e in (f,g),h notin (i),j,!k", "as a text");
}
