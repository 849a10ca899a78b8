#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The ledger signed: git itself accepts the signatures, audit verify tells whose they are, and what was
# altered, forged or signed by a stranger is found.
. "$(dirname "$0")/lib.sh"
. "$srcdir/tests/story/manifests.sh"
need git ssh-keygen jq

start_app
{
	put_project
	put_warehouse web 1s "{git: {repoURL: \"file://$work/app.git\", branch: main}}"
	put_stage test web "direct: true" "$note"
} >"$work/demo.yaml"
ledger=$XDG_STATE_HOME/gantry/ledger.git
g() { "$gantry" "$@" -f "$work/demo.yaml"; }
found() { g get freight -o json | json_is '.[0]'; }
# forge COMMAND...: the newest event's commit is changed by the command and takes its place.
forge() {
	git -C "$ledger" cat-file commit gantry/demo | "$@" | git -C "$ledger" hash-object -t commit -w --stdin >"$work/forged"
	git -C "$ledger" update-ref refs/heads/gantry/demo "$(cat "$work/forged")"
}

for who in ada eve; do ssh-keygen -q -t ed25519 -N '' -f "$work/$who" -C $who; done
echo "ada@example.org $(cat "$work/ada.pub")" >"$work/allowed"
export GANTRY_SIGNING_KEY="$work/ada" GANTRY_ALLOWED_SIGNERS="$work/allowed"
"$gantry" agent -f "$work/demo.yaml" 2>"$work/agent.log" &
agent=$!
later $agent
ok "freight is found" wait_for 30 found
ok "and promoted" g promote test --reason "first" --wait --timeout 60s
kill $agent
wait $agent
is "the agent ends in order" $? 0
ok "all of it is signed, and by whom" says "signed by ada@example.org" g audit verify
is "not one event is without" "$(g audit verify -o json | jq .unsigned)" 0
git config --global gpg.ssh.allowedSignersFile "$work/allowed"
ok "git accepts each" sh -c "git -C '$ledger' rev-list gantry/demo | while read c; do git -C '$ledger' verify-commit \$c || exit 1; done"
ok "and names the signer" says 'Good "git" signature for ada@example.org' git -C "$ledger" log -1 --show-signature gantry/demo
unset GANTRY_ALLOWED_SIGNERS
ok "without a list the key's fingerprint is told" says "signed by ED25519 key SHA256:" g audit verify
export GANTRY_ALLOWED_SIGNERS="$work/allowed"

good=$(git -C "$ledger" rev-parse gantry/demo)
back() { git -C "$ledger" update-ref refs/heads/gantry/demo "$good"; }
forge sed 's/^author gantry /author mallory /'
ok "an author altered is found" says "NOT SOUND: $(cat "$work/forged").*does not match" g audit verify
is "which is a failure" "$(g audit verify >/dev/null 2>&1; echo $?)" 1
back
: >"$work/list"
echo "eve@example.org $(cat "$work/eve.pub")" >"$work/list"
GANTRY_ALLOWED_SIGNERS=$work/list
ok "a signer who is not on the list is found" says "NOT SOUND.*signed by an unknown key" g audit verify
GANTRY_ALLOWED_SIGNERS=$work/none
ok "a list that is missing is told" says "no file of allowed signers" g audit verify
GANTRY_ALLOWED_SIGNERS=$work/allowed
forge sed '/^gpgsig/,/END SSH SIGNATURE/d'
ok "a signature taken away is counted" says "1 not signed" g audit verify
back
ok "put back, all is well" g audit verify
GANTRY_SIGNING_KEY=$work/nowhere/key
if command -v gpg >/dev/null; then
	GNUPGHOME=$HOME/.gnupg
	mkdir -m 700 "$GNUPGHOME"
	gpg --batch --quiet --passphrase '' --quick-generate-key 'Bob <bob@example.org>' ed25519 sign never 2>/dev/null
	export GNUPGHOME GANTRY_SIGNING_KEY=bob@example.org
	XDG_STATE_HOME=$work/second
	ledger=$XDG_STATE_HOME/gantry/ledger.git
	"$gantry" agent -f "$work/demo.yaml" 2>"$work/agent2.log" &
	agent=$!
	later $agent
	ok "with a gpg key, freight is found" wait_for 30 found
	kill $agent
	wait $agent
	ok "and signed" says "signed by .*Bob <bob@example.org>" g audit verify
	ok "as git sees it, too" git -C "$ledger" verify-commit gantry/demo
	gpgconf --kill gpg-agent
fi
done_testing
