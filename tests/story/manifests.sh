# SPDX-License-Identifier: Apache-2.0
# Small manifests of a project "demo" for stories whose subject is something else. Sourced after lib.sh.
# shellcheck shell=sh

# put_project [STAGES]: with STAGES, a pattern, those promote by themselves.
put_project() {
	printf 'apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}\n'
	[ -n "${1:-}" ] || return 0
	printf -- '---\napiVersion: kargo.akuity.io/v1alpha1\nkind: ProjectConfig\nmetadata: {name: demo, namespace: demo}\n'
	printf 'spec:\n  promotionPolicies: [{stageSelector: {name: "%s"}, autoPromotionEnabled: true}]\n' "$1"
}

# put_git_secret URL USER PASSWORD
put_git_secret() {
	printf -- '---\napiVersion: v1\nkind: Secret\n'
	printf 'metadata: {name: git, namespace: demo, labels: {kargo.akuity.io/cred-type: git}}\n'
	printf 'stringData: {repoURL: "%s", username: "%s", password: "%s"}\n' "$1" "$2" "$3"
}

# put_warehouse NAME INTERVAL SUBSCRIPTION
put_warehouse() {
	printf -- '---\napiVersion: kargo.akuity.io/v1alpha1\nkind: Warehouse\nmetadata: {name: %s, namespace: demo}\n' "$1"
	printf 'spec: {interval: %s, subscriptions: [%s]}\n' "$2" "$3"
}

# put_stage NAME WAREHOUSE SOURCES STEPS
put_stage() {
	printf -- '---\napiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata: {name: %s, namespace: demo}\n' "$1"
	printf 'spec:\n  requestedFreight: [{origin: {kind: Warehouse, name: %s}, sources: {%s}}]\n' "$2" "$3"
	printf '  promotionTemplate: {spec: {steps: [%s]}}\n' "$4"
}

# A step that does nothing, and one that fails.
note='{uses: compose-output, as: note, config: {a: b}}'
no_luck='{uses: fail, config: {message: no luck}}'

# steps_to_pull_request URL FILE VALUE MESSAGE: the file's key "version" gets the value, which a pull request on a
# Gitea, opened by the step "open", is to bring to main.
steps_to_pull_request() {
	cat <<C
{uses: git-clone, config: {repoURL: "$1", checkout: [{branch: main, path: ./src}]}},
    {uses: yaml-update, config: {path: "./src/$2", updates: [{key: version, value: "$3"}]}},
    {uses: git-commit, config: {path: ./src, message: "$4"}},
    {uses: git-push, as: push, config: {path: ./src, generateTargetBranch: true}},
    {uses: git-open-pr, as: open, config: {repoURL: "$1", provider: gitea, sourceBranch: "\${{ outputs.push.branch }}",
      targetBranch: main}}
C
}

# start_gitops LINE: a bare repository in $work/gitops.git for stages to push to, with the line in its values.yaml.
start_gitops() {
	git init -q --bare "$work/gitops.git"
	git clone -q "$work/gitops.git" "$work/first" 2>/dev/null
	echo "$1" >"$work/first/values.yaml"
	git -C "$work/first" add values.yaml
	git -C "$work/first" commit -q -m first
	git -C "$work/first" push -q origin main
}

# start_app: a git repository in $work/app.git for a warehouse to watch, with one commit.
start_app() {
	git init -q --bare "$work/app.git"
	git clone -q "$work/app.git" "$work/seed" 2>/dev/null
	push_app one
}

# push_app TEXT: one commit more.
push_app() {
	git -C "$work/seed" commit -q --allow-empty -m "$1"
	git -C "$work/seed" push -q origin main
}
