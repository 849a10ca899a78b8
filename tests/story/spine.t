#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The spine: an image appears in a real registry, becomes freight, is promoted to test by itself, on to
# prod by hand, and rolled back; each promotion is a commit in the GitOps repository, and the ledger tells.
. "$(dirname "$0")/lib.sh"
. "$srcdir/tests/story/manifests.sh"
need docker-registry skopeo git jq

start_registry
push_image acme/web 1.0.0 2026-01-01T10:00:00Z
push_image acme/web 2.0.0-rc.1 2026-01-02T10:00:00Z

git init -q --bare "$work/gitops.git"
git clone -q "$work/gitops.git" "$work/seed" 2>/dev/null
for stage in test prod; do
	mkdir -p "$work/seed/env/$stage"
	printf '# %s, kept by hand\nimage:\n  tag: "0.0.0" # set by gantry\n' "$stage" >"$work/seed/env/$stage/values.yaml"
done
git -C "$work/seed" add -A
git -C "$work/seed" commit -qm "seed"
git -C "$work/seed" push -q origin main

stage() { # stage NAME SOURCES
	cat <<C
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: $1, namespace: demo}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: web}
    sources: {$2}
  promotionTemplate:
    spec:
      vars:
      - {name: repo, value: "file://$work/gitops.git"}
      steps:
      - uses: git-clone
        config:
          repoURL: \${{ vars.repo }}
          checkout: [{branch: main, path: ./src}]
      - uses: yaml-update
        as: update
        config:
          path: ./src/env/\${{ ctx.stage }}/values.yaml
          updates:
          - {key: image.tag, value: "\${{ quote(imageFrom('$registry/acme/web').Tag) }}"}
      - uses: git-commit
        as: commit
        config: {path: ./src, message: "\${{ outputs.update.commitMessage }}"}
      - uses: git-push
        config: {path: ./src}
C
}
mkdir "$work/manifests"
{
	put_project test
	put_warehouse web 1s "{image: {repoURL: \"$registry/acme/web\", constraint: \"^1.0.0\"}}"
	stage test "direct: true"
	stage prod "stages: [test]"
} >"$work/manifests/demo.yaml"

g() { "$gantry" "$@" -f "$work/manifests"; }
tag() { git -C "$work/gitops.git" show "main:env/$1/values.yaml" | sed -n 's/.*tag: //p'; }
runs() { [ "$(g get stages -o json | jq -r ".[] | select(.name == \"$1\").version")" = "$2" ]; }
verified() { g get freight --stage prod -o json | json_is '.[0]'; }

ok "before anything is found there is no freight" test "$(g get freight -o json)" = "[]"
g promote prod >"$work/out" 2>&1
is "nothing may enter prod yet, which a gate says" $? 3
ok "and that nobody has looked for any" grep -q "gantry refresh looks for it" "$work/out"
mkdir "$work/by-hand"
sed 's/autoPromotionEnabled: true/autoPromotionEnabled: false/' "$work/manifests/demo.yaml" >"$work/by-hand/demo.yaml"
ok "the very first command may be a promotion, which looks first" \
	"$gantry" promote test -f "$work/by-hand" --ledger "$work/first.git" --reason "first" --wait --timeout 60s
git -C "$work/gitops.git" update-ref refs/heads/main "$(git -C "$work/seed" rev-parse HEAD)"

"$gantry" agent -f "$work/manifests" 2>"$work/agent.log" &
agent=$!
later $agent
ok "the image becomes freight and gets to test by itself" wait_for 30 runs test 1.0.0
is "as a commit in the GitOps repository" "$(tag test)" '"1.0.0" # set by gantry'
ok "test verifies it, so prod may have it" wait_for 10 verified
is "the comment above is as it was" "$(git -C "$work/gitops.git" show main:env/test/values.yaml | head -n 1)" "# test, kept by hand"

ok "prod is promoted by hand" g promote prod --reason "release 1" --wait --timeout 60s
is "as a commit, too" "$(tag prod)" '"1.0.0" # set by gantry'

push_image acme/web 1.1.0 2026-01-03T10:00:00Z
ok "a newer image gets to test by itself" wait_for 30 runs test 1.1.0
ok "and may enter prod" wait_for 10 verified
ok "where it is promoted by hand" g promote prod --reason "release 2" --wait --timeout 60s
is "1.1.0 is in prod" "$(tag prod)" '"1.1.0" # set by gantry'
ok "prod is rolled back" g rollback prod --reason "errors up" --wait --timeout 60s
is "1.0.0 is in prod again" "$(tag prod)" '"1.0.0" # set by gantry'

is "history names who did it and why" "$(g history --stage prod -o json | jq -r '[.[] | select(.reason != "")][0] | .actor + ": " + .reason')" \
	"Ada <ada@example.org>: errors up"
ok "the ledger holds" g audit verify
ok "and plain git can read it" git -C "$XDG_STATE_HOME/gantry/ledger.git" log -1 --format=%s gantry/demo
is "a second promotion of what runs makes no second commit" \
	"$(g promote prod --freight "$(g get stages -o json | jq -r '.[] | select(.name == "prod").freightName')" --wait >/dev/null 2>&1
	git -C "$work/gitops.git" rev-list --count main)" 6
kill $agent
wait $agent
is "the agent ends in order" $? 0
done_testing
