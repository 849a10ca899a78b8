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

sed -i 's/uses: copy/uses: copi/' "$work/m/k.yaml"
ok "an error fails" sh -c "! '$gantry' lint '$work/m' >'$work/out'"
ok "and is quoted with its mend" grep -q 'did you mean copy?' "$work/out"
printf 'kind: [' >"$work/m/broken.yaml"
ok "a file that does not read is one error of several" sh -c "'$gantry' lint '$work/m' | grep -c error: | grep -qx 2"

is "explain says what a field is" "$("$gantry" explain -o json Warehouse.spec.interval | jq -r .type)" duration
is "steps say what they need" \
	"$("$gantry" steps copy -o json | jq -r '[.config[] | select(.required) | .name] | join(" ")')" "inPath outPath"
is "eval answers line by line" \
	"$(printf '{"expr":"1 + 1"}\n{"expr":"1 +"}\n' | "$gantry" eval --jsonl | jq -rc '.json // .error')" "2
compile"
done_testing
