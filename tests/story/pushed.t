#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A promotion that fails after its push: every verb says what was pushed, until a promotion succeeds.
. "$(dirname "$0")/lib.sh"
. "$srcdir/tests/story/manifests.sh"
need git jq

gitops=$work/gitops.git
start_app
start_gitops "commit: none"
manifests() { # manifests LAST: what the stage does after its push
	put_project
	put_warehouse web 1s "{git: {repoURL: \"file://$work/app.git\", branch: main}}"
	put_stage test web "direct: true" "
    {uses: git-clone, config: {repoURL: \"file://$gitops\", checkout: [{branch: main, path: ./src}]}},
    {uses: yaml-update, config: {path: ./src/values.yaml, updates: [{key: commit, value: \"\${{ ctx.promotion }}\"}]}},
    {uses: git-commit, config: {path: ./src, message: promote}},
    {uses: git-push, as: push, config: {path: ./src}}, $1"
}
g() { "$gantry" "$@" -f "$work/demo.yaml"; }
unconfirmed() { g get stages -o json | jq -r '.[0].unconfirmed'; }

manifests "$no_luck" >"$work/demo.yaml"
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

manifests "$note" >"$work/demo.yaml"
ok "the next promotion succeeds" g promote test --wait --timeout 90s
is "and nothing is left unconfirmed" "$(unconfirmed)" ""
ok "but of the first it is still told" says "$pushed" g history
done_testing
