#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The demonstration, run by the agent and looked at from another shell: freight fans out by itself, one
# promotion is refused, a stage waits for a person, who approves and promotes; then all of it goes away.
. "$(dirname "$0")/lib.sh"
need git jq

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
has_phase() { phases "$1" | grep -qx "$2"; }
runs() { # runs STAGE: the version there
	"$GANTRY" get stages -o json | jq -r --arg s "$1" '.[] | select(.name == $s) | .version'
}
is_healthy() { [ "$("$GANTRY" get stages -o json | jq -r --arg s "$1" '.[] | select(.name == $s) | .health')" = Healthy ]; }
fanned_out() { has_phase uat Succeeded && has_phase qa Succeeded; }

ok "the registry's newest version is promoted to test" wait_for 30 has_phase test Succeeded
ok "and fans out to uat and qa once it is verified" wait_for 40 fanned_out
ok "a verb knows test's health from Argo CD, as the board does" wait_for 20 is_healthy test
ok "each is a commit in the GitOps repository" test "$(git -C "$world/gitops.git" rev-list --count stage/uat)" -ge 2
is "prod waits for a person" "$(phases prod)" ""

freight=$("$GANTRY" get freight -o json | jq -r '.[-1].freightName // .[-1].name')
ok "who approves" "$GANTRY" approve prod --freight "$freight" --reason "story"
ok "and promotes" "$GANTRY" promote prod --freight "$freight" --reason "story" --wait
ok "which ends well" wait_for 40 has_phase prod Succeeded
is "in prod's branch, too" "$(git -C "$world/gitops.git" log -1 --format=%s stage/prod | cut -d' ' -f3-)" "in prod"
ok "a promotion that Argo CD refuses is to be looked into" wait_for 90 has_phase uat Errored
kill -TERM $agent
wait $agent
ok "the world can be entered again" test -d "$world/ledger.git" -a -d "$world/gitops.git"
"$GANTRY" demo </dev/null >"$work/board" 2>&1
ok "without a terminal the board is printed once" grep -q "prod" "$work/board"
ok "of a world in which something is on its way" grep -qE "Promoting|to come" "$work/board"
ok "and nothing went wrong meanwhile" test "$(head -n 1 "$work/board" | cut -c2-7)" = gantry
is "which says who executes" "$(grep -o "engine [a-z]* [^ ,]*" "$work/board")" "engine on $(uname -n)"
is "and left nothing else behind" "$(ls "$work/tmp")" ""
done_testing
