#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The demonstration, run by the agent and looked at from another shell: two weeks have passed already and
# production is one behind; freight fans out by itself, one
# promotion is refused, a stage waits for a person, who approves and promotes; then all of it goes away.
. "$(dirname "$0")/lib.sh"
need git jq curl

TMPDIR=$work/tmp
export TMPDIR
mkdir -p "$work/tmp"
world=$work/world
"$GANTRY" demo --dir "$world" --speed 3 agent >"$work/agent.log" 2>&1 &
agent=$!
later $agent
ok "the world stands within seconds" wait_for 10 test -s "$world/env"
. "$world/env"

phases() { # phases STAGE: of its promotions, newest first
	"$GANTRY" get promotions -o json | jq -r --arg s "$1" '.[] | select(.stage == $s) | .phase'
}
has_phases() { [ "$(phases "$1" | grep -cx "$2")" -ge "$3" ]; } # has_phases STAGE PHASE COUNT: at least
runs() { # runs STAGE: the version there
	"$GANTRY" get stages -o json | jq -r --arg s "$1" '.[] | select(.name == $s) | .version'
}
is_healthy() { [ "$("$GANTRY" get stages -o json | jq -r --arg s "$1" '.[] | select(.name == $s) | .health')" = Healthy ]; }
fanned_out() { has_phases uat Succeeded 5 && has_phases qa Succeeded 5; }
past=$("$GANTRY" get promotions --stage prod -o json)
branch() { git -C "$world/gitops.git" show "stage/$1:deployment.yaml" | sed -n 's/.*image: .*://p'; }

is "its ledger tells of four promotions of prod, by three people" "$(echo "$past" | jq -r '[.[].actor | split(" ")[0]] | join(" ")')" "Sam Ada Lin Ada"
is "one of which took a version back out, with a reason" "$(echo "$past" | jq -r '.[] | select(.rollback) | .reason')" "5 % of checkouts end in a 500 since the new cart"
ok "and of a promotion that failed" has_phases uat Errored 1
is "and of a verification that failed, before that one was taken back out" "$("$GANTRY" audit -o json | jq -r '.[] | select(.subject | test("verification of prod.*Failed")) | .reason')" "checkout-errors: 5.1 % of 1,204 requests, must be below 1 %"
ok "which says its cause" grep -q "is not signed" "$("$GANTRY" get promotions --stage uat >"$work/uat"; echo "$work/uat")"
is "prod is one behind" "$(runs prod)" 1.27.2
is "as its branch is" "$(branch prod)" 1.27.2
ok "and well" wait_for 20 is_healthy prod
ok "and may take what has passed the stages before it" grep -q "It can start now" "$("$GANTRY" why prod >"$work/why"; echo "$work/why")"
ok "the ledger is sound" "$GANTRY" audit verify
ok "the registry's newest version is promoted to test" wait_for 30 has_phases test Succeeded 5
ok "and fans out to uat and qa once it is verified" wait_for 40 fanned_out
ok "a verb knows test's health from Argo CD, as the board does" wait_for 20 is_healthy test
ok "each is a commit in the GitOps repository" test "$(git -C "$world/gitops.git" rev-list --count stage/uat)" -ge 2
is "prod waits for a person" "$(phases prod | grep -c .)" 4

freight=$("$GANTRY" get freight -o json | jq -r '.[-1].freightName // .[-1].name')
ok "who approves" "$GANTRY" approve prod --freight "$freight" --reason "story"
"$GANTRY" promote prod --freight "$freight" --plan >"$work/plan" 2>&1
ok "a plan tells of the pull request" grep -q "would open a pull request from kargo/promotion/.* to stage/prod" "$work/plan"
ok "and what it cannot know" grep -q "needs what propose::open puts out" "$work/plan"
ok "who promotes" "$GANTRY" promote prod --freight "$freight" --reason "story"
waits_for_merge() { "$GANTRY" get promotions --stage prod -o json | jq -r '.[0].steps[].message' | grep -q "pull request 1 to be merged"; }
ok "waits for a pull request" wait_for 30 waits_for_merge
is "and nothing is in prod's branch yet" "$(git -C "$world/gitops.git" rev-list --count stage/prod)" 4
if command -v tmux >/dev/null; then
	terminal 100 30 "$GANTRY"
	sees 20 "PR #1 open" "the board says so"
	keys G
	sees 10 "m merge" "and what can be done"
	types m
	sees 5 "Merge the pull request of prod" "m asks"
	sleep 0.5
	keys Enter
	sees 20 "prod" "and the board is back"
else
	skip "the board: no tmux"
	secret() { sed -n "s/^ *$1: \"\(.*\)\"/\1/p" "$world/manifests/secret.yaml"; }
	url=$(secret repoURL)
	curl -sf -X POST -H "Authorization: token $(secret password)" -H "Content-Type: application/json" -d '{"Do": "merge"}' \
		"${url%/demo/gitops}/api/v1/repos/demo/gitops/pulls/1/merge"
fi
ok "once it is merged, production follows" wait_for 40 has_phases prod Succeeded 5
is "by a merge in prod's branch" "$(git -C "$world/gitops.git" log -1 --format=%s stage/prod | cut -d"'" -f1)" "Merge pull request "
mux kill-server 2>/dev/null
ok "a promotion that Argo CD refuses is to be looked into" wait_for 90 has_phases uat Errored 2
kill -TERM $agent
wait $agent
ok "the world can be entered again" test -d "$world/ledger.git" -a -d "$world/gitops.git"
"$GANTRY" demo </dev/null >"$work/board" 2>&1
ok "without a terminal the board is printed once" grep -q "prod" "$work/board"
ok "of a world in which something is on its way" grep -qE "Promoting|to come" "$work/board"
ok "and nothing went wrong meanwhile" test "$(head -n 1 "$work/board" | cut -c2-7)" = gantry
is "which says who executes" "$(grep -o "engine [a-z]* [^ ,]*" "$work/board")" "engine on $(uname -n)"
is "a command that it runs takes its own options" "$("$GANTRY" demo get stages --stage prod -o name 2>"$work/out")" prod
"$GANTRY" demo get stages --stgae prod >"$work/out" 2>&1
is "and one that is not its is a mistake of usage" $? 2
ok "which names the command" grep -q "no option --stgae for get; did you mean --stage" "$work/out"
is "and left nothing else behind" "$(ls "$work/tmp")" ""
done_testing
