#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Verification by a real Prometheus: stages are judged by what it measures of itself; one that fails says
# which metric, by which condition, and what was measured, wherever somebody may look.
. "$(dirname "$0")/lib.sh"
. "$srcdir/tests/story/manifests.sh"
need prometheus git jq curl

port=$(free_port)
cat >"$work/prometheus.yml" <<C
global: {scrape_interval: 1s}
scrape_configs:
- job_name: self
  static_configs: [{targets: ["127.0.0.1:$port"]}]
C
start_prometheus() {
	prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" \
		--web.listen-address="127.0.0.1:$port" >"$work/prometheus.log" 2>&1 &
	prometheus=$!
	later $prometheus
}
start_prometheus
is_scraped() { curl -s "http://127.0.0.1:$port/api/v1/query?query=up" | grep -q '"1"]'; }
wait_for 30 is_scraped || skip_all "prometheus does not start here: $(tail -n 1 "$work/prometheus.log")"

start_app

stage() { # stage NAME QUERY CONDITION [MORE]
	cat <<C
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: $1, namespace: demo}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: app}
    sources: {direct: true}
  promotionTemplate:
    spec:
      steps:
      - {uses: compose-output, config: {a: b}}
  verification:
    analysisTemplates: [{name: $1}]
    args: [{name: at, value: "http://127.0.0.1:$port"}]
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: $1, namespace: demo}
spec:
  args: [{name: at}]
  metrics:
  - name: rate
    successCondition: "$3"
    consecutiveErrorLimit: 0
    provider:
      prometheus:
        address: "{{args.at}}"
        query: '$2'
$4
C
}
mkdir "$work/manifests"
{
	put_project "regex:.*"
	put_warehouse app 1s "{git: {repoURL: \"file://$work/app.git\", branch: main}}"
	stage good 'up{job="self"}' 'result[0] >= 0.95'
	stage nan 'vector(0) / vector(0)' 'result[0] >= 0.95'
	stage nothing 'no_such_series' 'result[0] >= 0.95'
	stage wrong 'sum(rate(' 'result[0] >= 0.95'
	stage range 'up{job="self"}' 'len(result) > 0 \&\& all(result, {# >= 0})' \
		'        rangeQuery: {start: "now() - duration(\"30s\")", end: "now()", step: 1s}'
} | sed 's/\\&/\&/g' >"$work/manifests/demo.yaml"

g() { "$gantry" "$@" -f "$work/manifests"; }
"$gantry" agent -f "$work/manifests" 2>"$work/agent.log" &
agent=$!
later $agent
head_of() { git -C "$XDG_STATE_HOME/gantry/ledger.git" show "gantry/demo:stages/$1.json"; }
info() { head_of "$1" | jq -r ".status.freightHistory[0].verificationHistory[0].$2"; }
ended() { case $(info "$1" phase) in Successful | Failed | Error | Inconclusive) ;; *) return 1 ;; esac; }

ok "what Prometheus measures of itself verifies a stage" wait_for 30 ended good
is "which is good" "$(info good phase)" Successful
ok "a range of time is measured, too" wait_for 30 ended range
is "and judged as a list" "$(info range phase)" Successful
is "of many samples" "$(info range 'run.metricResults[0].measurements[0].value' | jq 'length > 1')" true
ok "NaN is not good" wait_for 30 ended nan
is "and the message tells metric, condition and value" "$(info nan phase): $(info nan message)" \
	"Failed: metric rate is Failed (failed (1) > failureLimit (0)): measured [NaN]; successCondition: result[0] >= 0.95"
ok "no answer is no verification" wait_for 30 ended nothing
is "and said" "$(info nothing phase): $(info nothing message)" \
	"Error: metric rate is Error (consecutiveErrors (1) > consecutiveErrorLimit (0)): successCondition: result[0] >= 0.95 could not be judged: the provider answered no data"
ok "a query that Prometheus refuses ends, too" wait_for 30 ended wrong
ok "in its own words" sh -c "echo '$(info wrong message)' | grep -q 'bad_data'"
ok "history says why" sh -c "'$gantry' history --stage nan -f '$work/manifests' | grep -q 'measured \[NaN\]'"
ok "so does plain git" sh -c "git -C '$XDG_STATE_HOME/gantry/ledger.git' log gantry/demo --format=%B | tr '\n' ' ' | grep -q 'measured \[NaN\]'"
ok "and the log" grep -q "verification of nan: Failed: metric rate is Failed.*measured \[NaN\]" "$work/agent.log"

# An outage: what is asked is gone for some seconds, while a stage is to be verified by it.
kill "$prometheus"
wait "$prometheus"
push_app two
ok "with Prometheus down, a verification waits and the log says why" \
	wait_for 60 grep -q "verification of good: metric rate: still waiting, because" "$work/agent.log"
sleep 12
is "it is no error, though none is allowed" "$(info good phase)" Running
start_prometheus
ok "and it ends well when Prometheus is back" wait_for 90 ended good
is "as a success" "$(info good phase)" Successful
kill $agent
wait $agent
done_testing
