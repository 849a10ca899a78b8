#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Promotions as traces: what a collector gets over OTLP/HTTP, held against the JSON that the protocol asks for.
# Debian 12 has no collector, so a web server stands in its place and keeps what it is sent.
. "$(dirname "$0")/lib.sh"
. "$srcdir/tests/story/manifests.sh"
need docker-registry skopeo git jq python3

start_registry
push_image acme/web 1.0.0 2026-01-01T10:00:00Z
port=$(free_port)
python3 "$srcdir/tests/story/hook.py" "$port" "$work/spans" 2>"$work/hook.log" &
later $!
wait_for 20 is_listening "$port"
mkdir "$work/manifests"
{
	put_project
	put_warehouse web 1s "{image: {repoURL: \"$registry/acme/web\"}}"
	put_stage test web "direct: true" "$note"
	put_stage prod web "stages: [test]" "$note, $no_luck"
} >"$work/manifests/demo.yaml"
g() { "$gantry" "$@" -f "$work/manifests"; }
echo 503 >"$work/spans.answer"
OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:$port/base OTEL_EXPORTER_OTLP_HEADERS="x-team=ops%20team,x-key=k3y" \
	OTEL_SERVICE_NAME=deployments OTEL_RESOURCE_ATTRIBUTES=host.name=bastion \
	"$gantry" agent -f "$work/manifests" 2>"$work/agent.log" &
agent=$!
later $agent
has_freight() { g get freight -o json | jq -e -s '.[0] | length > 0'; }
ok "freight is found" wait_for 30 has_freight
g promote test --wait >"$work/out" 2>&1
is_verified() { g get stages -o json | jq -e -s '.[0] | any(.name == "test" and .freight != "")'; }
wait_for 30 is_verified
promoted() { g promote prod --wait >"$work/out" 2>&1; grep -q 'no luck' "$work/out"; }
ok "a promotion fails" wait_for 60 promoted
asked() { jq -e -s 'any(.status == 503)' "$work/spans"; }
ok "a collector that is away is asked" wait_for 30 asked
echo 200 >"$work/spans.answer"
spans() { jq -s '[.[] | select(.status == 200) | .body | fromjson | .resourceSpans[].scopeSpans[].spans[]]' "$work/spans"; }
both() { spans | jq -e -s '.[0] | map(select(.kind == 2).name) | index("RUN demo/test") != null and index("RUN demo/prod") != null'; }
ok "and again until it takes them" wait_for 60 both
jq -s 'map(select(.status == 200))[0]' "$work/spans" >"$work/request"
spans >"$work/all"
ok "at its path, as JSON, with the headers of the environment" jq -e -s '.[0] | .path == "/base/v1/traces" and
	.headers["content-type"] == "application/json" and .headers["x-team"] == "ops team" and .headers["x-key"] == "k3y"' "$work/request"
ok "the resource says who" jq -e -s '.[0].body | fromjson | .resourceSpans[0].resource.attributes |
	map({key: .key, value: .value.stringValue}) | from_entries |
	.["service.name"] == "deployments" and .["host.name"] == "bastion"' "$work/request"
ok "IDs are hex, times are texts of nanoseconds, kinds and states are numbers" jq -e -s '.[0] | length == 5 and all(
	(.traceId | test("^[0-9a-f]{32}$")) and (.spanId | test("^[0-9a-f]{16}$")) and
	(.startTimeUnixNano | test("^[0-9]{19}$")) and (.endTimeUnixNano | test("^[0-9]{19}$")) and
	.startTimeUnixNano <= .endTimeUnixNano and (.kind | type) == "number" and (.status.code | type) == "number")' "$work/all"
ok "a trace a promotion, a span a step" jq -e -s '.[0] | group_by(.traceId) | map(sort_by(.kind)) |
	map({run: (.[-1].name), steps: (.[:-1] | map(.name) | sort), good: (.[-1].spanId as $id | .[:-1] | all(.parentSpanId == $id))}) |
	sort_by(.run) | . == [{run: "RUN demo/prod", steps: ["compose-output", "fail"], good: true},
	{run: "RUN demo/test", steps: ["compose-output"], good: true}]' "$work/all"
ok "attributes are the conventions'" jq -e -s '.[0] | map(select(.name == "RUN demo/prod"))[0] |
	(.attributes | map({key: .key, value: .value.stringValue}) | from_entries) as $a |
	$a["cicd.pipeline.name"] == "demo/prod" and $a["cicd.pipeline.result"] == "failure" and
	$a["deployment.environment.name"] == "prod" and ($a["cicd.pipeline.run.id"] | startswith("prod.")) and
	$a["error.type"] == "Failed" and .status.code == 2 and (.status.message | test("no luck"))' "$work/all"
ok "whole numbers are texts" jq -e -s '.[0] | map(select(.name == "fail"))[0].attributes |
	map(select(.value.intValue != null)) | length == 1 and (.[0].value.intValue | type) == "string"' "$work/all"
ok "a promotion leads to the one upstream that verified its freight" jq -e -s '.[0] |
	(map(select(.name == "RUN demo/test"))[0] | {traceId, spanId}) as $up |
	map(select(.name == "RUN demo/prod"))[0].links | length == 1 and (.[0] | {traceId, spanId}) == $up' "$work/all"
kill $agent
wait $agent
sent=$(jq -s length "$work/spans")
OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:$port "$gantry" agent -f "$work/manifests" 2>>"$work/agent.log" &
agent=$!
later $agent
g promote test --freight "$(g get freight -o json | jq -r '.[0].name')" --again --wait >"$work/out" 2>&1
more() { [ "$(jq -s length "$work/spans")" -gt "$sent" ]; }
ok "after a restart it goes on" wait_for 60 more
is "with what is new alone" "$(spans | jq 'map(select(.kind == 2)) | length')" 3
kill $agent
is "another protocol is refused" "$(OTEL_EXPORTER_OTLP_ENDPOINT=http://x OTEL_EXPORTER_OTLP_PROTOCOL=grpc g agent 2>&1 | grep -c 'gantry speaks http/json, not grpc')" 1
done_testing
