#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A chosen part of the real engines' results (tests/vectors/data); all of them: make check-vectors.
vectors=${builddir:-.}/tests/vectors/vectors
data=${srcdir:-.}/tests/vectors/data
n=0 failed=0
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
for set in "$data"/*/*.jsonl "$data"/semver/constraints.json; do
	name=${set#"$data"/}
	name=${name%.json*}
	n=$((n + 1))
	if "$vectors" "$data" "$name" >"$out" 2>&1; then
		echo "ok $n - $(tail -n 1 "$out" | sed 's/ ([0-9]* ms)//')"
	else
		sed 's/^/# /' "$out"
		echo "not ok $n - $name"
		failed=1
	fi
done
echo "1..$n"
exit $failed
