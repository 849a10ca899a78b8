#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Promotion steps over ssh: a real sshd that takes one key only, met through the system's ssh.
. "$(dirname "$0")/lib.sh"
PATH=$PATH:/usr/sbin
need sshd ssh ssh-keygen git
helper=$builddir/tests/story/helper_git
[ -x "$helper" ] || skip_all "$helper is not built"

port=$(free_port)
ssh-keygen -q -t ed25519 -N '' -f "$work/hostkey"
ssh-keygen -q -t ed25519 -N '' -f "$work/key" -C ada
ssh-keygen -q -t ed25519 -N '' -f "$work/stranger" -C eve
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
C
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
"$(command -v sshd)" -D -f "$work/sshd_config" -E "$work/sshd.log" >/dev/null 2>&1 &
later $!
wait_for 10 is_listening "$port" || { echo "Bail out! sshd does not start"; cat "$work/sshd.log"; exit 1; }

git init -q --bare "$work/srv/a'b.git"
git init -q "$work/seed"
echo hello >"$work/seed/README"
git -C "$work/seed" add -A
git -C "$work/seed" commit -qm seed
git -C "$work/seed" push -q "$work/srv/a'b.git" main

# ssh reads its settings from the home of the password file, whatever HOME says.
n=0
user=$(id -un)
url="ssh://$user@127.0.0.1:$port$work/srv/a'b.git"
steps() {
	n=$((n + 1))
	"$helper" "$work/w$n" "$work/mirrors$n" "$@"
}
clone() { printf '{"repoURL":"%s","insecureSkipTLSVerify":%s,"checkout":[{"path":"src"}]}' "$url" "${1:-false}"; }
fails_with() {
	words=$1
	shift
	if steps "$@" >"$work/out" 2>&1; then cat "$work/out"; return 1; fi
	cat "$work/out"
	grep -q -- "$words" "$work/out"
}
known="ssh -o UserKnownHostsFile=$work/known"

GIT_SSH_COMMAND=$known
export GIT_SSH_COMMAND
: >"$work/known"
ok "an unknown host ends it" fails_with "auth: .*Host key verification failed" -k "$work/key" git-clone "$(clone)"
ok "unless it is not to be checked" steps -k "$work/key" git-clone "$(clone true)"
is "and the files are there" "$(cat "$work/w$n/src/README")" hello
ssh-keyscan -p "$port" 127.0.0.1 >"$work/known" 2>/dev/null
ok "a known host is fine" steps -k "$work/key" git-clone "$(clone)"
ok "a stranger's key is refused" fails_with "auth: .*Permission denied" -k "$work/stranger" git-clone "$(clone)"
ok "no key is left behind" sh -c "! ls -d '${TMPDIR:-/tmp}'/gantry-key-* 2>/dev/null"

GIT_SSH_COMMAND="$known -i $work/key -o IdentitiesOnly=yes"
ok "a key of ssh's own settings does, too" steps git-clone "$(clone)"
GIT_SSH_COMMAND=$known
eval "$(ssh-agent -s)" >/dev/null
later "$SSH_AGENT_PID"
ssh-add -q "$work/key"
ok "or one that an agent holds" steps git-clone "$(clone)"

ok "clone, edit, commit and push" steps git-clone "$(clone)" -x 'echo new >src/README' \
	git-commit '{"path":"src","message":"edit"}' git-push '{"path":"src"}'
is "arrive" "$(git -C "$work/srv/a'b.git" log -1 --format=%s main)" edit
ok "what others pushed meanwhile comes first" steps git-clone "$(clone)" \
	-x "cd '$work/seed' && git pull -q \"$work/srv/a'b.git\" main && echo theirs >theirs && git add -A &&
		git commit -qm theirs && git push -q \"$work/srv/a'b.git\" main" \
	-x 'echo ours >src/ours' git-commit '{"path":"src","message":"ours"}' git-push '{"path":"src"}'
is "in this order" "$(git -C "$work/srv/a'b.git" log -3 --format=%s main | tr '\n' ' ')" "ours theirs edit "
url="ssh://$user@127.0.0.1:$port$work/srv/none.git"
ok "a repository that is not there is not found" fails_with "not-found" git-clone "$(clone)"
url="ssh://$user@127.0.0.1:1/a.git"
ok "a server that is not there may be asked again" fails_with "net: .*refused" git-clone "$(clone)"
url="ssh://-oProxyCommand=touch%20$work/owned/a.git"
ok "no option hides in a url" fails_with "names no host" git-clone "$(clone)"
done_testing
