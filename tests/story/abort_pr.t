#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Aborting a promotion that waits for a pull request: it stays open, or is closed with it when asked for.
srcdir=${srcdir:-.}
. "$srcdir/tests/story/lib.sh"
. "$srcdir/tests/story/manifests.sh"
need git jq curl

start_app
start_gitops "version: none"
"$builddir/tests/story/forge_server" "$work/gitops.git" >"$work/forge" &
later $!
ok "a forge stands within seconds" wait_for 10 test -s "$work/forge"
read -r url token <"$work/forge"
git config --global "url.file://$work/gitops.git.insteadOf" "$url"
mkdir "$work/manifests"
{
	put_project
	put_git_secret "$url" demo "$token"
	put_warehouse app 1s "{git: {repoURL: \"file://$work/app.git\", branch: main}}"
	put_stage prod app "direct: true" "$(steps_to_pull_request "$url" values.yaml "\${{ ctx.promotion }}" \
		"to \${{ ctx.promotion }}"),
    {uses: git-wait-for-pr, config: {repoURL: \"$url\", provider: gitea, prNumber: \"\${{ outputs.open.pr.id }}\"}}"
} >"$work/manifests/demo.yaml"
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
comments() { curl -s "${url%/demo/gitops}/api/v1/repos/demo/gitops/issues/$1/comments" | jq -r '.[].body'; }
is "with a comment that tells who and why" "$(comments 2 | sed 's/ prod\.[0-9a-z.]*\.$/ PROMOTION./' | tr '\n' '|')" \
	"Closed by Ada with gantry, together with promotion PROMOTION.||Reason: not today|"
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
