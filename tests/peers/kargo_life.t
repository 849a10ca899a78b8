#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A real Kargo, driven by gantry's verbs and keys: through the whole life of a promotion gantry must say what
# Kargo's API says, field by field, and what a recorder has of it, killed in the middle, must be all of it, once. Needs the scripts that start it in $PEERS/kargo, KARGO_BIN (a control plane)
# and KARGO_CRDS (the folder of its definitions); run by "make check-peers".
peers=${PEERS:-${srcdir:-.}/../shared/peers}
gantry=${GANTRY:-${builddir:-.}/src/gantry}
kargo=$(ls -d "${GANTRY_PEERS_CACHE:-$HOME/.cache/gantry-peers}"/kargo-v* 2>/dev/null | tail -1)
KARGO_BIN=${KARGO_BIN:-$kargo/kargo} KARGO_CRDS=${KARGO_CRDS:-$kargo/crds}
export KARGO_BIN KARGO_CRDS
n=0 failed=0
report() { # report STATUS SENTENCE
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; failed=1; fi
}

[ -x "$peers/kargo/up" ] || { echo "1..0 # SKIP no $peers/kargo/up"; exit 0; }
[ -x "$KARGO_BIN" ] && [ -d "$KARGO_CRDS" ] || { echo "1..0 # SKIP no KARGO_BIN, or no KARGO_CRDS"; exit 0; }
for program in tmux jq curl python3; do
	command -v $program >/dev/null || { echo "1..0 # SKIP needs $program"; exit 0; }
done
tmp=$(mktemp -d) || exit 1
server='' recorder='' sock=gantry-kargo-$$
cleanup() {
	[ -z "$recorder" ] || kill "$recorder" 2>/dev/null
	tmux -L $sock kill-server 2>/dev/null
	[ -z "$server" ] || kill "$server" 2>/dev/null
	[ ! -d "$tmp/real" ] || "$peers/kargo/down" "$tmp/real" >/dev/null 2>&1
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP

"$peers/kargo/up" --dir "$tmp/real" --no-argocd --rollouts >"$tmp/up.log" 2>&1 ||
	{ sed 's/^/# /' "$tmp/up.log"; echo "Bail out! the real Kargo does not start"; exit 1; }
. "$tmp/real/env"
XDG_STATE_HOME=$tmp/x XDG_CONFIG_HOME=$tmp/x XDG_CACHE_HOME=$tmp/x LC_ALL=C.UTF-8 TZ=UTC
export XDG_STATE_HOME XDG_CONFIG_HOME XDG_CACHE_HOME LC_ALL TZ KUBECONFIG

# A gate that a step asks once a second whether it may go on.
mkdir "$tmp/www"
gate() { echo "{\"open\": $1}" >"$tmp/www/new" && mv "$tmp/www/new" "$tmp/www/gate.json"; }
gate false
python3 -c '
import functools, http.server, sys
quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *a: None})
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(quiet, directory=sys.argv[1]))
print(server.server_port, flush=True)
server.serve_forever()' "$tmp/www" >"$tmp/port" &
server=$!
until [ -s "$tmp/port" ]; do sleep 0.1; done
port=$(cat "$tmp/port")

api=/apis/kargo.akuity.io/v1alpha1
kube() { # kube METHOD PATH [BODY]
	curl -sS --cacert "$KUBE_CA" -H "Authorization: Bearer $KUBE_TOKEN" -H "Content-Type: application/yaml" \
		-X "$1" "$KUBE_URL$2" ${3:+--data-binary "$3"}
}
# so JQ: whether that is true of the input; no input is no yes.
so() { jq -e -n "input | ($1)" >/dev/null 2>&1; }
make() { # make KIND BODY: retried, since admission may not know the project yet
	for _ in $(seq 60); do
		kube POST "$1" "$2" >"$tmp/made" && so '.kind != "Status"' <"$tmp/made" && return 0
		sleep 0.5
	done
	sed 's/^/# /' "$tmp/made"
	return 1
}
V='apiVersion: kargo.akuity.io/v1alpha1' N=$api/namespaces/kargo-demo
make $api/projects "{$V, kind: Project, metadata: {name: kargo-demo}}"
make $N/projectconfigs "{$V, kind: ProjectConfig, metadata: {name: kargo-demo, namespace: kargo-demo}, spec: {
  promotionPolicies: [{stageSelector: {name: prod}, autoPromotionEnabled: true}]}}"
make $N/warehouses "{$V, kind: Warehouse, metadata: {name: web, namespace: kargo-demo}, spec: {subscriptions: [
  {image: {repoURL: 127.0.0.1:9/nginx, constraint: ^1.29.0}}]}}"
stage() { # stage NAME SOURCES
	make $N/stages "{$V, kind: Stage, metadata: {name: $1, namespace: kargo-demo}, spec: {
  requestedFreight: [{origin: {kind: Warehouse, name: web}, sources: {$2}}], promotionTemplate: {spec: {steps: [
  {uses: compose-output, as: say, config: {image: \"\${{ imageFrom('127.0.0.1:9/nginx').Tag }}\"}},
  {uses: http, as: gate, config: {url: 'http://127.0.0.1:$port/gate.json', pollInterval: 1s,
   successExpression: response.body.open == true}}]}}}}"
}
stage test 'direct: true'
stage uat 'stages: [test]'
stage prod 'stages: [uat]'
freight() { # freight TAG
	make $N/freights "{$V, kind: Freight, metadata: {name: any, namespace: kargo-demo}, origin: {kind: Warehouse,
  name: web}, images: [{repoURL: '127.0.0.1:9/nginx', tag: $1, digest: 'sha256:0$1'}]}" && jq -r .metadata.name "$tmp/made"
}
old=$(freight 1.29.1)

# What Kargo's objects say, and what gantry says, in one form.
said_by_kargo() {
	for kind in promotions stages freights; do kube GET $N/$kind | jq -c .items; done | jq -S -s '{
	promotions: [.[0][] | .status as $s | {name: .metadata.name, stage: .spec.stage, freightName: .spec.freight,
		phase: ($s.phase // "" | if . == "" then "Pending" else . end), message: ($s.message // ""),
		startedAt: $s.startedAt, finishedAt: $s.finishedAt, createdAt: .metadata.creationTimestamp,
		actor: (.metadata.annotations["kargo.akuity.io/create-actor"] // ""),
		abortRequested: (.metadata.annotations["kargo.akuity.io/abort"] != null),
		steps: [.spec.steps | to_entries[] | ($s.stepExecutionMetadata // [])[.key] as $m | {alias: .value.as,
			uses: .value.uses, status: ($m.status // ""), message: ($m.message // ""),
			startedAt: $m.startedAt, finishedAt: $m.finishedAt, errors: ($m.errorCount // 0)}]}] | sort_by(.name),
	stages: [.[1][] | .status as $s | ($s.freightHistory[0].verificationHistory[0] // {}) as $v | {name: .metadata.name,
		freightName: ($s.freightHistory[0].items["Warehouse/web"].name // ""), health: ($s.health.status // ""),
		autoPromotion: ($s.autoPromotionEnabled // false), lastPromotion: $s.lastPromotion.name,
		lastPhase: $s.lastPromotion.status.phase, verification: ($v.phase // ""), verificationId: ($v.id // "")}] |
		sort_by(.name),
	freight: [.[2][] | {name: .metadata.name, alias: .alias, tag: .images[0].tag,
		in: [.status.currentlyIn // {} | to_entries[] | {stage: .key, at: .value.since}] | sort_by(.stage),
		verified: [.status.verifiedIn // {} | to_entries[] | {stage: .key, at: .value.verifiedAt}] | sort_by(.stage),
		approved: [.status.approvedFor // {} | keys[]] | sort}] | sort_by(.name)}'
}
said_by_gantry() {
	"$gantry" --attach -o json 2>"$tmp/err" | jq -S '{
	promotions: [.promotions[] | {name, stage, freightName, phase, message, startedAt, finishedAt, createdAt, actor,
		abortRequested, steps: [.steps[] | {alias, uses, status, message, startedAt, finishedAt, errors}]}] |
		sort_by(.name),
	stages: [.stages[] | {name, freightName, health, autoPromotion, lastPromotion: .lastPromotion.name,
		lastPhase: .lastPromotion.phase, verification: (.verification.phase // ""),
		verificationId: (.verification.id // "")}] | sort_by(.name),
	freight: [.freight[] | {name, alias, tag: .images[0].tag, in: [.in[] | {stage, at}] | sort_by(.stage),
		verified: [.verified[] | {stage, at}] | sort_by(.stage), approved: [.approved[].stage] | sort}] |
		sort_by(.name)}'
}
# Kargo moves on meanwhile: what it says must be the same before and after gantry was asked.
same() { # same SENTENCE
	status=1
	for _ in $(seq 60); do
		said_by_kargo >"$tmp/before" && said_by_gantry >"$tmp/gantry" && said_by_kargo >"$tmp/after"
		cmp -s "$tmp/before" "$tmp/after" && cmp -s "$tmp/before" "$tmp/gantry" && status=0 && break
		sleep 0.5
	done
	[ $status = 0 ] && [ -s "$tmp/gantry" ] || { diff "$tmp/after" "$tmp/gantry" | sed 's/^/# /'; status=1; }
	report $status "$1"
}
kargo_says() { # kargo_says JQ: waits until it is so
	for _ in $(seq 240); do
		said_by_kargo | so "[$1] | any" && return 0
		sleep 0.5
	done
	return 1
}
g() { "$gantry" "$@" --attach >"$tmp/out" 2>"$tmp/err"; }
record() {
	"$gantry" agent --attach >>"$tmp/recorder.log" 2>&1 &
	recorder=$!
}
told() { "$gantry" audit --attach --project kargo-demo --limit 1000 -o json 2>"$tmp/err"; }
# The ledger has each promotion that is over in Kargo once, and each verification once and in its turn.
recorded() {
	told >"$tmp/events" || return 1
	kube GET $N/promotions | jq -c '[.items[] | select(.status.finishedAt).metadata.name] | sort' >"$tmp/over"
	kube GET $N/stages | jq '[.items[].status.freightHistory[]?.verificationHistory[]? | select(.finishTime)] | length' \
		>>"$tmp/over"
	jq -c '[.[] | select(.kind == "promotion.requested").promotion] | sort' "$tmp/events" >"$tmp/asked"
	jq -c '[.[] | select(.kind == "promotion.finished").promotion] | sort' "$tmp/events" >"$tmp/ended"
	jq '[.[] | select(.kind == "stage.verified")] | length' "$tmp/events" | tee -a "$tmp/asked" >>"$tmp/ended"
	cmp -s "$tmp/over" "$tmp/ended" && cmp -s "$tmp/over" "$tmp/asked" && so '
		[.[] | select(.stage == "test" and (.kind | test("promotion.(started|finished)|stage.verified"))).kind] |
		reverse | [.[:-1], .[1:]] | transpose | index([["promotion.finished", "promotion.started"]]) | not' \
		<"$tmp/events"
}
all_recorded() { # all_recorded SENTENCE
	status=1
	for _ in $(seq 60); do
		recorded && status=0 && break
		sleep 0.5
	done
	[ $status = 0 ] || sed 's/^/# /' "$tmp/over" "$tmp/asked" "$tmp/ended" "$tmp/recorder.log"
	report $status "$1"
}

same "before anything was promoted"
record

g promote test --freight "$old" --reason "first of all"
report $? "a verb asks Kargo for a promotion"
kargo_says '.promotions[] | select(.stage == "test" and .phase == "Running" and .steps[1].status == "Running")'
same "while its second step runs"
gate true
kargo_says '[.stages[] | select(.name == "test" and .verification == "Successful")] | length == 1'
same "when it has succeeded and its stage is verified"
kube GET $N/promotions | so '.items[0].metadata.annotations["gantry/reason"] == "first of all"'
report $? "the reason lies with Kargo's Promotion"

gate false
mux() { tmux -L $sock -f /dev/null "$@"; }
sees() { # sees TEXT: on the screen, at most 30 s
	for _ in $(seq 300); do
		mux capture-pane -p -t s 2>/dev/null | grep -qF -- "$1" && return 0
		sleep 0.1
	done
	mux capture-pane -p -t s | sed 's/^/# /'
	return 1
}
mux new-session -d -s s -x 120 -y 36 "$gantry --attach"
sees 'peer ▸ kargo-demo'
report $? "the board says on top which cluster it is"
mux send-keys -t s l && sees 'p promotes it' && mux send-keys -t s p && sees 'in Kargo at peer'
report $? "and so does the plan"
sleep 1
mux send-keys -t s Enter
kargo_says '.promotions[] | select(.stage == "uat" and .phase == "Running")'
report $? "a key asks Kargo for a promotion"
sees '1 of 2'
report $? "the board shows it on its way"
same "while it runs"
begun() { told | so 'any(.[]; .kind == "promotion.started" and .stage == "uat")'; }
for _ in $(seq 60); do begun && break; sleep 0.5; done
begun
report $? "its beginning is recorded"
kill -9 "$recorder"
wait "$recorder" 2>/dev/null

g abort uat --reason "too late"
report $? "a verb aborts it"
kargo_says '.promotions[] | select(.stage == "uat" and .phase == "Aborted")'
same "when it was aborted"
gate true
g promote uat --freight "$old" --wait
report $? "promoting it again waits for its end"
kargo_says '[.promotions[] | select(.stage == "prod" and .phase == "Succeeded")] | length == 1'
report $? "Kargo promotes prod by itself"
same "when all of it is done"

new=$(freight 1.29.2)
g approve prod --freight "$new"
report $? "freight is approved past uat"
kargo_says ".promotions[] | select(.stage == \"prod\" and .freightName == \"$new\" and .phase == \"Succeeded\")"
same "and Kargo takes it"
g rollback prod
report $? "prod goes back"
kargo_says '[.promotions[] | select(.stage == "prod" and .phase == "Succeeded")] | length == 3'
same "which holds its auto-promotion"
g get stages -o json && so '.[] | select(.name == "prod") | .holds | length == 1' <"$tmp/out"
report $? "and gantry says so"
g resume prod
report $? "until it is resumed"
kargo_says ".stages[] | select(.name == \"prod\" and .freightName == \"$new\")"
same "by the newest freight"
g verify test
report $? "what runs in test is verified again"

# The recorder was away: what happened meanwhile it finds in Kargo's objects, here three promotions of one stage in
# a few seconds.
for each in "$new" "$old" "$new"; do
	g promote test --freight "$each"
done
kargo_says '[.promotions[] | select(.stage == "test" and .phase == "Succeeded")] | length == 4'
report $? "test takes three promotions in a row"
record
all_recorded "restarted, the recorder has each promotion and verification once"
for each in "$old" "$new" "$old"; do
	g promote test --freight "$each"
done
kargo_says '[.promotions[] | select(.stage == "test" and .phase == "Succeeded")] | length == 7'
all_recorded "and those of a stage that it watches"
"$gantry" audit verify --attach --project kargo-demo >"$tmp/out" 2>&1
report $? "the ledger is sound"
sed 's/^/# /' "$tmp/out"
! grep "can't be put in order" "$tmp/recorder.log"
report $? "nothing was left out of it"

# Somebody who may only look.
make "/api/v1/namespaces/kargo-demo/serviceaccounts" '{apiVersion: v1, kind: ServiceAccount, metadata: {name: looker}}'
R=/apis/rbac.authorization.k8s.io/v1
make $R/namespaces/kargo-demo/roles '{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: look}, rules: [
  {apiGroups: [kargo.akuity.io], resources: [stages, freights, promotions, warehouses], verbs: [get, list, watch]}]}'
make $R/namespaces/kargo-demo/rolebindings '{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {
  name: look}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: look}, subjects: [
  {kind: ServiceAccount, name: looker, namespace: kargo-demo}]}'
token=$(kube POST /api/v1/namespaces/kargo-demo/serviceaccounts/looker/token \
	'{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: {expirationSeconds: 3600}}' | jq -r .status.token)
cat >"$tmp/looker" <<E2
{apiVersion: v1, kind: Config, current-context: looker, users: [{name: u, user: {token: $token}}],
 clusters: [{name: c, cluster: {server: "$KUBE_URL", certificate-authority: "$KUBE_CA"}}],
 contexts: [{name: looker, context: {cluster: c, user: u, namespace: kargo-demo}}]}
E2
KUBECONFIG=$tmp/looker
g get stages -o name && [ "$(wc -l <"$tmp/out")" = 3 ]
report $? "who may see one project only sees it"
g promote test --freight "$new"
[ $? = 3 ] && grep -q 'you may not promote stages/test in kargo-demo' "$tmp/err"
report $? "and is told what they may not do"
sed 's/^/# /' "$tmp/err"
echo "1..$n"
exit $failed
