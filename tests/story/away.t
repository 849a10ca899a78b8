#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A shared ledger whose remote goes away: every verb says how old its answer is, and nothing is called sound,
# empty or impossible for what was not seen. And what only reads leaves no trace.
. "$(dirname "$0")/lib.sh"
need git jq
unset GANTRY_REMOTE

stage() {
	cat <<C
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: $1, namespace: demo}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: web}, sources: {direct: true}}]
  promotionTemplate: {spec: {steps: [{uses: compose-output, as: o, config: {a: b}}]}}
C
}
git init -q "$work/app"
git -C "$work/app" commit -q --allow-empty -m one
{
	cat <<C
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: demo}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: web, namespace: demo}
spec: {interval: 1s, subscriptions: [{git: {repoURL: "file://$work/app", branch: main}}]}
C
	stage test
	stage qa
} >"$work/demo.yaml"
git init -q --bare "$work/shared.git"

# as WHO ARGUMENTS...: each operator has a state folder of their own.
as() {
	who=$1
	shift
	env XDG_STATE_HOME="$work/$who" GANTRY_ACTOR="$who <$who@example.org>" "$gantry" "$@" -f "$work/demo.yaml"
}
shared() { as "$@" --remote "$work/shared.git"; }
silent() { # silent WORDS COMMAND...
	words=$1
	shift
	"$@" >"$work/out" 2>&1
	cat "$work/out"
	! grep -q -- "$words" "$work/out"
}
status() { # status NUMBER COMMAND...
	want=$1
	shift
	"$@" >"$work/out" 2>&1
	got=$?
	cat "$work/out"
	[ $got = "$want" ]
}
refs() { git -C "$work/$1/gantry/ledger.git" for-each-ref; }

ok "an empty ledger is sound, and says that it is empty" says "^sound: no events yet" shared zoe audit verify
ok "ada promotes, and finds what to promote" shared ada promote test --wait --timeout 90s
ok "a fresh machine knows of it from the remote" says "promote test" shared bob history
ok "audit, too" says "promotion.requested" shared bob audit
ok "and what it calls sound is what it has seen" says "sound: [1-9]" shared bob audit verify
ok "none of them makes a ledger" test ! -e "$work/bob"

ok "a named ledger that is not there is said" says "there is no ledger at $work/none" as bob get stages -L "$work/none"
ok "by history" says "there is no ledger at $work/none" as bob history -L "$work/none"
ok "with status 1" status 1 as bob get stages -L "$work/none"
ok "and is not made" test ! -e "$work/none"

# The race between the manifests and the ledger must not decide: each is asked more than once.
: >"$work/file"
fails_each_time() { # fails_each_time WORDS COMMAND...: three times, with the words, and never a board
	words=$1
	shift
	for try in 1 2 3; do
		"$@" >"$work/out" 2>"$work/err" && return 1
		cat "$work/err"
		grep -q -- "$words" "$work/err" && [ ! -s "$work/out" ] || return 1
	done
}
ok "a ledger that is a file is no empty board" fails_each_time "there is no ledger at $work/file" as bob get stages -L "$work/file"
ok "nor for scripts" fails_each_time "there is no ledger at $work/file" as bob get stages -o json -L "$work/file"
ok "nor a remote that was not reached" silent "remote was not" as bob get stages -L "$work/file"
ok "refresh does not wait for a ledger that can't be made" fails_each_time "making the folder" \
	timeout 20 env GANTRY_ACTOR=bob "$gantry" refresh -f "$work/demo.yaml" -L /proc/none/ledger
ok "hold says why, too" fails_each_time "making the folder" as bob hold test -L /proc/none/ledger
ok "a remote that was never reached is no empty board" fails_each_time "no-such-remote" \
	as new get stages -L "$work/never" --remote "$work/no-such-remote.git"
ok "nor the second time, with an empty repository here" fails_each_time "onnect" \
	as new get stages -L "$work/never" --remote http://127.0.0.1:1/shared.git

ok "bob has a ledger of his own" shared bob get freight
ok "ada goes on" shared ada promote qa --wait --timeout 90s
refs bob >"$work/refs"
ok "read-only, bob sees it" sh -c "env XDG_STATE_HOME='$work/bob' '$gantry' get promotions -f '$work/demo.yaml' \
	--remote '$work/shared.git' --read-only | grep -q 'qa.*Succeeded'"
refs bob >"$work/refs2"
ok "and no branch of his has moved" cmp "$work/refs" "$work/refs2"
ok "on a fresh machine, read-only makes nothing" says "qa" shared eve get promotions --read-only
ok "really nothing" test ! -e "$work/eve"

mv "$work/shared.git" "$work/away.git"
ok "the remote is away: get says since when" says "stale since 20" shared bob get stages
ok "history says as of when" says "as of 20.*was not reached" shared bob history
ok "and shows what it has" says "promote test" shared bob history
ok "audit verify does not call it sound" silent "^sound" shared bob audit verify
ok "but says what it has seen" says "NOT KNOWN.*as of 20" shared bob audit verify
ok "with status 1" status 1 shared bob audit verify
ok "as JSON, too" sh -c "env XDG_STATE_HOME='$work/bob' '$gantry' audit verify -o json -f '$work/demo.yaml' \
	--remote '$work/shared.git' | jq -e -n 'input | .sound == false and (.reason | test(\"was not reached\"))'"
ok "promote does not say that nothing may enter" silent "no freight may enter" shared bob promote qa
ok "but that the remote was not reached" says "was not reached\|ledger's remote" shared bob promote qa
ok "and fails, which is no refusal" status 1 shared bob promote qa
ok "the board says it" says "ledger ✗" shared bob
ok "a fresh machine can't know anything" status 1 shared new history
ok "and does not say that nothing was promoted" silent "nothing has been promoted" shared new history
ok "nor that it is sound" silent "^sound" shared new audit verify

mv "$work/away.git" "$work/shared.git"
ok "it is back, and nothing is stale" silent "stale" shared bob get stages
ok "and all of it is sound" says "^sound" shared bob audit verify

# Through ssh, of which the server's answer to a push is lost: everything has arrived, and nobody says so.
cat >"$work/ssh" <<'C'
#!/bin/sh
while [ $# -gt 1 ]; do shift; done
case $1 in
git-receive-pack*)
	path=${1#*\'} path=${path%\'*}
	[ -e "$WORK/cut" ] || exec git-receive-pack "$path"
	rm "$WORK/cut"
	git-receive-pack "$path" | head -c "$(git receive-pack --http-backend-info-refs "$path" | wc -c)"
	exit 1
	;;
*) eval "exec $1" ;;
esac
C
chmod +x "$work/ssh"
export WORK="$work" GIT_SSH_COMMAND="$work/ssh" PATH="$(git --exec-path):$PATH"
ssh() { as "$@" --remote "ssh://somewhere$work/shared.git"; }
requests() { git -C "$work/shared.git" log --format=%s gantry/demo | grep -c 'approve .* for qa'; }
ok "through ssh all is as before" says "promote test" ssh bob history
freight=$(ssh bob get freight -o json | jq -r '.[0].name')
: >"$work/cut"
ok "an approval of which the answer is lost is recorded" says "approved" ssh bob approve qa --freight "$freight"
ok "the answer was lost indeed" test ! -e "$work/cut"
is "once" "$(requests)" 1
ok "and asked for again, it is a conflict, with a status of its own" status 5 ssh bob approve qa --freight "$freight"

# A remote that refuses every push: what is found cannot be recorded, which is no reason to wait in silence.
printf '#!/bin/sh\necho "no pushes at night" >&2\nexit 1\n' >"$work/shared.git/hooks/pre-receive"
chmod +x "$work/shared.git/hooks/pre-receive"
git -C "$work/app" commit -q --allow-empty -m two
began=$(date +%s)
ok "refresh says why it records nothing" \
	says "web has freight that is not recorded: nothing can be recorded: .*no pushes at night" shared bob refresh --timeout 5m
ok "without waiting for the end of its time" test $(($(date +%s) - began)) -lt 150
ok "with status 1" status 1 shared bob refresh
ok "and for scripts" says "no pushes at night" sh -c "XDG_STATE_HOME='$work/bob' '$gantry' refresh -o json -f '$work/demo.yaml' \
	--remote '$work/shared.git' 2>/dev/null | jq -r '.[0].error'"
ok "promote says that there is some" says "freight that nobody has recorded yet" shared bob promote qa
rm "$work/shared.git/hooks/pre-receive"
ok "once pushes are taken, all is recorded" says "web has new freight" shared bob refresh
done_testing
