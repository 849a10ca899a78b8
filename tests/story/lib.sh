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

# says WORDS COMMAND...: what it prints has the words, whatever its exit status.
says() {
	words=$1
	shift
	"$@" >"$work/out" 2>&1
	cat "$work/out"
	grep -q -- "$words" "$work/out"
}

# skip WHAT AND WHY: a part that is left out.
skip() {
	tests=$((tests + 1))
	echo "ok $tests # SKIP $1"
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

# json_is FILTER [OPTION...]: what comes in is JSON of which this is true. Of nothing at all it is not; jq 1.6 with
# -e alone says yes to that, as when a server does not answer yet.
json_is() {
	filter=$1
	shift
	jq -e -n "$@" "input | ($filter)" >/dev/null
}

done_testing() {
	echo "1..$tests"
	[ "$failures" = 0 ]
	exit $?
}

# The machine's own settings are left at the door: locale, zone, umask, proxies, logins, git's and gantry's.
umask 022
LC_ALL=C.UTF-8 TZ=UTC
export LC_ALL TZ
for name in $(env | sed -n 's/^\(GIT_[A-Z0-9_]*\|GANTRY_[A-Z_]*\|ARGOCD_[A-Z_]*\|[A-Za-z]*_[pP][rR][oO][xX][yY]\)=.*/\1/p' |
	grep -v "^GANTRY_PEERS_") \
	DOCKER_CONFIG EMAIL KUBECONFIG NO_COLOR REGISTRY_AUTH_FILE SSH_ASKPASS SSH_AUTH_SOCK SSH_CONNECTION \
	SSL_CERT_DIR SSL_CERT_FILE XDG_RUNTIME_DIR; do
	unset "$name"
done

# absolute PATH: for what is named from where the story was started, since it goes elsewhere.
absolute() {
	case $1 in /*) echo "$1" ;; *) echo "$PWD/$1" ;; esac
}
srcdir=$(absolute "${srcdir:-.}")
builddir=$(absolute "${builddir:-build}")
gantry=$(absolute "${GANTRY:-$builddir/src/gantry}")
GANTRY=$gantry

# "It fails", "it ends in time" and "it prints nothing" would all be true of a program that is not there.
"$gantry" version >/dev/null 2>&1 || { echo "Bail out! $gantry does not run"; exit 1; }

work=$(mktemp -d) || exit 1
# Not in the checkout, whose git settings would be met.
cd "$work" || exit 1
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
home_before=${HOME:-/}
HOME=$work/home XDG_STATE_HOME=$work/state XDG_CACHE_HOME=$work/cache XDG_CONFIG_HOME=$work/config
GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.org
GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.org
export HOME XDG_STATE_HOME XDG_CACHE_HOME XDG_CONFIG_HOME GIT_CONFIG_NOSYSTEM
export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
mkdir -p "$HOME"
git config --global user.name Ada
git config --global user.email ada@example.org
git config --global init.defaultBranch main

is_listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || bash -c "exec 3<>/dev/tcp/127.0.0.1/$1" 2>/dev/null; }

# free_port: one that nobody listens on.
free_port() {
	while :; do
		port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
		is_listening "$port" || { echo "$port"; return; }
	done
}

# start_git_http: git http-backend behind nginx, with TLS and ada's password; sets $git_url (repositories
# lie in $work/srv) and $certificate. Below /broken/ everything is 503; below /gated/ a header X-Gate is asked for
# instead of the password, /elsewhere/ leads there by another name, and gate.log has each request's X-Gate.
start_git_http() {
	PATH=$PATH:/usr/sbin
	need nginx fcgiwrap git openssl
	backend=$(git --exec-path)/git-http-backend
	[ -x "$backend" ] || skip_all "git http-backend is not installed"
	git_port=$(free_port)
	git_url=https://localhost:$git_port certificate=$work/cert.pem
	mkdir -p "$work/srv" "$work/nginx"
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
		-keyout "$work/key.pem" -out "$certificate" 2>/dev/null
	printf 'ada:%s\n' "$(openssl passwd -apr1 s3cret-word)" >"$work/htpasswd"
	cat >"$work/nginx.conf" <<C
$([ "$(id -u)" = 0 ] && echo 'user root;')
daemon off; worker_processes 1; pid $work/nginx/pid; error_log $work/nginx/error.log;
events {}
http {
	access_log $work/nginx/access.log;
	log_format gate '\$host \$uri \$http_x_gate'; access_log $work/nginx/gate.log gate;
	client_body_temp_path $work/nginx/body; fastcgi_temp_path $work/nginx/fastcgi;
	proxy_temp_path $work/nginx/proxy; scgi_temp_path $work/nginx/scgi; uwsgi_temp_path $work/nginx/uwsgi;
	server {
		listen 127.0.0.1:$git_port ssl; ssl_certificate $certificate; ssl_certificate_key $work/key.pem;
		client_max_body_size 0;
		set \$inner \$uri;
		set \$who \$remote_user;
		fastcgi_param SCRIPT_FILENAME $backend;
		fastcgi_param GIT_PROJECT_ROOT $work/srv; fastcgi_param GIT_HTTP_EXPORT_ALL "";
		fastcgi_param PATH_INFO \$inner; fastcgi_param QUERY_STRING \$query_string;
		fastcgi_param REQUEST_METHOD \$request_method; fastcgi_param CONTENT_TYPE \$content_type;
		fastcgi_param CONTENT_LENGTH \$content_length; fastcgi_param REMOTE_USER \$who;
		fastcgi_param REMOTE_ADDR \$remote_addr;
		location /broken/ { return 503; }
		location ~ ^/gated(/.*)\$ {
			if (\$http_x_gate != "opening-word") { return 403; }
			set \$inner \$1; set \$who gate;
			fastcgi_pass unix:$work/fcgi;
		}
		location ~ ^/elsewhere(/.*)\$ { return 302 https://127.0.0.1:$git_port/gated\$1\$is_args\$args; }
		location / {
			auth_basic git; auth_basic_user_file $work/htpasswd;
			fastcgi_pass unix:$work/fcgi;
		}
	}
}
C
	fcgiwrap -s "unix:$work/fcgi" >"$work/fcgi.log" 2>&1 &
	later $!
	start_nginx || { echo "Bail out! nginx does not start"; exit 1; }
}
# start_nginx: once more, after a story has stopped it; sets $nginx, its process.
start_nginx() {
	nginx -e "$work/nginx/error.log" -c "$work/nginx.conf" >"$work/nginx/out" 2>&1 &
	nginx=$!
	later $nginx
	wait_for 10 is_listening "$git_port"
}

# A terminal: tmux, on a socket of its own, in $work.
mux() { tmux -S "$work/tmux" -f /dev/null "$@"; }
# terminal COLUMNS ROWS COMMAND...
terminal() {
	columns=$1 rows=$2
	shift 2
	mux new-session -d -s s -x "$columns" -y "$rows" "$@" || return 1
	later "$(mux display-message -p '#{pid}')"
	mux set-option -g escape-time 0
	mux set-option -g status off
}
screen() { mux capture-pane -p -t s; }
shows() { screen | grep -qF -- "$1"; }
# keys KEY...: as tmux names them. types TEXT.
keys() { mux send-keys -t s "$@"; }
# Esc with a letter right behind it would be Alt and that letter.
escapes() { keys Escape && sleep 0.2; }
types() { mux send-keys -t s -l -- "$1"; }
# sees SECONDS TEXT SENTENCE: ok when the terminal comes to show it; else what it shows is told.
sees() {
	tests=$((tests + 1))
	if wait_for "$1" shows "$2"; then
		echo "ok $tests - $3"
	else
		echo "not ok $tests - $3"
		echo "# no '$2' in"
		screen | sed 's/^/# /'
		failures=$((failures + 1))
	fi
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
