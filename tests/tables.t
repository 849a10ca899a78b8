#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Steps, screens and commands: each has its file, and each file its line.
src=${srcdir:-.}/src
n=0 failed=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

table() { # table MACRO DEF FOLDER PATTERN WHAT
	sed -n "s/^$1(\([a-z_]*\)[,)].*/\1/p" "$src/$2" >"$tmp/listed"
	sort "$tmp/listed" >"$tmp/sorted"
	grep -lE "$4" "$src/$3"/*.c | sed 's|.*/||; s|\.c$||' | sort >"$tmp/files"
	n=$((n + 1))
	if cmp -s "$tmp/listed" "$tmp/sorted"; then echo "ok $n - $2 is alphabetised"; else
		echo "not ok $n - $2 is alphabetised"; failed=1; fi
	n=$((n + 1))
	if cmp -s "$tmp/sorted" "$tmp/files"; then echo "ok $n - every $5 has its file and its line"; else
		diff "$tmp/sorted" "$tmp/files" | sed 's/^/# /'
		echo "not ok $n - every $5 has its file and its line"; failed=1; fi
}
table STEP steps/steps.def steps '^const struct step_def step_' step
table COMMAND cmd/commands.def cmd '^const struct command_def command_' command

find "$src" -name '*.c' -o -name '*.h' -o -name '*.def' | sed "s|^$src/||" | sort >"$tmp/tree"
grep -oE 'src/[a-z0-9_/]+\.(c|h|def)' "$src/Makefile.am" | sed 's|^src/||' | sort -u >"$tmp/made"
n=$((n + 1))
comm -23 "$tmp/tree" "$tmp/made" >"$tmp/bad"
[ -s "$tmp/bad" ] && sed 's/^/# /' "$tmp/bad"
if [ -s "$tmp/bad" ]; then echo "not ok $n - every source file is in src/Makefile.am"; failed=1; else
	echo "ok $n - every source file is in src/Makefile.am"; fi
echo "1..$n"
exit $failed
