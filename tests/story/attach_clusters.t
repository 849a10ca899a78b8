#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Several clusters at once: one fleet of them all, whose projects are told apart; one that does not answer harms no
# other; verbs never guess which is meant; and a board goes from one to another by name.
. "$(dirname "$0")/lib.sh"
need git jq

TMPDIR=$work/tmp
export TMPDIR
mkdir -p "$work/tmp"
for context in staging prod; do
	"$GANTRY" demo --attach --dir "$work/$context" --speed 5 agent --read-only >"$work/$context.log" 2>&1 &
	later $!
done
# The demonstration calls each of them the same.
for context in staging prod; do
	ok "$context stands" wait_for 30 test -s "$work/$context/env"
	sed "s/kargo-demo\$/$context/; s/kargo-demo-viewer/$context-viewer/; s/name: demo/name: $context/
		s/cluster: demo/cluster: $context/; s/user: demo/user: $context/; s/: viewer/: $context-viewer/" \
		"$work/$context/kubeconfig" >"$work/$context.yaml"
done
cat >"$work/gone.yaml" <<'END'
{apiVersion: v1, kind: Config, clusters: [{name: gone, cluster: {server: "http://127.0.0.1:9"}}],
 contexts: [{name: gone, context: {cluster: gone, user: staging}}]}
END
KUBECONFIG=$work/staging.yaml:$work/prod.yaml:$work/gone.yaml
GANTRY_LEDGER=$work/ledger.git
export KUBECONFIG GANTRY_LEDGER
both="--attach staging --attach prod"

projects() { # projects OPTION...: their names
	"$GANTRY" get projects -A -o json "$@" 2>"$work/projects.err" | jq -r '[.[].name] | join(" ")'
}
has_freight() { "$GANTRY" get freight --attach "$1" -o json | json_is 'length > 0'; }
ok "freight is found in one" wait_for 60 has_freight staging
ok "and in the other" wait_for 60 has_freight prod
is "both have a project of one name, and each is told by its context" "$(projects $both)" \
	"prod/kargo-demo staging/kargo-demo"
is "a pattern names contexts, too" "$(projects --attach 'stag*')" \
	"staging-viewer/kargo-demo staging/kargo-demo"
is "one that is named twice is there once" "$(projects --attach prod --attach prod)" kargo-demo
cat >"$work/config.yaml" <<'END'
attach: [staging, prod]
END
is "the settings may list them" "$(projects --settings "$work/config.yaml")" "prod/kargo-demo staging/kargo-demo"
is "one that does not answer harms no other" "$(projects --attach gone --attach prod)" "gone/ prod/kargo-demo"
ok "and is told, with its name" grep -q "^gantry: gone: .*127.0.0.1:9" "$work/projects.err"
ok "also on the fleet" says "gone .*refused" "$GANTRY" --attach gone --attach prod

"$GANTRY" get stages $both -p kargo-demo >"$work/out" 2>&1
is "a name that two have is a mistake of usage" $? 2
ok "which lists them" grep -q "choose with --project: prod/kargo-demo, staging/kargo-demo" "$work/out"
"$GANTRY" refresh --attach gone --attach prod -p kargo-demo >"$work/out" 2>&1
is "so nothing is done while one has not answered" $? 1
ok "but what to name" grep -q -- "--project prod/kargo-demo" "$work/out"
ok "named in full it is done, also then" says "looking again, in Kargo at prod" \
	"$GANTRY" refresh --attach gone --attach prod -p prod/kargo-demo
"$GANTRY" promote uat --freight none $both -p staging/kargo-demo >"$work/out" 2>&1
ok "a verb is about the cluster that is named" grep -q 'none' "$work/out"
"$GANTRY" get stages $both -p elsewhere/kargo-demo >"$work/out" 2>&1
is "a cluster that is not attached to is a mistake, too" $? 2

if command -v tmux >/dev/null 2>&1; then
	sock=gantry-$$
	mux() { tmux -L "$sock" -f /dev/null "$@"; }
	screen() { mux capture-pane -p -t s; }
	shown() { screen | grep -qF -- "$1"; }
	sees() { ok "$2" wait_for 20 shown "$1"; }
	keys() { mux send-keys -t s "$@"; }
	types() { mux send-keys -t s -l -- "$1"; }
	mux new-session -d -s s -x 100 -y 30 "'$GANTRY' --attach staging"
	sees "gantry  staging ▸ kargo-demo" "the board names its cluster"
	keys l
	keys Enter
	keys :
	types "context prod"
	sees "show the Kargo there instead" "the palette knows the other one"
	keys Enter
	sees "attached to Kargo at prod" "it is gone to by its name"
	sees "gantry  prod ▸ kargo-demo" "and named"
	is "no screen of the other is left open" "$(screen | sed -n 1p | grep -c 'uat')" 0
	keys :
	types "context gone"
	keys Enter
	sees "gantry  gone" "one that does not answer can be shown"
	sees "refused" "and says why it is empty"
	keys :
	types "context staging"
	keys Enter
	sees "gantry  staging ▸ kargo-demo" "and one comes back from it"
	keys q
	ended() { ! mux has-session -t s; }
	ok "and it ends in time" wait_for 5 ended
	mux kill-server 2>/dev/null
else
	skip "the switch on the board: no tmux"
fi
done_testing
