#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Kargo's quickstart against a real Argo CD, which renders nothing itself but syncs real objects to a real
# kube-apiserver. There is no node: what a kubelet would report of a Deployment, the test reports.
# Needs the scripts that start a real Argo CD in $PEERS/argocd; run by "make check-peers".
peers=${PEERS:-${srcdir:-.}/../shared/peers}
case $peers in /*) ;; *) peers=$PWD/$peers ;; esac
. "${srcdir:-.}/tests/story/lib.sh"
. "$srcdir/tests/story/quickstart.sh"
[ -x "$peers/argocd/up" ] || skip_all "no $peers/argocd/up"

real=$work/real
tidy_all() {
	# shellcheck disable=SC2154
	[ ! -d "$real" ] || (HOME=$home_before && unset XDG_CACHE_HOME && "$peers/argocd/down" "$real") >/dev/null 2>&1
	tidy
}
trap tidy_all EXIT

kube() { # kube METHOD PATH [CURL ARGUMENTS]
	method=$1 path=$2
	shift 2
	curl -sS --fail --cacert "$KUBE_CA" -X "$method" -H "Authorization: Bearer $KUBE_TOKEN" "$KUBE_URL$path" "$@"
}

# be_kubelet: every Deployment of the quickstart has rolled out a moment after it was changed.
be_kubelet() {
	while :; do
		kube GET /apis/apps/v1/deployments 2>/dev/null | jq -r '.items[]
			| select(.metadata.namespace | startswith("kargo-demo-"))
			| select(.status.observedGeneration != .metadata.generation)
			| "\(.metadata.namespace) \(.metadata.name) \(.metadata.generation)"' |
			while read -r namespace name generation; do
				kube PATCH "/apis/apps/v1/namespaces/$namespace/deployments/$name/status" \
					-H 'Content-Type: application/merge-patch+json' -o /dev/null -d "{\"status\":{
					\"observedGeneration\":$generation,\"replicas\":1,\"updatedReplicas\":1,
					\"readyReplicas\":1,\"availableReplicas\":1}}"
			done
		sleep 0.5
	done
}

# application STAGE: as the quickstart's ApplicationSet makes it.
application() {
	jq -n --arg stage "$1" --arg repo "$GITOPS_REPO_URL" '{apiVersion: "argoproj.io/v1alpha1", kind: "Application",
		metadata: {name: ("kargo-demo-" + $stage), namespace: "argocd",
			annotations: {"kargo.akuity.io/authorized-stage": ("kargo-demo:" + $stage)}},
		spec: {project: "default", source: {repoURL: $repo, targetRevision: ("stage/" + $stage), path: "."},
			destination: {server: "https://kubernetes.default.svc", namespace: ("kargo-demo-" + $stage)},
			syncPolicy: {syncOptions: ["CreateNamespace=true"]}}}'
}

argocd_up() {
	(HOME=$home_before && unset XDG_CACHE_HOME && "$peers/argocd/up" --dir "$real") >"$work/up.log" 2>&1 ||
		{ sed 's/^/# /' "$work/up.log"; echo "Bail out! the real Argo CD does not start"; exit 1; }
	. "$real/env"
	argocd=$ARGOCD_URL
	# What the repository server gives git to ask for the password is the same program.
	ln -sf "$ARGOCD_BIN" "$real/bin/argocd"
	jq -n --arg repo "$GITOPS_REPO_URL" '{repo: $repo, username: "ada", password: "s3cret-word", insecure: true}' |
		curl -sf -H "Authorization: Bearer $ARGOCD_AUTH_TOKEN" -H 'Content-Type: application/json' \
			-o "$work/repository" -d @- "$argocd/api/v1/repositories" ||
		{ echo "Bail out! Argo CD does not take the repository"; exit 1; }
	for stage in test uat prod; do
		application $stage | kube POST /apis/argoproj.io/v1alpha1/namespaces/argocd/applications \
			-H 'Content-Type: application/json' -o "$work/application" -d @- || exit 1
	done
	be_kubelet 2>"$work/kubelet.log" &
	later $!
}

quickstart
is "the cluster runs what prod was rolled back to" \
	"$(kube GET /apis/apps/v1/namespaces/kargo-demo-prod/deployments/kargo-demo |
		jq -r '.spec.template.spec.containers[0].image')" "$registry/nginx/nginx:1.26.0"
done_testing
