#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The ledger's events for programs: each once, oldest first, in three forms, from where the last export ended.
. "$(dirname "$0")/lib.sh"
need git jq python3

"$gantry" demo --dir "$work/world" --speed 30 agent >"$work/agent.log" 2>&1 &
agent=$!
later $agent
has_env() { [ -f "$work/world/env" ]; }
wait_for 10 has_env
. "$work/world/env"
export_lines() { "$gantry" audit export "$@" 2>"$work/err"; }
is_verified() { export_lines --format cloudevents | grep -q FreightVerificationSucceeded; }
ok "freight is found, promoted and verified" wait_for 30 is_verified
"$gantry" audit export --follow >"$work/followed" 2>&1 &
follower=$!
later $follower
kill $agent
wait $agent

log() { git -C "$GANTRY_LEDGER" log --reverse --format=%H "gantry/$GANTRY_PROJECT"; }
log >"$work/commits"
export_lines >"$work/lines"
ok "every event is exported once, oldest first" sh -c "jq -r .commit '$work/lines' | diff - '$work/commits'"
middle=$(sed -n 5p "$work/commits")
export_lines --after "$middle" | jq -r .commit >"$work/rest"
ok "from where the last export ended" sh -c "sed 1,5d '$work/commits' | diff - '$work/rest'"
export_lines --format cloudevents >"$work/cloud"
is "as CloudEvents 1.0, which have what they must" \
	"$(jq -s 'map(select(.specversion == "1.0" and (.id | length) == 40 and .source != "" and .type != "" and .data.message != "")) | length' "$work/cloud")" \
	"$(wc -l <"$work/commits")"
ok "with Kargo's types" sh -c "for type in FreightCreated PromotionCreated PromotionSucceeded FreightVerificationSucceeded; do
	jq -e -s --arg t \$type 'map(.type) | index(\$t) != null' '$work/cloud' || exit 1; done"
ok "and payloads" jq -e -s 'map(select(.type == "PromotionSucceeded"))[0].data |
	.project == "kargo-demo" and .stageName != null and .createTime != null and
	(.freight.name | length) == 40 and .freight.images[0].tag != null' "$work/cloud"
export_lines --format csv >"$work/csv"
is "as CSV that another program reads" \
	"$(python3 -c 'import csv, sys; print(" ".join(r["commit"] for r in csv.DictReader(open(sys.argv[1], newline=""))))' "$work/csv")" \
	"$(tr '\n' ' ' <"$work/commits" | sed 's/ $//')"
is "nothing is older than was asked for" "$(export_lines --since 2999-01-01T00:00:00Z | wc -l)" 0
has_all() { jq -r .commit "$work/followed" | diff -q - "$work/commits"; }
ok "who follows has got them all, each once" wait_for 20 has_all
kill $follower
is "only of one stage, when one is named" "$(export_lines --stage qa | jq -r .stage | sort -u)" qa
is "another form is refused" "$(export_lines --format xml; echo $?)" 2
is "and one that went on after no event of this ledger" \
	"$(export_lines --after 0000000000000000000000000000000000000000 >"$work/out"; echo $?)" 1
git -C "$GANTRY_LEDGER" update-ref "refs/heads/gantry/another" "$(git -C "$GANTRY_LEDGER" commit-tree -m "of another project" "gantry/$GANTRY_PROJECT^{tree}" </dev/null)"
other=$(git -C "$GANTRY_LEDGER" rev-parse gantry/another)
is "one of another project's, which lies in the same repository, gives nothing" \
	"$(export_lines --after "$other" | wc -l)" 0
ok "and is named as what it is" grep -q "the event $other is not in this project's ledger" "$work/err"
done_testing
