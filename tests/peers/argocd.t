#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The demonstration's Argo CD against a real one: gantry's client must understand the same of both.
# Needs the scripts that start a real Argo CD in $PEERS/argocd; run by "make check-peers".
peers=${PEERS:-${srcdir:-.}/../shared/peers}
calls=${builddir:-.}/tests/peers/argocd_calls
n=0
report() { # report SENTENCE STATUS
	n=$((n + 1))
	if [ "$2" = 0 ]; then echo "ok $n - $1"; else echo "not ok $n - $1"; failed=1; fi
}

[ -x "$peers/argocd/up" ] || { echo "1..0 # SKIP no $peers/argocd/up"; exit 0; }
tmp=$(mktemp -d) || exit 1
failed=0
cleanup() {
	exec 3>&-
	[ -d "$tmp/real" ] && "$peers/argocd/down" "$tmp/real" >/dev/null 2>&1
	wait
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP

mkfifo "$tmp/hold"
"$calls" world "$tmp/demo" <"$tmp/hold" &
exec 3>"$tmp/hold"
"$peers/argocd/up" --dir "$tmp/real" >"$tmp/up.log" 2>&1 && "$peers/argocd/sample-apps" "$tmp/real" >>"$tmp/up.log" 2>&1 ||
	{ sed 's/^/# /' "$tmp/up.log"; echo "Bail out! the real Argo CD does not start"; exit 1; }

# Each in its own environment.
real() { (. "$tmp/real/env"; export ARGOCD_SERVER ARGOCD_OPTS ARGOCD_AUTH_TOKEN
	ARGOCD_CONFIG_DIR=$tmp/none "$calls" "$@" 2>>"$tmp/real.err"); }
demo() { (. "$tmp/demo/env"; "$calls" "$@" 2>>"$tmp/demo.err"); }

g() { git -c user.name=test -c user.email=test@example.org -c commit.gpgsign=false "$@"; }
# A commit in each world; prints its id.
commit_real() { # commit_real TEXT
	sed -i "/^data:/a\\  $1: \"1\"" "$tmp"/real/gitops/env/dev/*.yaml
	(cd "$tmp/real/gitops" && g commit -qam "$1" && g push -q origin HEAD && git rev-parse HEAD)
}
# What the applications follow, and git is told to find in the folder.
repo_demo() { (. "$tmp/demo/env"; echo "$GIT_CONFIG_VALUE_0"); }
commit_demo() { # commit_demo TAG
	rm -rf "$tmp/clone"
	git clone -q -b stage/test "$tmp/demo/gitops.git" "$tmp/clone"
	sed -i "s|\(image: .*\):[^:]*\$|\1:$1|" "$tmp/clone/deployment.yaml"
	(cd "$tmp/clone" && g commit -qam "$1" && g push -q origin HEAD && git rev-parse HEAD)
}

same() { # same SENTENCE: $tmp/a is the real one's, $tmp/b the demonstration's
	[ -s "$tmp/a" ] && cmp -s "$tmp/a" "$tmp/b"
	status=$?
	[ $status = 0 ] || diff "$tmp/a" "$tmp/b" | sed 's/^/# /'
	report "$1" $status
	[ -z "${VERBOSE:-}" ] || sed 's/^/# /' "$tmp/a"
}

real look demo-dev >"$tmp/a"
demo look kargo-demo-test >"$tmp/b"
same "a quiet application, lists, refusals, patches"

commit_real a >/dev/null
commit_demo 1.28.0 >/dev/null
real sync demo-dev >"$tmp/a"
demo sync kargo-demo-test >"$tmp/b"
same "a sync, a second one beside it, and the stream until it is well again"

real update demo-dev demo dev "file://$tmp/real/gitops.git" "$(commit_real b)" >"$tmp/a"
demo update kargo-demo-test kargo-demo test "$(repo_demo)" "$(commit_demo 1.28.1)" >"$tmp/b"
same "a promotion's step, to a new commit"

real update demo-dev demo other "file://$tmp/real/gitops.git" x >"$tmp/a"
demo update kargo-demo-test kargo-demo other "$(repo_demo)" x >"$tmp/b"
same "a stage that may not change the application"

[ -z "${VERBOSE:-}" ] || sed 's/^/# /' "$tmp/real.err"
echo "1..$n"
exit $failed
