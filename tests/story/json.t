#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What scripts read: every member that is printed is in gantry-json(5), and every member that is there is printed.
. "$(dirname "$0")/lib.sh"
need docker-registry skopeo git jq python3

start_registry
push_image acme/web 1.0.0 2026-01-01T10:00:00Z
git init -q --bare "$work/gitops.git"
git clone -q "$work/gitops.git" "$work/seed" 2>/dev/null
printf 'tag: "0"\n' >"$work/seed/values.yaml"
git -C "$work/seed" add -A
git -C "$work/seed" commit -qm "seed"
git -C "$work/seed" tag v1.0.0
git -C "$work/seed" push -q origin main v1.0.0
mkdir "$work/charts" "$work/manifests"
chart_port=$(free_port)
cat >"$work/charts/index.yaml" <<C
apiVersion: v1
entries:
  web: [{apiVersion: v2, name: web, version: 1.0.0, urls: [web-1.0.0.tgz], digest: "0000000000000000000000000000000000000000000000000000000000000000"}]
generated: "2026-01-01T00:00:00Z"
C
python3 -m http.server --bind 127.0.0.1 --directory "$work/charts" "$chart_port" >/dev/null 2>&1 &
later $!
wait_for 10 is_listening "$chart_port"

stage() { # stage NAME SOURCES STEPS
	printf -- '---\napiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata: {name: %s, namespace: demo}\n' "$1"
	printf 'spec:\n  requestedFreight: [{origin: {kind: Warehouse, name: web}, sources: {%s}}]\n' "$2"
	printf '  promotionTemplate: {spec: {steps: [%s]}}\n' "$3"
}
clone="{uses: git-clone, config: {repoURL: 'file://$work/gitops.git', checkout: [{branch: main, path: src}]}}"
edit="{uses: yaml-update, config: {path: src/values.yaml, updates: [{key: tag, value: \"\${{ quote(imageFrom('$registry/acme/web').Tag) }}\"}]}}"
push="{uses: git-commit, config: {path: src, message: \"one\\n\\ntwo\"}}, {uses: git-push, config: {path: src}}"
cat >"$work/manifests/demo.yaml" <<C
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: demo}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: demo, namespace: demo}
spec: {promotionPolicies: [{stageSelector: {name: auto}, autoPromotionEnabled: true}], unknownField: 1}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: web, namespace: demo}
spec:
  interval: 1h
  subscriptions:
  - image: {repoURL: "$registry/acme/web"}
  - git: {repoURL: "file://$work/gitops.git", commitSelectionStrategy: SemVer}
  - chart: {repoURL: "http://127.0.0.1:$chart_port", name: web}
$(stage test "direct: true" "$clone, $edit, $push")
$(stage auto "direct: true" "{uses: compose-output, as: o, config: {a: b}}")
$(stage bad "direct: true" "{uses: fail, config: {message: no luck}}")
$(stage prod "stages: [test], requiredSoakTime: 1h" "{uses: compose-output, as: o, config: {a: b}}")
C
g() { "$gantry" "$@" -f "$work/manifests" -o json 2>>"$work/err"; }

# members SECTION: the paths of all members of the JSON on stdin, as "SECTION path". What several answers hold,
# gates and what speaks against freight, has sections of its own.
members() {
	jq -r --arg section "$1" '[paths | map(if type == "number" then "[]" else . end) |
		reduce .[] as $p (""; if $p == "[]" then . + "[]" elif . == "" then $p else . + "." + $p end)] |
		unique | .[] | ltrimstr("[]") | ltrimstr(".") | select(. != "") |
		if test("gates\\[\\]\\.") then "gates " + sub("^.*gates\\[\\]\\."; "")
		elif test("setback\\.") then "setback " + sub("^.*setback\\."; "")
		else $section + " " + . end' | grep -v '\[\]$' >>"$work/printed"
}
: >"$work/printed"
: >"$work/err"

ok "freight is found" test "$(g refresh | tee "$work/refresh" | jq -r '.[0].new | length')" = 1
members refresh <"$work/refresh"
g promote test --wait --timeout 90s | members promotion
ok "and promoted" test "$(g get promotions | jq -r '.[0].phase')" = Succeeded
g promote auto --wait --timeout 90s >/dev/null
push_image acme/web 1.1.0 2026-01-02T10:00:00Z
git -C "$work/seed" commit -q --allow-empty -m "second"
git -C "$work/seed" tag v1.1.0
git -C "$work/seed" push -q origin v1.1.0
g hold auto --reason "because" | members reply
ok "newer freight is found" test "$(g refresh | jq -r '.[0].new | length')" = 1
g promote bad --wait --timeout 90s >/dev/null
g approve prod --freight "$(g get freight | jq -r '.[0].name')" >/dev/null
g promote test --plan --timeout 90s | members "promote --plan"
"$gantry" promote test --plan --timeout 90s -f "$work/manifests" >"$work/plan" 2>>"$work/err"
g promote test | members reply
g wait test --timeout 90s >/dev/null
g verify auto --wait --timeout 60s >/dev/null
for what in stages freight promotions warehouses images todo projects agents delivery; do
	g get $what | members "$([ $what = promotions ] && echo promotion || echo "get $what")"
done
g why bad | members why
# What other answers have is in their sections.
"$gantry" -f "$work/manifests" -o json 2>>"$work/err" | jq '.stages |= length | .freight |= length | .promotions |= length | .warehouses |= length' | members board
g history | members events
g audit | members events
g audit verify | members "audit verify"
g verify auto | members reply
sort -u "$work/printed" >"$work/is"

# The page has a ".Ss" for each answer, and an ".It Va" for each member.
awk '/^\.Ss /{ s = substr($0, 5); gsub(/[\\"]/, "", s) } /^\.It Va /{ sub(/^\.It Va /, ""); print s " " $0 }' \
	"$srcdir/doc/gantry-json.5" | sort -u >"$work/page"
is "a message of several lines stays in its row" "$(sed -n '/^STEPS$/,/^$/p' "$work/plan" | wc -l)" 6
ok "every member that is printed is in the page" sh -c "comm -23 '$work/is' '$work/page' >'$work/missing'; cat '$work/missing'; ! [ -s '$work/missing' ]"
ok "every member in the page is printed" sh -c "comm -13 '$work/is' '$work/page' >'$work/extra'; cat '$work/extra'; ! [ -s '$work/extra' ]"
is "times are in RFC 3339" "$(g history | jq -r '[.[].at | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$")] | all')" true
is "the answer is the same as long as nothing happens" "$(g get freight | cksum)" "$(g get freight | cksum)"
done_testing
