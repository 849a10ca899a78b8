#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One agent for all projects of the manifests: they come and go, and one that breaks harms no other.
. "$(dirname "$0")/lib.sh"
need git jq

git init -q "$work/app"
git -C "$work/app" commit -q --allow-empty -m one
mkdir "$work/manifests" "$work/more"
project() { # project NAME STEPS: on stdout
	cat <<C
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: $1}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: $1, namespace: $1}
spec: {promotionPolicies: [{stageSelector: {name: test}, autoPromotionEnabled: true}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: web, namespace: $1}
spec: {interval: 1s, subscriptions: [{git: {repoURL: "file://$work/app", branch: main}}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: $1}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: web}, sources: {direct: true}}]
  promotionTemplate: {spec: {steps: [$2]}}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: prod, namespace: $1}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: web}, sources: {stages: [test]}}]
  promotionTemplate: {spec: {steps: [$2]}}
C
}
own="{uses: compose-output, as: o, config: {a: b}}"
shared="{task: {name: note, kind: ClusterPromotionTask}}"
project api "$own" >"$work/manifests/api.yaml"
project web "$shared" >"$work/manifests/web.yaml"
project docs "$shared" >"$work/more/docs.yaml"
cat >"$work/more/shared.yaml" <<C
apiVersion: kargo.akuity.io/v1alpha1
kind: ClusterPromotionTask
metadata: {name: note}
spec: {steps: [{uses: compose-output, as: o, config: {a: b}}]}
C

g() { "$gantry" "$@" -f "$work/manifests" -f "$work/more"; }
runs() { # runs PROJECT STAGE: something
	[ -n "$(g get stages -p "$1" -s "$2" -o json | jq -r '.[0].freight')" ]
}
log=$work/agent.log
said() { grep -qE -- "$1" "$log"; }

"$gantry" agent -f "$work/manifests" -f "$work/more" 2>"$log" &
agent=$!
later $agent
for name in api docs web; do
	ok "$name is executed" wait_for 60 runs $name test
done
ok "nothing is done twice" test "$(g history -p api -o json | jq '[.[] | select(.kind == "promotion.finished")] | length')" = 1
ok "a promotion of one of them" g promote prod -p web --wait --timeout 60s
ok "is not one of another" test "$(g get stages -p api -s prod -o json | jq -r '.[0].freight')" = ""
g get stages >"$work/out" 2>&1
is "several projects and no name is a mistake of usage" $? 2
ok "without a name a verb asks which" grep -q "several projects; choose with --project: api, docs, web" "$work/out"
"$gantry" -f "$work/manifests" -f "$work/more" -p web >"$work/out" 2>&1
ok "the board of one is chosen by name" grep -q "web" "$work/out"

is "all are listed, each with its project" "$(g get stages -A -o csv | tr -d '\r' | awk -F, 'NR > 1 { print $1 "/" $2 }' | sort | tr '\n' ' ')" \
	"api/prod api/test docs/prod docs/test web/prod web/test "
is "and by a name that says which project's it is" "$(g get stages -A -o name | sort | tr '\n' ' ')" \
	"api/prod api/test docs/prod docs/test web/prod web/test "
is "of one project the project goes without saying" "$(g get stages -p web -o name | sort | tr '\n' ' ')" "prod test "
is "or those that a pattern names" "$(g get projects -p 'w*' -p docs -o name | tr '\n' ' ')" "docs web "
is "one agent executes them all" "$(g get agents -o json | jq -r '.[] | select(.executes) | .projects | join(" ")')" "api docs web"
g audit export -A >"$work/export"
is "their events are exported one project after the other, each line with its project" \
	"$(jq -r .project "$work/export" | uniq | tr '\n' ' ')" "api docs web "
g audit export -A --after "$(jq -r .commit "$work/export" | head -n 1)" >"$work/out" 2>&1
is "but where an export goes on is a place in one ledger" $? 2
ok "their histories are one list" test "$(g history -A -o json | jq -r '[.[].project] | unique | length')" = 3

project anew "$own" >"$work/manifests/anew.yaml"
ok "a project that comes is executed, too" wait_for 60 runs anew test
waits_anew() { g get todo -A -o json | jq -e -n 'input | any(.[]; .project == "anew")' >"$work/todo"; }
ok "its freight waits for somebody" wait_for 60 waits_anew
is "get todo has the oldest of all projects first, and so the newest last" \
	"$(g get todo -A -o json | jq -r '([.[].since] == ([.[].since] | sort) | tostring) + " " + .[-1].project')" "true anew"
is "and commands that name the project" \
	"$(g get todo -A -o json | jq -r '.[-1].command' | sed 's/--freight [^ ]*/--freight X/')" "gantry promote prod --freight X --project anew"
echo 'apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: api, labels: {second: "yes"}}' >"$work/manifests/twice.yaml"
ok "two projects of one name are an error for that name" wait_for 30 said "Project api: there is another one"
g get stages -A >"$work/out" 2>"$work/err"
ok "which whoever lists all is told" grep -q "Project api: there is another one" "$work/err"
git -C "$work/app" commit -q --allow-empty -m two
twice() { [ "$(g history -p "$1" -o json | jq '[.[] | select(.kind == "promotion.finished" and .stage == "test")] | length')" = 2 ]; }
ok "the others go on" wait_for 60 twice docs
rm "$work/manifests/anew.yaml"
ok "a project that goes is left alone" wait_for 30 said "project anew is gone from the manifests"
free() { git -C "$XDG_STATE_HOME/gantry/ledger.git" log -1 --format=%B refs/gantry/lease/anew | grep -q '"dropped":true'; }
ok "and its lease is given back" wait_for 10 free
kill -TERM $agent
wait $agent
is "the agent ends in order" $? 0
dropped() { [ "$(for name in api docs web; do git -C "$XDG_STATE_HOME/gantry/ledger.git" log -1 --format=%B "refs/gantry/lease/$name"; done | grep -c '"dropped":true')" = 3 ]; }
ok "without a lease" dropped
done_testing
