#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What an agent serves to others: over TLS, to whom the exporters' own configuration file lets in, compressed.
. "$(dirname "$0")/lib.sh"
need git curl openssl htpasswd python3

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
	-keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
hash=$(htpasswd -nbBC 5 prometheus sesame | cut -d: -f2)
web=$work/web.yml
cat >"$web" <<C
tls_server_config: {cert_file: cert.pem, key_file: key.pem, min_version: TLS13}
http_server_config: {headers: {X-Frame-Options: deny}}
basic_auth_users: {prometheus: $hash}
C
port=$(free_port)
start() { # start NAME=VALUE...
	env "$@" "$gantry" demo --dir "$work/world" --speed 30 agent >"$work/agent.log" 2>&1 &
	agent=$!
	later $agent
}
refused() { # refused LISTEN TEXT...: an agent with the file's text does not start, and says why
	listen=$1
	shift
	printf '%s\n' "$@" >"$work/bad.yml"
	GANTRY_LISTEN=$listen GANTRY_WEB_CONFIG=$work/bad.yml "$gantry" agent -f "$work/manifests" 2>&1 | grep "^gantry: "
}
mkdir "$work/manifests"
printf 'apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}\n' >"$work/manifests/k.yaml"

start GANTRY_LISTEN=0.0.0.0:$port GANTRY_WEB_CONFIG="$web"
ask() { curl -s --cacert "$work/cert.pem" "$@" "https://localhost:$port/metrics"; }
is_up() { ask -u prometheus:sesame | grep -q '^gantry_build_info'; }
ok "with a file, all addresses are served, over TLS, to whom it names" wait_for 60 is_up
is "others are asked who they are" "$(ask -o "$work/out" -w '%{http_code}' -D "$work/head")" 401
ok "in the way of basic authentication" grep -qi '^www-authenticate: Basic realm="gantry"' "$work/head"
is "nothing is told to them" "$(cat "$work/out")" "authentication required"
is "a wrong password is none" "$(ask -u prometheus:sesam -o "$work/out" -w '%{http_code}')" 401
is "nor is a name that is not there" "$(ask -u nobody:sesame -o "$work/out" -w '%{http_code}')" 401
is "a second time is quick, though the hash is slow" "$(ask -u prometheus:sesame -o "$work/out" -w '%{http_code}')" 200
is "an older TLS is refused" "$(ask --tls-max 1.2 -u prometheus:sesame -o "$work/out" -w '%{http_code}')" 000
ask -u prometheus:sesame -D "$work/head" -o "$work/page"
ok "the file's headers are sent" grep -qi '^x-frame-options: deny' "$work/head"
ask -u prometheus:sesame -H 'Accept-Encoding: gzip' -D "$work/head" -o "$work/page.gz"
ok "compressed, when that is asked for" grep -qi '^content-encoding: gzip' "$work/head"
ok "and whole" python3 -c "import gzip, sys; t = gzip.open(sys.argv[1]).read(); assert t.endswith(b'\n') and b'gantry_build_info' in t" "$work/page.gz"
smaller() { [ "$(($(wc -c <"$work/page.gz") * 4))" -lt "$(wc -c <"$work/page")" ]; }
ok "in a quarter of the bytes" smaller
kill $agent
wait $agent

is "without users only this machine is served" "$(refused 0.0.0.0:$port 'tls_server_config: {cert_file: cert.pem, key_file: key.pem}' | sed 's/ and name .*//')" \
	"gantry: --listen 0.0.0.0:$port: to serve other machines, put basic_auth_users and tls_server_config in a file"
is "a password in plain text is no hash" "$(refused 127.0.0.1:$port 'basic_auth_users: {prometheus: sesame}')" \
	"gantry: $work/bad.yml:1: basic_auth_users.prometheus: must be a bcrypt hash: htpasswd -nBC 10 prometheus prints one"
is "what gantry does not do is refused" "$(refused 127.0.0.1:$port 'tls_server_config: {cert_file: a, key_file: b, client_auth_type: RequireAndVerifyClientCert}' | cut -d: -f1-5)" \
	"gantry: $work/bad.yml:1: tls_server_config.client_auth_type: gantry asks for no client certificates; use basic_auth_users, or a proxy that does"
is "a field misspelt is named" "$(refused 127.0.0.1:$port 'basic_auth_user: {}')" \
	"gantry: $work/bad.yml:1: basic_auth_user: gantry does not know this field; did you mean basic_auth_users?"
done_testing
