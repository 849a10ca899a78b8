#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The demonstration's Argo CD has sync windows as a real one has (tests/peers/argocd.t asks both).
. "$(dirname "$0")/lib.sh"
need git jq curl
server=$builddir/tests/story/argocd_server
[ -x "$server" ] || skip_all "$server is not built"

git init -q --bare "$work/gitops.git"
git clone -q "$work/gitops.git" "$work/seed" 2>/dev/null
git -C "$work/seed" commit -q --allow-empty -m seed
git -C "$work/seed" push -q origin HEAD:stage/test
"$server" "$work/gitops.git" "file://$work/gitops.git" demo 20 test >"$work/env" 2>"$work/server.log" &
later $!
wait_for 20 grep -q ARGOCD_OPTS "$work/env" || { echo "Bail out! no Argo CD"; exit 1; }
. "$work/env"
api() {
	curl -sS -X "$1" -H "Authorization: Bearer $ARGOCD_AUTH_TOKEN" -H 'Content-Type: application/json' \
		${3:+-d "$3"} -w '\n%{http_code}\n' "http://$ARGOCD_SERVER/api/v1$2"
}
. "$srcdir/tests/peers/windows.sh"
windows_contract demo-test
done_testing
