#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What an agent says: one line with names for each thing that happens, and nothing when nothing does.
. "$(dirname "$0")/lib.sh"
. "$srcdir/tests/story/manifests.sh"
need docker-registry skopeo git jq

start_registry
push_image acme/web 1.0.0 2026-01-01T10:00:00Z
mkdir "$work/manifests"
file=$work/manifests/demo.yaml
manifests() {
	put_project test
	put_warehouse web 1s "{image: {repoURL: \"$registry/acme/web\"}}"
	put_stage test web "direct: true" "$note"
	put_stage prod web "stages: [test]" "$note, $no_luck"
}
g() { "$gantry" "$@" -f "$work/manifests"; }
log=$work/agent.log
said() { grep -qE -- "$1" "$log"; }
lines() { wc -l <"$log"; }

echo 'kind: [' >"$file"
"$gantry" agent -f "$work/manifests" 2>"$log" &
agent=$!
later $agent
ok "the agent says what it works on" wait_for 10 said "info agent started on $work/manifests, ledger "
ok "bad manifests are told with their place" wait_for 10 said "error manifests .*manifests.*:[0-9]+:[0-9]+: "
ok "and that it waits" wait_for 10 said "error manifests in error: nothing is found or promoted; waiting for them to be fixed"
ok "it lives" kill -0 $agent
manifests >"$file"
ok "good ones are read" wait_for 20 said "info manifests read: project demo, 1 warehouse, 2 stages"
ok "who executes" wait_for 20 said "info engine the lease is ours: this gantry executes"
ok "freight that is found" wait_for 20 said "info engine find freight .* \\(1.0.0\\) from web: freight [0-9a-f]{7}"
ok "what is promoted by itself" wait_for 20 said "info engine promote test to .* \\(1.0.0\\), automatically: promotion test\\."
ok "its begin" wait_for 20 said "info engine begin to promote test to .* \\(1.0.0\\): promotion test\\."
ok "each step's end" wait_for 20 said "info engine test: step 1 of 1, compose-output \\(note\\): Succeeded after .*: promotion test\\."
ok "its end" wait_for 20 said "info engine test runs .* \\(1.0.0\\): promotion test\\."
ok "its verification" wait_for 20 said "info engine test is verified with .* \\(1.0.0\\)"

g promote prod --reason try >"$work/out" 2>&1
ok "what somebody asks for" wait_for 20 said "info engine promote prod to .*, by Ada <ada@example.org>, on "
ok "a step that fails" wait_for 20 said "warn engine prod: step 2 of 2, fail \\(step-2\\): Failed after .*no luck.*: promotion prod\\."
ok "and the promotion with it" wait_for 20 said "warn engine promoting prod to .* failed: .*: promotion prod\\."
freight=$(g get freight -o json | jq -r '.[0].name')
ok "an approval" g approve prod --freight "$freight"
ok "is told" wait_for 20 said "info engine approve .* for prod: freight [0-9a-f]{7}, by Ada"
echo 'kind: [' >"$file"
ok "manifests that break" wait_for 20 said "error manifests in error: the last good ones stay in force"
manifests >"$file"
ok "and are good again" wait_for 20 sh -c "[ \$(grep -c 'manifests read: project demo' '$log') = 2 ]"
wait_for 10 said nothing-of-the-kind
before=$(lines)
wait_for 5 said nothing-of-the-kind
is "when nothing happens nothing is said" "$(lines)" "$before"
is "and nothing is said twice" "$(grep -c 'automatically' "$log"), $(grep -c 'no Kargo project' "$log")" "1, 2"
kill $agent
wait $agent
is "it ends in order" $? 0
ok "and says so" said "info agent stopping on signal 15"
is "an agent without manifests is a mistake" "$("$gantry" agent >"$work/out" 2>&1; echo $?)" 2
is "so are manifests that are not there" \
	"$("$gantry" agent -f "$work/manifests" -f "$work/nope" 2>&1; echo $?)" \
	"gantry: manifests (--manifests, -f) $work/nope: No such file or directory
1"
kill $agent 2>/dev/null
wait $agent
: >"$log"
"$gantry" agent -f "$work/manifests" --log-format json 2>"$log" &
agent=$!
later $agent
is_led() { jq -e -s 'any(.message | test("the lease is ours"))' "$log"; }
ok "as JSON, each line is an object" wait_for 20 is_led
g promote prod --reason again >"$work/out" 2>&1
has_fields() {
	jq -e -s 'any(.level == "warn" and .role == "engine" and .project == "demo" and .stage == "prod" and
		(.promotion | startswith("prod.")) and (.message | test("no luck")))' "$log"
}
ok "with what it is about" wait_for 30 has_fields
is "another format is refused" "$(g agent --log-format xml 2>&1 | head -1)" \
	'gantry: --log-format: "xml" is none of text, json and journald'
done_testing
