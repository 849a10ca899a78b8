#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a running Kargo does is told to a real web server: each promotion once, by the one recorder that leads, also
# when that is killed and another goes on.
. "$(dirname "$0")/lib.sh"
need git jq
for python in python3 /usr/bin/python3 none; do
	[ $python != none ] || skip_all "there is no python3"
	! $python -c '' 2>/dev/null || break
done

TMPDIR=$work/tmp
export TMPDIR
mkdir -p "$work/tmp"
hook_port=$(free_port)
$python "$srcdir/tests/story/hook.py" "$hook_port" "$work/hooks" 2>"$work/hook.log" &
later $!
ok "a web server listens" wait_for 20 is_listening "$hook_port"
world=$work/world
"$GANTRY" demo --attach --dir "$world" --speed 10 agent --read-only >"$work/world.log" 2>&1 &
later $!
ok "a Kargo runs" wait_for 20 test -s "$world/env"
. "$world/env"

cat >"$work/messages.yaml" <<C
apiVersion: v1
kind: Secret
metadata: {name: hook, namespace: kargo-demo}
stringData: {bearerToken: token-of-the-hook}
---
apiVersion: ee.kargo.akuity.io/v1alpha1
kind: MessageChannel
metadata: {name: hook, namespace: kargo-demo}
spec: {secretRef: {name: hook}, http: {url: "http://127.0.0.1:$hook_port/hook"}}
---
apiVersion: ee.kargo.akuity.io/v1alpha1
kind: EventRouter
metadata: {name: ends, namespace: kargo-demo}
spec:
  types: [PromotionSucceeded, PromotionFailed, FreightVerificationFailed]
  channels:
  - kind: MessageChannel
    name: hook
    encodingType: json
    output: |
      {"body": {"type": "\${{ type }}", "name": "\${{ data.metadata.name }}", "text": "\${{ escape_json_string(event.message) }}"}}
C
cat >"$work/wrong.yaml" <<C
apiVersion: ee.kargo.akuity.io/v1alpha1
kind: EventRouter
metadata: {name: ends, namespace: kargo-demo}
spec: {types: [PromotionSucceeded], channels: []}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: other, namespace: kargo-demo}
C
ok "what is Kargo's to say is refused beside it" says "wrong.yaml:6: Stage: only MessageChannels" \
	env GANTRY_MESSAGES="$work/wrong.yaml" "$GANTRY" get stages --attach kargo-demo
GANTRY_MESSAGES=$work/messages.yaml
export GANTRY_MESSAGES
ok "the channel is known" says hook "$GANTRY" message list --attach kargo-demo
ok "and can be tried" "$GANTRY" message test hook --attach kargo-demo
sent() { test -f "$work/hooks" && jq -s '[.[] | select(.path == "/hook" and .status == 200)]' "$work/hooks"; }
ok "which arrives" json_is 'length == 1 and .[0].headers.authorization == "Bearer token-of-the-hook"' <<C
$(sent)
C

start_recorder() { # start_recorder NAME
	"$GANTRY" agent --attach kargo-demo >"$work/$1.log" 2>&1 &
	recorder=$!
	later $recorder
}
start_recorder one
one=$recorder
ok "a recorder leads" wait_for 30 grep -q "this gantry records" "$work/one.log"
start_recorder two
ok "a second one waits" wait_for 30 grep -q "has the lease and records" "$work/two.log"
ends() { sent | jq '[.[] | .body | fromjson? | select(.type != null and (.type | startswith("Promotion")))]'; }
many() { [ "$(ends | jq length)" -ge "$1" ]; }
ok "ends of promotions are told" wait_for 90 many 3
kill -9 "$one"
wait "$one" 2>/dev/null
before=$(ends | jq length)
ok "killed, the other goes on" wait_for 90 many $((before + 2))
verified() { sent | json_is 'any(.[]; (.body | fromjson? | .type) == "FreightVerificationFailed" and
	(.body | test("metric error-rate is Failed .*measured \\[0.031\\]; successCondition: result\\[0\\] < 0.01")))'; }
ok "a failed verification says which metric, what it measured, and by which condition" wait_for 120 verified

kill "$recorder"
wait "$recorder" 2>/dev/null
"$GANTRY" history --attach kargo-demo --project kargo-demo --limit 1000 -o json >"$work/history"
ends | jq -r '.[].name' | sort -u >"$work/told"
jq -r '.[] | select(.kind == "promotion.finished" and .phase != "Aborted") | .promotion' "$work/history" | sort -u >"$work/recorded"
first=$(head -n 1 "$work/told")
ok "every promotion since the first is told" eval 'awk -v first="$first" "\$0 >= first" "$work/recorded" | diff - "$work/told"'
sent | jq -r '.[] | select(.body | test("Promotion(Succeeded|Failed)")) | "\(.body | fromjson | .name) \(.headers["idempotency-key"])"' |
	sort -u | cut -d " " -f 1 | uniq -d >"$work/doubled"
ok "and none under two keys" test ! -s "$work/doubled"
done_testing
