#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Discovery against real peers: an OCI registry, git repositories, a classic chart repository.
. "$(dirname "$0")/lib.sh"
need docker-registry skopeo git jq curl
look=$builddir/tests/story/look
[ -x "$look" ] || skip_all "$look is not built"

# look_at JSON...: one look at a warehouse with these subscriptions; $seen is what came of it.
look_at() {
	printf '{"metadata":{"name":"w"},"spec":{"subscriptions":[%s]}}' "$1" >"$work/warehouse.yaml"
	seen=$("$look" "$work/warehouse.yaml" "$work/mirrors" ${2:+"$2"} 2>&1)
}
seen() { echo "$seen" | jq -r "$1" 2>&1; }

start_registry
push_image acme/web 1.0.0 2026-01-01T10:00:00Z
push_image acme/web 1.10.0 2026-01-02T10:00:00Z
push_image acme/web 1.9.0 2026-01-05T10:00:00Z
push_image acme/web 2.0.0-rc.1 2026-01-04T10:00:00Z
push_image acme/web latest 2026-01-03T10:00:00Z
image=$registry/acme/web
digest() { skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$image:$1"; }

look_at "{\"image\":{\"repoURL\":\"$image\",\"constraint\":\"^1.0.0\"}}"
is "versions are ordered as versions" "$(seen '[.discovered.images[0].references[].tag]|join(" ")')" "1.10.0 1.9.0 1.0.0"
is "the digest is the registry's" "$(seen '.discovered.images[0].references[0].digest')" "$(digest 1.10.0)"
is "the creation time is the configuration's" "$(seen '.discovered.images[0].references[0].createdAt')" "2026-01-02T10:00:00Z"
is "freight is made of the best" "$(seen '.freight.images[0].tag')" "1.10.0"
want=$(printf '%s' "Warehouse/w:$image:1.10.0@$(digest 1.10.0)" | sha1sum | cut -d' ' -f1)
is "and named by its content" "$(seen '.freight.metadata.name')" "$want"

look_at "{\"image\":{\"repoURL\":\"$image\"}}"
is "without a constraint a prerelease may win" "$(seen '.freight.images[0].tag')" "2.0.0-rc.1"
look_at "{\"image\":{\"repoURL\":\"$image\",\"imageSelectionStrategy\":\"NewestBuild\",\"discoveryLimit\":2}}"
is "the newest builds, as many as asked for" "$(seen '[.discovered.images[0].references[].tag]|join(" ")')" "1.9.0 2.0.0-rc.1"
look_at "{\"image\":{\"repoURL\":\"$image\",\"imageSelectionStrategy\":\"Lexical\",\"ignoreTagsRegexes\":[\"^latest$\"]}}"
is "the last by name" "$(seen '.freight.images[0].tag')" "2.0.0-rc.1"
look_at "{\"image\":{\"repoURL\":\"$image\",\"imageSelectionStrategy\":\"Digest\",\"constraint\":\"latest\"}}"
is "a tag that moves is followed" "$(seen '.freight.images[0].digest')" "$(digest latest)"
look_at "{\"image\":{\"repoURL\":\"$image\",\"imageSelectionStrategy\":\"Digest\",\"constraint\":\"absent\"}}"
is "an absent one finds nothing, and makes no freight" "$(seen '[(.discovered.images[0].references|length), .freight]|join(" ")')" "0 "
is "and says so" "$(seen .discovered.images[0].reason)" 'there is no tag "absent"'
look_at "{\"image\":{\"repoURL\":\"$image\",\"constraint\":\"^4.0.0\"}}"
is "a constraint that nothing meets says what there is" "$(seen .discovered.images[0].reason)" \
	"none of 5 tags fits: 4 outside the constraint ^4.0.0 (the newest is 2.0.0-rc.1), 1 no semantic versions"
look_at "{\"image\":{\"repoURL\":\"$registry/acme/none\"}}"
ok "a repository that is not there is an error that names it" test "${seen#*acme/none}" != "$seen"
look_at "{\"image\":{\"repoURL\":\"$image\",\"platform\":\"linux/amd64\"}}"
is "a plain image says no platform" "$(seen '.freight')" "null"
is "so none fits one" "$(seen .discovered.images[0].reason)" \
	"none of 5 tags fits: 4 not for platform linux/amd64, 1 no semantic versions"

# An index of two platforms and an attestation, put together from images that are there.
type=application/vnd.oci.image.manifest.v1+json
entry() { printf '{"mediaType":"%s","digest":"%s","size":%d,"platform":%s}' "$type" "$1" "$2" "$3"; }
size() { curl -fsS -H "Accept: $type" "http://$registry/v2/acme/web/manifests/$1" | wc -c; }
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","annotations":{"from":"index"},"manifests":[%s,%s,%s]}' \
	"$(entry "$(digest 1.9.0)" "$(size 1.9.0)" '{"os":"linux","architecture":"amd64"}')" \
	"$(entry "$(digest 1.0.0)" "$(size 1.0.0)" '{"os":"linux","architecture":"arm64","variant":"v8"}')" \
	"$(entry "$(digest latest)" "$(size latest)" '{"os":"unknown","architecture":"unknown"}')" >"$work/index.json"
curl -fsS -X PUT -H "Content-Type: application/vnd.oci.image.index.v1+json" --data-binary @"$work/index.json" \
	"http://$registry/v2/acme/web/manifests/3.0.0" >/dev/null
look_at "{\"image\":{\"repoURL\":\"$image\",\"platform\":\"linux/arm64/v8\"}}"
is "an index with the platform is chosen" "$(seen '.freight.images[0].tag')" "3.0.0"
is "by the digest of the index" "$(seen '.freight.images[0].digest')" "sha256:$(sha256sum "$work/index.json" | cut -d' ' -f1)"
is "made when its newest image was" "$(seen '.discovered.images[0].references[0].createdAt')" "2026-01-05T10:00:00Z"
is "with its annotations" "$(seen '.freight.images[0].annotations.from')" "index"
look_at "{\"image\":{\"repoURL\":\"$image\",\"platform\":\"linux/riscv64\"}}"
is "no image fits another platform" "$(seen '.discovered.images[0].references|length')" "0"

# More tags than a page holds.
curl -fsS -H "Accept: $type" "http://$registry/v2/acme/web/manifests/1.0.0" >"$work/one.json"
n=0
while [ $n -lt 130 ]; do
	n=$((n + 1))
	printf 'url = "http://%s/v2/acme/web/manifests/0.1.%d"\nrequest = PUT\nheader = "Content-Type: %s"\ndata-binary = "@%s"\nnext\n' \
		"$registry" $n "$type" "$work/one.json"
done >"$work/puts"
sed -i '$d' "$work/puts"
curl -fsS -K "$work/puts" >/dev/null
look_at "{\"image\":{\"repoURL\":\"$image\",\"constraint\":\"~0.1.0\",\"discoveryLimit\":100}}"
is "a hundred of many tags" "$(seen '.discovered.images[0].references|[length, .[0].tag, .[99].tag]|join(" ")')" "100 0.1.130 0.1.31"

# A mirror has not all platforms of an index.
curl -fsS -X DELETE "http://$registry/v2/acme/web/manifests/$(digest 1.0.0)"
look_at "{\"image\":{\"repoURL\":\"$image\",\"platform\":\"linux/amd64\"}}"
is "an index of which another platform's manifest is gone is chosen" "$(seen '.freight.images[0].tag')" "3.0.0"
look_at "{\"image\":{\"repoURL\":\"$image\",\"platform\":\"linux/arm64/v8\"}}"
is "but not for that platform" "$(seen '.freight')" null
ok "which is said" test "$(seen '.discovered.images[0].reason | test("tag 3.0.0: reading .*404")')" = true

# A chart in a registry.
for tag in 0.1.0 0.2.0 v0.3.0 0.2.0_b1; do push_image charts/app $tag 2026-01-01T10:00:00Z; done
look_at "{\"chart\":{\"repoURL\":\"oci://$registry/charts/app\"}}"
is "chart versions of a registry" "$(seen '.discovered.charts[0].versions|join(" ")')" "v0.3.0 0.2.0+b1 0.2.0 0.1.0"

# Git: a branch, tags light and annotated, paths.
repo=$work/repo
git init -q "$repo"
commit() { # commit FILE MESSAGE DATE
	mkdir -p "$(dirname "$repo/$1")"
	echo "$2" >>"$repo/$1"
	git -C "$repo" add -A
	GIT_AUTHOR_DATE=$3 GIT_COMMITTER_DATE=$3 git -C "$repo" commit -qm "$2"
}
commit app/x "first" 2026-01-01T00:00:00Z
git -C "$repo" tag v1.0.0
commit docs/y "second" 2026-01-02T00:00:00Z
GIT_COMMITTER_DATE=2026-02-01T00:00:00Z git -C "$repo" tag -a v0.9.0 -m "late"
commit app/x "third [skip ci]" 2026-01-03T00:00:00Z
git -C "$repo" tag v1.1.0-rc.1
id() { git -C "$repo" rev-parse "$1"; }

url=file://$repo
look_at "{\"git\":{\"repoURL\":\"$url\"}}"
is "the default branch's commits, newest first" "$(seen '[.discovered.git[0].commits[].subject]|join(",")')" "third [skip ci],second,first"
is "freight holds the newest" "$(seen '.freight.commits[0].id')" "$(id HEAD)"
is "with its author" "$(seen '.freight.commits[0].author')" "Ada <ada@example.org>"
look_at "{\"git\":{\"repoURL\":\"$url\",\"branch\":\"main\",\"includePaths\":[\"docs\"]}}"
is "only commits that touch a folder" "$(seen '[.discovered.git[0].commits[]|.id + " " + .branch]|join(",")')" "$(id HEAD~1) main"
look_at "{\"git\":{\"repoURL\":\"$url\",\"branch\":\"main\",\"includePaths\":[\"charts\"]}}"
is "commits that touch nothing of interest are counted" "$(seen .discovered.git[0].reason)" \
	"none of 3 commits fits: 3 without a change in the paths that count"
look_at "{\"git\":{\"repoURL\":\"$url\",\"expressionFilter\":\"!(subject contains '[skip ci]')\"}}"
is "only commits that pass the expression" "$(seen '.freight.commits[0].id')" "$(id HEAD~1)"
look_at "{\"git\":{\"repoURL\":\"$url\",\"commitSelectionStrategy\":\"SemVer\",\"semverConstraint\":\"^1.0.0\"}}"
is "the best tag's commit" "$(seen '[.freight.commits[0]|.tag, .id]|join(" ")')" "v1.0.0 $(id HEAD~2)"
look_at "{\"git\":{\"repoURL\":\"$url\",\"commitSelectionStrategy\":\"NewestTag\"}}"
is "an annotated tag is as new as its tagger says" "$(seen '[.discovered.git[0].commits[].tag]|join(" ")')" "v0.9.0 v1.1.0-rc.1 v1.0.0"
is "and names the commit, not the tag" "$(seen '.freight.commits[0].id')" "$(id HEAD~1)"
commit app/x "fourth" 2026-01-04T00:00:00Z
look_at "{\"git\":{\"repoURL\":\"$url\"}}"
is "a new commit is found at the next look" "$(seen '.freight.commits[0].id')" "$(id HEAD)"
look_at "{\"git\":{\"repoURL\":\"$url\",\"branch\":\"none\"}}"
ok "a branch that is not there is named" test "${seen#*none}" != "$seen"

look_at "{\"git\":{\"repoURL\":\"$url\"}},{\"image\":{\"repoURL\":\"$image\",\"constraint\":\"^1.0.0\"},\"name\":\"web\"}"
is "freight of several subscriptions" "$(seen '[.freight.commits[0].id, .freight.images[0].tag, .freight.images[0].subscriptionName]|join(" ")')" \
	"$(id HEAD) 1.10.0 web"

# A classic chart repository behind a password.
if command -v nginx >/dev/null && command -v openssl >/dev/null; then
	port=$(free_port)
	mkdir -p "$work/www/charts"
	printf 'apiVersion: v1\nentries:\n  app:\n  - {version: 1.10.0}\n  - {version: 1.9.0}\n  - version: 1.2\n  - version: junk\n' \
		>"$work/www/charts/index.yaml"
	echo "ada:$(openssl passwd -apr1 geheim)" >"$work/users"
	cat >"$work/nginx.conf" <<C
daemon off; pid $work/nginx.pid; error_log $work/nginx.log; worker_processes 1;
events {}
http { access_log off; client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3;
uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
server { listen 127.0.0.1:$port; root $work/www;
location /charts/ { auth_basic x; auth_basic_user_file $work/users; } } }
C
	chmod -R a+rX "$work"
	nginx -c "$work/nginx.conf" 2>"$work/nginx.err" &
	later $!
	wait_for 10 is_listening "$port"
	charts=http://127.0.0.1:$port/charts
	look_at "{\"chart\":{\"repoURL\":\"$charts\",\"name\":\"app\"}}"
	ok "without a password it is refused, with advice" test "${seen#*helm}" != "$seen"
	printf '{"c":{"metadata":{"name":"c","labels":{"kargo.akuity.io/cred-type":"helm"}},"stringData":{"repoURL":"%s","username":"ada","password":"geheim"}}}' \
		"$charts" >"$work/secrets.json"
	look_at "{\"chart\":{\"repoURL\":\"$charts\",\"name\":\"app\"}}" "$work/secrets.json"
	is "chart versions of an index" "$(seen '.discovered.charts[0].versions|join(" ")')" "1.10.0 1.9.0 1.2"
	printf 'machine 127.0.0.1 login ada password geheim\n' >"$HOME/.netrc"
	look_at "{\"chart\":{\"repoURL\":\"$charts\",\"name\":\"app\"}}"
	is "by the password in ~/.netrc" "$(seen '.discovered.charts[0].versions|join(" ")')" "1.10.0 1.9.0 1.2"
	look_at "{\"chart\":{\"repoURL\":\"$charts\",\"name\":\"ap\"}}"
	is "a chart that is not there is told beside those that are" "$(seen .discovered.charts[0].reason)" \
		'the repository has no chart "ap"; it has app'
fi

# A warehouse of two repositories, of which one goes away.
for name in one two; do
	git init -q --bare "$work/$name.git"
	git clone -q "$work/$name.git" "$work/$name" 2>/dev/null
	git -C "$work/$name" commit -q --allow-empty -m "$name 1"
	git -C "$work/$name" push -q origin HEAD:main
done
cat >"$work/pair.yaml" <<C
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: pair}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: both, namespace: pair}
spec:
  interval: 1s
  subscriptions:
  - git: {repoURL: "file://$work/one.git", branch: main}
  - git: {repoURL: "file://$work/two.git", branch: main}
C
g() { "$gantry" "$@" -f "$work/pair.yaml" --ledger "$work/pair.git"; }
freight_is() { g get freight -o json | jq --arg one "$1" --arg two "$2" \
	'any(.[]; .commits | (any(.[]; .id == $one) and any(.[]; .id == $two)))' | grep -qx true; }
head_of() { git -C "$work/$1" rev-parse HEAD; }
"$gantry" agent -f "$work/pair.yaml" --ledger "$work/pair.git" 2>"$work/pair.log" &
later $!
ok "freight of both" wait_for 60 freight_is "$(head_of one)" "$(head_of two)"
mv "$work/two.git" "$work/gone.git"
ok "that one of them fails is told, with its name" wait_for 60 grep -q "warehouse both: .*two.git" "$work/pair.log"
git -C "$work/one" commit -q --allow-empty -m "one 2"
git -C "$work/one" push -q origin HEAD:main
ok "what the other finds becomes freight, with what was known of it" wait_for 60 freight_is "$(head_of one)" "$(head_of two)"

done_testing
