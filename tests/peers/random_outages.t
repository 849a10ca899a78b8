#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/story/outages.t with a real Argo CD: its server, its repository server and its controller, too, are killed,
# stopped, slowed and started again at random, windows close, and tokens are revoked.
# Needs the scripts that start a real Argo CD in $PEERS/argocd; run by "make check-peers", four stages for a
# moment, and by "make soak-outages-argocd SECONDS=…", twenty at random.
OUTAGE_STAGES=${OUTAGE_STAGES:-4}
. "${srcdir:-.}/tests/peers/argocd.sh"
. "$srcdir/tests/story/outages.sh"
# shellcheck disable=SC2153
remember server "$PID_ARGOCD_SERVER"
# shellcheck disable=SC2153
remember repo-server "$PID_ARGOCD_REPO_SERVER"
# shellcheck disable=SC2153
remember controller "$PID_ARGOCD_APPLICATION_CONTROLLER"
argocd_again() { start_again "$1"; }

deny='{"kind":"deny","schedule":"* * * * *","duration":"24h","applications":["*"],"manualSync":false}'
set_windows() {
	kube PATCH /apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects/default -o "$work/project" \
		-H 'Content-Type: application/merge-patch+json' -d "{\"spec\":{\"syncWindows\":$1}}"
}
# shellcheck disable=SC2154
for stage in $stages; do
	application "chaos-$stage" "chaos:$stage" default "$deploy_url/deploy.git" "stage/$stage" . ||
		{ echo "Bail out! no application"; exit 1; }
done

outages_play "deploy source notes registry server repo-server controller" "kill stop slow window token" 15

# runs_what_was_pushed: each application, the head of its branch.
runs_what_was_pushed() {
	argocd_api GET /applications >"$work/applications"
	for stage in $stages; do
		want=$(git -C "$work/deploy/deploy.git" rev-parse "stage/$stage")
		got=$(jq -r --arg n "chaos-$stage" '.items[] | select(.metadata.name == $n) | .status.operationState.syncResult.revision' "$work/applications")
		[ "$got" = "$want" ] || { echo "$stage: $got, not $want"; return 1; }
	done
}
ok "Argo CD runs what was pushed, everywhere" wait_for 60 runs_what_was_pushed
outages_end
