#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Aborting a promotion that waits for a pull request: it stays open, or is closed with it when asked for.
srcdir=${srcdir:-.}
. "$srcdir/tests/story/lib.sh"
need git jq curl

git init -q -b main "$work/app"
git -C "$work/app" commit -q --allow-empty -m "release one"
git init -q --bare -b main "$work/gitops.git"
git init -q -b main "$work/seed"
echo "version: none" >"$work/seed/values.yaml"
git -C "$work/seed" add values.yaml
git -C "$work/seed" commit -q -m first
git -C "$work/seed" push -q "$work/gitops.git" main
"$builddir/tests/story/forge_server" "$work/gitops.git" >"$work/forge" &
later $!
ok "a forge stands within seconds" wait_for 10 test -s "$work/forge"
read -r url token <"$work/forge"
git config --global "url.file://$work/gitops.git.insteadOf" "$url"
mkdir "$work/manifests"
cat >"$work/manifests/demo.yaml" <<C
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: demo}
---
apiVersion: v1
kind: Secret
metadata: {name: forge, namespace: demo, labels: {kargo.akuity.io/cred-type: git}}
stringData: {repoURL: "$url", username: demo, password: "$token"}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: app, namespace: demo}
spec: {interval: 1s, subscriptions: [{git: {repoURL: "file://$work/app", branch: main}}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: prod, namespace: demo}
spec:
  requestedFreight:
  - {origin: {kind: Warehouse, name: app}, sources: {direct: true}}
  promotionTemplate:
    spec:
      vars:
      - {name: repo, value: "$url"}
      steps:
      - uses: git-clone
        config: {repoURL: "\${{ vars.repo }}", checkout: [{branch: main, path: ./src}]}
      - uses: yaml-update
        config: {path: ./src/values.yaml, updates: [{key: version, value: "\${{ ctx.promotion }}"}]}
      - uses: git-commit
        config: {path: ./src, message: "to \${{ ctx.promotion }}"}
      - uses: git-push
        as: push
        config: {path: ./src, generateTargetBranch: true}
      - uses: git-open-pr
        as: open
        config: {repoURL: "\${{ vars.repo }}", provider: gitea, sourceBranch: "\${{ outputs.push.branch }}", targetBranch: main}
      - uses: git-wait-for-pr
        config: {repoURL: "\${{ vars.repo }}", provider: gitea, prNumber: "\${{ outputs.open.pr.id }}"}
C
export GANTRY_MANIFESTS="$work/manifests"
"$gantry" agent 2>"$work/agent.log" &
later $!
has_freight() { "$gantry" get freight -o json | jq -er -s '.[0][0].name' >"$work/freight" 2>/dev/null; }
ok "there is freight" wait_for 20 has_freight
last() { "$gantry" get promotions --stage prod -o json | jq -r ".[0].$1"; }
phase() { [ "$(last phase)" = "$1" ]; }
waits() { "$gantry" get promotions --stage prod -o json | jq -r '.[0].steps[-1].message' | grep -q "waiting for pull request $1 "; }
state() { curl -s "${url%/demo/gitops}/api/v1/repos/demo/gitops/pulls/$1" | jq -r '"\(.state) \(.merged)"'; }

"$gantry" promote prod --freight "$(cat "$work/freight")" --reason one >"$work/out" 2>&1
ok "a promotion waits for its pull request" wait_for 30 waits 1
ok "it is aborted" "$gantry" abort prod --reason "not today"
ok "and over" wait_for 20 phase Aborted
is "its pull request stays open" "$(state 1)" "open false"

"$gantry" promote prod --freight "$(cat "$work/freight")" --reason two >"$work/out" 2>&1
ok "the next one waits for one of its own" wait_for 30 waits 2
ok "aborted with it" "$gantry" abort prod --close-pull-request --reason "not today"
ok "it is over, too" wait_for 20 phase Aborted
is "its pull request is closed" "$(state 2)" "closed false"
last message >"$work/message"
ok "and the promotion says so" grep -q "^Promotion terminated per user request; pull request 2 is closed" "$work/message"

export GANTRY_CLOSE_PULL_REQUESTS=always
"$gantry" promote prod --freight "$(cat "$work/freight")" --reason three >"$work/out" 2>&1
ok "a third one waits" wait_for 30 waits 3
ok "aborted where the setting says always" "$gantry" abort prod --reason "not today"
ok "it is over" wait_for 20 phase Aborted
is "and its pull request closed" "$(state 3)" "closed false"
GANTRY_CLOSE_PULL_REQUESTS=maybe "$gantry" get stages >"$work/out" 2>&1
ok "another word is refused" grep -q "none of ask, always and never" "$work/out"
ok "the ledger's history replays" "$gantry" audit verify
done_testing
