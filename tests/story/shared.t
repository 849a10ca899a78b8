#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Two operators, one ledger: through a real git server behind TLS and a password, and through a real sshd.
# One has an agent, the other only asks; both append at once, and the network goes away and comes back.
. "$(dirname "$0")/lib.sh"
PATH=$PATH:/usr/sbin
need git jq
unset GANTRY_REMOTE

git init -q "$work/app"
git -C "$work/app" commit -q --allow-empty -m one
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
	for i in 1 2 3 4 5 6 7 8; do stage "p$i"; done
} >"$work/demo.yaml"

# as WHO ARGUMENTS...: each operator has a ledger of their own beside the shared one. With begin=exec
# gantry takes the shell's place, so that the process that $! names is gantry's.
begin=
as() {
	who=$1
	shift
	$begin env XDG_STATE_HOME="$work/$how-$who" GANTRY_ACTOR="$who <$who@example.org>" \
		"$gantry" "$@" -f "$work/demo.yaml" --remote "$url"
}
found() { [ "$(as "$1" get freight -o json | jq length)" -ge "$2" ]; }
head_of() { git -C "$work/$how-$1/gantry/ledger.git" rev-parse gantry/demo; }
newest() { as "$1" get freight -o json | jq -r '.[0].name'; }
both() { # both at once; each must succeed
	as ada promote test --freight "$(newest ada)" --reason "ada $1" --wait --timeout 90s >"$work/out.ada" 2>&1 &
	one=$!
	as bob promote qa --freight "$(newest bob)" --reason "bob $1" --wait --timeout 90s >"$work/out.bob" 2>&1 &
	two=$!
	wait $one
	first=$?
	wait $two
	second=$?
	cat "$work/out.ada" "$work/out.bob"
	[ $first = 0 ] && [ $second = 0 ]
}
# eight at once, each at a machine of their own and for a stage of their own; each must succeed
eight() {
	for i in 1 2 3 4 5 6 7 8; do
		(as "o$i" promote "p$i" --reason "o$i" >"$work/out.$i" 2>&1 || echo "status $?" >>"$work/out.$i") &
		eval "of$i=\$!"
	done
	for i in 1 2 3 4 5 6 7 8; do eval "wait \$of$i"; done
	! grep "status" "$work"/out.[1-8]
}
reasons() { as "$1" history -n 1000 -o json | jq -r '.[].reason | select(. != "")' | sort | tr '\n' ','; }
fails() { ! "$@"; }

# together: the same story for each way to the server; cut and mend take the server away and back.
together() {
	begin=exec
	as ada agent 2>"$work/agent-$how.log" &
	agent=$!
	begin=
	later $agent
	ok "$how: ada's agent finds freight" wait_for 60 found ada 1
	ok "$how: which bob sees" wait_for 30 found bob 1
	ok "$how: bob promotes, and ada's agent executes it" as bob promote test --reason "bob alone" --wait --timeout 90s
	ok "$how: both at once, and nobody is refused" both together
	ok "$how: and again" both again

	begun=$(date +%s)
	ok "$how: eight operators promote eight stages at once, and nobody is refused" eight
	echo "# $how: after $(($(date +%s) - begun)) s"

	cut
	git -C "$work/app" commit -q --allow-empty -m two
	ok "$how: while the network is away bob is told" says "ledger's remote\|writing the ledger" as bob promote qa --reason "bob cut off"
	# Only now: a connection that was open already may still have brought something.
	before=$(git -C "$work/srv/$how.git" rev-parse gantry/demo)
	ok "$how: and it fails" fails as bob promote qa --reason "bob cut off"
	is "$how: the server has nothing new" "$(git -C "$work/srv/$how.git" rev-parse gantry/demo)" "$before"
	ok "$how: the agent lives" kill -0 $agent
	mend
	ok "$how: with the network, what the agent found comes through" wait_for 90 found bob 2
	ok "$how: and bob promotes again" as bob promote qa --reason "bob after" --wait --timeout 90s

	kill $agent
	wait $agent
	is "$how: the agent ends in order" $? 0
	ok "$how: ada's history holds" as ada audit verify
	ok "$how: and bob's" as bob audit verify
	found ada 2 && found bob 2
	is "$how: they are the same" "$(head_of ada)" "$(head_of bob)"
	is "$how: the server's, too" "$(git -C "$work/srv/$how.git" rev-parse gantry/demo)" "$(head_of bob)"
	is "$how: with all that was asked, once" "$(reasons bob)" "$want"
}
want="ada again,ada together,bob after,bob again,bob alone,bob together,o1,o2,o3,o4,o5,o6,o7,o8,"
ran=

backend=$(git --exec-path)/git-http-backend
if command -v nginx fcgiwrap openssl >/dev/null && [ -x "$backend" ]; then
	how=https ran=1
	start_git_http
	url=$git_url/https.git
	git init -q --bare "$work/srv/https.git"
	git -C "$work/srv/https.git" config http.receivepack true
	mend() { start_nginx; }
	cut() {
		kill $nginx
		wait $nginx
	}
	export SSL_CERT_FILE="$certificate"
	ok "https: without a password it is refused" says "netrc" as bob get freight
	git config --global credential.helper '!f() { echo username=ada; echo password=s3cret-word; }; f'
	together
	ok "https: the password is nowhere" sh -c "! grep -r s3cret-word '$work'/https-* '$work'/agent-https.log"
fi

if command -v sshd ssh ssh-keygen ssh-keyscan >/dev/null; then
	how=ssh ran=1
	port=$(free_port)
	url=ssh://$(id -un)@127.0.0.1:$port$work/srv/ssh.git
	mkdir -p "$work/srv"
	git init -q --bare "$work/srv/ssh.git"
	ssh-keygen -q -t ed25519 -N '' -f "$work/hostkey"
	ssh-keygen -q -t ed25519 -N '' -f "$work/key" -C ops
	cp "$work/key.pub" "$work/authorized"
	chmod 600 "$work/authorized"
	cat >"$work/sshd_config" <<C
# Not by way of what a login shell starts with.
SetEnv SHLVL=2
Port $port
ListenAddress 127.0.0.1
HostKey $work/hostkey
PidFile $work/sshd.pid
AuthorizedKeysFile $work/authorized
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
PermitRootLogin prohibit-password
MaxStartups 100
C
	[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
	mend() {
		"$(command -v sshd)" -D -f "$work/sshd_config" -E "$work/sshd.log" >/dev/null 2>&1 &
		server=$!
		later $server
		wait_for 10 is_listening "$port"
	}
	cut() {
		kill $server
		wait $server
	}
	mend || { echo "Bail out! sshd does not start"; exit 1; }
	ssh-keyscan -p "$port" 127.0.0.1 >"$work/known" 2>/dev/null
	GIT_SSH_COMMAND="ssh -o UserKnownHostsFile=$work/known -i $work/key -o IdentitiesOnly=yes"
	export GIT_SSH_COMMAND
	together
fi
[ "$ran" ] || skip_all "neither a git server over https nor sshd is installed"
done_testing
