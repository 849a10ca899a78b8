#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A shared ledger behind a password that only the manifests know: a Secret of type git.
. "$(dirname "$0")/lib.sh"
. "$srcdir/tests/story/manifests.sh"
need git jq
unset GANTRY_REMOTE
start_git_http
export SSL_CERT_FILE="$certificate"
git init -q --bare "$work/srv/ledger.git"
git -C "$work/srv/ledger.git" config http.receivepack true
start_app
manifests() { # manifests PASSWORD
	put_project
	put_git_secret "$git_url/ledger.git" ada "$1"
	put_warehouse web 1s "{git: {repoURL: \"file://$work/app.git\", branch: main}}"
	put_stage test web "direct: true" "$note"
}
manifests s3cret-word >"$work/demo.yaml"
manifests wr0ng-word >"$work/wrong.yaml"
as() { # as WHO MANIFESTS ARGUMENTS...
	who=$1 from=$2
	shift 2
	env XDG_STATE_HOME="$work/$who" GANTRY_ACTOR="$who <$who@example.org>" "$gantry" "$@" -f "$work/$from" \
		--remote "$git_url/ledger.git"
}

ok "ada promotes" as ada demo.yaml promote test --wait --timeout 90s
ok "the server has it" git -C "$work/srv/ledger.git" rev-parse gantry/demo
ok "bob sees it" says "test.*Succeeded" as bob demo.yaml get promotions
ok "in history" says "promote test" as eve demo.yaml history
ok "and all of it is sound" says "^sound" as eve demo.yaml audit verify
ok "a wrong one is refused" says "refused" as new wrong.yaml get promotions
ok "the password is nowhere" sh -c "! grep -rE 's3cret-word|wr0ng-word' '$work/ada' '$work/bob' '$work/out'"
done_testing
