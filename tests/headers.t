#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each header compiles alone and twice, carries the guard its path implies, and opens with a comment.
. "${srcdir:-.}/tests/report.sh"
find "$src" -name '*.h' | sort >"$tmp/headers"
while read -r header; do
	name=${header#"$src"/}
	guard=GANTRY_$(printf '%s' "${name%.h}" | tr 'a-z/' 'A-Z_')_H
	grep -q "^#ifndef $guard\$" "$header" && grep -q "^#define $guard\$" "$header" ||
		echo "$name: the guard is not $guard"
	awk 'NR == 2 && !/^\/\*/ { exit 1 } NR == 2 { exit 0 }' "$header" ||
		echo "$name: line 2 does not begin the comment that says what it is for"
	printf '#include "%s"\n#include "%s"\n' "$name" "$name" >>"$tmp/all.list"
	printf '#include "%s"\n#include "%s"\n' "$name" "$name" >"$tmp/one.c"
	${CC:-cc} -std=c11 -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE -Wall -Wextra -Werror -I"$src" \
		-fsyntax-only "$tmp/one.c" 2>"$tmp/err" || sed "s|^|$name: |" "$tmp/err" | head -n 3
done <"$tmp/headers" >"$tmp/bad"
report "all $(wc -l <"$tmp/headers") headers stand alone, guarded and introduced"
finish
