#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stages promote by themselves while Argo CD, the registry and three git servers are killed, stopped in
# the midst of a word, slowed and started again at random, and sync windows close and open. Every promotion
# ends well, each wait has its sentence, and in the end every stage runs the newest.
# Here eight stages for a moment; OUTAGE_SECONDS, OUTAGE_STAGES and SEED say how long, how many, and which
# way (make soak-outages SECONDS=…: twenty stages, at random).
. "$(dirname "$0")/lib.sh"
server=$builddir/tests/story/argocd_server
[ -x "$server" ] || skip_all "$server is not built"
. "$srcdir/tests/story/outages.sh"

argocd_port=$(free_port)
argocd_again() {
	# shellcheck disable=SC2086,SC2154
	start argocd env PORT="$argocd_port" "$server" "$work/deploy/deploy.git" "$deploy_url/deploy.git" chaos 30 $stages
}
argocd_again
wait_for 20 grep -q ARGOCD_OPTS "$work/argocd.log" || { echo "Bail out! no Argo CD"; exit 1; }
. "$work/argocd.log"
export ARGOCD_SERVER ARGOCD_AUTH_TOKEN ARGOCD_OPTS
api() {
	curl -sS -m 5 -X "$1" -H "Authorization: Bearer $ARGOCD_AUTH_TOKEN" -H 'Content-Type: application/json' \
		${3:+-d "$3"} -w '\n%{http_code}\n' "http://$ARGOCD_SERVER/api/v1$2"
}
. "$srcdir/tests/peers/windows.sh"

outages_play "deploy source notes registry argocd" "kill kill stop slow window" 4
outages_end
