#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lint, explain, steps and eval from the outside: what they print, and their exit status.
. "$(dirname "$0")/lib.sh"
need jq

mkdir "$work/m"
cat >"$work/m/k.yaml" <<'C'
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata:
  name: demo
# who promotes by itself
spec:
  promotionPolicies:
  - stage: test # first
    autoPromotionEnabled: true
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: w, namespace: demo}
spec:
  subscriptions:
  - image:
      repoURL: nginx
      semverConstraint: ^1.0.0
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: demo}
spec:
  requestedFreight:
  - {origin: {kind: Warehouse, name: w}, sources: {direct: true}}
  promotionTemplate:
    spec:
      steps:
      - uses: copy
        config: {inPath: a, outPath: "${{ vars.where }}"}
C

ok "warnings alone do not fail" "$gantry" lint "$work/m"
ok "unless --strict says so" sh -c "! '$gantry' lint --strict '$work/m'"
is "a name that is not there is told with its place" \
	"$("$gantry" lint -o json "$work/m" | jq -r '.[] | select(.message | test("variable")) | "\(.line):\(.column) \(.severity)"')" \
	"30:38 warning"
is "SARIF says the same" \
	"$("$gantry" lint --sarif "$work/m" | jq -r '.runs[0].results | length')" \
	"$("$gantry" lint -o json "$work/m" | jq length)"

cp "$work/m/k.yaml" "$work/before.yaml"
chmod 0600 "$work/m/k.yaml"
ok "--fix rewrites in place" "$gantry" lint --fix "$work/m"
is "comments stay" "$(grep -c '# who promotes by itself\|# first' "$work/m/k.yaml")" 2
is "and so does the mode" "$(stat -c %a "$work/m/k.yaml")" 600
is "nothing old is left" "$("$gantry" lint -o json "$work/m" | jq -r '[.[] | select(.message | test("removed|deprecated"))] | length')" 0
is "what is fixed is not fixed again" "$("$gantry" lint --fix "$work/m" 2>&1 | grep -c fixed:)" 0

for order in UTF-16LE:'\377\376' UTF-16BE:'\376\377'; do
	{ printf "${order#*:}"; iconv -t "${order%:*}" "$work/before.yaml"; } >"$work/wide.yaml"
	"$gantry" lint "$work/wide.yaml" >"$work/out" 2>&1
	ok "a file in ${order%:*} is quoted as one reads it" grep -q '^ *18 |       semverConstraint: ^1.0.0$' "$work/out"
	ok "--fix rewrites it" "$gantry" lint --fix "$work/wide.yaml"
	{ printf "${order#*:}"; iconv -t "${order%:*}" "$work/m/k.yaml"; } >"$work/wanted.yaml"
	ok "in its own encoding" cmp "$work/wide.yaml" "$work/wanted.yaml"
done

is "a command misspelt" "$("$gantry" promte test 2>&1)" 'gantry: no command "promte"; did you mean promote?'
is "and one that is like no other" "$("$gantry" zzz 2>&1)" 'gantry: no command "zzz"; gantry help lists them'
printf 'kind: "x\\nfake.yaml:1:1: error: forged"\napiVersion: kargo.akuity.io/v1alpha1\nmetadata: {name: a}\n' >"$work/forged.yaml"
is "a name of two lines is one complaint" "$("$gantry" lint "$work/forged.yaml" 2>&1 | grep -c '^fake.yaml')" 0
echo 'manifest: /srv/kargo' >"$work/settings.yaml"
is "a setting misspelt" "$("$gantry" lint --settings "$work/settings.yaml" "$work/m" 2>&1)" \
	"gantry: $work/settings.yaml: line 1: manifest: no such setting; did you mean manifests?"
echo 'kargo-url: kargo.example.org' >"$work/settings.yaml"
is "an address that is none" "$("$gantry" lint --settings "$work/settings.yaml" "$work/m" 2>&1)" \
	"gantry: $work/settings.yaml: line 1: kargo-url: \"kargo.example.org\" is not an address such as https://kargo.example.org"
printf 'ascii: no\ntheme: neon\n' >"$work/settings.yaml"
"$gantry" -f "$work/m" --settings "$work/settings.yaml" >"$work/out" 2>&1
is "a theme that is not there is a usage error" $? 2
is "with its line, and the themes that are there" "$(sed -n '1s/there are .*dark.*/there are dark/p' "$work/out")" \
	"gantry: $work/settings.yaml: line 2: theme: no theme neon; there are dark"
is "however it is named" "$("$gantry" -f "$work/m" --theme neon 2>&1 | sed -n '1s/;.*//p')" "gantry: --theme: no theme neon"
mkdir -p "$work/config/gantry/config.yaml"
is "settings that are a folder" "$("$gantry" lint "$work/m" 2>&1)" \
	"gantry: $work/config/gantry/config.yaml: is a folder, and settings are a file: move it away, or name a file with --settings"
rmdir "$work/config/gantry/config.yaml"
: >"$work/file"
is "a ledger that is a file" "$("$gantry" promote test -f "$work/m" --ledger "$work/file" --reason x 2>&1 | head -n 1)" \
	"gantry: opening the ledger $work/file: $work/file is a file, and this has to be the folder of a bare git repository: name another"
mkdir "$work/odd names"
echo 'kind: Stagge' | cat - "$work/m/k.yaml" | sed 's/copy/coppy/' >"$work/odd names/50%.yaml"
is "SARIF's addresses are encoded" "$("$gantry" lint --sarif "$work/odd names" | jq -r '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri' | sed "s#$work#W#")" \
	"W/odd%20names/50%25.yaml"

sed -i 's/uses: copy/uses: copi/' "$work/m/k.yaml"
ok "an error fails" sh -c "! '$gantry' lint '$work/m' >'$work/out'"
ok "and is quoted with its mend" grep -q 'did you mean copy?' "$work/out"
printf 'apiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nspec: [' >"$work/m/broken.yaml"
ok "a file that does not read is one error of several" sh -c "'$gantry' lint '$work/m' | grep -c error: | grep -qx 2"
rm "$work/m/broken.yaml"
printf 'kind: [' >"$work/m/other.yaml"
ok "a file of another tool is none" sh -c "'$gantry' lint '$work/m' | grep -c error: | grep -qx 1"
ok "it is counted" sh -c "'$gantry' lint '$work/m' | tail -n 1 | grep -q '1 other file left out'"
ok "and named with -v" sh -c "'$gantry' lint -v '$work/m' 2>&1 | grep -q 'left out: .*other.yaml'"
is "a file that holds nothing else is no success" "$("$gantry" lint "$work/m/other.yaml" 2>&1; echo $?)" "gantry: nothing of Kargo is in this file
1"
mkdir -p "$work/root/.kargo" "$work/root/.git" "$work/root/node_modules"
sed 's/copi/copy/' "$work/m/k.yaml" >"$work/root/.kargo/k.yaml"
cp "$work/m/k.yaml" "$work/root/.git"
cp "$work/m/k.yaml" "$work/root/node_modules"
ok "a folder .kargo is read, and what tools keep is not" sh -c "'$gantry' lint '$work/root' | tail -n 1 | grep -q 'in 1 file'"
mkdir "$work/none"
cp "$work/m/other.yaml" "$work/none"
ok "a folder with nothing of Kargo in it fails" sh -c "! '$gantry' lint '$work/none' 2>'$work/err'"
ok "with a word" grep -q 'nothing of Kargo' "$work/err"

mkdir "$work/version"
sed 's/uses: copi/uses: git-open-pr/; s/config: {inPath.*/config: {repoURL: "https:\/\/x.invalid\/a", sourceBranch: a, targetBranch: b, createTargetBranch: true}/' \
	"$work/m/k.yaml" >"$work/version/k.yaml"
ok "the newest Kargo has no createTargetBranch" \
	sh -c "'$gantry' lint '$work/version' | grep -q 'createTargetBranch: removed from Kargo'"
ok "an older one has it still" \
	sh -c "'$gantry' lint --kargo 1.11 '$work/version' | grep -q 'createTargetBranch: Kargo 1.12 takes it away'"
ok "a version that is none is no version" sh -c "'$gantry' lint --kargo newest '$work/version' 2>&1 | grep -q 'such as 1.12'"

is "explain says what a field is" "$("$gantry" explain -o json Warehouse.spec.interval | jq -r .type)" duration
is "and without a kind, which there are" "$("$gantry" explain -o json | jq -r '[.[].kind] | index("Stage") != null')" true
is "one that is misspelt is found" "$("$gantry" explain Stge 2>&1)" 'gantry: no kind "Stge"; did you mean Stage?'
is "and so is a field" "$("$gantry" explain Stage.spec.requestedFreigt 2>&1)" \
	'gantry: spec has no field "requestedFreigt"; did you mean requestedFreight?'
ok "for people, with what may be left out and what may stand there" \
	sh -c "'$gantry' explain git-push >'$work/out' && grep -q 'Otherwise: the current branch' '$work/out'"
is "steps say what they need" \
	"$("$gantry" steps copy -o json | jq -r '[.config[] | select(.required) | .name] | join(" ")')" "inPath outPath"
is "eval answers line by line" \
	"$(printf '{"expr":"1 + 1"}\n{"expr":"1 +"}\n' | "$gantry" eval --jsonl | jq -rc '.json // .error')" "2
compile"
printf 'ctx: {stage: uat, n: 3}\n' >"$work/env.yaml"
printf '{"ctx": {"stage": "prod"}}' >"$work/env.json"
printf '[uat]' >"$work/list.yaml"
is "or one, with variables" "$("$gantry" eval --env "$work/env.yaml" 'ctx.stage + "-1"')" '"uat-1"'
is "of JSON, too" "$("$gantry" eval --env "$work/env.json" 'ctx.stage')" '"prod"'
is "a template is a text" "$("$gantry" eval --env "$work/env.yaml" --template 'to ${{ ctx.stage }} ${{ ctx.n }}')" '"to uat 3"'
is "but for one expression alone" "$("$gantry" eval --env "$work/env.yaml" --template '${{ ctx.n }}')" 3
is "templates can be asked by the line" \
	"$(echo '{"expr":"${{ ctx.stage }}!"}' | "$gantry" eval --env "$work/env.yaml" --template --jsonl | jq -r .json)" 'uat!'
is "variables that are none are refused" "$("$gantry" eval --env "$work/list.yaml" 1 2>&1)" \
	"gantry: $work/list.yaml: variables are a map of names to values"
is "and so is a result that JSON does not have" "$("$gantry" eval '0 / 0' 2>&1; echo $?)" "gantry: JSON has no infinity and no NaN
1"

# Of several projects, one can be asked about.
mkdir "$work/two"
for name in one other; do
	printf 'apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: %s}\n---\n' $name
	printf 'apiVersion: kargo.akuity.io/v1alpha1\nkind: Warehouse\nmetadata: {name: w, namespace: %s}\nspec: {wrong%s: 1}\n---\n' $name $name
done >"$work/two/k.yaml"
ok "lint of all projects" sh -c "! '$gantry' lint -f '$work/two' >'$work/out' && grep -q wrongone '$work/out' && grep -q wrongother '$work/out'"
ok "or of one" sh -c "! '$gantry' lint -f '$work/two' -p 'oth*' >'$work/out'; ! grep -q wrongone '$work/out' && grep -q wrongother '$work/out'"

# One bad object costs itself: every verb goes on with the rest, and says what is wrong.
mkdir "$work/bad"
cat >"$work/bad/k.yaml" <<'C'
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: shop}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: w, namespace: shop}
spec: {subscriptions: [{image: {repoURL: registry.invalid/shop}}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: shop}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: w}, sources: {direct: true}}]
  promotionTemplate: {spec: {steps: [{uses: fail}]}}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: prod, namespace: shop}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: w}, sources: {stages: [test], requiredSoakTime: 3 days}}]
  promotionTemplate: {spec: {steps: [{uses: fail}]}}
C
on() { "$gantry" -L "$work/bad.git" -f "$work/bad" "$@"; }
ok "the printed board shows it" sh -c "'$gantry' -L '$work/bad.git' -f '$work/bad' 2>'$work/err' | grep -q \"bad manifest\""
is "get lists every stage" "$(on get stages -o json 2>/dev/null | jq -r '[.[].name] | join(" ")')" "test prod"
is "and says which has a bad manifest" \
	"$(on get stages -o json 2>/dev/null | jq -r '[.[] | select(.fault != "") | .name] | join(" ")')" prod
on get stages >"$work/out" 2>"$work/err"
ok "and why, on standard error" grep -q 'k.yaml:21: stage prod: .*is not a duration' "$work/err"
sed 's/name: prod,/name: test,/; s/3 days/72h/' "$work/bad/k.yaml" >"$work/k2.yaml" && mv "$work/k2.yaml" "$work/bad/k.yaml"
"$gantry" -L "$work/bad.git" agent -f "$work/bad" 2>"$work/agent.log" &
agent=$!
for i in 1 2 3 4 5 6 7 8 9 10; do
	grep -q 'there is another one' "$work/agent.log" && break
	sleep 1
done
kill $agent && wait $agent
ok "an agent's log says it at its start" grep -q 'manifests.*there is another one in .*k.yaml:10' "$work/agent.log"
for verb in "get stages" "promote test" ""; do
	on $verb >"$work/out" 2>"$work/err"
	is "two stages of one name stop${verb:+ gantry} $verb, with status" $? 1
	ok "and are named" grep -q 'there is another one in .*k.yaml:10' "$work/err"
done

mkfifo "$work/pipe.yaml"
timeout 60 "$gantry" lint "$work/pipe.yaml" >"$work/out" 2>&1
is "a pipe to which nobody writes is no manifest" $? 1
ok "and is named" grep -q "pipe.yaml: a pipe to which nothing was written" "$work/out"
(sleep 1; cat "$work/k2.yaml" 2>/dev/null || cat "$work/bad/k.yaml") >"$work/pipe.yaml" &
"$gantry" lint "$work/pipe.yaml" >"$work/out" 2>&1
ok "what somebody writes to it is read" grep -q "pipe.yaml:10" "$work/out"
done_testing
