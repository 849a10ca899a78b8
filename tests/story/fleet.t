#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Thirty projects and three agents on one remote, which divide them without talking. One is killed, one
# stopped for longer than its lease lasts: nothing is lost, nothing done twice, everything executed.
. "$(dirname "$0")/lib.sh"
need git jq

count=30
git init -q "$work/app"
git -C "$work/app" commit -q --allow-empty -m one
git init -q --bare "$work/remote.git"
mkdir "$work/manifests"
for i in $(seq -w $count); do
	cat <<C >"$work/manifests/p$i.yaml"
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: p$i}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: p$i, namespace: p$i}
spec: {promotionPolicies: [{stageSelector: {name: test}, autoPromotionEnabled: true}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: web, namespace: p$i}
spec: {interval: 15s, subscriptions: [{git: {repoURL: "file://$work/app", branch: main}}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: p$i}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: web}, sources: {direct: true}}]
  promotionTemplate: {spec: {steps: [{uses: compose-output, as: o, config: {a: b}}]}}
C
done

agent() { # agent NAME: in the background, with a ledger and a cache of its own
	XDG_STATE_HOME=$work/state-$1 XDG_CACHE_HOME=$work/cache-$1 \
		exec "$gantry" agent -f "$work/manifests" --remote "file://$work/remote.git" 2>"$work/$1.log"
}
leases() { # of whom: a line "project pid" each, of those that are not given back
	git -C "$work/remote.git" for-each-ref --format='%(refname:lstrip=3) %(objectname)' refs/gantry/lease |
		while read -r project id; do
			git -C "$work/remote.git" log -1 --format=%B "$id" |
				jq -r --arg p "$project" 'select(.dropped | not) | $p + " " + (.host | sub(".*pid "; ""))'
		done
}
announced() { # PID: its announcements; those of the killed stay until they are swept
	git -C "$work/remote.git" for-each-ref --format='%(objectname)' refs/gantry/agent | while read -r id; do
		git -C "$work/remote.git" log -1 --format=%B "$id" | jq -r .host | grep "pid $1\$"
	done
}
holds() { [ "$(leases | grep -c " $1\$")" = "$2" ]; }
shares() { # PID...: each has its fair share
	want=$((count / $#))
	leases >"$work/leases"
	for pid; do [ "$(grep -c " $pid\$" "$work/leases")" = $want ] || return 1; done
}
ended() { # ended N: each project has so many promotions that succeeded, and no more
	for i in $(seq -w $count); do
		[ "$(git -C "$work/remote.git" log --format=%B "gantry/p$i" 2>/dev/null | grep -c '^Gantry-Event: promotion.finished')" = "$1" ] || return 1
	done
}

agent a & a=$!
later $a
ok "the first agent takes all projects" wait_for 120 holds $a $count
ok "and executes each" wait_for 120 ended 1
agent b & b=$!
later $b
agent c & c=$!
later $c
ok "with three each has a third" wait_for 180 shares $a $b $c
git -C "$work/app" commit -q --allow-empty -m two
ok "what is new is promoted once in each" wait_for 120 ended 2

kill -9 $a
kill -STOP $b
git -C "$work/app" commit -q --allow-empty -m three
ok "the one that is left takes over what the killed and the stopped one had, in two lease times" \
	wait_for 140 holds $c $count
ok "and executes it" wait_for 120 ended 3
kill -CONT $b
ok "one that comes back gets its share again" wait_for 180 shares $b $c
git -C "$work/app" commit -q --allow-empty -m four
ok "and nothing was done twice" wait_for 120 ended 4
kill -TERM $b
wait $b
is "an agent that ends" $? 0
ok "leaves its projects to the other at once" wait_for 60 holds $c $count
sound() {
	for i in $(seq -w $count); do
		"$gantry" audit verify -f "$work/manifests" -p "p$i" -L "$work/state-c/gantry/ledger.git" || return 1
	done
}
ok "every ledger is sound" sound
kill -TERM $c
wait $c
is "the last one ends in order" $? 0
is "leaves no lease" "$(leases)" ""
is "and takes its announcement back" "$(announced $c)" ""
done_testing
