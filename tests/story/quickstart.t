#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Kargo's quickstart, its manifests unmodified but for host names: a real registry, git behind TLS and a
# password, the demonstration's Argo CD. From an image that appears to a rollback of prod, on the board and by verbs.
. "$(dirname "$0")/lib.sh"
. "$srcdir/tests/story/quickstart.sh"
server=$builddir/tests/story/argocd_server
[ -x "$server" ] || skip_all "$server is not built"

argocd_up() {
	"$server" "$gitops" "$GITOPS_REPO_URL" kargo-demo 4 test uat prod >"$work/argocd.env" 2>"$work/argocd.log" &
	later $!
	wait_for 10 grep -q ARGOCD_OPTS "$work/argocd.env" || { echo "Bail out! Argo CD does not start"; exit 1; }
	. "$work/argocd.env"
	export ARGOCD_SERVER ARGOCD_AUTH_TOKEN ARGOCD_OPTS
	argocd=http://$ARGOCD_SERVER
}

quickstart
done_testing
