#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The demonstration of a dozen projects: the fleet is printed with something else going on in each, and the
# verbs tell of all of them what waits for a person.
. "$(dirname "$0")/lib.sh"
need git jq

TMPDIR=$work/tmp
export TMPDIR
mkdir -p "$work/tmp"
world=$work/world
"$GANTRY" demo --fleet --speed 10 </dev/null >"$work/board" 2>&1
is "a dozen projects are printed" "$(sed -n 1p "$work/board" | grep -o 'fleet *[0-9]* projects')" "fleet   12 projects"
ok "what is newest and what runs in their stages" grep -qE '^ *(▌ )? *accounts +1\.[0-9.]+' "$work/board"
ok "a promotion that was refused needs somebody" grep -qE 'mail .*✗ prod failed' "$work/board"
is "a command in it is about the project that is named" \
	"$("$GANTRY" demo --fleet get stages -p billing -o json | jq -r '[.[].project] | unique | join(" ")')" billing
is "what the demonstration has itself is not named" "$("$GANTRY" demo --fleet get stages -f "$work" 2>&1 | head -1)" \
	"gantry: the demonstration has manifests and a ledger of its own: leave --manifests out"
is "and nothing was left behind" "$(ls "$work/tmp")" ""

"$GANTRY" demo --fleet --dir "$world" --speed 10 agent >"$work/agent.log" 2>&1 &
later $!
ok "the world stands within seconds" wait_for 20 test -s "$world/env"
. "$world/env"
waits_for() { # waits_for PROJECT KIND: whether that is among what needs somebody
	"$GANTRY" get todo -A -o json | jq -e -n --arg p "$1" --arg k "$2" \
		'input | any(.[]; .project == $p and .what == $k)' >"$work/todo"
}
ok "get todo -A tells of an image that lacks its signature" wait_for 60 waits_for mail failed
ok "of what only a person promotes" wait_for 60 waits_for billing promote
ok "of a window that is about to open" wait_for 60 waits_for notify window
ok "and of an error in manifests" wait_for 60 waits_for tiles manifests
done_testing
