#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gantry attached to a real Kargo, by way of Kubernetes and of Kargo's own API: both show the same, both act, and what
# Kargo then says is what gantry shows. Rights are those of the person.
# Needs the scripts that start a real Kargo in $PEERS/kargo, its binary in $KARGO_BIN and its CRDs in $KARGO_CRDS (or
# both in the peers' cache); run by "make check-peers".
peers=${PEERS:-${srcdir:-.}/../shared/peers}
case $peers in /*) ;; *) peers=$PWD/$peers ;; esac
. "${srcdir:-.}/tests/story/lib.sh"
need jq curl docker-registry
[ -x "$peers/kargo/up" ] || skip_all "no $peers/kargo/up"
calls=$builddir/tests/peers/registry_calls
[ -x "$calls" ] || skip_all "registry_calls is not built"
cache=${GANTRY_PEERS_CACHE:-$home_before/.cache/gantry-peers}
for found in "$cache"/kargo-*/kargo; do
	[ -x "$found" ] && KARGO_BIN=${KARGO_BIN:-$found} KARGO_CRDS=${KARGO_CRDS:-${found%/*}/crds}
done
[ -x "${KARGO_BIN:-}" ] && [ -d "${KARGO_CRDS:-}" ] || skip_all "no Kargo in KARGO_BIN and KARGO_CRDS"
export KARGO_BIN KARGO_CRDS

real=$work/real
tidy_all() {
	[ ! -d "$real" ] || (HOME=$home_before && unset XDG_CACHE_HOME && "$peers/kargo/down" "$real") >/dev/null 2>&1
	tidy
}
trap tidy_all EXIT
(HOME=$home_before && unset XDG_CACHE_HOME && "$peers/kargo/up" --dir "$real" --no-argocd --rollouts) >"$work/up.log" 2>&1 ||
	{ sed 's/^/# /' "$work/up.log"; echo "Bail out! the real Kargo does not start"; exit 1; }
. "$real/env"

registry_port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
printf 'version: 0.1\nstorage: {inmemory: {}}\nhttp: {addr: "127.0.0.1:%s"}\n' "$registry_port" >"$work/registry.yml"
docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
later $!
image=127.0.0.1:$registry_port/app
wait_for 30 curl -sf "http://127.0.0.1:$registry_port/v2/"
"$calls" push "$image" 1.0.0 >"$work/pushed"

kube() { # kube METHOD PATH [CURL ARGUMENT...]
	kube_method=$1 kube_path=$2
	shift 2
	curl -sS --fail-with-body --cacert "$KUBE_CA" -H "Authorization: Bearer $KUBE_TOKEN" -X "$kube_method" \
		"$KUBE_URL$kube_path" "$@"
}
yaml() { kube POST "$1" -H "Content-Type: application/yaml" --data-binary @- >"$work/made" || cat "$work/made"; }
group=/apis/kargo.akuity.io/v1alpha1 demo=/apis/kargo.akuity.io/v1alpha1/namespaces/demo
echo '{apiVersion: kargo.akuity.io/v1alpha1, kind: Project, metadata: {name: demo}}' | yaml $group/projects
wait_for 60 kube GET /api/v1/namespaces/demo
yaml $demo/projectconfigs <<'END'
{apiVersion: kargo.akuity.io/v1alpha1, kind: ProjectConfig, metadata: {name: demo, namespace: demo}, spec: {
  promotionPolicies: [{stageSelector: {name: test}, autoPromotionEnabled: true}]}}
END
yaml $demo/warehouses <<END
{apiVersion: kargo.akuity.io/v1alpha1, kind: Warehouse, metadata: {name: app, namespace: demo}, spec: {interval: 10m0s,
  subscriptions: [{image: {repoURL: "$image", constraint: "^1.0.0", imageSelectionStrategy: SemVer}}]}}
END
stage() { # stage NAME SOURCES STEP
	yaml $demo/stages <<END
{apiVersion: kargo.akuity.io/v1alpha1, kind: Stage, metadata: {name: $1, namespace: demo}, spec: {
  requestedFreight: [{origin: {kind: Warehouse, name: app}, sources: $2}],
  promotionTemplate: {spec: {steps: [$3]}}}}
END
}
stage test '{direct: true}' '{uses: compose-output, as: out, config: {a: b}}'
stage uat '{stages: [test]}' '{uses: compose-output, as: out, config: {a: b}}'
stage prod '{stages: [uat]}' "{uses: http, as: ask, retry: {timeout: 10m}, config: {url: \"http://127.0.0.1:$registry_port/v2/\",
  successExpression: \"response.status == 299\", failureExpression: \"response.status == 298\"}}"

# Both ways: the kubeconfig, and what kargo login leaves.
XDG_CONFIG_HOME=$work/config
export XDG_CONFIG_HOME KUBECONFIG
mkdir -p "$XDG_CONFIG_HOME/kargo"
login() { # login TOKEN
	printf 'apiAddress: %s\nbearerToken: %s\n' "$KARGO_API_URL" "$1" >"$XDG_CONFIG_HOME/kargo/config"
}
token=$(curl -sS -X POST "$KARGO_API_URL/v1beta1/login" -H "Authorization: Bearer $KARGO_ADMIN_PASSWORD" | jq -r .idToken)
login "$token"
by_kube() { "$gantry" "$@" --attach; }
by_rest() { "$gantry" "$@" --attach kargo; }
# What does not depend on the moment: ages and sentences with them are left out.
timeless() { jq -S 'walk(if type == "object" then del(.sentence, .age, .soaked, .for) else . end)'; }
same() { # same COMMAND...: both ways show the same of it
	by_kube "$@" -o json | timeless >"$work/a" && by_rest "$@" -o json | timeless >"$work/b"
	[ -s "$work/a" ] && diff "$work/a" "$work/b"
}
runs() { kube GET "$demo/stages/$1" | json_is '.status.lastPromotion.status.phase == "Succeeded"'; }
ok "Kargo promotes the first freight by itself" wait_for 120 runs test
freight=$(kube GET "$demo/freights" | jq -r '.items[0].metadata.name')
ok "both ways show the same stages" wait_for 60 same get stages
ok "and the same freight" wait_for 60 same get freight

field() { kube GET "$demo/$1" | jq -r "$2"; }
ok "a promotion through Kargo's own API" by_rest promote uat --freight "$freight" --wait
is "is Kargo's, by its own actor" "$(field promotions '[.items[] | select(.spec.stage == "uat")
	| .metadata.annotations["kargo.akuity.io/create-actor"]] | unique | join(" ")')" admin
is "and is over" "$(field stages/uat .status.lastPromotion.status.phase)" Succeeded
ok "an approval through it" by_rest approve prod --freight "$freight"
is "is Kargo's, too" "$(field "freights/$freight" '.status.approvedFor | keys | join(" ")')" prod
ok "a promotion through Kubernetes" by_kube promote prod --freight "$freight"
running() { field stages/prod .status.currentPromotion.name | grep -q '^prod\.'; }
ok "runs" wait_for 60 running
is "by the person of the kubeconfig" "$(field promotions '[.items[] | select(.spec.stage == "prod")
	| .metadata.annotations["kargo.akuity.io/create-actor"]] | unique | join(" ")')" kubernetes:admin
ok "and is aborted through Kargo's own API" by_rest abort prod
aborted() { field stages/prod .status.lastPromotion.status.phase | grep -qx Aborted; }
ok "which Kargo does" wait_for 60 aborted
shown() { "$@" get promotions -o json | jq -c "[.[] | [.name, .phase]] | sort"; }
said() { field promotions '[.items[] | [.metadata.name, .status.phase]] | sort' | jq -c .; }
agree() { [ "$(shown "$1")" = "$(said)" ]; }
ok "what gantry shows of promotions is what Kargo says" wait_for 60 agree by_kube
ok "both ways" wait_for 60 agree by_rest

# A person who may only look.
yaml /apis/rbac.authorization.k8s.io/v1/namespaces/demo/roles <<'END'
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: looker}, rules: [
  {apiGroups: [kargo.akuity.io], resources: ["*"], verbs: [get, list, watch]}]}
END
yaml /apis/rbac.authorization.k8s.io/v1/namespaces/demo/rolebindings <<'END'
{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: looker},
 roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: looker},
 subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: bob}]}
END
jq '.users += [{name: "bob", user: (.users[0].user + {as: "bob"})}] |
	.contexts += [{name: "bob", context: {cluster: .clusters[0].name, user: "bob", namespace: "demo"}}]' "$KUBECONFIG" >"$work/bob"
bob() { KUBECONFIG=$work/bob "$gantry" "$@" --attach bob; }
ok "who may only look sees the stages of their project" says "^prod" bob get stages
ok "and is told that they may not promote" says "may not" bob promote uat --freight "$freight"

login wrong
ok "a login that ran out says what to do" says "run kargo login" by_rest get stages
done_testing
