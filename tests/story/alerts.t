#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The alerts and dashboards that come with gantry, by the real things: promtool's tests of each rule, a promotion
# that fails and is told to an Alertmanager, and every panel's query asked of the Prometheus that has scraped it all.
. "$(dirname "$0")/lib.sh"
need promtool git jq curl

files=$srcdir/doc/observability
ok "the rules are good" promtool check rules "$files/alerts.yaml"
ok "each alert fires when it should, and else does not" promtool test rules "$files/alerts-test.yaml"
sed -n 's/^ *- alert: //p' "$files/alerts.yaml" | sort >"$work/alerts"
sed -n 's/^## //p' "$files/runbook.md" | sort >"$work/headings"
ok "each has a heading in the runbook, which has no other" diff "$work/alerts" "$work/headings"
sed -n 's/^- name: \(.*\) fires$/\1/p' "$files/alerts-test.yaml" | sort >"$work/firing"
sed -n 's/^- name: \(.*\) does not fire$/\1/p' "$files/alerts-test.yaml" | sort >"$work/silent"
ok "each is tested firing" diff "$work/alerts" "$work/firing"
ok "and not firing" diff "$work/alerts" "$work/silent"
sed -n 's/^      runbook_url: .*#//p' "$files/alerts.yaml" | sort >"$work/links"
tr 'A-Z' 'a-z' <"$work/headings" | sort >"$work/anchors"
ok "and links to its heading" diff "$work/links" "$work/anchors"
# A family that is asked for and that gantry does not have would never fire and never show.
grep -ohE '\b(gantry|process)_[a-z_]+' "$files/alerts.yaml" "$files/operations.json" "$files/delivery.json" |
	sed -E 's/(seconds)_(bucket|sum|count)$/\1/' | sort -u | while read -r family; do
	grep -q "\"$family\"" "$srcdir/src/metrics/families.def" || echo "$family"
done >"$work/unknown"
ok "rules and panels ask for families that there are" test ! -s "$work/unknown"

command -v prometheus >/dev/null 2>&1 && alertmanager=$(command -v prometheus-alertmanager) || {
	skip "a failed promotion reaches an Alertmanager: prometheus and prometheus-alertmanager are not installed"
	done_testing
}
port=$(free_port) prometheus=$(free_port) alerts=$(free_port)
world=$work/world
GANTRY_LISTEN=127.0.0.1:$port "$gantry" demo --dir "$world" --speed 30 agent >"$work/agent.log" 2>&1 &
later $!
cat >"$work/prometheus.yml" <<C
global: {scrape_interval: 500ms, evaluation_interval: 1s}
rule_files: ["$files/alerts.yaml"]
alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:$alerts"]}]}]}
scrape_configs:
- job_name: gantry
  static_configs: [{targets: ["127.0.0.1:$port"]}]
C
cat >"$work/alertmanager.yml" <<C
route: {receiver: nobody, group_wait: 0s}
receivers: [{name: nobody}]
C
"$alertmanager" --config.file="$work/alertmanager.yml" --storage.path="$work/alertmanager" --cluster.listen-address= \
	--web.listen-address="127.0.0.1:$alerts" >"$work/alertmanager.log" 2>&1 &
later $!
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" \
	--web.listen-address="127.0.0.1:$prometheus" >"$work/prometheus.log" 2>&1 &
later $!

ask() { curl -s --data-urlencode "query=$1" "http://127.0.0.1:$prometheus/api/v1/query"; }
counts() { ask "$1" | json_is '.data.result[0].value[1] | tonumber > 0'; }
ok "a real Prometheus scrapes a real agent" wait_for 30 counts gantry_build_info
has_env() { [ -f "$world/env" ]; }
wait_for 10 has_env
. "$world/env"
project=$GANTRY_PROJECT
flaky() { # flaky STEP: a stage whose only step it is
	cat >"$world/manifests/flaky.yaml.new" <<C
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: flaky, namespace: $project}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: web}, sources: {direct: true}}]
  promotionTemplate: {spec: {steps: [{uses: $1}]}}
C
	mv "$world/manifests/flaky.yaml.new" "$world/manifests/flaky.yaml"
}
flaky "fail, config: {message: no luck}"
ended() { counts "gantry_promotions_completed_total{stage=\"$1\",phase=\"$2\"} >= ${3:-1}"; }
ok "a new stage is there from the start, with 0" wait_for 20 counts \
	'gantry_promotions_completed_total{stage="flaky",phase="Failed"} + 1'
promote() { "$gantry" promote "$@" >"$work/out" 2>&1; }
ok "somebody promotes" wait_for 20 promote flaky
is_told() {
	curl -s "http://127.0.0.1:$alerts/api/v2/alerts" |
		json_is '[.[] | select(.labels.alertname == "GantryPromotionFailed" and .labels.stage == "flaky")] | length == 1'
}
ok "and the failure reaches a real Alertmanager" wait_for 30 is_told
curl -s "http://127.0.0.1:$alerts/api/v2/alerts" >"$work/told"
is "in words" "$(jq -r '.[] | select(.labels.alertname == "GantryPromotionFailed" and .labels.stage == "flaky") | .annotations.description' "$work/told")" \
	"Stage $project/flaky had a promotion that ended Failed in the last 30 minutes."

# The world gets busy: recovery, a rollback, an approval, production.
flaky "compose-output, config: {a: b}"
freight() { "$gantry" get freight -o json | jq -r ".[$1].name"; }
recovers() { promote flaky --freight "$(freight 0)" && wait_for 3 ended flaky Succeeded; }
ok "the stage recovers" wait_for 20 recovers
newer() { promote flaky && wait_for 3 ended flaky Succeeded 2; }
ok "newer freight follows" wait_for 20 newer
"$gantry" rollback flaky >"$work/out" 2>&1
ok "a rollback is a deployment, too" wait_for 20 counts 'gantry_deployments_total{stage="flaky",kind="rollback"} >= 1'
"$gantry" approve prod --freight "$(freight 0)" >"$work/out" 2>&1
ok "an approval is counted" wait_for 20 counts 'gantry_approvals_total{stage="prod"} >= 1'
ok "prod waits" wait_for 20 counts gantry_promotion_waiting_since_timestamp_seconds
ok "tests and verifications go on" wait_for 20 counts \
	'sum(increase(gantry_verifications_completed_total{phase="Successful"}[5m]))'

# The figures of delivery are one function's: what Prometheus has is what the terminal has, to the digit.
figures() { # figures: "stage figure value" of each, as the verb has them
	"$gantry" get delivery -o json | jq -r '.[] | select(.production and .stage != "") | .stage as $s | [
		["perDay", .perDay], ["failRatio", .failRatio], ["reworkRatio", .reworkRatio],
		["lead50", .leadTime.medianMs], ["lead90", .leadTime.p90Ms],
		["recovery50", .recovery.medianMs], ["recovery90", .recovery.p90Ms]] |
		.[] | select(.[1] != null) | "\($s) \(.[0]) \(.[1])"' | sort
}
scraped() { # the same, as Prometheus has them
	while read -r figure factor query; do
		ask "$query" | jq -r --arg figure "$figure" --argjson factor "$factor" '.data.result[] |
			"\(.metric.stage) \($figure) \(.value[1] | tonumber * $factor)"'
	done <<-Q | sort
		perDay 1 gantry_dora_deployments_per_day
		failRatio 1 gantry_dora_change_fail_ratio
		reworkRatio 1 gantry_dora_rework_ratio
		lead50 1000 gantry_dora_change_lead_time_seconds{percentile="50"}
		lead90 1000 gantry_dora_change_lead_time_seconds{percentile="90"}
		recovery50 1000 gantry_dora_recovery_seconds{percentile="50"}
		recovery90 1000 gantry_dora_recovery_seconds{percentile="90"}
	Q
}
agree() { figures >"$work/figures" && scraped >"$work/scraped" && [ -s "$work/figures" ] && diff "$work/figures" "$work/scraped"; }
ok "delivery figures are the terminal's, to the digit" wait_for 20 agree
ok "all seven of them" test "$(cut -d' ' -f2 "$work/figures" | sort -u | wc -l)" = 7

for board in operations delivery; do
	# Wherever a panel is, also in a folded row; and what variables offer, as a query.
	jq -r '.panels | .. | objects | select(.targets?) | .title as $t | .targets[] | "\($t)\t\(.expr)"' "$files/$board.json" |
		sed 's/\$__range/10m/g; s/\$project/.*/g; s/\$stage/.*/g' >"$work/$board"
	while IFS='	' read -r title query; do
		ask "$query" >"$work/answer"
		json_is '.status == "success" and ([.data.result[].value[1] | select(. != "NaN")] | length > 0)' \
			<"$work/answer" || echo "$title: $query: $(head -c 300 "$work/answer")"
	done <"$work/$board" >"$work/empty"
	cp "$work/empty" "$work/empty.$board"
	ok "every panel of $board has data ($(wc -l <"$work/$board") queries)" sh -c "cat '$work/empty.$board'; [ ! -s '$work/empty.$board' ]"
	is "and asks for a data source by its variable" \
		"$(jq '[.panels | .. | objects | .targets? // empty | .[].datasource.uid] | unique == ["${datasource}"]' "$files/$board.json")" true
	jq -r '.templating.list[] | select(.type == "query") | .query | capture("^label_values\\((?<of>.*), (?<label>[a-z_]+)\\)$") |
		"count by (\(.label)) (\(.of))"' "$files/$board.json" | sed 's/\$project/.*/g' >"$work/variables"
	while read -r query; do counts "$query" || echo "$query"; done <"$work/variables" >"$work/empty.$board.variables"
	ok "its variables have values to choose from ($(wc -l <"$work/variables"))" \
		sh -c "cat '$work/empty.$board.variables'; [ -s '$work/variables' ] && [ ! -s '$work/empty.$board.variables' ]"
done
done_testing
