#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A remote that answers at first and then falls silent: its server takes requests and says nothing more.
# What waits for it ends when it is told to, and says what it has seen last.
. "$(dirname "$0")/lib.sh"
start_git_http
export SSL_CERT_FILE="$certificate"
echo "machine localhost login ada password s3cret-word" >"$HOME/.netrc"

for name in ledger source; do
	git init -q --bare "$work/srv/$name.git"
	git -C "$work/srv/$name.git" config http.receivepack true
done
git init -q "$work/seed"
git -C "$work/seed" commit -q --allow-empty -m one
git -C "$work/seed" push -q "$work/srv/source.git" main
mkdir "$work/manifests"
cat >"$work/manifests/all.yaml" <<C
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: silent}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: silent, namespace: silent}
spec: {promotionPolicies: [{stageSelector: {name: test}, autoPromotionEnabled: true}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: w, namespace: silent}
spec: {interval: 1s, subscriptions: [{git: {repoURL: "$git_url/source.git", branch: main}}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: silent}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: w}, sources: {direct: true}}]
  promotionTemplate: {spec: {steps: [{uses: compose-output, config: {a: b}}]}}
C

# recorded WORDS: on the remote.
recorded() { git -C "$work/srv/ledger.git" log --format=%B gantry/silent | grep -q "$1"; }
# within SECONDS COMMAND...: it ends in that time, however it ends.
within() {
	most=$1
	shift
	begun=$(date +%s)
	"$@"
	[ $(($(date +%s) - begun)) -le "$most" ]
}
servers() { pgrep -f "unix:$work/fcgi"; }

"$gantry" agent -f "$work/manifests" --ledger "$work/ledger.git" --remote "$git_url/ledger.git" 2>"$work/agent.log" &
agent=$!
later $agent
ok "all is well: freight is found and promoted, and the remote has it" \
	wait_for 60 recorded "Gantry-Event: promotion.finished"
for server in $(servers); do kill -STOP "$server"; done
git -C "$work/seed" commit -q --allow-empty -m two
sleep 4
ok "the agent waits for what has fallen silent" kill -0 $agent
kill -TERM $agent
ok "and ends in 2 s when it is told to" within 2 wait $agent
"$gantry" get stages -f "$work/manifests" --ledger "$work/ledger.git" --remote "$git_url/ledger.git" \
	>"$work/table" 2>"$work/out" &
get=$!
ok "who only looks gives up in 15 s" within 15 wait $get
ok "and is told that the remote was not reached" grep -q "no answer for 10 s" "$work/out"
ok "with what was seen last" grep -q '^test' "$work/table"
for server in $(servers); do kill -CONT "$server"; done
"$gantry" agent -f "$work/manifests" --ledger "$work/ledger.git" --remote "$git_url/ledger.git" 2>"$work/agent.log" &
agent=$!
later $agent
git -C "$work/seed" push -q "$work/srv/source.git" main
two=$(git -C "$work/seed" rev-parse main)
ok "once it answers again, the work goes on" wait_for 60 recorded "$two"
done_testing
