#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Promotions as traces in a real OpenTelemetry collector: what it has understood of them, which it hands on, is compared
# field by field with what "gantry get promotions" says. Needs otelcol with the receiver otlp and the exporter otlp_http:
# on the path, as $OTELCOL, or where the other peers are kept; run by "make check-peers".
. "${srcdir:-.}/tests/story/lib.sh"
. "$srcdir/tests/story/manifests.sh"
cache=${GANTRY_PEERS_CACHE:-$home_before/.cache/gantry-peers}
otelcol=${OTELCOL:-$(command -v otelcol || ls "$cache"/otelcol-*/otelcol 2>/dev/null | tail -n 1)}
[ -x "$otelcol" ] || skip_all "no otelcol; OTELCOL=PROGRAM names one"
need git jq python3

port=$(free_port) behind=$(free_port)
python3 "$srcdir/tests/story/hook.py" "$behind" "$work/spans" 2>"$work/hook.log" &
later $!
cat >"$work/collector.yaml" <<C
receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:$port"}}}}
exporters:
  otlp_http: {endpoint: "http://127.0.0.1:$behind", encoding: json, compression: none, sending_queue: {enabled: false}}
service:
  telemetry: {metrics: {level: none}, logs: {level: warn}}
  pipelines: {traces: {receivers: [otlp], exporters: [otlp_http]}}
C
"$otelcol" --config "$work/collector.yaml" >"$work/collector.log" 2>&1 &
later $!
ok "a collector runs" wait_for 30 is_listening "$port"
start_app
mkdir "$work/manifests"
never='{uses: compose-output, as: never, if: "${{ false }}", config: {a: b}}'
{
	put_project
	put_warehouse web 1s "{git: {repoURL: \"file://$work/app.git\"}}"
	put_stage test web "direct: true" "$note"
	put_stage prod web "stages: [test]" "$note, $never, $no_luck"
} >"$work/manifests/demo.yaml"
g() { "$gantry" "$@" -f "$work/manifests"; }
OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:$port OTEL_SERVICE_NAME=deployments \
	OTEL_RESOURCE_ATTRIBUTES=host.name=bastion "$gantry" agent -f "$work/manifests" 2>"$work/agent.log" &
later $!
has_freight() { g get freight -o json | json_is 'length > 0'; }
ok "freight is found" wait_for 60 has_freight
g promote test --wait --reason "because" >"$work/out" 2>&1
ok "it is promoted" test $? = 0
fails_in_prod() { g promote prod --wait >"$work/out" 2>&1; grep -q 'no luck' "$work/out"; }
ok "and fails in prod" wait_for 60 fails_in_prod

understood() { # what the collector has handed on
	jq -s '[.[].body | fromjson | .resourceSpans[] | . as $r | .scopeSpans[] | . as $s | .spans[] |
		{resource: $r.resource, scope: $s.scope, span: .}]' "$work/spans"
}
both() { understood | json_is '[.[].span.name] | index("RUN demo/test") != null and index("RUN demo/prod") != null'; }
ok "both reach what is behind the collector" wait_for 60 both
understood >"$work/understood"
g get promotions -o json >"$work/promotions"

# What each span must be, from the promotions alone; IDs are compared by what they connect.
cat >"$work/expect.jq" <<'Q'
def ns: capture("^(?<d>[^.Z]*)(\\.(?<f>[0-9]+))?Z$") |
	((.d + "Z") | fromdate | tostring) + (((.f // "") + "000000000")[0:9]);
def result: {Succeeded: "success", Failed: "failure", Errored: "error", Aborted: "cancellation"}[.];
def status($message): if . == "Succeeded" then {code: 1} else {code: 2, message: $message} end;
def bad: if . == "Failed" or . == "Errored" then {"error.type": .} else {} end;
[.[] | . as $p | {run: .name, of: "", kind: 2, name: "RUN \(.project)/\(.stage)",
	from: (.startedAt | ns), to: (.finishedAt | ns), status: (.phase | status($p.message)),
	links: [$links[0][.stage] // empty],
	attributes: ({"cicd.pipeline.name": "\(.project)/\(.stage)", "cicd.pipeline.run.id": .name,
		"cicd.pipeline.action.name": "RUN", "cicd.pipeline.result": (.phase | result),
		"deployment.environment.name": .stage, "deployment.id": .name, "gantry.project": .project,
		"gantry.freight": .freightName, "gantry.actor": .actor} + (.phase | bad))},
	(.steps[] | select(.startedAt and .status != "Skipped") | {run: $p.name, of: $p.name, kind: 1, name: .uses,
		from: (.startedAt | ns), to: (.finishedAt | ns), status: (. as $s | .status | status($s.message)), links: [],
		attributes: ({"cicd.pipeline.task.name": .alias, "cicd.pipeline.task.run.id": "\($p.name)/\(.alias)",
			"cicd.pipeline.task.run.result": (.status | result), "cicd.pipeline.task.type": "deploy",
			"gantry.step.errors": (.errors | tostring)} + (.status | bad))})] | sort_by(.run, -.kind, .name)
Q
cat >"$work/is.jq" <<'Q'
def attributes: map({key: .key, value: (.value.stringValue // .value.intValue)}) | from_entries;
def of($key): .attributes | attributes | .[$key];
[.[].span] as $all |
($all | map(select(.kind == 2) | {key: .spanId, value: of("cicd.pipeline.run.id")}) | from_entries) as $runs |
($all | map(select(.kind == 2) | {key: .traceId, value: of("cicd.pipeline.run.id")}) | from_entries) as $traces |
[$all[] | {run: $traces[.traceId], of: ($runs[.parentSpanId // ""] // ""), kind, name,
	from: .startTimeUnixNano, to: .endTimeUnixNano, status,
	links: [(.links // [])[] | $traces[.traceId] as $trace | select($runs[.spanId] == $trace) |
		select(of("cicd.pipeline.run.id") == $trace) | $trace],
	attributes: (.attributes | attributes)}] | sort_by(.run, -.kind, .name)
Q
jq -c '{prod: (map(select(.stage == "test")) | .[0].name)}' "$work/promotions" >"$work/links"
jq -S --slurpfile links "$work/links" -f "$work/expect.jq" "$work/promotions" >"$work/want"
jq -S -f "$work/is.jq" "$work/understood" >"$work/got"
ok "every field of every span is what was promoted: trace, parent, times, status, link, attributes" \
	diff "$work/want" "$work/got"
is "a skipped step has no span" "$(jq 'map(select(.name == "compose-output")) | length' "$work/got")" 2
ok "the resource says who, the scope which gantry" json_is 'all(
	(.resource.attributes | map({key: .key, value: .value.stringValue}) | from_entries) ==
		{"service.name": "deployments", "host.name": "bastion"} and
	.scope.name == "gantry" and (.scope.version | length) > 0)' <"$work/understood"
is "the collector complains of nothing" "$(grep -c . "$work/collector.log")" 0
done_testing
