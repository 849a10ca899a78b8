# SPDX-License-Identifier: Apache-2.0
# What stories share: TAP, a folder that goes away, free ports, real servers on loopback. Sourced.
# shellcheck shell=sh

# skip_all WHY: the whole story is left out, with a word.
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# need PROGRAM...: left out when one is missing.
need() {
	for program; do
		command -v "$program" >/dev/null 2>&1 || skip_all "$program is not installed"
	done
}

tests=0
failures=0
# ok SENTENCE COMMAND...: passes when the command succeeds; its output is shown when not.
ok() {
	sentence=$1
	shift
	tests=$((tests + 1))
	if "$@" >"$work/ok.out" 2>&1; then
		echo "ok $tests - $sentence"
	else
		echo "not ok $tests - $sentence"
		head -n 20 "$work/ok.out" | sed 's/^/# /'
		failures=$((failures + 1))
	fi
}

# is SENTENCE GOT WANT
is() {
	tests=$((tests + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $tests - $1"
	else
		echo "not ok $tests - $1"
		echo "#  got: $2" | head -n 5
		echo "# want: $3" | head -n 5
		failures=$((failures + 1))
	fi
}

# wait_for SECONDS COMMAND...: until it succeeds; polls, never sleeps for luck.
wait_for() {
	left=$(($1 * 10))
	shift
	until "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 0.1
	done
}

done_testing() {
	echo "1..$tests"
	[ "$failures" = 0 ]
	exit $?
}

work=$(mktemp -d) || exit 1
pids=
# later PID: ended when the story ends.
later() { pids="$pids $1"; }
tidy() {
	for pid in $pids; do kill "$pid" 2>/dev/null; done
	for pid in $pids; do wait "$pid" 2>/dev/null; done
	rm -rf "$work"
}
trap tidy EXIT
trap 'exit 1' INT TERM

# A home of its own, so that nobody's settings, mirrors or ledger are met.
HOME=$work/home XDG_STATE_HOME=$work/state XDG_CACHE_HOME=$work/cache XDG_CONFIG_HOME=$work/config
GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.org
GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.org
unset ARGOCD_SERVER ARGOCD_AUTH_TOKEN ARGOCD_OPTS SSH_CONNECTION GANTRY_MANIFESTS
export HOME XDG_STATE_HOME XDG_CACHE_HOME XDG_CONFIG_HOME GIT_CONFIG_NOSYSTEM
export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
mkdir -p "$HOME"
git config --global user.name Ada
git config --global user.email ada@example.org
git config --global init.defaultBranch main
gantry=${GANTRY:-build/src/gantry}

is_listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || bash -c "exec 3<>/dev/tcp/127.0.0.1/$1" 2>/dev/null; }

# free_port: one that nobody listens on.
free_port() {
	while :; do
		port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
		is_listening "$port" || { echo "$port"; return; }
	done
}

# start_registry [SETTINGS [HTTP]]: Debian's docker-registry on loopback; sets $registry to host:port. HTTP is
# what is added to its http settings.
start_registry() {
	registry=127.0.0.1:$(free_port)
	cat >"$work/registry-${registry#*:}.yml" <<C
version: 0.1
storage: {filesystem: {rootdirectory: $work/registry-${registry#*:}}, delete: {enabled: true}}
http: {addr: "$registry"${2:+, $2}}
${1:-}
C
	docker-registry serve "$work/registry-${registry#*:}.yml" >"$work/registry-${registry#*:}.log" 2>&1 &
	later $!
	wait_for 10 is_listening "${registry#*:}" || { echo "Bail out! the registry does not start"; exit 1; }
}

# push_image NAME TAG CREATED [CREDS]: an image without layers, so small that a push costs nothing.
push_image() {
	layout=$work/image-$2
	rm -rf "$layout"
	mkdir -p "$layout/blobs/sha256"
	printf '{"created":"%s","architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]},"tag":"%s"}' \
		"$3" "$2" >"$work/config.json"
	config=$(sha256sum "$work/config.json" | cut -d' ' -f1)
	cp "$work/config.json" "$layout/blobs/sha256/$config"
	printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%d},"layers":[]}' \
		"$config" "$(wc -c <"$work/config.json")" >"$work/manifest.json"
	manifest=$(sha256sum "$work/manifest.json" | cut -d' ' -f1)
	cp "$work/manifest.json" "$layout/blobs/sha256/$manifest"
	printf '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
	printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%d,"annotations":{"org.opencontainers.image.ref.name":"%s"}}]}' \
		"$manifest" "$(wc -c <"$work/manifest.json")" "$2" >"$layout/index.json"
	skopeo copy -q --insecure-policy --dest-tls-verify=false ${4:+--dest-creds "$4"} "oci:$layout:$2" "docker://$registry/$1:$2"
}
