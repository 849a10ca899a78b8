#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The verb promote, and what it takes when nobody names freight: never what runs already, and with --wait
# what is on its way. Then a stage that takes freight of two warehouses.
. "$(dirname "$0")/lib.sh"
need docker-registry skopeo git jq

start_registry
push_image acme/web 1.0.0 2026-01-01T10:00:00Z
push_image acme/api 2.0.0 2026-01-01T10:00:00Z

stage() { # stage NAME SOURCES [WAREHOUSE...]
	name=$1 sources=$2
	shift 2
	printf -- '---\napiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata: {name: %s, namespace: demo}\n' "$name"
	printf 'spec:\n  requestedFreight:\n'
	for warehouse in "${@:-web}"; do
		printf '  - {origin: {kind: Warehouse, name: %s}, sources: {%s}}\n' "$warehouse" "$sources"
	done
	printf '  promotionTemplate: {spec: {steps: [{uses: compose-output, config: {a: b}}]}}\n'
}
warehouse() {
	printf -- '---\napiVersion: kargo.akuity.io/v1alpha1\nkind: Warehouse\nmetadata: {name: %s, namespace: demo}\n' "$1"
	printf 'spec: {interval: 1s, subscriptions: [{image: {repoURL: "%s/acme/%s"}}]}\n' "$registry" "$1"
}
mkdir "$work/manifests"
{
	printf 'apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}\n'
	warehouse web
	warehouse api
	stage test "direct: true"
	stage uat "stages: [test], requiredSoakTime: 3s"
	stage both "direct: true" web api
} >"$work/manifests/demo.yaml"

g() { "$gantry" "$@" -f "$work/manifests"; }
version() { g get stages -o json | jq -r ".[] | select(.name == \"$1\").version"; }
newest_is() { [ "$(g get freight -o json | jq -r "[.[] | select(.warehouse == \"$1\")][0].version")" = "$2" ]; }
head_of() { git -C "$XDG_STATE_HOME/gantry/ledger.git" rev-parse gantry/demo; }
status() { # status COMMAND...: what it exits with
	"$@" >"$work/out" 2>&1
	echo $?
}

"$gantry" agent -f "$work/manifests" 2>"$work/agent.log" &
later $!
ok "images are found" wait_for 30 newest_is api 2.0.0
ok "all of them" wait_for 30 newest_is web 1.0.0
is "uat may take nothing yet" "$(status g promote uat)" 3
ok "and is told what for" grep -q "waits before it may enter uat: verified: not yet in test; --wait waits for that" "$work/out"
ok "one after the other" g promote test --wait --timeout 60s
ok "the second waits until its freight has soaked" g promote uat --wait --timeout 60s
is "and has it" "$(version uat)" 1.0.0
push_image acme/web 1.1.0 2026-01-02T10:00:00Z
ok "a newer one is found" wait_for 30 newest_is web 1.1.0
ok "the newer one is promoted" g promote test --wait --timeout 60s
is "in vain where there is no time for soaking" "$(status g promote uat --wait --timeout 1s)" 3
ok "which is said at once" grep -q "later than --timeout: soaked" "$work/out"
ok "with time it goes on" g promote uat --wait --timeout 60s
is "and not the old one" "$(version uat)" 1.1.0
before=$(head_of)
is "what runs is not promoted again" "$(status g promote uat)" 3
ok "which is said" grep -q "uat runs .* already, and nothing newer has been found" "$work/out"
is "and nothing is recorded" "$(head_of)" "$before"
push_image acme/web 1.2.0 2026-01-03T10:00:00Z
ok "once more" wait_for 30 newest_is web 1.2.0
is "nobody promotes it to test, so the time is up" "$(status g promote uat --wait --timeout 2s)" 4
ok "and what it waited for was said" grep -q "waits before it may enter uat: verified" "$work/out"
ok "named freight is promoted though it runs" g promote uat --freight "$(g get stages -o json |
	jq -r '.[] | select(.name == "uat").freightName')" --wait --timeout 60s

g history --limit 1 >"$work/table" 2>"$work/out"
ok "a list that is cut says so" grep -q "the newest 1; there are older ones: --limit and --since say how many" "$work/out"
is "and holds what was asked for" "$(wc -l <"$work/table")" 2
g history --limit 1000 >"$work/table" 2>"$work/out"
is "one that is whole says nothing" "$(cat "$work/out")" ""

is "of two warehouses one must be chosen" "$(status g promote both)" 2
ok "from these" grep -q "web (.*), api (.*); say which with --warehouse or --freight" "$work/out"
ok "one is" g promote both --warehouse web --wait --timeout 60s
ok "then only the other is left" g promote both --wait --timeout 60s
is "both run" "$(g get stages -o json | jq -r '.[] | select(.name == "both").runs | map(.warehouse + " " + .version) | join(", ")')" \
	"web 1.2.0, api 2.0.0"
ok "a table shows them by warehouse" sh -c "'$gantry' get stages -f '$work/manifests' | grep -q '^both  *api .* 2.0.0'"
push_image acme/api 2.1.0 2026-01-04T10:00:00Z
ok "one has news" wait_for 30 newest_is api 2.1.0
ok "which is what is meant" g promote both --wait --timeout 60s
ok "and what is rolled back" g rollback both --wait --timeout 60s
is "the other stays" "$(g get stages -o json | jq -r '.[] | select(.name == "both").runs | map(.version) | join(", ")')" "1.2.0, 2.0.0"
is "a warehouse in which nothing else ran has nothing to go back to" "$(status g rollback both --warehouse web)" 3

is "what was backed out is not promoted by itself" "$(status g promote both)" 3
ok "who backed it out is said" grep -q "both could take .*, but .* backed it out .* ago, without a reason; --freight .* --again" "$work/out"
backed=$(g get freight -o json | jq -r '.[] | select(.version == "2.1.0").name')
is "nor by its name alone" "$(status g promote both --freight "$backed")" 3
is "nor is it approved" "$(status g approve both --freight "$backed")" 3
ok "but when that is said twice" g promote both --freight "$backed" --again --wait --timeout 60s

# The first command on a new ledger finds the freight itself.
{
	cat "$work/manifests/demo.yaml"
	printf -- '---\napiVersion: kargo.akuity.io/v1alpha1\nkind: ProjectConfig\nmetadata: {name: demo, namespace: demo}\n'
	printf 'spec: {promotionPolicies: [{stageSelector: {name: test}, autoPromotionEnabled: true}]}\n'
} >"$work/auto.yaml"
for round in 1 2 3; do
	ok "what is just found is promoted" g promote test --ledger "$work/new$round.git" --wait --timeout 60s
	ok "or promoted by itself, and waited for" "$gantry" promote test -f "$work/auto.yaml" \
		--ledger "$work/auto$round.git" --wait --timeout 60s
done

is "a warehouse misspelt is an error" "$(status g promote both --warehouse wbe)" 2
ok "which names those that there are" grep -q 'both takes no freight of a warehouse "wbe"; it takes that of web, api' "$work/out"
for what in stages freight promotions; do
	is "so is a stage misspelt, for its $what" "$(status g get $what --stage tset)" 2
	ok "which says so" grep -q 'no stage "tset"; did you mean test?' "$work/out"
done
is "its history is not that of a stage never promoted" "$(status g history --stage tset --since 24h)" 2
is "but says so" "$(cat "$work/out")" 'gantry: no stage "tset"; did you mean test?'
is "a word too many is named" "$(status g audit verify now)" 2
ok "and not the right one" grep -q 'audit "now"? only: verify, export' "$work/out"
ok "a reason of two lines" g rollback both --warehouse api --reason "$(printf 'one\n\ttwo')" --wait --timeout 60s
ok "stays in its row" sh -c "'$gantry' history -n 2 -f '$work/manifests' 2>&1 | grep -q 'one  two$'"
done_testing
