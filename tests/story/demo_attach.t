#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The demonstration of a running Kargo: a board and verbs attach to it, rights refuse, and a recorder, killed and
# restarted, has the history of more than Kargo keeps.
. "$(dirname "$0")/lib.sh"
need git jq

TMPDIR=$work/tmp
export TMPDIR
mkdir -p "$work/tmp"
world=$work/world
"$GANTRY" demo --attach --dir "$world" --speed 10 agent --read-only >"$work/world.log" 2>&1 &
later $!
ok "the world stands within seconds" wait_for 20 test -s "$world/env"
. "$world/env"
unset GANTRY_PROJECT # there is only one

has() { # has STAGE PHASE COUNT: promotions there, at least
	[ "$("$GANTRY" get promotions -o json | jq --arg s "$1" --arg p "$2" \
		'[.[] | select(.stage == $s and .phase == $p)] | length')" -ge "$3" ]
}
told() { "$GANTRY" history --attach kargo-demo -n 100000 -o json 2>/dev/null; } # the ledger's
count() { told | jq --arg k "$1" '[.[] | select(.kind == $k)] | length'; }

ok "new freight goes to test by itself" wait_for 60 has test Succeeded 1
is "the context is the demonstration's" "$(grep -c '^current-context: kargo-demo$' "$world/kubeconfig")" 1
"$GANTRY" agent --attach kargo-demo >"$work/recorder.log" 2>&1 &
recorder=$!
ok "a recorder has the lease" wait_for 30 grep -q "this gantry records" "$work/recorder.log"
recorded() { [ "$(count promotion.finished)" -ge "$1" ]; }
ok "and tells what was there before it" wait_for 30 recorded 1

freight=$("$GANTRY" get promotions -o json | jq -r '[.[] | select(.stage == "test" and .phase == "Succeeded")][0].freightName // empty')
promotes() { "$GANTRY" promote uat --freight "$freight" --reason "story"; }
ok "what test has verified can be promoted to uat" wait_for 30 promotes
ok "which Kargo does" wait_for 60 has uat Succeeded 1
late=soft-squirrel # the first that was found: test took a newer one
"$GANTRY" promote prod --freight "$late" --reason story >"$work/refused" 2>&1
ok "what is not verified in uat is refused" grep -qi "not available\|not verified\|not been" "$work/refused"
ok "until somebody approves it" "$GANTRY" approve prod --freight "$late"
ok "then it may be promoted" "$GANTRY" promote prod --freight "$late" --reason "approved"
"$GANTRY" promote uat --freight "$freight" --attach kargo-demo-viewer >"$work/viewer" 2>&1
ok "a viewer is refused" grep -q "you may not " "$work/viewer"

approved() { told | json_is 'any(.[]; .kind == "freight.approved" and .actor == "kubernetes:demo")'; }
ok "the recorder says who approved" wait_for 30 approved
if command -v tmux >/dev/null 2>&1; then
	sock=gantry-$$
	mux() { tmux -L "$sock" -f /dev/null "$@"; }
	shown() { mux capture-pane -p -t s | grep -qF -- "$1"; }
	sees() { ok "$2" wait_for 20 shown "$1"; }
	keys() { mux send-keys -t s "$@"; }
	types() { mux send-keys -t s -l -- "$1"; }
	promoted() { "$GANTRY" get promotions --stage uat -o json | jq length; }
	had=$(promoted)
	mux new-session -d -s s -x 100 -y 30 "'$GANTRY'"
	sees "gantry  kargo-demo ▸ kargo-demo" "the board names its cluster"
	# Until test has verified newer freight there is nothing to promote; where there is a choice it is asked for.
	planned() {
		shown "Promote uat" && return
		if shown "promote into uat"; then
			keys Enter
		else
			keys Escape
			sleep 1 # Esc and : at once would be Alt-:
			keys :
			types "promote uat"
			sleep 0.5
			shown "do         promote uat" && keys Enter
		fi
		sleep 0.5
		shown "Promote uat" || { mux capture-pane -p -t s; false; }
	}
	ok "what is verified in test can be promoted by key" wait_for 60 planned
	sees "in Kargo at kargo-demo" "of that cluster"
	sees "type uat to promote" "and asks, since the plan can't be tried out"
	keys Enter
	sees "type uat, then Enter" "for the stage's name"
	types "uat"
	sleep 0.5 # Enter confirms only what has been on the screen for 400 ms
	keys Enter
	more_than() { [ "$(promoted)" -gt "$had" ]; }
	ok "Kargo promotes it" wait_for 30 more_than
	sees "in Kargo at kargo-demo" "and the answer names the cluster"
	keys Escape
	sleep 1 # Esc and [ at once would begin a terminal's sequence
	keys "["
	sees "PAST" "the board travels in what was recorded"
	ok "of this cluster" shown "gantry  kargo-demo ▸ kargo-demo"
	keys p
	sees "this is the past" "where nothing can be done"
	mux kill-server
else
	skip "the board: no tmux"
fi
kill -9 "$recorder"
wait "$recorder" 2>/dev/null
before=$(count promotion.finished)
more() { # one is over that the ledger does not have
	told | jq -r '.[] | select(.kind == "promotion.finished") | .promotion' >"$work/told"
	"$GANTRY" get promotions -o json | jq -r '.[] | select(.finishedAt) | .name' | grep -qvxFf "$work/told"
}
ok "promotions go on while nobody records" wait_for 120 more
"$GANTRY" agent --attach kargo-demo >"$work/recorder.log" 2>&1 &
recorder=$!
later "$recorder"
caught_up() { [ "$(count promotion.finished)" -gt "$before" ]; }
ok "killed and restarted, it catches up" wait_for 60 caught_up
names() { "$GANTRY" audit --attach kargo-demo --project kargo-demo -n 100000 -o json | jq -r '.[] | select(.kind == "promotion.requested") | .promotion'; }
is "nothing is recorded twice" "$(names | sort | uniq -d)" ""
outlives() { [ "$(count promotion.finished)" -gt "$("$GANTRY" get promotions -o json | jq length)" ]; }
ok "the history outlives Kargo's garbage collection" wait_for 120 outlives
ok "the ledger is sound" "$GANTRY" audit verify --attach kargo-demo
ok "of all its projects" says "kargo-demo: sound" "$GANTRY" audit verify --attach kargo-demo -A
ok "metrics are counted from it" says '^gantry_promotions_created_total{.*kargo-demo' "$GANTRY" metrics --attach kargo-demo
ok "another context has none" says "has no history of a project of Kargo at kargo-demo-viewer" "$GANTRY" history --attach kargo-demo-viewer
kill "$recorder"
wait "$recorder" 2>/dev/null
unset KUBECONFIG GANTRY_ATTACH
ok "and needs no cluster to be read" says "sound" "$GANTRY" audit verify --project kargo-demo@kargo-demo


# Of another world, so slow that the promotion into test is still under way.
slow=$work/slow
"$GANTRY" demo --attach --dir "$slow" --speed 0.1 agent --read-only >"$work/slow.log" 2>&1 &
later $!
ok "a slow world stands" wait_for 20 test -s "$slow/env"
. "$slow/env"
ok "in which a promotion is under way" wait_for 20 has test Running 1
ok "it can be aborted" "$GANTRY" abort test
ok "which Kargo does, too" wait_for 20 has test Aborted 1
"$GANTRY" demo --attach --fleet >"$work/both" 2>&1
is "a fleet of it there is not" $? 2
done_testing
