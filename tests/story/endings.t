#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Asked to end at any of its first instants, the agent ends in order; and a demonstration leaves nothing behind,
# whether it is told to go or its terminal closes.
. "$(dirname "$0")/lib.sh"
need git

mkdir -p "$work/manifests" "$work/tmp"
cat >"$work/manifests/all.yaml" <<'C'
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: ends}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: ends}
spec: {requestedFreight: [{origin: {kind: Warehouse, name: w}, sources: {direct: true}}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: w, namespace: ends}
spec: {subscriptions: [{image: {repoURL: "127.0.0.1:1/x", constraint: ^1.0.0}}]}
C

# holds PID: it is past the loader, in main(), where TERM (bit 15) is held from the first line on; before that
# nothing of ours has run. Later it has threads: while it waits for signals the mask does not show them.
holds() {
	awk '/^Name:/ { ours = $2 == "gantry" } /^Threads:/ { threads = $2 }
		/^SigBlk:/ { held = index("4567cdef", substr($2, length($2) - 3, 1)) > 0 }
		END { exit !(ours && (held || threads > 1)) }' "/proc/$1/status" 2>/dev/null
}

# end_at TENTHS COMMAND...: TERM that many ten-thousandths of a second later; prints the exit status.
end_at() {
	at=$1
	shift
	"$@" >"$work/out" 2>&1 &
	pid=$!
	# On a busy machine that instant may have gone by unseen.
	looks=0
	until holds $pid; do
		looks=$((looks + 1))
		[ $looks -lt 300 ] && kill -0 $pid 2>/dev/null || break
	done
	sleep "$(printf '0.%04d' "$at")"
	kill -TERM $pid
	wait $pid
	echo $?
}

statuses=
for at in 0 0 0 0 5 10 15 20 30 40 50 60 80 100 120 150 180 200 250 300 350 400 500; do
	statuses="$statuses $(end_at $at "$gantry" agent -f "$work/manifests" --ledger "$work/ledger.git")"
done
is "told to end in its first instants the agent ends in order" "$(echo "$statuses" | tr ' ' '\n' | sort -u | tr -d '\n')" 0
ok "and holds no lease afterwards" sh -c "git -C '$work/ledger.git' show refs/gantry/lease/ends | grep dropped"

# A server that takes connections and never says a word: its process is stopped.
mkdir "$work/none"
"${builddir:-build}/tests/story/helper_answer" "$work/none" >"$work/port" &
silent=$!
later $silent
wait_for 10 test -s "$work/port"
kill -STOP $silent
url=http://127.0.0.1:$(cat "$work/port")/ledger.git
# within SECONDS COMMAND...: it succeeds, and in that time.
within() {
	most=$1
	shift
	begun=$(date +%s)
	"$@" && [ $(($(date +%s) - begun)) -le "$most" ]
}
silent_get() {
	"$gantry" get stages -f "$work/manifests" --ledger "$work/new.git" --remote "$url" >"$work/out" 2>&1
	[ $? = 4 ]
}
ok "a ledger whose remote is silent is given up in 15 s" within 15 silent_get
ok "with a word" grep -q "no answer for 10 s" "$work/out"
# end_agent ARGUMENTS...: told to end after three seconds, with what it waits for still silent. It must be there
# until then, and end in order, or for want of a ledger that never came.
end_agent() {
	"$gantry" agent "$@" >"$work/out" 2>&1 &
	pid=$!
	sleep 3
	cat "$work/out"
	kill -TERM $pid && within 2 ends_well $pid
}
ends_well() {
	wait "$1"
	status=$?
	echo "status $status"
	[ $status -le 1 ]
}
ok "an agent that waits for such a remote ends in 2 s" end_agent -f "$work/manifests" --ledger "$work/new.git" \
	--remote "$url"
ok "so does one whose ledger was there before" end_agent -f "$work/manifests" --ledger "$work/ledger.git" \
	--remote "$url"
mkdir "$work/silent"
sed "s|image: .*|git: {repoURL: \"$url\", branch: main}}]}|" "$work/manifests/all.yaml" >"$work/silent/all.yaml"
ok "and one whose warehouse is silent" end_agent -f "$work/silent" --ledger "$work/ledger.git"

# asks PID PORT: it is connected there.
asks() {
	awk -v port=":$(printf '%04X' "$2")" '$4 == "01" && substr($3, 9) == port { found = 1 } END { exit !found }' \
		/proc/net/tcp && kill -0 "$1"
}
# A stage whose verification asks the silent server for a value, and waits a minute for it.
mkdir "$work/metric"
git init -q "$work/repository"
git -C "$work/repository" commit -q --allow-empty -m one
cat >"$work/metric/all.yaml" <<C
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: verifies}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: verifies, namespace: verifies}
spec: {promotionPolicies: [{stageSelector: {name: test}, autoPromotionEnabled: true}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: w, namespace: verifies}
spec: {subscriptions: [{git: {repoURL: "file://$work/repository", branch: main}}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: verifies}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: w}, sources: {direct: true}}]
  promotionTemplate: {spec: {steps: [{uses: compose-output, config: {a: b}}]}}
  verification: {analysisTemplates: [{name: errors}]}
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: errors, namespace: verifies}
spec:
  metrics:
  - name: errors
    successCondition: result == 0
    provider: {web: {url: "http://127.0.0.1:$(cat "$work/port")/errors", jsonPath: "{\$.count}", timeoutSeconds: 60}}
C
"$gantry" agent -f "$work/metric" --ledger "$work/metric.git" >"$work/out" 2>&1 &
agent=$!
ok "a stage is verified by a metric whose server is silent" wait_for 30 asks $agent "$(cat "$work/port")"
kill -TERM $agent
ok "its agent ends in 2 s, too" within 2 wait $agent
ok "in order" sh -c "git -C '$work/metric.git' show refs/gantry/lease/verifies | grep dropped"
kill -CONT $silent

TMPDIR=$work/tmp
export TMPDIR
statuses=
for at in 0 20 60 150 400 1000; do
	statuses="$statuses $(end_at $at "$gantry" demo agent)"
done
is "so does a demonstration" "$(echo "$statuses" | tr ' ' '\n' | sort -u | tr -d '\n')" 0
is "which leaves nothing behind" "$(ls "$work/tmp")" ""
done_testing
