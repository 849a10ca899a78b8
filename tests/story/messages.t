#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Who is told of what: an agent's messages reach a real mail server and a real web server, each at least once.
. "$(dirname "$0")/lib.sh"
. "$srcdir/tests/story/manifests.sh"
need docker-registry skopeo git jq python3 openssl
# Debian's package is for Debian's Python, which need not be the first on the path.
for python in python3 /usr/bin/python3 none; do
	[ $python != none ] || skip_all "python3-aiosmtpd is not installed"
	! $python -c 'import aiosmtpd' 2>/dev/null || break
done

start_registry
push_image acme/web 1.0.0 2026-01-01T10:00:00Z
mail_port=$(free_port) hook_port=$(free_port)
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
	-keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
$python "$srcdir/tests/story/mailbox.py" "$mail_port" "$work/mail" "$work/cert.pem" "$work/key.pem" 2>"$work/mail.log" &
later $!
start_hook() {
	$python "$srcdir/tests/story/hook.py" "$hook_port" "$work/hooks" 2>"$work/hook.log" &
	hook=$!
	later $hook
	wait_for 20 is_listening "$hook_port"
}
start_hook
wait_for 20 is_listening "$mail_port"

mkdir "$work/manifests"
{
	put_project
	put_warehouse web 1s "{image: {repoURL: \"$registry/acme/web\"}}"
	put_stage prod web "direct: true" '{uses: fail, config: {message: "no luck with pass-word"}}'
	cat <<C
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: demo}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: web}, sources: {direct: true}}]
  promotionTemplate:
    spec:
      steps:
      - {uses: compose-output, as: note, config: {a: b}}
      - uses: send-message
        as: told
        config: {channel: {kind: MessageChannel, name: slack}, message: "begins", slack: {channelID: C9}}
      - uses: send-message
        config:
          channel: {kind: MessageChannel, name: slack}
          message: "ends"
          slack: {threadTS: "\${{ quote(outputs.told.slack.threadTS) }}"}
      - uses: send-message
        config: {channel: {kind: ClusterMessageChannel, name: mail}, message: "by mail", smtp: {to: qa@example.org, subject: "QA"}}
C
} >"$work/manifests/demo.yaml"
cat >"$work/manifests/messages.yaml" <<C
apiVersion: v1
kind: Secret
metadata: {name: slack, namespace: demo}
stringData: {apiKey: xoxb-of-the-bot, apiURL: "http://127.0.0.1:$hook_port/api"}
---
apiVersion: v1
kind: Secret
metadata: {name: mail, namespace: kargo-cluster-secrets}
stringData: {username: gantry, password: pass-word}
---
apiVersion: v1
kind: Secret
metadata: {name: hook, namespace: demo}
stringData: {bearerToken: token-of-the-hook}
---
apiVersion: ee.kargo.akuity.io/v1alpha1
kind: MessageChannel
metadata: {name: slack, namespace: demo}
spec: {secretRef: {name: slack}, slack: {channelID: C012345}}
---
apiVersion: ee.kargo.akuity.io/v1alpha1
kind: ClusterMessageChannel
metadata: {name: mail}
spec:
  secretRef: {name: mail}
  smtp: {host: localhost, port: $mail_port, from: gantry@example.org, to: [ops@example.org, lead@example.org],
    insecureSkipVerify: true}
---
apiVersion: ee.kargo.akuity.io/v1alpha1
kind: MessageChannel
metadata: {name: hook, namespace: demo}
spec: {secretRef: {name: hook}, http: {url: "http://127.0.0.1:$hook_port/hook"}}
---
apiVersion: ee.kargo.akuity.io/v1alpha1
kind: EventRouter
metadata: {name: promotions, namespace: demo}
spec:
  types: [PromotionCreated, PromotionSucceeded, PromotionFailed]
  when: event.stageName == 'test'
  groupingKey: \${{ event.freight.name }}
  channels: [{kind: MessageChannel, name: slack}]
---
apiVersion: ee.kargo.akuity.io/v1alpha1
kind: EventRouter
metadata: {name: failures, namespace: demo}
spec:
  types: [PromotionFailed, PromotionErrored]
  channels:
  - {kind: ClusterMessageChannel, name: mail}
  - kind: MessageChannel
    name: hook
    encodingType: json
    output: |
      {"body": {"stage": "\${{ event.stageName }}", "text": "\${{ escape_json_string(event.message) }}"}}
C
ok "the manifests have no fault" "$gantry" lint "$work/manifests"
start_agent() {
	"$gantry" agent -f "$work/manifests" 2>>"$work/agent.log" &
	agent=$!
	later $agent
}
g() { "$gantry" "$@" -f "$work/manifests"; }
mkdir -p "$XDG_CONFIG_HOME/gantry"
echo 'kargo-url: https://kargo.example.org/' >"$XDG_CONFIG_HOME/gantry/config.yaml"
start_agent
has_freight() { g get freight -o json | jq -e -s '.[0] | length > 0'; }
ok "freight is found" wait_for 30 has_freight
g promote test --wait >"$work/out" 2>&1
g promote prod --wait >"$work/out" 2>&1

mails() { test -f "$work/mail" && jq -se "$1" "$work/mail"; }
hooks() { test -f "$work/hooks" && jq -se "$1" "$work/hooks"; }
ok "a failure comes by mail, encrypted, after a login" wait_for 30 mails 'map(select(.subject | test("Promotion")))[0] | .tls and .login and .defects == 0'
ok "to everybody" mails 'map(select(.subject | test("Promotion")))[0] | .to == ["ops@example.org", "lead@example.org"] and .from == "gantry@example.org"'
ok "and says what, in whose words" mails 'map(select(.subject | test("Promotion")))[0] | .subject == "PromotionFailed demo/prod" and
	(.body | test("PromotionFailed demo/prod: Promotion Failed: .*no luck with .redacted.")) and
	(.body | test("by email:ada@example.org"))'
ok "and where Kargo's pages show it" mails 'map(select(.subject | test("Promotion")))[0] | .body | test("https://kargo.example.org/project/demo/promotion/prod")'
ok "a web server gets the body that its router composes" wait_for 30 hooks 'map(select(.path == "/hook"))[0] |
	(.body | fromjson | .stage == "prod" and (.text | test("no luck"))) and
	.headers.authorization == "Bearer token-of-the-hook" and .headers["content-type"] == "application/json"'
ok "Slack gets what its router asks for, and no more" wait_for 30 hooks '
	map(select(.path == "/api/chat.postMessage" and (.body | test("Promotion")))) | length == 2 and all(.headers.authorization == "Bearer xoxb-of-the-bot") and
	(map(.body | fromjson) | all(.channel == "C012345") and
	(.[0].text | startswith("PromotionCreated demo/test")) and (.[1].text | test("white_check_mark.*PromotionSucceeded")))'
ok "in one thread for one piece of freight" hooks 'map(select(.path == "/api/chat.postMessage" and (.body | test("Promotion")))) |
	(.[0].body | fromjson | has("thread_ts") | not) and (.[1].body | fromjson | .thread_ts | startswith("1700000000."))'
ok "a step of the promotion sends one itself, and answers in its thread" hooks 'map(select(.path == "/api/chat.postMessage") |
	.body | fromjson) | map(select(.text == "begins" or .text == "ends")) | .[0].channel == "C9" and
	(.[1].thread_ts | startswith("1700000000."))'
ok "and mail to whom it names" mails 'map(select(.subject == "QA"))[0] | .to == ["qa@example.org"] and (.body | test("by mail"))'
ok "no secret is in any message" sh -c "! grep -F pass-word '$work/mail' '$work/hooks'"

is "channels are listed with who uses them" "$(g message list -o json | jq -r '.[] | "\(.name) \(.medium) \(.to) \(.routers) \(.fault)"' | sed "s/$hook_port/P/")" \
"slack slack C012345 promotions 
hook http http://127.0.0.1:P/hook failures 
mail smtp ops@example.org, … failures "
is "also where each of several places has a part" \
	"$("$gantry" message list -f "$work/manifests/demo.yaml" -f "$work/manifests/messages.yaml" -o name | wc -l)" \
	"$(g message list -o name | wc -l)"
g message test hook --text "is this on?" >"$work/out" 2>&1
ok "a test tells that it was taken" grep -q "hook took the message (http, http://127.0.0.1:$hook_port/hook)" "$work/out"
ok "and was" hooks 'map(.body) | index("is this on?") != null'
is "a channel that is not there is named" "$(g message test huk 2>&1)" 'gantry: there is no channel "huk" that can be used; gantry message list shows them'

# The server is away, then slow, while the agent is killed: nothing is lost.
kill $hook
wait $hook 2>/dev/null
before=$(hooks 'map(select(.path == "/hook")) | length')
g promote prod --wait >"$work/out" 2>&1
said() { grep -qE -- "$1" "$work/agent.log"; }
ok "an outage is told once" wait_for 30 said 'warn messages MessageChannel/hook: POST .secret URL.: '
kill -9 $agent
wait $agent 2>/dev/null
echo "503 Retry-After: 1" >"$work/hooks.answer"
start_hook
start_agent
ok "after a kill the message is tried again" wait_for 60 hooks "map(select(.path == \"/hook\")) | length > $before"
echo 200 >"$work/hooks.answer"
arrived() { hooks "map(select(.path == \"/hook\" and .status == 200)) | length >= $((before + 1))"; }
ok "until it is taken" wait_for 60 arrived
is "each mail came once" "$(jq -s 'map(.id) | length == (unique | length)' "$work/mail")" true
ok "the cursor lies beside the ledger" test -f "$work/state/gantry/ledger.git/gantry-messages/demo/MessageChannel.hook.json"
is "and nothing of it in the ledger" "$(git -C "$work/state/gantry/ledger.git" log --format=%B gantry/demo | grep -c -i message-channel)" 0

# The recipes of the manual, to our own web server: each request is what its service asks for.
kill $agent
wait $agent
: >"$work/hooks"
mv "$work/manifests/messages.yaml" "$work/messages.yaml"
sed -n '/^## Recipes/,$p' "$srcdir/doc/messages.md" | awk '/^```yaml/ { on = 1; print "---"; next } /^```/ { on = 0 } on' |
	sed -E "s#https://([a-z0-9.-]+)(/[^\"]*)?#http://127.0.0.1:$hook_port/\\1\\2#; s/namespace: web/namespace: demo/" \
	>"$work/manifests/recipes.yaml"
is "the recipes are four" "$(grep -c '^kind: EventRouter' "$work/manifests/recipes.yaml")" 4
ok "and have no fault" "$gantry" lint "$work/manifests"
start_agent
has_cursors() { [ "$(ls "$work/state/gantry/ledger.git/gantry-messages/demo" | grep -cE 'teams|discord|pagerduty|opsgenie')" = 4 ]; }
ok "four channels more" wait_for 30 has_cursors
g promote prod --wait >"$work/out" 2>&1
recipe() { hooks "map(select(.path | startswith(\"/$1\"))) | length == 1 and (.[0] | (.body | fromjson) as \$b | $2)"; }
ok "Teams gets an adaptive card" wait_for 30 recipe prod-00.westeurope.logic.azure.com/workflows '.path[-10:] == "sig=SECRET" and
	$b.type == "message" and $b.attachments[0].contentType == "application/vnd.microsoft.card.adaptive" and
	($b.attachments[0].content | .type == "AdaptiveCard" and .version == "1.4" and (.body[1].text | test("no luck")))'
ok "Discord gets content of at most 2,000 characters" wait_for 30 recipe discord.com/api/webhooks/0123/SECRET \
	'($b.content | test("PromotionFailed.*no luck") and length < 2000) and $b.allowed_mentions == {"parse": []}'
ok "PagerDuty gets an event of its version 2" wait_for 30 recipe events.pagerduty.com/v2/enqueue '($b.routing_key | length) == 32 and
	$b.event_action == "trigger" and $b.dedup_key == "gantry/demo/prod" and ($b.payload | (.summary | test("no luck")) and
	.source == "gantry" and .severity == "error")'
ok "Opsgenie gets an alert" wait_for 30 recipe api.opsgenie.com/v2/alerts '.headers.authorization[:9] == "GenieKey " and
	($b.message | length <= 130 and test("demo/prod")) and $b.alias == "gantry/demo/prod" and $b.priority == "P2"'
rm "$work/manifests/recipes.yaml"
mv "$work/messages.yaml" "$work/manifests/messages.yaml"

# A storm: one message tells of the rest.
kill $agent
wait $agent
: >"$work/hooks"
cp "$work/state/gantry/ledger.git/gantry-messages/demo/MessageChannel.slack.json" "$work/cursor"
jq '.commit = "" | .at = 0' "$work/cursor" >"$work/state/gantry/ledger.git/gantry-messages/demo/MessageChannel.slack.json"
cat >"$work/manifests/storm.yaml" <<C
apiVersion: ee.kargo.akuity.io/v1alpha1
kind: EventRouter
metadata: {name: storm-1, namespace: demo}
spec: {types: [PromotionCreated], channels: [{kind: MessageChannel, name: slack}]}
C
for i in 2 3 4 5 6 7 8 9 10 11 12; do
	{ echo ---; sed "1,5s/storm-1/storm-$i/" "$work/manifests/storm.yaml" | sed -n 1,4p; } >>"$work/manifests/storms.yaml"
done
start_agent
slack() { hooks "map(select(.path | startswith(\"/api/\"))) | $1"; }
ok "a storm is cut short" wait_for 60 slack 'length == 20 and (.[19].body | test("and [0-9]+ more"))'
done_testing
