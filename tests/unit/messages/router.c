/* SPDX-License-Identifier: Apache-2.0 */
/* Which event becomes which message, and how a storm becomes a handful. */
#include "messages/router.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "messages/burst.h"
#include "messages/scene.h"
#include "tap.h"

#define ROUTER(rest) \
	"metadata: {name: r}\nspec:\n  types: [PromotionFailed]\n" rest \
	"  channels: [{kind: MessageChannel, name: team}]\n"

TEST(an_event_has_kargos_type_and_payload)
{
	AUTO(arena) struct arena *a = arena_new();
	struct kargo_event *ev = failed(a);

	is_text(ev->type, "PromotionFailed", "its type");
	is_text(json_text(a, ev->payload, 0),
		"{\"project\":\"demo\",\"actor\":\"email:ada@example.org\",\"message\":\"Promotion Failed: step 2: "
		"\\\"no\\\" <luck> & more\",\"id\":\"c0ffee\",\"name\":\"prod.01\",\"stageName\":\"prod\","
		"\"createTime\":\"2026-01-02T00:00:00Z\",\"freight\":{\"name\":\"" FREIGHT "\",\"stageName\":\"prod\","
		"\"warehouseName\":\"web\",\"createTime\":\"2026-01-01T00:00:00Z\",\"alias\":\"soft-squirrel\","
		"\"images\":[{\"repoURL\":\"r/web\",\"tag\":\"1.2.0\"}]}}", "its payload, flat");
	ok(kargo_event_is_bad(ev), "something went wrong");
}

TEST(a_router_tells_of_its_types_when_its_condition_holds)
{
	AUTO(arena) struct arena *a = arena_new();
	struct message m;

	is_text(told(a, ROUTER(""), &m),
		"PromotionFailed demo/prod: Promotion Failed: step 2: \"no\" <luck> & more\n"
		"freight soft-squirrel, by email:ada@example.org\n"
		"https://kargo.example.org/project/demo/promotion/prod.01", "without an output, a sentence");
	is_text(told(a, "metadata: {name: r}\nspec: {types: [FreightCreated], channels: []}\n", &m), "no",
		"other types are not its own");
	is_text(told(a, ROUTER("  when: event.stageName == 'test'\n"), &m), "no", "nor is what it does not ask");
	ok(strcmp(told(a, ROUTER("  when: event.freight.alias startsWith 'soft' && data.spec.stage == 'prod'\n"),
		       &m), "no") != 0, "conditions see payload and object");
	ok(strcmp(told(a, ROUTER("  when: type == 'PromotionFailed'\n"), &m), "no") != 0, "and the type");
	is_text(told(a, ROUTER("  when: event.stageName\n"), &m),
		"when: \"event.stageName\" is neither true nor false", "a condition that is none");
}

TEST(output_says_what_is_told)
{
	AUTO(arena) struct arena *a = arena_new();
	struct message m;

	is_text(told(a, ROUTER("  output: '${{ type }} in ${{ event.stageName }} ${{ ctx.uiBaseURL }}'\n"), &m),
		"PromotionFailed in prod https://kargo.example.org", "an output");
	told(a, ROUTER("  encodingType: json\n  groupingKey: '${{ event.freight.name }}'\n"
		       "  output: '{\"text\": \"${{ escape_json_string(event.message) }}\"}'\n"), &m);
	is_text(value_get_text(m.body, "text"), "Promotion Failed: step 2: \"no\" <luck> & more",
		"a structured one, with its text escaped");
	is_text(m.group, FREIGHT, "and its thread");
	is_text(told(a, ROUTER("  encodingType: json\n  output: 'no json'\n"), &m),
		"output: the message is said to be JSON: line 1, column 2: a value must be here, not 'o'",
		"one that is not what it is said to be");
	is_text(told(a, ROUTER("  encodingType: xml\n  output: '<a/>'\n"), &m),
		"output: encodingType xml is not known; use json or yaml", "an encoding that nobody reads");
	is_text(told(a, ROUTER("  output: '${{ deref(event.freight).alias }}'\n"), &m), "soft-squirrel",
		"Kargo's pointers are plain values here");
}

TEST(a_storm_becomes_a_handful)
{
	AUTO(arena) struct arena *a = arena_new();
	struct burst b = { 0 };
	struct burst_rest rest = { 0 };

	is_number(burst_allows(&b, 1000), BURST_MOST, "at first so many at once");
	for (int i = 0; i < BURST_MOST; i++)
		burst_spend(&b, 1000);
	is_number(burst_allows(&b, 1000), 0, "then none");
	is_number(burst_next(&b, 1000), 1000 + BURST_EVERY_MS, "until a while has passed");
	is_number(burst_allows(&b, 1000 + BURST_EVERY_MS), 1, "then one");
	is_number(burst_allows(&b, 1000 + 1000 * BURST_EVERY_MS), BURST_MOST, "and all after a rest");
	for (int i = 0; i < 39; i++)
		burst_add(a, &rest, "FreightCreated");
	for (int i = 0; i < 3; i++)
		burst_add(a, &rest, "PromotionFailed");
	burst_take(&rest, "PromotionFailed");
	is_text(burst_text(a, &rest), " (and 41 more: 39 FreightCreated, 2 PromotionFailed)",
		"the last one tells of the others");
}
