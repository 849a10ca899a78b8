#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A shared ledger behind a password that only the manifests know: a Secret of type git.
. "$(dirname "$0")/lib.sh"
need git jq
unset GANTRY_REMOTE
start_git_http
export SSL_CERT_FILE="$certificate"
git init -q --bare "$work/srv/ledger.git"
git -C "$work/srv/ledger.git" config http.receivepack true
git init -q "$work/app"
git -C "$work/app" commit -q --allow-empty -m one

manifests() { # manifests PASSWORD
	cat <<C
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: demo}
---
apiVersion: v1
kind: Secret
metadata: {name: ledger, namespace: demo, labels: {kargo.akuity.io/cred-type: git}}
stringData: {repoURL: "$git_url/ledger.git", username: ada, password: "$1"}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: web, namespace: demo}
spec: {interval: 1s, subscriptions: [{git: {repoURL: "file://$work/app", branch: main}}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: demo}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: web}, sources: {direct: true}}]
  promotionTemplate: {spec: {steps: [{uses: compose-output, as: o, config: {a: b}}]}}
C
}
manifests s3cret-word >"$work/demo.yaml"
manifests wr0ng-word >"$work/wrong.yaml"
as() { # as WHO MANIFESTS ARGUMENTS...
	who=$1 from=$2
	shift 2
	env XDG_STATE_HOME="$work/$who" GANTRY_ACTOR="$who <$who@example.org>" "$gantry" "$@" -f "$work/$from" \
		--remote "$git_url/ledger.git"
}
says() { # says WORDS COMMAND...
	words=$1
	shift
	"$@" >"$work/out" 2>&1
	cat "$work/out"
	grep -q -- "$words" "$work/out"
}

ok "ada promotes" as ada demo.yaml promote test --wait --timeout 90s
ok "the server has it" git -C "$work/srv/ledger.git" rev-parse gantry/demo
ok "bob sees it" says "test.*Succeeded" as bob demo.yaml get promotions
ok "in history" says "promote test" as eve demo.yaml history
ok "and all of it is sound" says "^sound" as eve demo.yaml audit verify
ok "a wrong one is refused" says "refused" as new wrong.yaml get promotions
ok "the password is nowhere" sh -c "! grep -rE 's3cret-word|wr0ng-word' '$work/ada' '$work/bob' '$work/out'"
done_testing
