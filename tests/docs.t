#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the program has is in its pages: every command, step, field, output, setting and option.
. "${srcdir:-.}/tests/report.sh"
complaint='not in the page: '
gantry=${GANTRY:-build/src/gantry}

sed -n 's/^COMMAND(\([a-z_]*\))$/\1/p' "$top/src/cmd/commands.def" | grep -v '^dashboard$' |
	while read -r name; do
		grep -q "^\.It Cm $name" "$top/doc/gantry.1" || echo "$name"
	done >"$tmp/bad"
report "every command is in gantry(1)"

sed -n 's/^	{ "\([a-z-]*\)", "[^"]*", "[^"]*" },$/\1/p' "$top/src/config/settings.c" |
	while read -r name; do
		grep -qw -- "$name" "$top/doc/gantry.1" || echo "$name"
	done >"$tmp/bad"
report "every setting is in gantry(1)"

sed -n 's/^	{ "\([a-z-]*\)", .*OPTION_.*/\1/p' "$top/src/cmd/options.c" | while read -r name; do
	grep -q -- "-$name" "$top/doc/gantry.1" || echo "--$name"
done >"$tmp/bad"
report "every common option is in gantry(1)"

sed -n 's/^STEP(\([a-z_]*\))$/\1/p' "$top/src/steps/steps.def" | tr _ - | while read -r kind; do
	awk -v k="$kind" '$1 == ".Sh" { on = $2 == k } on' "$top/doc/gantry-steps.7" >"$tmp/section"
	[ -s "$tmp/section" ] || echo "$kind"
	"$gantry" steps "$kind" -o json 2>/dev/null | sed -n 's/^ *"name": "\([^"]*\)".*/\1/p' | sort -u |
		while read -r field; do
			grep -qF "It Va $field" "$tmp/section" || echo "$kind: $field"
		done
done >"$tmp/bad"
report "every step, with its fields and outputs, is in gantry-steps(7)"

for page in gantry.1 gantry-json.5 gantry-steps.7; do
	command -v man >/dev/null 2>&1 && man -l --warnings "$top/doc/$page" 2>&1 >/dev/null
done >"$tmp/bad"
report "the pages are well-formed"

{ grep -rho 'doc/[a-z-]*\.md' "$top/README.md" "$top/doc" | sort -u | sed "s|^|$top/|"
	grep -o '](\([a-z-]*\.md\))' "$top"/doc/*.md | sed "s|.*](\(.*\))|$top/doc/\1|"; } | sort -u |
	while read -r file; do [ -f "$file" ] || echo "$file"; done >"$tmp/bad"
report "every document that another names is there"

# Files and functions that the documents name: "ui/screens/plan.c", "data/json*.c", "tests/docs.t", "engine_rest()".
cat "$top/README.md" "$top"/doc/*.md | grep -oE '[a-z0-9_*]+(/[a-z0-9_*]+)+\.(c|h|t|def|sh)\b' | sort -u |
	while read -r file; do
		for found in "$src"/$file "$top"/$file; do [ ! -f "$found" ] || continue 2; done
		case $file in */my_* | tests/unit/*.t) ;; *) echo "$file" ;; esac
	done >"$tmp/bad"
cat "$top/README.md" "$top/doc/how-it-works.md" "$top/doc/hacking.md" | grep -oE '`[a-z0-9]+_[a-z0-9_]+\(\)' |
	tr -d '`()' | grep -vx noun_verb | sort -u |
	while read -r function; do
		grep -rqE "\b$function\(" "$src" --include='*.h' || echo "$function()"
	done >>"$tmp/bad"
complaint='there is no '
report "every file and function that a document names is there"

# A citation may go over the end of a comment's line, and name several numbers: "1.6 to 1.8, 7.1".
rules=$top/doc/kargo-rules.md
sed -n 's/^##* \([0-9.]*\) .*/\1/p; s/^\* \*\*\([0-9.]*\)\*\* .*/\1/p' "$rules" >"$tmp/rules"
sort "$tmp/rules" | uniq -d >"$tmp/bad"
[ -s "$tmp/rules" ] || echo "no rules in $rules" >"$tmp/bad"
complaint='twice: '
report "each of Kargo's rules has a number of its own"
find "$src" "$top/tests" "$top/doc" -name '*.[ch]' -o -name '*.def' -o -name '*.md' -o -name '*.t' | while read -r file; do
	sed 's/^ \* //' "$file" | tr '\n' ' ' |
		grep -oE 'kargo-rules\.md,? [0-9][0-9.]*((,| to| and) [0-9]+(\.[0-9]+)*)*' | grep -oE '[0-9]+(\.[0-9]+)*' |
		sed "s|\$| $file|"
done | sort -u | while read -r number file; do
	grep -qxF "$number" "$tmp/rules" || echo "$number, which $file cites"
done >"$tmp/bad"
complaint='no rule '
report "each rule that is cited is there"

finish
