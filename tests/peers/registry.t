#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The registry client against docker-registry, with skopeo as the second opinion; run by "make check-peers".
calls=${builddir:-.}/tests/peers/registry_calls
for program in docker-registry skopeo htpasswd curl; do
	command -v $program >/dev/null || { echo "1..0 # SKIP no $program"; exit 0; }
done
tmp=$(mktemp -d) || exit 1
n=0 failed=0 pids=
trap '[ -z "$pids" ] || kill $pids; wait; rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM HUP
export DOCKER_CONFIG="$tmp/docker" HOME="$tmp"
mkdir "$tmp/docker"

is() { # is SENTENCE GOT WANTED
	n=$((n + 1))
	if [ "$2" = "$3" ]; then echo "ok $n - $1"; return; fi
	echo "not ok $n - $1"
	printf '# got  %s\n# want %s\n' "$2" "$3"
	failed=1
}

serve() { # serve NAME PORT [AUTH]: waits until it answers
	cat >"$tmp/$1.yml" <<C
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: $tmp/$1}, delete: {enabled: true}}
http: {addr: "127.0.0.1:$2"}
${3:-}
C
	docker-registry serve "$tmp/$1.yml" >"$tmp/$1.log" 2>&1 &
	pids="$pids $!"
	for _ in $(seq 100); do
		curl -so /dev/null "http://127.0.0.1:$2/v2/" && return
		sleep 0.1
	done
	echo "Bail out! docker-registry does not start"
	exit 1
}

open=$((20000 + $$ % 10000)) closed=$((30000 + $$ % 10000))
htpasswd -Bbn ada lovelace >"$tmp/users"
serve open $open
serve closed $closed "auth: {htpasswd: {realm: test, path: $tmp/users}}"

# Anonymous: push, list over pages, look by tag and digest; skopeo sees the same.
repo=127.0.0.1:$open/team/app
digest=$("$calls" push $repo 1.0.0)
is "a push is found by its digest" "$("$calls" digest $repo "$digest")" "$digest same"
is "and by its tag" "$("$calls" digest $repo 1.0.0)" "$digest same"
is "skopeo finds it, too" "$(skopeo inspect --tls-verify=false --format '{{.Digest}}' docker://$repo:1.0.0)" "$digest"
is "and reads its labels" "$(skopeo inspect --tls-verify=false --format '{{.Labels.tag}}' docker://$repo:1.0.0)" 1.0.0
for i in $(seq 1 30); do "$calls" push $repo 1.1.$i >/dev/null; done
is "tags are those that skopeo lists" "$("$calls" tags $repo | sort | tr '\n' ' ')" \
	"$(skopeo list-tags --tls-verify=false docker://$repo | sed -n 's/^ *"\([0-9.]*\)",\{0,1\}$/\1/p' | sort | tr '\n' ' ')"
is "the configuration comes whole" "$("$calls" config $repo 1.1.7 | grep -o '"tag":"[^"]*"')" '"tag":"1.1.7"'
is "what is not there is not found" "$("$calls" digest $repo 9.9.9 | cut -d: -f1)" not-found
skopeo copy -q --src-tls-verify=false --dest-tls-verify=false docker://$repo:1.0.0 docker://$repo:copied
is "what skopeo pushes is read" "$("$calls" digest $repo copied)" "$digest same"

# Basic authentication: none, wrong, given, and as docker login leaves it.
repo=127.0.0.1:$closed/team/app
is "without credentials it says what to do" "$("$calls" tags $repo | grep -o '^auth: .*docker login')" \
	"auth: listing tags of $repo: 127.0.0.1:$closed wants credentials and there are none; add a Secret for the repository or run docker login"
is "wrong ones are refused" "$(CALLS_USER=ada CALLS_PASSWORD=byron "$calls" tags $repo)" \
	"auth: listing tags of $repo: 127.0.0.1:$closed refuses the credentials of 'ada'"
digest=$(CALLS_USER=ada CALLS_PASSWORD=lovelace "$calls" push $repo 2.0.0)
is "right ones may push" "$(CALLS_USER=ada CALLS_PASSWORD=lovelace "$calls" tags $repo)" 2.0.0
printf '{"auths":{"127.0.0.1:%s":{"auth":"%s"}}}' $closed "$(printf ada:lovelace | base64)" >"$tmp/docker/config.json"
is "docker login's are found" "$("$calls" digest $repo 2.0.0)" "$digest same"
mkdir "$tmp/bin"
printf '#!/bin/sh\ncat >/dev/null\necho %s\n' "'{\"Username\":\"ada\",\"Secret\":\"lovelace\"}'" >"$tmp/bin/docker-credential-test"
chmod +x "$tmp/bin/docker-credential-test"
printf '{"credHelpers":{"127.0.0.1:%s":"test"}}' $closed >"$tmp/docker/config.json"
is "so are a helper's" "$(PATH=$tmp/bin:$PATH "$calls" digest $repo 2.0.0)" "$digest same"

echo "1..$n"
exit $failed
