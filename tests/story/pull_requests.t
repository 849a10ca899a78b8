#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Pull requests that need a second look: a plan with two of one branch, and one whose target is not there.
srcdir=${srcdir:-.}
. "$srcdir/tests/story/lib.sh"
. "$srcdir/tests/story/manifests.sh"
need git jq

start_app
start_gitops "version: none"
git -C "$work/first" push -q origin main:release
"$builddir/tests/story/forge_server" "$work/gitops.git" >"$work/forge" &
later $!
ok "a forge stands within seconds" wait_for 10 test -s "$work/forge"
read -r url token <"$work/forge"
git config --global "url.file://$work/gitops.git.insteadOf" "$url"
mkdir "$work/manifests"
also_to() { # also_to TARGET: the same branch, once more
	printf ',\n    {uses: git-open-pr, config: {repoURL: "%s", provider: gitea, sourceBranch: "%s", targetBranch: %s}}' \
		"$url" "\${{ outputs.push.branch }}" "$1"
}
steps=$(steps_to_pull_request "$url" values.yaml "\${{ ctx.promotion }}" "to \${{ ctx.promotion }}")
{
	put_project
	put_git_secret "$url" demo "$token"
	put_warehouse app 1s "{git: {repoURL: \"file://$work/app.git\", branch: main}}"
	put_stage both app "direct: true" "$steps$(also_to release)"
	put_stage nowhere app "direct: true" "$steps$(also_to gone)"
} >"$work/manifests/demo.yaml"
export GANTRY_MANIFESTS="$work/manifests"
"$gantry" agent 2>"$work/agent.log" &
later $!
has_freight() { "$gantry" get freight -o json | jq -er -s '.[0][0].name' >"$work/freight" 2>/dev/null; }
ok "there is freight" wait_for 20 has_freight
freight=$(cat "$work/freight")

"$gantry" promote both --freight "$freight" --plan >"$work/plan" 2>&1
is "a plan tells of each pull request of one branch" "$(grep -c "open a pull request from kargo/promotion/" "$work/plan")" 2
is "with a diff for each target" "$(sed -n 's/^DIFF of a pull request from .* to \([a-z]*\) in .*/\1/p' "$work/plan" | tr '\n' ' ')" \
	"main release "
is "which are the same" "$(grep -c "^+version: both\." "$work/plan")" 2

no_branch='has no branch "gone" that a pull request could go to: make it first, for example with git push '
ok "where a target is missing the plan says what to do" says "$no_branch" "$gantry" promote nowhere --freight "$freight" --plan
ok "and so does the promotion" says "$no_branch" "$gantry" promote nowhere --freight "$freight" --wait
done_testing
