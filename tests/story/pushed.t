#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A promotion that fails after its push: every verb says what was pushed, until a promotion succeeds.
. "$(dirname "$0")/lib.sh"
need git jq

app=$work/app gitops=$work/gitops.git
git init -q "$app"
git -C "$app" commit -q --allow-empty -m one
git init -q --bare "$gitops"
git clone -q "$gitops" "$work/seed" 2>/dev/null
printf 'commit: none\n' >"$work/seed/values.yaml"
git -C "$work/seed" add -A
git -C "$work/seed" commit -qm seed
git -C "$work/seed" push -q origin main

# manifests LAST: what the stage does after its push.
manifests() {
	cat >"$work/demo.yaml" <<C
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: demo}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: web, namespace: demo}
spec: {interval: 1s, subscriptions: [{git: {repoURL: "file://$app", branch: main}}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: demo}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: web}, sources: {direct: true}}]
  promotionTemplate:
    spec:
      steps:
      - uses: git-clone
        config: {repoURL: "file://$gitops", checkout: [{branch: main, path: ./src}]}
      - uses: yaml-update
        config: {path: ./src/values.yaml, updates: [{key: commit, value: "\${{ ctx.promotion }}"}]}
      - uses: git-commit
        config: {path: ./src, message: "promote"}
      - {uses: git-push, as: push, config: {path: ./src}}
      - $1
C
}
g() { "$gantry" "$@" -f "$work/demo.yaml"; }
says() { # says WORDS COMMAND...
	words=$1
	shift
	"$@" >"$work/out" 2>&1
	cat "$work/out"
	grep -qF -- "$words" "$work/out"
}
unconfirmed() { g get stages -o json | jq -r '.[0].unconfirmed'; }

manifests "{uses: fail, config: {message: no luck}}"
g promote test --wait --timeout 90s >"$work/promoted" 2>&1
is "a promotion fails after its push" $? 1
pushed="pushed $(git -C "$gitops" rev-parse --short=7 main), not confirmed"
is "which arrived" "$(git -C "$gitops" rev-list --count main)" 2
ok "it says what it has pushed" grep -qF "$pushed" "$work/promoted"
is "the stage says so" "$(unconfirmed)" "$pushed"
ok "for people, too" says "$pushed" g get stages
ok "its promotion does" says "$pushed" g get promotions
ok "and history" says "$pushed" g history
ok "and the board" says "! ${pushed%%, *}" g

manifests "{uses: compose-output, as: done, config: {a: b}}"
ok "the next promotion succeeds" g promote test --wait --timeout 90s
is "and nothing is left unconfirmed" "$(unconfirmed)" ""
ok "but of the first it is still told" says "$pushed" g history
done_testing
