#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gantry's Kubernetes client on a real kube-apiserver and etcd: the same answers as from the small API of the tests,
# a kind followed through a compacted history and a restarted server, rights, and every way to log in.
# Needs both programs in $PEERS_CACHE; run by "make check-peers".
. "${srcdir:-.}/tests/story/lib.sh"
cache=${GANTRY_PEERS_CACHE:-$home_before/.cache/gantry-peers}
calls=$builddir/tests/peers/kube_calls
need jq curl openssl
[ -x "$calls" ] || skip_all "kube_calls is not built"
program() { # program NAME: the newest that is there
	for p in "$cache/$1"-*/"$1"; do [ -x "$p" ] && echo "$p"; done | tail -n 1
}
etcd=$(program etcd) apiserver=$(program kube-apiserver)
[ -n "$etcd" ] && [ -n "$apiserver" ] || skip_all "no etcd and kube-apiserver in $cache"

free_port() {
	while :; do
		p=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
		curl -s --max-time 1 "http://127.0.0.1:$p/" >/dev/null 2>&1
		[ $? = 7 ] && [ "$p" != "${etcd_port:-}" ] && [ "$p" != "${etcd_peer:-}" ] && echo "$p" && return
	done
}
etcd_port=$(free_port) etcd_peer=$(free_port) kube_port=$(free_port)
url=https://127.0.0.1:$kube_port
mkdir "$work/etcd" "$work/pki"
GOMAXPROCS=2
export GOMAXPROCS
"$etcd" --data-dir "$work/etcd" --unsafe-no-fsync --log-level error \
	--listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
	--listen-peer-urls "http://127.0.0.1:$etcd_peer" --initial-advertise-peer-urls "http://127.0.0.1:$etcd_peer" \
	--initial-cluster "default=http://127.0.0.1:$etcd_peer" >"$work/etcd.log" 2>&1 &
later $!

quiet() { "$@" >"$work/quiet.out" 2>&1 || { cat "$work/quiet.out"; echo "Bail out! $*"; exit 1; }; }
quiet openssl genrsa -out "$work/pki/sa.key" 2048
quiet openssl rsa -in "$work/pki/sa.key" -pubout -out "$work/pki/sa.pub"
quiet openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/pki/ca.key" -out "$work/pki/ca.crt" -days 2 -subj /CN=people
quiet openssl req -newkey rsa:2048 -nodes -keyout "$work/pki/ada.key" -out "$work/pki/ada.csr" -subj /O=team/CN=ada
quiet openssl x509 -req -in "$work/pki/ada.csr" -CA "$work/pki/ca.crt" -CAkey "$work/pki/ca.key" -CAcreateserial \
	-days 2 -out "$work/pki/ada.crt"
printf 'admin-token,admin,admin,"system:masters"\nbob-token,bob,bob\n' >"$work/pki/tokens.csv"

start_apiserver() {
	"$apiserver" --etcd-servers "http://127.0.0.1:$etcd_port" --bind-address 127.0.0.1 --advertise-address 127.0.0.1 \
		--secure-port "$kube_port" --cert-dir "$work/pki" --service-cluster-ip-range 10.0.0.0/24 \
		--endpoint-reconciler-type none --authorization-mode RBAC --token-auth-file "$work/pki/tokens.csv" \
		--client-ca-file "$work/pki/ca.crt" --disable-admission-plugins ServiceAccount \
		--service-account-issuer "$url/" --service-account-key-file "$work/pki/sa.pub" \
		--service-account-signing-key-file "$work/pki/sa.key" >>"$work/apiserver.log" 2>&1 &
	apiserver_pid=$!
	later $apiserver_pid
}
api() { # api METHOD PATH [CURL ARGUMENT...]
	api_method=$1 api_path=$2
	shift 2
	curl -sS --fail-with-body --cacert "$work/pki/apiserver.crt" -H "Authorization: Bearer admin-token" \
		-X "$api_method" "$url$api_path" "$@"
}
is_up() { api GET /readyz; }
start_apiserver
wait_for 120 is_up || { tail -n 20 "$work/apiserver.log"; echo "Bail out! kube-apiserver does not start"; exit 1; }

yaml() { api POST "$1" -H "Content-Type: application/yaml" --data-binary @- >"$work/posted" || cat "$work/posted"; }
yaml /apis/apiextensions.k8s.io/v1/customresourcedefinitions <<'END'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.org}
spec:
  group: example.org
  names: {kind: Thing, listKind: ThingList, plural: things, singular: thing}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
END
for name in contract many; do
	echo "{apiVersion: v1, kind: Namespace, metadata: {name: $name}}" | yaml /api/v1/namespaces
done
collection=/apis/example.org/v1/namespaces/many/things
wait_for 30 api GET $collection

pem() { base64 -w0 "$1"; }
jq -n --arg url "$url" --arg ca "$(pem "$work/pki/apiserver.crt")" --arg crt "$(pem "$work/pki/ada.crt")" \
	--arg key "$(pem "$work/pki/ada.key")" --arg plugin "$work/plugin" '
	def cluster($name; $more): {name: $name, cluster: ({server: $url, "certificate-authority-data": $ca} + $more)};
	def user($name; $user): {name: $name, user: $user};
	def context($name; $cluster; $user): {name: $name, context: {cluster: $cluster, user: $user}};
	{apiVersion: "v1", kind: "Config", "current-context": "admin",
	clusters: [cluster("c"; {}), cluster("named"; {"tls-server-name": "kubernetes"}),
		cluster("misnamed"; {"tls-server-name": "other.example.org"}),
		cluster("strange"; {"certificate-authority-data": $crt}),
		cluster("careless"; {"certificate-authority-data": $crt, "insecure-skip-tls-verify": true})],
	users: [user("admin"; {token: "admin-token"}), user("bob"; {token: "bob-token"}), user("nobody"; {token: "wrong"}),
		user("ada"; {"client-certificate-data": $crt, "client-key-data": $key}),
		user("files"; {"client-certificate": "pki/ada.crt", "client-key": "pki/ada.key"}),
		user("file"; {tokenFile: "token"}),
		user("plugin"; {exec: {apiVersion: "client.authentication.k8s.io/v1", command: $plugin,
			interactiveMode: "Never"}}),
		user("acting"; {token: "admin-token", as: "eve", "as-groups": ["g"]})],
	contexts: [context("admin"; "c"; "admin"), context("bob"; "c"; "bob"), context("nobody"; "c"; "nobody"),
		context("ada"; "c"; "ada"), context("files"; "c"; "files"), context("file"; "c"; "file"),
		context("plugin"; "c"; "plugin"), context("acting"; "c"; "acting"), context("named"; "named"; "ada"),
		context("misnamed"; "misnamed"; "admin"), context("strange"; "strange"; "admin"),
		context("careless"; "careless"; "admin")]}' >"$work/config"
KUBECONFIG=$work/config
export KUBECONFIG

# The small API of the tests answers the same, so what is tested with it holds.
mkdir "$work/world"
mkfifo "$work/hold"
"$calls" world "$work/world" <"$work/hold" &
later $!
exec 3>"$work/hold"
wait_for 30 test -s "$work/world/config"
"$calls" contract >"$work/real" 2>&1
KUBECONFIG=$work/world/config "$calls" contract >"$work/small" 2>&1
ok "it answers as the small API of the tests does" diff "$work/real" "$work/small"
ok "and all was asked" grep -q '^deleted b' "$work/real"
exec 3>&-

# Ways in.
who() { CONTEXT=$1 "$calls" who 2>&1; }
is "a token" "$(who bob)" bob
is "a client certificate, from the kubeconfig" "$(who ada)" ada
is "and from files beside it" "$(who files)" ada
echo bob-token >"$work/token"
is "a token's file" "$(who file)" bob
is "acting for somebody else" "$(who acting)" eve
ok "a wrong token is told with what to do" says "log in again, as you do for kubectl: Unauthorized" who nobody
printf '#!/bin/sh\necho x >>"%s/runs"\njq -n --arg t "$(cat "%s/token")" %s\n' "$work" "$work" \
	"'{kind: \"ExecCredential\", apiVersion: \"client.authentication.k8s.io/v1\", status: {token: \$t}}'" >"$work/plugin"
chmod +x "$work/plugin"
is "a plugin's token" "$(who plugin)" bob
printf '#!/bin/sh\njq -n --rawfile c "%s" --rawfile k "%s" %s\n' "$work/pki/ada.crt" "$work/pki/ada.key" \
	"'{kind: \"ExecCredential\", apiVersion: \"client.authentication.k8s.io/v1\", status: {clientCertificateData: \$c,
	clientKeyData: \$k}}'" >"$work/plugin"
is "a plugin's client certificate" "$(who plugin)" ada
is "a certificate for another name than the address" "$(who named)" ada
ok "but not for any" says "certificate" who misnamed
ok "nor from anybody" says "certificate is not trusted" who strange
is "unless it is not looked at" "$(who careless)" admin

# Rights.
may() { CONTEXT=$1 && shift && CONTEXT=$CONTEXT "$calls" may "$@" 2>&1; }
yaml /apis/rbac.authorization.k8s.io/v1/namespaces/many/roles <<'END'
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: some}, rules: [
  {apiGroups: [example.org], resources: [things], verbs: [list]},
  {apiGroups: [example.org], resources: [things], resourceNames: [one], verbs: [promote]}]}
END
yaml /apis/rbac.authorization.k8s.io/v1/namespaces/many/rolebindings <<'END'
{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: some},
 roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: some},
 subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: bob}]}
END
is_yes() { [ "$(may "$@")" = yes ]; }
ok "a right that was given" wait_for 30 is_yes bob list example.org things many
is "one that was not" "$(may bob watch example.org things many)" no
is "a project's own verb, for one name" "$(may bob promote example.org things many one)" yes
is "and not for another" "$(may bob promote example.org things many two)" no

# Followed. follow NAME CONTEXT: what it hears is in $work/NAME.
follow() {
	mkfifo "$work/$1.in"
	CONTEXT=$2 "$calls" follow example.org things many <"$work/$1.in" >"$work/$1" 2>&1 &
	later $!
}
thing() { echo "{apiVersion: example.org/v1, kind: Thing, metadata: {name: $1}, spec: {n: ${2:-1}}}"; }
make() { thing "$1" | yaml $collection; }
change() {
	api PATCH "$collection/$1" -H "Content-Type: application/merge-patch+json" -d "{\"spec\":{\"n\":$2}}" >"$work/changed"
}
heard() { grep -qx -e "$2" "$work/$1"; } # heard NAME LINE
told() { [ "$(grep -cx -e "$2" "$work/$1")" = "$3" ]; }
for n in 1 2 3 4 5 6 7; do make "t$n"; done
follow all admin
exec 4>"$work/all.in"
follow bobs bob
exec 5>"$work/bobs.in"
ok "all are listed, in three pages" wait_for 30 heard all +t7
ok "and followed" wait_for 30 heard all following
change t1 2
ok "a change is heard" wait_for 30 heard all "~t1"
ok "who may only list hears of it, too, a little later" wait_for 30 heard bobs "~t1"
ok "and is told so" heard bobs polling

restart() { # restart COMMAND...: does it while the server is down
	kill -KILL "$apiserver_pid"
	wait "$apiserver_pid" 2>/dev/null
	"$@"
	start_apiserver
	wait_for 120 is_up
}
waits() { grep -q '^waiting: ' "$work/all"; }
restart wait_for 60 waits
ok "a server that is down is told" waits
make t8
change t2 2
ok "and once it is back, what happens is heard" wait_for 60 heard all "~t2"
ok "each once" told all +t8 1
ok "and nothing twice" told all +t3 1

# History that etcd no longer has: what a watch must resume from, and what a page is of.
compact() {
	revision=$(curl -sS "http://127.0.0.1:$etcd_port/v3/kv/range" -d '{"key":"AA==","range_end":"AA==","limit":1}' |
		jq -r .header.revision)
	curl -sS "http://127.0.0.1:$etcd_port/v3/kv/compaction" -d "{\"revision\":\"$revision\",\"physical\":true}" >"$work/compacted"
}
change t3 2
api DELETE "$collection/t4" >"$work/deleted"
ok "what was changed is heard" wait_for 60 heard all "~t3"
ok "and what was deleted" wait_for 60 heard all "-t4"
next=$(api GET "$collection?limit=2" | jq -r .metadata.continue)
change t6 2
restart compact
is "a page of a forgotten list" "$(api GET "$collection?limit=2&continue=$next" 2>"$work/gone" | jq -r '"\(.code) \(.reason)"')" "410 Expired"
make t9
ok "after a restart without history, too" wait_for 60 heard all +t9
ok "nothing is told twice" told all +t5 1
ok "nor taken back" told all -t5 0

exec 4>&- 5>&-
kill -KILL "$apiserver_pid"     # which would take a minute to say goodbye to an etcd that is gone
done_testing
