#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What an agent tells Prometheus: pages that promtool finds nothing wrong with, counters that a restart does not
# change, and whether it lives and is ready.
. "$(dirname "$0")/lib.sh"
. "$srcdir/tests/story/manifests.sh"
need git jq curl

start_app
mkdir "$work/manifests"
{
	put_project test
	put_warehouse app 1s "{git: {repoURL: \"file://$work/app.git\", branch: main}}"
	put_stage test app "direct: true" "$note"
	put_stage prod app "stages: [test]" "$note, $no_luck"
} >"$work/manifests/demo.yaml"

port=$(free_port)
base=http://127.0.0.1:$port
status() { curl -s -o "$work/body" -w '%{http_code}' "$@"; }
start_agent() {
	"$gantry" agent -f "$work/manifests" --listen "127.0.0.1:$port" 2>>"$work/agent.log" &
	agent=$!
	later $agent
	wait_for 20 is_listening "$port"
}
stop_agent() {
	kill $agent
	wait $agent
}
value() { curl -s "$base/metrics" | awk -v s="$1" 'index($0, s " ") == 1 { print $NF }'; }
has() { [ "$(value "$1")" = "$2" ]; }
is_ready() { [ "$(status "$base/readyz")" = 200 ]; }

start_agent
ok "the agent says where its metrics are" grep -q "metrics on $base/metrics" "$work/agent.log"
is "it lives" "$(status "$base/healthz")" 200
ok "and is ready once manifests, ledger and executor are there" wait_for 20 is_ready
is "each of which is named" "$(grep -c ': ready$' "$work/body")" 4
completed='gantry_promotions_completed_total{project="demo",stage='
ok "what promotes itself is counted" wait_for 20 has "$completed\"test\",phase=\"Succeeded\"}" 1
is "what has not happened yet is 0" "$(value "$completed\"prod\",phase=\"Failed\"}")" 0
waits='gantry_promotion_waiting_since_timestamp_seconds{project="demo",stage="prod",reason="person"}'
waits_for_person() { value "$waits" | grep -q '^1'; }
ok "prod waits for a person" wait_for 10 waits_for_person
is "and is behind" "$(value 'gantry_stage_freight_behind{project="demo",stage="prod"}')" 1
"$gantry" promote prod -f "$work/manifests" >"$work/out" 2>&1
ok "a promotion that fails is counted" wait_for 20 has "$completed\"prod\",phase=\"Failed\"}" 1
is "by who asked for it" "$(value 'gantry_promotions_created_total{project="demo",stage="prod",initiator="person"}')" 1
is "its step, too" "$(value 'gantry_promotion_step_duration_seconds_count{project="demo",step_kind="fail",status="Failed"}')" 1
is "production failed once" "$(value 'gantry_deployment_failures_total{project="demo",stage="prod",kind="promotion"}')" 1

curl -s -D "$work/head" "$base/metrics" >"$work/page"
ok "the page is in Prometheus' text format" grep -qi '^content-type: text/plain; version=0.0.4' "$work/head"
curl -s -D "$work/head" -H 'Accept: application/openmetrics-text;version=1.0.0;q=0.8,text/plain;q=0.5' \
	"$base/metrics" >"$work/open"
ok "or in OpenMetrics, when that is preferred" grep -qi '^content-type: application/openmetrics-text; version=1.0.0' "$work/head"
is "which ends as it must" "$(tail -n 1 "$work/open")" "# EOF"
if command -v promtool >/dev/null 2>&1; then
	ok "promtool finds nothing wrong with it" sh -c "[ -z \"\$(promtool check metrics <'$work/page' 2>&1)\" ]"
else
	skip "promtool finds nothing wrong with it: prometheus is not installed"
fi
# Those of the ledger; what one process asked of the outside is its own.
counters() { grep -E '^gantry_[a-z_]*(_total|_bucket|_sum|_count)[{ ]' "$1" | grep -vE '^gantry_(http_client|git)_'; }
counters "$work/page" >"$work/before"
ok "what was asked of the outside is counted" grep -Eq '^gantry_git_operations_total[{]remote="repository",operation="fetch",result="ok"[}] [1-9]' "$work/page"
"$gantry" metrics -f "$work/manifests" >"$work/once"
counters "$work/once" >"$work/after"
ok "gantry metrics counts the same from the ledger" diff "$work/before" "$work/after"
stop_agent
start_agent
ok "an agent that starts anew is ready" wait_for 20 is_ready
curl -s "$base/metrics" >"$work/page"
counters "$work/page" >"$work/after"
ok "and no counter began again" diff "$work/before" "$work/after"
push_app two
ok "it goes on counting" wait_for 20 has "$completed\"test\",phase=\"Succeeded\"}" 2

is "another path is not there" "$(status "$base/other")" 404
is "nothing can be written" "$(status -X POST "$base/metrics")" 405
stop_agent
is "it ends in order" $? 0
echo 'kind: [' >"$work/manifests/demo.yaml"
start_agent
is "without good manifests it is not ready" "$(status "$base/readyz")" 503
ok "and says why and since when" grep -q '^manifests: not ready since 20.*: ' "$work/body"
is "but it lives" "$(status "$base/healthz")" 200
stop_agent
refused() {
	timeout 10 "$gantry" agent -f "$work/manifests" --listen "$1" >"$work/out" 2>&1
	echo $?
}
is "other machines are not served" "$(refused 0.0.0.0:9747)" 2
ok "and the message says what to do" grep -q 'put basic_auth_users and tls_server_config in a file and name it with --web-config' "$work/out"
is "a port that is none is refused" "$(refused 127.0.0.1:99999)" 2
done_testing
