#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Manifests written for Kargo 0.7, with subscriptions and promotionMechanisms, promote as their author
# meant; rewritten by lint --fix they do just the same.
. "$(dirname "$0")/lib.sh"
need docker-registry skopeo git jq

start_registry
push_image acme/web 1.10.0 2026-01-01T10:00:00Z

git init -q --bare "$work/gitops.git"
git clone -q "$work/gitops.git" "$work/seed" 2>/dev/null
for stage in test prod; do
	mkdir -p "$work/seed/$stage"
	printf '# kept by hand\nimage:\n  tag: "0.0.0"\n' >"$work/seed/$stage/values.yaml"
done
git -C "$work/seed" add -A
git -C "$work/seed" commit -qm "seed"
git -C "$work/seed" push -q origin main

stage() { # stage NAME SUBSCRIPTION
	cat <<C
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata:
  name: $1
  namespace: demo
spec:
  subscriptions:
    $2
  promotionMechanisms:
    gitRepoUpdates:
    - repoURL: file://$work/gitops.git
      writeBranch: stages/$1
      helm:
        images:
        - image: $registry/acme/web
          valuesFilePath: $1/values.yaml
          key: image.tag
          value: Tag
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
metadata: {name: web, namespace: demo}
spec:
  subscriptions:
  - image: {repoURL: "$registry/acme/web", semverConstraint: "^1.0.0"}
C
	stage test "warehouse: web"
	stage prod "upstreamStages: [{name: test}]"
} >"$work/manifests/demo.yaml"

g() { "$gantry" "$@" -f "$work/manifests" --ledger "$ledger"; }
tag() { git -C "$work/gitops.git" show "stages/$1:$1/values.yaml" | sed -n 's/.*tag: //p'; }
promote_all() { # promote_all WORDS
	ok "test is promoted$1" g promote test --reason first --wait --timeout 60s
	is "and its branch has the tag, in its quotes" "$(tag test)" '"1.10.0"'
	ok "prod takes what test has$1" g promote prod --reason first --wait --timeout 60s
	is "on a branch of its own" "$(tag prod)" '"1.10.0"'
	is "which holds all that main holds" "$(git -C "$work/gitops.git" show stages/prod:test/values.yaml | head -n 1)" \
		"# kept by hand"
}

ledger=$work/before.git
promote_all ""
first=$(git -C "$work/gitops.git" rev-parse stages/test^{tree} stages/prod^{tree})
git -C "$work/gitops.git" branch -qD stages/test stages/prod
ok "lint --fix rewrites the manifests" "$gantry" lint --fix "$work/manifests"
is "and nothing of old is left" "$(grep -cE 'promotionMechanisms|upstreamStages|semverConstraint' "$work/manifests/demo.yaml")" 0
ok "no warning is left either" "$gantry" lint --strict "$work/manifests"
ledger=$work/after.git
promote_all ", as rewritten"
is "with the very same files" "$(git -C "$work/gitops.git" rev-parse stages/test^{tree} stages/prod^{tree})" "$first"
done_testing
