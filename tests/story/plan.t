#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The plan before the deed: what it shows is what is then committed, and nothing outside changes for it;
# gates that refuse, going back, read-only, and steps that cannot be foreseen.
. "$(dirname "$0")/lib.sh"
need git jq

app=$work/app.git
gitops=$work/gitops.git
git init -q --bare "$app"
git clone -q "$app" "$work/app" 2>/dev/null
release() { # release SUBJECT: a commit of the application
	git -C "$work/app" commit -q --allow-empty -m "$1"
	git -C "$work/app" push -q origin HEAD:main
}
release "first light"

git init -q --bare "$gitops"
git clone -q "$gitops" "$work/seed" 2>/dev/null
mkdir -p "$work/seed/env"
for stage in test prod post; do
	printf '# %s, kept by hand\napp:\n  commit: none # set by gantry\nreplicas: 2\n' "$stage" >"$work/seed/env/$stage.yaml"
done
git -C "$work/seed" add -A
git -C "$work/seed" commit -qm "seed"
git -C "$work/seed" push -q origin main

stage() { # stage NAME SOURCES [MORE STEPS]
	cat <<C
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: $1, namespace: demo}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: app}
    sources: {$2}
  promotionTemplate:
    spec:
      steps:
${3:-}
      - uses: git-clone
        config:
          repoURL: "file://$gitops"
          checkout: [{branch: main, path: ./src}, {branch: env/$1, path: ./out, create: true}]
      - uses: yaml-update
        config:
          path: ./src/env/$1.yaml
          updates: [{key: app.commit, value: "\${{ commitFrom('file://$app').ID }}"}]
      - uses: git-commit
        config: {path: ./src, message: "$1 to \${{ ctx.targetFreight.name }}"}
      - uses: git-push
        config: {path: ./src}
      - uses: git-clear
        config: {path: ./out}
      - uses: copy
        config: {inPath: ./src/env/$1.yaml, outPath: ./out/app.yaml}
      - uses: git-commit
        config: {path: ./out, message: "render $1"}
      - uses: git-push
        as: render
        config: {path: ./out}
C
}
mkdir "$work/manifests"
{
	cat <<C
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: demo}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: app, namespace: demo}
spec:
  interval: 1s
  subscriptions:
  - git: {repoURL: "file://$app", branch: main}
C
	stage test "direct: true"
	stage prod "stages: [test], requiredSoakTime: 24h"
	stage post "direct: true" "      - uses: http
        as: hook
        config: {url: http://127.0.0.1:1/hook, method: POST, outputs: [{name: id, fromExpression: response.body.id}]}
      - uses: file-write
        as: note
        config: {path: ./note.txt, contents: \"\${{ outputs.hook.id }}\"}"
} >"$work/manifests/demo.yaml"

g() { "$gantry" "$@" -f "$work/manifests"; }
known() { [ "$(g get freight -o json | jq length)" = "$1" ]; }
refs() { git -C "$gitops" for-each-ref; }
ledger() { git -C "$XDG_STATE_HOME/gantry/ledger.git" rev-parse gantry/demo; }
tip() { git -C "$gitops" rev-parse "$1"; }
# planned BRANCH: the diff that the plan in $work/plan has of it.
planned() { jq -r ".diffs[] | select(.branch == \"$1\").diff" "$work/plan"; }
made() { git -C "$gitops" diff "$1" "$2"; }
# way STEP: what the plan says of it.
way() { jq -r ".steps[] | select(.alias == \"$1\") | .way + \": \" + .message" "$work/plan"; }
left_behind() { find "$XDG_CACHE_HOME/gantry/work" -mindepth 2 2>/dev/null; }

"$gantry" agent -f "$work/manifests" 2>"$work/agent.log" &
later $!
ok "a commit becomes freight" wait_for 30 known 1

refs >"$work/refs"
before=$(ledger)
g promote test --plan -o json >"$work/plan"
is "a plan can be made" $? 0
is "no ref of the repository moves for it, and none comes" "$(refs)" "$(cat "$work/refs")"
is "nothing is recorded" "$(ledger)" "$before"
is "nothing is left behind" "$(left_behind)" ""
is "it says which branch would be made" "$(way step-1)" "ran: would create the branch env/test"
is "and what would be pushed" "$(way render)" "announced: push 2 commits to the new branch env/test of file://$gitops"
base=$(tip main)
ok "the same is then done" g promote test --wait --timeout 60s
is "main changes as planned" "$(made "$base" main)" "$(planned main)"
is "and the branch that was made holds what was planned" \
	"$(git -C "$gitops" diff "$(git hash-object -t tree /dev/null)" env/test)" "$(planned env/test)"

release "second wind"
ok "a second commit becomes freight" wait_for 30 known 2
g promote test --plan -o json >"$work/plan"
main=$(tip main)
render=$(tip env/test)
is "the plan lists the commits between then and now" \
	"$(jq -r '.changelogs[0].commits | map(.subject) | join(", ")' "$work/plan")" "second wind"
ok "it shows one line more and one less" json_is '.diffs[0] | .added == 1 and .removed == 1' <"$work/plan"
printf 'by hand\n' >"$work/seed/README"
git -C "$work/seed" add README
git -C "$work/seed" commit -qm "somebody was faster"
git -C "$work/seed" pull -q --rebase origin main
git -C "$work/seed" push -q origin HEAD:main
ok "somebody else pushes, and the same is done nonetheless" g promote test --wait --timeout 60s
is "with the same diff" "$(made main~1 main)" "$(planned main)"
is "on top of what was pushed" "$(git -C "$gitops" rev-list --count "$main..main")" 2
is "in both branches" "$(made "$render" env/test)" "$(planned env/test)"

newest=$(g get freight -o json | jq -r '.[0].name')
g promote prod --freight "$newest" --plan -o json >"$work/plan"
is "a gate refuses, which the exit status says" $? 3
ok "the diff is shown all the same" test -n "$(planned main)"
ok "and the gate's own words" json_is '.refused | test("soak")' <"$work/plan"

g rollback test --plan >"$work/text"
is "going back can be planned" $? 0
ok "for people, as a diff" grep -q '^+  commit: ' "$work/text"
ok "with what would be taken back" grep -q 'COMMITS of .*: 1, taken back' "$work/text"
g rollback test --plan -o json >"$work/plan"
main=$(tip main)
g rollback test --plan --read-only -o json | jq -r .mark >"$work/mark"
is "a read-only gantry plans the same" "$(cat "$work/mark")" "$(jq -r .mark "$work/plan")"
ok "then it is done" g rollback test --wait --timeout 60s
is "as planned" "$(made "$main" main)" "$(planned main)"

g promote post --plan -o json >"$work/plan"
is "a step that would write elsewhere is announced" "$(way hook)" "announced: send POST to http://127.0.0.1:1/hook"
is "what needs its answer cannot be foreseen" "$(way note)" "unforeseen: needs what hook puts out, which only the real promotion knows"
ok "and people are told so" sh -c "'$gantry' promote post --plan -f '$work/manifests' | grep -q '1 step cannot be foreseen'"
is "nothing is left behind in the end" "$(left_behind)" ""
done_testing
