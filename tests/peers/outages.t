#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A real Argo CD has its bad minutes while a real agent promotes: the server is gone, a sync window is closed,
# the repository server is killed, a token is revoked. Every promotion ends well, and its log says for what it waited.
# Needs the scripts that start a real Argo CD in $PEERS/argocd; run by "make check-peers".
. "${srcdir:-.}/tests/peers/argocd.sh"
# shellcheck disable=SC2153
remember server "$PID_ARGOCD_SERVER"
# shellcheck disable=SC2153
remember repo "$PID_ARGOCD_REPO_SERVER"

bot_token=$ARGOCD_BOT_TOKEN

# The repositories: what is released, and what Argo CD deploys.
app=$work/app.git gitops=$work/gitops.git
git init -q --bare "$app"
git clone -q "$app" "$work/app" 2>/dev/null
release() {
	git -C "$work/app" commit -q --allow-empty -m "$1"
	git -C "$work/app" push -q origin HEAD:main
}
release one
git init -q --bare "$gitops"
git clone -q "$gitops" "$work/seed" 2>/dev/null
stages="server window repo token shut stranger lost"
for stage in $stages; do
	mkdir -p "$work/seed/$stage"
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\ndata:\n  commit: none\n' "$stage" \
		>"$work/seed/$stage/map.yaml"
done
git -C "$work/seed" add -A
git -C "$work/seed" commit -qm seed
git -C "$work/seed" push -q origin main

# project NAME WINDOWS: of Argo CD.
project() {
	jq -n --arg name "$1" --argjson windows "$2" '{apiVersion: "argoproj.io/v1alpha1", kind: "AppProject",
		metadata: {name: $name}, spec: {sourceRepos: ["*"], destinations: [{server: "*", namespace: "*"}],
		clusterResourceWhitelist: [{group: "*", kind: "*"}], syncWindows: $windows}}' |
		kube POST /apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects -H 'Content-Type: application/json' \
			-o "$work/project" -d @-
}
# windows NAME WINDOWS: closes or opens them.
windows() {
	kube PATCH "/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects/$1" -o "$work/project" \
		-H 'Content-Type: application/merge-patch+json' -d "{\"spec\":{\"syncWindows\":$2}}"
}
closed_now='[{"kind":"deny","schedule":"* * * * *","duration":"24h","applications":["*"],"manualSync":false}]'
project opening "$closed_now" && project shut "$closed_now" || { echo "Bail out! no projects"; exit 1; }
# stage_application STAGE AUTHORISED PROJECT
stage_application() { application "$1" "demo:$2" "$3" "file://$gitops" main "$1"; }
for stage in server repo token; do stage_application $stage $stage default; done
stage_application window window opening
stage_application shut shut shut
stage_application stranger other default

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
  subscriptions: [{git: {repoURL: "file://$app", branch: main}}]
C
	for stage in $stages; do
		cat <<C
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: $stage, namespace: demo}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: app}, sources: {direct: true}}]
  promotionTemplate:
    spec:
      steps:
      - uses: git-clone
        config: {repoURL: "file://$gitops", checkout: [{branch: main, path: ./src}]}
      - uses: yaml-update
        config:
          path: ./src/$stage/map.yaml
          updates: [{key: data.commit, value: "\${{ commitFrom('file://$app').ID }}"}]
      - uses: git-commit
        as: commit
        config: {path: ./src, message: "$stage"}
      - uses: git-push
        config: {path: ./src}
      - uses: argocd-update
        config:
          apps: [{name: $stage, sources: [{repoURL: "file://$gitops", desiredRevision: "\${{ outputs.commit.commit }}"}]}]
C
	done
} >"$work/demo.yaml"

g() { "$gantry" "$@" -f "$work/demo.yaml"; }
has_freight() { [ "$(g get freight -o json | jq length)" = 1 ]; }
"$gantry" agent -f "$work/demo.yaml" 2>"$work/agent.log" &
later $!
ok "a commit becomes freight" wait_for 60 has_freight

# promotes STAGE: asked for; the agent executes.
promotes() { g promote "$1" >"$work/promote.$1" 2>&1; }
phase() { g get promotions --stage "$1" -o json | jq -r '.[0].phase'; }
ended() { [ "$(phase "$1")" = Succeeded ]; }
pushed() { git -C "$gitops" log --format=%s main | grep -qx "$1"; }
waits() { grep "$1: .*still waiting, because" "$work/agent.log" | grep -q -- "$2"; }
# survives STAGE WORDS REPAIR SECONDS: it waits with these words until REPAIR, so many seconds later.
survives() {
	ok "$1: it is pushed" wait_for 60 pushed "$1"
	ok "$1: it says what it waits for: $2" wait_for 60 waits "$1" "$2"
	sleep "$4"
	is "$1: after $4 s of it, the promotion still runs" "$(phase "$1")" Running
	$3
	ok "$1: and succeeds when that is over" wait_for 120 ended "$1"
	is "$1: Argo CD runs what was pushed" \
		"$(argocd_api GET "/applications/$1" | jq -r '.status.sync.status')" Synced
	[ "$(phase "$1")" = Succeeded ] || grep "$1: " "$work/agent.log" | tail -n 20 | sed 's/^/# /'
}

# What the plan says, before anything is pushed.
plan() { g promote "$1" --plan >"$work/plan.$1" 2>&1; cat "$work/plan.$1"; grep -q -- "$2" "$work/plan.$1"; }
ok "the plan names a window that is closed" plan shut "closed now: .*deny"
ok "an application that is not there" plan lost "application 'lost' is not there\|there is no application 'lost'"
ok "and one that does not let the stage change it" plan stranger "does not let stage demo:stranger change it"
is "nothing was pushed for it" "$(git -C "$gitops" log --format=%s main)" seed

kill "$PID_ARGOCD_SERVER"
promotes server
survives server "refused\|[Cc]onnect" "start_again server" 15
wait_for 60 argocd_api GET /applications

promotes window
survives window "sync window of Argo CD is closed" "windows opening []" 30

kill "$PID_ARGOCD_REPO_SERVER"
promotes repo
survives repo "Unavailable" "start_again repo" 12

revoke_tokens
promotes token
survives token "refuses the token" new_login 10

is "no promotion failed" "$(g get promotions -o json | jq -r 'map(.phase) | unique | join(" ")')" Succeeded
is "and no token is in the agent's log" "$(grep -c -e "$bot_token" "$work/agent.log")" 0
[ "$failures" = 0 ] || sed 's/^/# /' "$work/agent.log" | tail -n 60
done_testing
