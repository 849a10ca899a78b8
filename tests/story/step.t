#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gantry step, as somebody who writes manifests uses it.
. "$(dirname "$0")/lib.sh"
need jq diff iconv
mkdir "$work/dir"
cd "$work" || exit 1
printf 'image:\n  tag: 1.0 # ours\n' >dir/v.yaml
cat >config.yaml <<'C'
path: v.yaml
updates: [{key: image.tag, value: "${{ vars.tag }}"}]
C
printf 'vars: {tag: 2.0.0}\n' >env.yaml
fails() { ! "$@"; }

ok "a step runs on a folder" "$gantry" step yaml-update --config config.yaml --dir dir --env env.yaml
"$gantry" step yaml-update --config config.yaml --dir dir --env env.yaml -o json >out
is "its outputs are printed" "$(jq -r .output.commitMessage out | tail -n 1)" "- image.tag: 2.0.0"
printf 'image:\n  tag: 1.0 # ours\n' >dir/v.yaml
"$gantry" step yaml-update --config config.yaml --dir dir --env env.yaml >out
is "and what it changed, as git shows it" "$(sed -n '/^---/,$p' out)" "--- a/v.yaml
+++ b/v.yaml
@@ -1,2 +1,2 @@
 image:
-  tag: 1.0 # ours
+  tag: 2.0.0 # ours"
printf 'uses: yaml-update\nconfig: {path: v.yaml, updates: [{key: image.tag, value: x}]}\n' >whole.yaml
ok "a whole step can be pasted" "$gantry" step yaml-update --config whole.yaml --dir dir
ok "into its own kind" fails "$gantry" step copy --config whole.yaml --dir dir
ok "from stdin, too" sh -c "'$gantry' step yaml-update --config - --dir dir <whole.yaml"
ok "a wrong field is told with the right one" sh -c "printf 'pathh: x' | '$gantry' step yaml-update --config - --dir dir 2>&1 | grep -q 'did you mean path'"
ok "a step that keeps metadata says what it would keep" \
	sh -c "printf 'updates: [{kind: Stage, name: s, values: {a: b}}]' | '$gantry' step set-metadata --config - --dir dir 2>&1 | grep -q 'would be kept with Stage s'"
ok "and one that renames freight" \
	sh -c "printf 'name: f\nalias: b' | '$gantry' step set-freight-alias --config - --dir dir 2>&1 | grep -q 'Freight f would be called b'"
"$gantry" steps -o json >all.json
for name in $(jq -r '.[].kind' all.json); do
	printf 'x-unknown: 1\n' | "$gantry" step "$name" --config - --dir dir --no-diff >/dev/null 2>err
	[ $? -le 4 ] || echo "$name" >>crashed
done
ok "no step falls over" test ! -e crashed

# Files in UTF-16 stay what they are.
printf 'name: größe 🚢\ntag: "1"\n' | iconv -t UTF-16LE | { printf '\377\376'; cat; } >dir/wide.yaml
printf 'path: wide.yaml\nupdates: [{key: tag, value: "2"}]\n' >wide.yaml
ok "a file in UTF-16 is edited" "$gantry" step yaml-update --config wide.yaml --dir dir --no-diff
is "and stays in it" "$(iconv -f UTF-16 dir/wide.yaml)" 'name: größe 🚢
tag: "2"'
printf 'path: wide.yaml\noutputs: [{name: x, fromExpression: name}]\n' >parse.yaml
is "it is parsed" "$("$gantry" step yaml-parse --config parse.yaml --dir dir --no-diff -o json | jq -r .output.x)" "größe 🚢"
printf 'inFiles: [wide.yaml, v.yaml]\noutFile: merged.yaml\n' >merge.yaml
ok "and merged" "$gantry" step yaml-merge --config merge.yaml --dir dir --no-diff
ok "into UTF-8" grep -q '^name: "*größe' dir/merged.yaml
printf '\377\376a' >dir/wide.yaml
ok "a broken one is an error that says where" sh -c "'$gantry' step yaml-update --config wide.yaml --dir dir 2>&1 | grep -q 'wide.yaml: byte 2: not UTF-16'"

# Numbers that a double does not hold keep their digits.
cat >numbers.yaml <<'C'
vars: {tag: "20240115123456789", id: 12345678901234567}
outputs: {ask: {id: 9007199254740993}}
C
for kind in yaml json toml; do
	cat >numbers.config.yaml <<C
path: n.$kind
updates:
- {key: a, value: 9007199254740993}
- {key: b, value: "\${{ vars.tag }}"}
- {key: c, value: "\${{ vars.id }}"}
- {key: d, value: "\${{ quote(outputs.ask.id) }}"}
C
	case $kind in
	json) printf '{"a": 1, "b": 1, "c": 1, "d": "x"}\n' >dir/n.json ;;
	toml) printf 'a = 1\nb = 1\nc = 1\nd = "x"\n' >dir/n.toml ;;
	yaml) printf 'a: 1\nb: 1\nc: 1\nd: "x"\n' >dir/n.yaml ;;
	esac
	"$gantry" step "$kind-update" --config numbers.config.yaml --dir dir --env numbers.yaml -o json >out
	is "$kind-update keeps the digits of long numbers" "$(tr -dc '0-9\n,' <dir/n.$kind | tr ',' '\n' | grep .)" \
		"9007199254740993
20240115123456789
12345678901234567
9007199254740993"
	is "and says them" "$(jq -r .output.commitMessage out | sed -n 's/^- [ac]: //p')" "9007199254740993
12345678901234567"
done
printf 'path: n.json\nupdates: [{key: a, value: 12345678901234567890}]\n' >numbers.config.yaml
"$gantry" step json-update --config numbers.config.yaml --dir dir --no-diff >out
ok "those beyond 64 bits, too" grep -q '"a": 12345678901234567890,' dir/n.json
sed -i s/json/toml/ numbers.config.yaml
ok "TOML has none as large, and nothing is changed" \
	sh -c "'$gantry' step toml-update --config numbers.config.yaml --dir dir 2>&1 | grep -q 'TOML has no integer as large as 12345678901234567890' && grep -q 9007199254740993 dir/n.toml"
done_testing
