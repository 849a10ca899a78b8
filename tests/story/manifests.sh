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
