# SPDX-License-Identifier: Apache-2.0
# A real Argo CD for tests of gantry against it: started, asked, its processes started again. Sourced, instead of
# tests/story/lib.sh. Needs the scripts that start one in $PEERS/argocd.
# shellcheck shell=sh
peers=${PEERS:-${srcdir:-.}/../shared/peers}
case $peers in /*) ;; *) peers=$PWD/$peers ;; esac
. "${srcdir:-.}/tests/story/lib.sh"
[ -x "$peers/argocd/up" ] || skip_all "no $peers/argocd/up"
need git jq curl

real=$work/real
tidy_all() {
	# What is stopped does not end.
	for file in "$work"/*.pid; do
		[ ! -s "$file" ] || kill -CONT "$(cat "$file")" 2>/dev/null
	done
	# shellcheck disable=SC2154
	[ ! -d "$real" ] || (HOME=$home_before && unset XDG_CACHE_HOME && "$peers/argocd/down" "$real") >/dev/null 2>&1
	tidy
}
trap tidy_all EXIT
(HOME=$home_before && unset XDG_CACHE_HOME && "$peers/argocd/up" --dir "$real") >"$work/up.log" 2>&1 ||
	{ sed 's/^/# /' "$work/up.log"; echo "Bail out! the real Argo CD does not start"; exit 1; }
. "$real/env"
admin=$ARGOCD_AUTH_TOKEN
unset ARGOCD_AUTH_TOKEN ARGOCD_SERVER ARGOCD_OPTS

kube() { # kube METHOD PATH [CURL ARGUMENTS]
	method=$1 path=$2
	shift 2
	curl -sS --fail -m 20 --cacert "$KUBE_CA" -X "$method" -H "Authorization: Bearer $KUBE_TOKEN" "$KUBE_URL$path" "$@"
}
argocd_api() { # argocd_api METHOD PATH [CURL ARGUMENTS]
	method=$1 path=$2
	shift 2
	curl -sS --fail -m 20 -X "$method" -H "Authorization: Bearer $admin" -H 'Content-Type: application/json' \
		"$ARGOCD_URL/api/v1$path" "$@"
}

# A copy of a process's program, words and environment, with which to start it again.
remember() { # remember NAME PID
	cat "/proc/$2/environ" "/proc/$2/cmdline" >"$work/$1.start"
	echo "$2" >"$work/$1.pid"
}
start_again() { # start_again NAME
	rm -f "$work/$1.pid"
	xargs -0 -a "$work/$1.start" sh -c 'echo $$ >"$0"; exec env -i "$@"' "$work/$1.pid" >>"$work/$1.log" 2>&1 &
	wait_for 20 test -s "$work/$1.pid" && later "$(cat "$work/$1.pid")"
}

# The robot logs in by argocd's own file, as an agent's machine would.
write_login() { # write_login TOKEN
	mkdir -p "$work/login"
	cat >"$work/login/new" <<C
contexts: [{name: here, server: "127.0.0.1:$ARGOCD_SERVER_PORT", user: bot}]
current-context: here
servers: [{server: "127.0.0.1:$ARGOCD_SERVER_PORT", plain-text: true, insecure: true, grpc-web-root-path: ""}]
users: [{name: bot, auth-token: "$1"}]
C
	chmod 600 "$work/login/new"
	mv "$work/login/new" "$work/login/config"
}
# All of the robot's tokens are revoked; and it gets a new one.
revoke_tokens() {
	for id in $(argocd_api GET /account/bot | jq -r '.tokens[]?.id'); do
		argocd_api DELETE "/account/bot/token/$id" >"$work/revoked" || return 1
	done
}
new_login() {
	new_token=$(argocd_api POST /account/bot/token -d '{}' | jq -r .token)
	case $new_token in '' | null) return 1 ;; esac
	write_login "$new_token"
}
write_login "$ARGOCD_BOT_TOKEN"
export ARGOCD_CONFIG_DIR="$work/login"

# application NAME AUTHORISED PROJECT REPOSITORY REVISION PATH: stages of the Kargo project AUTHORISED names.
application() {
	jq -n --arg name "$1" --arg allowed "$2" --arg project "$3" --arg repo "$4" --arg revision "$5" --arg path "$6" '
		{apiVersion: "argoproj.io/v1alpha1", kind: "Application", metadata: {name: $name, namespace: "argocd",
			annotations: {"kargo.akuity.io/authorized-stage": $allowed}},
		spec: {project: $project, source: {repoURL: $repo, targetRevision: $revision, path: $path},
			destination: {server: "https://kubernetes.default.svc", namespace: "demo-dev"}}}' |
		kube POST /apis/argoproj.io/v1alpha1/namespaces/argocd/applications -H 'Content-Type: application/json' \
			-o "$work/application" -d @-
}
