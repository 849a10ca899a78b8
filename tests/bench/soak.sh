#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An agent that is never left alone: every two seconds its registry has a new tag, which goes through three
# stages by itself, each with a clone, an edit, a commit and a push. Resident memory, descriptors and
# threads are sampled every second. Work in hand takes memory, and up to 64 small packs of the ledger a
# descriptor each until they become one, so what samples swing by says nothing; what leaks is what does not come
# back. So after the warm-up, the first half, the least of the fourth quarter is compared with the least of
# the third: it may be a tenth more. That is a ratio, so a slow machine changes nothing but how many tags it gets done.
# usage: soak.sh [SECONDS]; builddir is where make ran; SAMPLES names a file for the samples.
seconds=${1:-240}
set --
. "$(dirname "$0")/../story/lib.sh"
need docker-registry skopeo git

start_registry
git init -q --bare "$work/gitops.git"
git init -q "$work/seed"
for stage in test uat prod; do
	mkdir -p "$work/seed/$stage"
	printf 'image:\n  tag: v0\n' >"$work/seed/$stage/values.yaml"
done
git -C "$work/seed" add -A
git -C "$work/seed" commit -qm seed
git -C "$work/seed" push -q "$work/gitops.git" main

stage() { # stage NAME SOURCES
	cat <<C
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: $1, namespace: soak}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: web}, sources: {$2}}]
  promotionTemplate:
    spec:
      steps:
      - {uses: git-clone, config: {repoURL: "file://$work/gitops.git", checkout: [{branch: main, path: src}]}}
      - uses: yaml-update
        config: {path: src/$1/values.yaml, updates: [{key: image.tag, value: "\${{ imageFrom('$registry/acme/web').Tag }}"}]}
      - {uses: git-commit, config: {path: src, message: "$1"}}
      - {uses: git-push, config: {path: src}}
C
}
mkdir "$work/manifests"
{
	cat <<C
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: soak}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: soak, namespace: soak}
spec: {promotionPolicies: [{stageSelector: {name: "glob:*"}, autoPromotionEnabled: true}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: web, namespace: soak}
spec: {interval: 1s, subscriptions: [{image: {repoURL: "$registry/acme/web"}}]}
C
	stage test "direct: true"
	stage uat "stages: [test]"
	stage prod "stages: [uat]"
} >"$work/manifests/all.yaml"

"$gantry" agent -f "$work/manifests" 2>"$work/agent.log" &
agent=$!
later $agent
samples=${SAMPLES:-$work/samples}
sample() { # seconds, resident KB, descriptors, threads
	awk -v at="$1" -v files="$(ls "/proc/$agent/fd" 2>/dev/null | wc -l)" '/^VmRSS:/ { resident = $2 }
		/^Threads:/ { threads = $2 } END { if (resident) print at, resident, files, threads }' \
		"/proc/$agent/status"
}
begun=$(date +%s)
at=0
tag=0
: >"$samples"
while [ "$at" -lt "$seconds" ] && kill -0 $agent 2>/dev/null; do
	if [ $((at / 2)) -ge "$tag" ]; then
		push_image acme/web "1.0.$tag" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
		rm -rf "$work/image-1.0.$tag"
		tag=$((at / 2 + 1))
	fi
	sample "$at" >>"$samples"
	sleep 1
	at=$(($(date +%s) - begun))
done
pushes=$(git -C "$work/gitops.git" rev-list --count main)
events=$(git -C "$XDG_STATE_HOME/gantry/ledger.git" rev-list --count gantry/soak)
echo "# $at s: $((pushes - 1)) promotions pushed, $events events recorded"
ok "the agent is there to the end" kill -0 $agent
ok "every stage was promoted to again and again" [ "$pushes" -gt $((seconds / 20 + 3)) ]

# flat COLUMN: what the least of the fourth quarter is above that of the third is at most a tenth.
flat() {
	awk -v c="$1" -v half=$((seconds / 2)) -v late=$((seconds * 3 / 4)) '
		$1 < half { next }
		{ q = $1 >= late; n[q]++; if (n[q] == 1 || $c < least[q]) least[q] = $c; if ($c > most) most = $c }
		END {
			if (n[0] < 10 || n[1] < 10) { print "only", n[0] + 0, "and", n[1] + 0, "samples"; exit 1 }
			rise = (least[1] - least[0]) / least[0]
			printf "%d and %d samples, least %d and %d, most %d, rise %+.3f\n", n[0], n[1], least[0], least[1], most, rise
			exit !(rise <= 0.1) }' "$samples"
}
column=2
for what in "resident memory (KB)" descriptors threads; do
	ok "$what: flat after the warm-up" flat $column
	sed 's/^/# /' "$work/ok.out"
	column=$((column + 1))
done
sleep 10
echo "# at rest: $(sample 0 | awk '{ print $2 " KB resident, " $3 " descriptors, " $4 " threads" }')"
kill -TERM $agent
wait $agent
is "and it ends in order" $? 0
done_testing
