# SPDX-License-Identifier: Apache-2.0
# What the tests of the tree itself share: TAP, a folder that goes away. Sourced.
# shellcheck shell=sh
top=${srcdir:-.}
src=$top/src
n=0 failed=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# report SENTENCE: fails when $tmp/bad has lines, and shows them after $complaint.
report() {
	n=$((n + 1))
	if [ -s "$tmp/bad" ]; then
		head -n 20 "$tmp/bad" | sed "s|$src/||; s/^/# ${complaint:-}/"
		echo "not ok $n - $1"
		failed=1
	else
		echo "ok $n - $1"
	fi
}

# finish: the plan, and the exit status.
finish() {
	echo "1..$n"
	exit $failed
}
