#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Promotion steps against a real git server behind TLS and a password: nginx, fcgiwrap, git http-backend.
. "$(dirname "$0")/lib.sh"
helper=$builddir/tests/story/helper_git
[ -x "$helper" ] || skip_all "$helper is not built"
start_git_http
host=localhost:$git_port

git init -q --bare "$work/srv/a.git"
git -C "$work/srv/a.git" config http.receivepack true
git init -q "$work/seed"
i=0
while [ $i -lt 200 ]; do
	mkdir -p "$work/seed/d$((i % 10))"
	echo "file $i" >"$work/seed/d$((i % 10))/f$i"
	i=$((i + 1))
done
git -C "$work/seed" add -A
git -C "$work/seed" commit -qm seed
git -C "$work/seed" push -q "$work/srv/a.git" main

n=0
url=https://$host/a.git
# steps ARGUMENTS...: runs steps in a new work directory, with its own mirrors.
steps() {
	n=$((n + 1))
	"$helper" "$work/w$n" "$work/mirrors$n" "$@"
}
clone() { printf '{"repoURL":"%s","insecureSkipTLSVerify":%s,"checkout":[{"path":"src"}]}' "$url" "${1:-false}"; }
# fails_with WORDS ARGUMENTS...: the steps fail, with these words and without the password.
fails_with() {
	words=$1
	shift
	if steps "$@" >"$work/out" 2>&1; then cat "$work/out"; return 1; fi
	cat "$work/out"
	grep -q -- "$words" "$work/out" && ! grep -q 's3cret-word\|wrong-word\|opening-word' "$work/out"
}

ok "a certificate that nobody vouches for ends it" \
	fails_with "is not trusted" -u ada -p s3cret-word git-clone "$(clone)"
ok "unless it is not to be checked" steps -u ada -p s3cret-word git-clone "$(clone true)"
is "and all files are there" "$(find "$work/w$n/src" -type f -name 'f*' | wc -l)" 200
export SSL_CERT_FILE="$work/cert.pem"
ok "with its authority known, it is fine" steps -u ada -p s3cret-word git-clone "$(clone)"
ok "a wrong password is refused" fails_with "were refused" -u ada -p wrong-word git-clone "$(clone)"
ok "without one, it is said where to put it" fails_with "netrc" git-clone "$(clone)"

echo "machine localhost login ada password s3cret-word" >"$HOME/.netrc"
ok "a password in ~/.netrc is found" steps git-clone "$(clone)"
rm "$HOME/.netrc"
git config --global credential.helper '!f() { echo username=ada; echo password=s3cret-word; }; f'
ok "a credential helper is asked" steps git-clone "$(clone)"
git config --global --unset credential.helper
git config --global "url.https://$host/.insteadOf" short:
url=short:a.git
ok "insteadOf is obeyed" steps -u ada -p s3cret-word git-clone "$(clone)"
url=https://ada:s3cret-word@$host/a.git
ok "a password in the url works" steps git-clone "$(clone)"
ok "and is not left in the checkout" sh -c "! grep -r s3cret-word '$work/w$n' '$work/mirrors$n'"
url=https://$host/a.git

ok "clone, edit, commit and push" steps -u ada -p s3cret-word git-clone "$(clone)" -x 'echo new >src/d1/f1' \
	git-commit '{"path":"src","message":"edit"}' git-push '{"path":"src"}'
is "arrive" "$(git -C "$work/srv/a.git" log -1 --format=%s main)" edit
is "as the checkout has it" "$(git -C "$work/srv/a.git" rev-parse main)" "$(git -C "$work/w$n/src" rev-parse HEAD)"
ok "what others pushed meanwhile comes first" steps -u ada -p s3cret-word git-clone "$(clone)" \
	-x "cd '$work/seed' && git pull -q '$work/srv/a.git' main && echo theirs >theirs && git add -A &&
		git commit -qm theirs && git push -q '$work/srv/a.git' main" \
	-x 'echo ours >src/ours' git-commit '{"path":"src","message":"ours"}' git-push '{"path":"src"}'
is "in this order" "$(git -C "$work/srv/a.git" log -3 --format=%s main | tr '\n' ' ')" "ours theirs edit "
ok "a tag" steps -u ada -p s3cret-word git-clone "$(clone)" \
	git-tag '{"path":"src","tag":"v1","message":"one"}' git-push '{"path":"src","tag":"v1"}'
is "arrives, too" "$(git -C "$work/srv/a.git" cat-file -t v1)" tag

url=https://$host/gated/a.git
ok "a gate that wants a header refuses" fails_with "403" git-clone "$(clone)"
git config --global "http.https://$host/other.extraHeader" "X-Gate: opening-word"
git config --global "http.https://127.0.0.1:$git_port/.extraHeader" "X-Gate: opening-word"
ok "one that git's settings have for another address is not sent" fails_with "403" git-clone "$(clone)"
is "really not" "$(grep -c opening-word "$work/nginx/gate.log")" 0
git config --global "http.https://$host/gated.extraHeader" "X-Gate: opening-word"
ok "git's http.<url>.extraHeader opens it, for a push, too" steps git-clone "$(clone)" -x 'echo gated >src/gated' \
	git-commit '{"path":"src","message":"gated"}' git-push '{"path":"src"}'
is "which arrives" "$(git -C "$work/srv/a.git" log -1 --format=%s main)" gated
is "no request to anything else had it" "$(grep opening-word "$work/nginx/gate.log" | grep -vc "^localhost /gated/")" 0
url=https://$host/elsewhere/a.git
git config --global "http.https://$host/elsewhere.extraHeader" "X-Gate: opening-word"
ok "a redirect is not followed with it" fails_with "it redirects, but" git-clone "$(clone)"
is "so that no other host learns it" "$(grep -c "^127.0.0.1 .*opening-word" "$work/nginx/gate.log")" 0
url=https://$host/gated/a.git
git config --global --add "http.https://$host/gated.extraHeader" ""
ok "an empty one forgets it" fails_with "403" git-clone "$(clone)"
git config --global --add "http.https://$host/gated.extraHeader" "no header, opening-word"
ok "what is no header is named" fails_with "gated.extraheader of git's settings must be" git-clone "$(clone)"
for setting in other gated elsewhere; do git config --global --unset-all "http.https://$host/$setting.extraHeader"; done

url=https://$host/none.git
ok "a repository that is not there is not found" fails_with "not-found" -u ada -p s3cret-word git-clone "$(clone)"
url=https://$host/broken/a.git
ok "a server in trouble may be asked again" fails_with "git-clone: net: .*503" git-clone "$(clone)"
url=https://localhost:1/a.git
ok "a server that is not there is named" fails_with "localhost:1" git-clone "$(clone)"
done_testing
