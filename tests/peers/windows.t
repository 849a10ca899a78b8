#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the demonstration's Argo CD says of sync windows (tests/story/windows.t) asked of a real one.
# Needs the scripts that start a real Argo CD in $PEERS/argocd; run by "make check-peers".
peers=${PEERS:-${srcdir:-.}/../shared/peers}
case $peers in /*) ;; *) peers=$PWD/$peers ;; esac
. "${srcdir:-.}/tests/story/lib.sh"
[ -x "$peers/argocd/up" ] || skip_all "no $peers/argocd/up"
need jq curl

real=$work/real
tidy_all() {
	[ ! -d "$real" ] || (HOME=$home_before && unset XDG_CACHE_HOME && "$peers/argocd/down" "$real") >/dev/null 2>&1
	tidy
}
trap tidy_all EXIT
(HOME=$home_before && unset XDG_CACHE_HOME && "$peers/argocd/up" --dir "$real" && "$peers/argocd/sample-apps" "$real") \
	>"$work/up.log" 2>&1 || { sed 's/^/# /' "$work/up.log"; echo "Bail out! the real Argo CD does not start"; exit 1; }
. "$real/env"
api() {
	curl -sS -X "$1" -H "Authorization: Bearer $ARGOCD_AUTH_TOKEN" -H 'Content-Type: application/json' \
		${3:+-d "$3"} -w '\n%{http_code}\n' "$ARGOCD_URL/api/v1$2"
}
. "$srcdir/tests/peers/windows.sh"
windows_contract demo-dev
done_testing
