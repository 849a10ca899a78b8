#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# oci-download and oci-push against docker-registry: open, with passwords, with TLS, and one that lies.
. "$(dirname "$0")/lib.sh"
need docker-registry skopeo curl jq htpasswd openssl
answer=${builddir:-build}/tests/story/helper_answer
[ -x "$answer" ] || skip_all "$answer is not built"
unset DOCKER_CONFIG MAX_OCI_PUSH_ARTIFACT_SIZE

mkdir "$work/dir"
# step NAME CONFIG [OPTION...]: one step; $out and $err are what it says, $? how it ends.
step() {
	printf '%s' "$2" >"$work/config.yaml"
	name=$1
	shift 2
	"$gantry" step "$name" --config "$work/config.yaml" --dir "$work/dir" --no-diff -o json "$@" \
		>"$work/out" 2>"$work/err"
}
output() { jq -r ".output.$1" "$work/out"; }
download() { step oci-download "{imageRef: \"$1\", outPath: $2${3:+, $3}}"; }
push() { step oci-push "{srcRef: \"$1\", destRef: \"$2\"${3:+, $3}}"; }
# says WORDS: whether the error does; and it must be one line for a person.
says() { grep -q -- "$1" "$work/err" || { cat "$work/err"; return 1; }; }
fails() { ! "$@"; }
same() { cmp "$work/dir/$1" "$2"; }
raw() { skopeo inspect --tls-verify=false ${2:+--creds "$2"} --raw "docker://$1"; }
digest() { raw "$1" ${2:+"$2"} >"$work/raw" 2>/dev/null && echo "sha256:$(sha256sum "$work/raw" | cut -d' ' -f1)"; }

# put_blob REPO FILE: uploads it; prints its descriptor without the end.
put_blob() {
	sum=sha256:$(sha256sum "$2" | cut -d' ' -f1)
	place=$(curl -fsS -X POST -D - -o /dev/null "http://$registry/v2/$1/blobs/uploads/" | sed -n 's/\r$//; s/^[Ll]ocation: //p')
	curl -fsS -X PUT -H 'Content-Type: application/octet-stream' --data-binary @"$2" "$place&digest=$sum" >/dev/null
	printf '"digest":"%s","size":%d' "$sum" "$(wc -c <"$2")"
}
# put_manifest REPO TAG FILE [TYPE]
put_manifest() {
	curl -fsS -X PUT -H "Content-Type: ${4:-application/vnd.oci.image.manifest.v1+json}" \
		--data-binary @"$3" "http://$registry/v2/$1/manifests/$2" >/dev/null
}
# put_artifact REPO TAG TYPE=FILE...
put_artifact() {
	repo=$1 tag=$2 layers=
	shift 2
	printf '{}' >"$work/empty.json"
	config=$(put_blob "$repo" "$work/empty.json")
	for layer; do
		layers="$layers${layers:+,}{\"mediaType\":\"${layer%%=*}\",$(put_blob "$repo" "${layer#*=}"),\"annotations\":{\"name\":\"${layer#*/}\"}}"
	done
	printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"application/x-test","config":{"mediaType":"application/vnd.oci.empty.v1+json",%s},"layers":[%s],"annotations":{"kept":"yes"}}' \
		"$config" "$layers" >"$work/manifest.json"
	put_manifest "$repo" "$tag" "$work/manifest.json"
}

start_registry
echo 'one layer' >"$work/one"
head -c 3000000 /dev/urandom >"$work/two"
put_artifact acme/one 1.0.0 "text/plain=$work/one"
put_artifact acme/several v1 "text/plain=$work/one" "application/x-big=$work/two" "text/plain=$work/two"
put_artifact acme/none v1
one=$registry/acme/one several=$registry/acme/several
one_digest=$(digest "$one:1.0.0")

# Downloads.
ok "an artifact's only layer is downloaded" download "$one:1.0.0" out/one
ok "as it was pushed" same out/one "$work/one"
ok "by digest, too" download "$one@$one_digest" by-digest
ok "and as a chart is written" download "oci://$one:1.0.0" as-chart
ok "the first of several layers is taken" download "$several:v1" first
ok "which is the first" same first "$work/one"
ok "a media type chooses" download "$several:v1" big "mediaType: application/x-big"
ok "the layer of that type" same big "$work/two"
ok "no layer of the type is an error" fails download "$several:v1" x "mediaType: image/png"
ok "that names the type" says "no layer of the media type image/png"
ok "nothing is left of it" test ! -e "$work/dir/x"
ok "no layers at all are one, too" fails download "$registry/acme/none:v1" x
ok "said so" says "no layers"
ok "what is there is not replaced" fails download "$several:v1" out/one
ok "unless allowOverwrite, which is told" says "allowOverwrite: true"
ok "with it, it is" download "$several:v1" out/one "allowOverwrite: true, mediaType: application/x-big"
ok "wholly" same out/one "$work/two"
ok "a tag that is not there is an error" fails download "$one:9.9.9" x
ok "that names the reference" says "$one:9.9.9"
ok "neither tag nor digest is an error" fails download "$one" x
ok "that says what is missing" says "must name a tag"
ok "tag and digest at once are one" fails download "$one:1.0.0@$one_digest" x
ok "outPath leads nowhere outside" fails download "$one:1.0.0" ../x
ok "and says so" says "leads out of the work directory"
ln -s / "$work/dir/root"
ok "nor through a link" fails download "$one:1.0.0" root/tmp/x
ok "the folder is clean of drafts" sh -c "! ls -A '$work/dir' '$work/dir/out' | grep gantry-"

# An index: the image for linux/amd64 is meant.
raw "$several:v1" >"$work/amd64.json"
raw "$one:1.0.0" >"$work/arm64.json"
put_artifact acme/several arm64 "text/plain=$work/one"
type=application/vnd.oci.image.manifest.v1+json
entry() { printf '{"mediaType":"%s","digest":"%s","size":%d,"platform":{"os":"linux","architecture":"%s"}}' "$type" "$(digest "$1")" "$(raw "$1" | wc -c)" "$2"; }
index() { printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s],"annotations":{"kept":"index"}}' "$1"; }
index "$(entry "$several:arm64" arm64),$(entry "$several:v1" amd64)" >"$work/index.json"
put_manifest acme/several multi "$work/index.json" application/vnd.oci.image.index.v1+json
ok "of an index, the image for linux/amd64" download "$several:multi" multi "mediaType: application/x-big"
ok "is downloaded" same multi "$work/two"
index "$(entry "$several:arm64" arm64)" >"$work/arm.json"
put_manifest acme/several arm-only "$work/arm.json" application/vnd.oci.image.index.v1+json
ok "an index without one is an error" fails download "$several:arm-only" x
ok "that says so" says "linux/amd64"

# Pushes.
ok "a tag more in the same repository" push "$several:v1" "$several:retagged"
is "says the reference" "$(output image)" "$several:retagged"
is "the tag" "$(output tag)" retagged
is "and the digest, which is the same" "$(output digest)" "$(digest "$several:v1")"
is "the registry has it" "$(digest "$several:retagged")" "$(digest "$several:v1")"
ok "not a blob is moved for it" fails grep -q copying "$work/err"
ok "a copy to another repository" push "$several@$(digest "$several:v1")" "$registry/prod/several:v1"
is "is the same, byte for byte" "$(raw "$registry/prod/several:v1" | sha256sum)" "$(raw "$several:v1" | sha256sum)"
ok "its blobs are lent within a registry" fails grep -q copying "$work/err"
rm "$work/dir/big"
ok "and can be downloaded there" download "$registry/prod/several:v1" big "mediaType: application/x-big"
ok "whole" same big "$work/two"
ok "as a chart is written" push "oci://$one:1.0.0" "oci://$registry/prod/one:1.0.0"
is "oci:// is not said back" "$(output image)" "$registry/prod/one:1.0.0"

ok "annotations are added" push "$one:1.0.0" "$registry/prod/one:noted" \
	'annotations: {a: plain, "manifest:b": to manifests, "index:c": to indexes}'
is "to what was there" "$(raw "$registry/prod/one:noted" | jq -rc '.annotations | to_entries | map(.key + "=" + .value) | join(" ")')" "kept=yes a=plain b=to manifests"
is "nothing else is lost" "$(raw "$registry/prod/one:noted" | jq -c 'del(.annotations)')" "$(raw "$one:1.0.0" | jq -c 'del(.annotations)')"
is "the digest is the new one" "$(output digest)" "$(digest "$registry/prod/one:noted")"
ok "a number is no annotation" fails push "$one:1.0.0" "$registry/prod/one:n" 'annotations: {a: 1}'
ok "and the mend is said" says "annotations.a: must be a text"

ok "an index is copied with its images" push "$several:multi" "$registry/prod/several:multi"
is "unchanged" "$(digest "$registry/prod/several:multi")" "$(digest "$several:multi")"
ok "its images are there" download "$registry/prod/several:multi" copied "mediaType: application/x-big"
ok "annotations of an index" push "$several:multi" "$registry/prod/several:noted" 'annotations: {a: plain, "index:c": to indexes}'
is "go to it" "$(raw "$registry/prod/several:noted" | jq -rc '.annotations | keys | join(" ")')" "c kept"
child=$(raw "$registry/prod/several:noted" | jq -r '.manifests[0].digest')
is "and to its images" "$(raw "$registry/prod/several@$child" | jq -r .annotations.a)" plain
is "whose size it knows" "$(raw "$registry/prod/several:noted" | jq -r '.manifests[0].size')" "$(raw "$registry/prod/several@$child" | wc -c)"

ok "destRef by digest is an error" fails push "$one:1.0.0" "$registry/prod/one@$one_digest"
ok "that names it" says "destRef"
ok "what is not there is one" fails push "$one:9.9.9" "$registry/prod/one:x"
ok "with both names" says "pushing $one:9.9.9 as $registry/prod/one:x"
MAX_OCI_PUSH_ARTIFACT_SIZE=1000
export MAX_OCI_PUSH_ARTIFACT_SIZE
ok "what is larger than the limit is refused" fails push "$several:v1" "$registry/prod/several:toolarge"
ok "with both sizes" says "bytes, more than the 1000"
ok "nothing of it is there" fails digest "$registry/prod/several:toolarge"
ok "within a repository there is no limit" push "$several:v1" "$several:again"
MAX_OCI_PUSH_ARTIFACT_SIZE=0
ok "0 refuses copies between repositories" fails push "$one:1.0.0" "$registry/prod/one:zero"
MAX_OCI_PUSH_ARTIFACT_SIZE=-1
ok "less than 0 is no limit" push "$several:v1" "$registry/prod/several:nolimit"
unset MAX_OCI_PUSH_ARTIFACT_SIZE

echo 'a chart of sorts' >"$work/dir/app.tgz"
file() { step oci-push "{srcPath: \"$1\", destRef: \"$registry/acme/file:$2\"${3:+, $3}}"; }
ok "a file is pushed" file ./app.tgz v1 'annotations: {a: b, "manifest:c": d, "index:e": f}'
is "as an artifact of one layer" "$(raw "$registry/acme/file:v1" | jq -c '[.artifactType, .config.mediaType, .config.size, (.layers | length), .layers[0].mediaType, .annotations]')" \
	'["application/vnd.unknown.artifact.v1","application/vnd.oci.empty.v1+json",2,1,"application/vnd.oci.image.layer.v1.tar+gzip",{"a":"b","c":"d"}]'
is "whose digest it tells" "$(output digest)" "$(digest "$registry/acme/file:v1")"
ok "and which comes back" download "$registry/acme/file:v1" back.tgz
ok "as it was" same back.tgz "$work/dir/app.tgz"
ok "of any type" file app.tgz v2 'mediaType: text/plain, artifactType: application/x-test'
is "that was asked for" "$(raw "$registry/acme/file:v2" | jq -r '.artifactType + " " + .layers[0].mediaType')" "application/x-test text/plain"
ok "what is no media type is an error" fails file app.tgz v3 'mediaType: tar'
ok "which says what one is" says "write type/subtype"
ok "a path that leads out is one" fails file ../out.tgz v3
ok "and an absolute one" fails file /etc/hostname v3
ok "with what to do instead" says "write it relative"
ok "a folder is one" fails file . v3
ok "which tells of tar" says "the tar step makes one of a folder"
export MAX_OCI_PUSH_ARTIFACT_SIZE=3
ok "the limit always holds" fails file app.tgz v1
ok "and says so" says "more than the 3 that MAX_OCI_PUSH_ARTIFACT_SIZE allows"
unset MAX_OCI_PUSH_ARTIFACT_SIZE
ok "both sources are an error" fails step oci-push "{srcPath: a, srcRef: \"$one:1.0.0\", destRef: \"$registry/acme/file:v3\"}"
ok "and neither" fails step oci-push "{destRef: \"$registry/acme/file:v3\"}"
ok "with what to do" says "give srcRef, an image to copy, or srcPath, a file to push"

# A registry with passwords: docker's own login, and Kargo's Secrets.
open=$registry
htpasswd -Bbn ada lovelace >"$work/users" 2>/dev/null
start_registry "auth: {htpasswd: {realm: test, path: $work/users}}"
closed=$registry
ok "a registry that wants passwords is an error" fails push "$one:1.0.0" "$closed/acme/one:1.0.0"
ok "that says how to give one" says "add a Secret for the repository or run docker login"
DOCKER_CONFIG=$work/docker
export DOCKER_CONFIG
mkdir "$DOCKER_CONFIG"
login() { printf '{"auths":{"%s":{"auth":"%s"}}}' "$closed" "$(printf '%s' "$1" | base64)" >"$DOCKER_CONFIG/config.json"; }
login ada:lovelace
ok "docker's login is used" push "$several:v1" "$closed/acme/several:v1"
ok "blobs go from registry to registry" grep -q 'copying sha256' "$work/err"
is "whole" "$(digest "$closed/acme/several:v1" ada:lovelace)" "$(digest "$several:v1")"
ok "and come back" download "$closed/acme/several:v1" closed "mediaType: application/x-big"
ok "as they went" same closed "$work/two"
ok "what is there is not sent twice" push "$several:v1" "$closed/acme/several:v2"
ok "as it says" fails grep -q copying "$work/err"
login ada:babbage
ok "a wrong password is an error" fails download "$closed/acme/several:v1" x
ok "that names the user" says "credentials of 'ada'"
ok "and not the password" fails grep -q babbage "$work/err"
rm "$DOCKER_CONFIG/config.json"
mkdir "$work/m"
secret() { # secret NAME TYPE URL
	printf -- '---\napiVersion: v1\nkind: Secret\nmetadata: {name: %s, namespace: demo, labels: {kargo.akuity.io/cred-type: %s}}\nstringData: {repoURL: "%s", username: ada, password: lovelace}\n' "$1" "$2" "$3"
}
{
	printf 'apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}\n'
	secret images image "$closed/acme/several"
	secret charts helm "oci://$closed/charts/one"
} >"$work/m/all.yaml"
ok "a Secret of the project is used" step oci-download "{imageRef: \"$closed/acme/several:v1\", outPath: secret}" -f "$work/m"
ok "for its own repository only" fails step oci-download "{imageRef: \"$closed/acme/other:v1\", outPath: x}" -f "$work/m"
ok "one of type helm for oci://" step oci-push "{srcRef: \"$one:1.0.0\", destRef: \"oci://$closed/charts/one:1.0.0\"}" -f "$work/m"
ok "and not without" fails step oci-push "{srcRef: \"$one:1.0.0\", destRef: \"$closed/charts/one:2.0.0\"}" -f "$work/m"

# TLS with a certificate that nobody signed.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
	-keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
start_registry "" "tls: {certificate: $work/cert.pem, key: $work/key.pem}"
ok "an unknown certificate is an error" fails push "$one:1.0.0" "$registry/acme/one:1.0.0"
ok "that says so" says "certificate is not trusted"
ok "unless it is told not to look" push "$one:1.0.0" "$registry/acme/one:1.0.0" 'insecureSkipTLSVerify: true'
ok "there and back" download "$registry/acme/one:1.0.0" tls 'insecureSkipTLSVerify: true'
ok "whole" same tls "$work/one"

# A registry that lies: what it says is checked against the digest, and nothing of it stays.
mkdir "$work/lies"
"$answer" "$work/lies" >"$work/port" &
later $!
wait_for 10 test -s "$work/port"
liar=127.0.0.1:$(cat "$work/port")
lie() { # lie PATH FILE [LENGTH] [HEADER]
	mkdir -p "$work/lies/$(dirname "$1")"
	{ printf 'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n' "${3:-$(wc -c <"$2")}" "${4:+$4
}"; cat "$2"; } >"$work/lies/$1"
}
raw "$several:v1" >"$work/true.json"
two=sha256:$(sha256sum "$work/two" | cut -d' ' -f1)
lie v2/x/manifests/v1 "$work/true.json" "" "Content-Type: $type$(printf '\r')"
lie v2/x/blobs/$two "$work/one"
ok "another blob than asked for is an error" fails download "$liar/x:v1" x "mediaType: application/x-big"
ok "that says which came" says "asked for $two but was sent sha256:"
ok "a blob that lies is not passed on" fails push "$liar/x:v1" "$open/liar/x:v1"
ok "nor its manifest" fails digest "$open/liar/x:v1"
head -c 1000 "$work/two" >"$work/part"
lie v2/x/blobs/$two "$work/part" 3000000
ok "a blob that breaks off is an error" fails download "$liar/x:v1" x "mediaType: application/x-big"
ok "nothing of it stays" sh -c "! ls -A '$work/dir' | grep -x 'x\|.gantry-.*'"
lie v2/x/manifests/$one_digest "$work/true.json" "" "Content-Type: $type$(printf '\r')"
ok "another manifest than asked for, too" fails download "$liar/x@$one_digest" x
ok "as it says" says "asked for $one_digest but was sent"
sed 's/"size":3000000/"size":200000000/' "$work/true.json" >"$work/large.json"
lie v2/x/manifests/large "$work/large.json" "" "Content-Type: $type$(printf '\r')"
ok "a layer that is said to have over 100 MB is not asked for" fails download "$liar/x:large" x "mediaType: application/x-big"
ok "as it says" says "200000000 bytes, more than the 100 MB"
sed 's/3000000/2999999/' "$work/true.json" >"$work/small.json"
lie v2/x/blobs/$two "$work/two"
lie v2/x/manifests/small "$work/small.json" "" "Content-Type: $type$(printf '\r')"
ok "a blob larger than its manifest says is not passed on" fails push "$liar/x:small" "$open/liar/x:small"
head -c 5000000 /dev/zero >"$work/huge.json"
lie v2/x/manifests/huge "$work/huge.json" "" "Content-Type: $type$(printf '\r')"
ok "a manifest of 5 MB is not read" fails download "$liar/x:huge" x
ok "as it says" says "larger than"
printf '{"schemaVersion":2,"config":{"digest":"../../etc","size":1},"layers":[{"digest":"../../../etc/passwd","size":5}]}' >"$work/paths.json"
lie v2/x/manifests/paths "$work/paths.json" "" "Content-Type: $type$(printf '\r')"
ok "a digest that is a path is no digest" fails download "$liar/x:paths" x
ok "as it says" says "is not a digest"
ok "nor for pushes" fails push "$liar/x:paths" "$open/liar/x:paths"
printf 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/vnd.docker.distribution.manifest.v1+json\r\n\r\n{}' >"$work/lies/v2/x/manifests/old"
ok "an image of the first schema is refused" fails push "$liar/x:old" "$open/liar/x:old"
ok "by its type" says "neither an image nor an index"
done_testing
