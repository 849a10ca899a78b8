#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The limits of doc/hacking.md: lengths, nesting, includes, banned functions, single-use functions.
. "${srcdir:-.}/tests/report.sh"

find "$src" -name '*.c' | sort >"$tmp/c"
find "$src" -name '*.h' | sort >"$tmp/h"

xargs awk '/^{/ { start = FNR } /^}/ { if (start && FNR - start + 1 > 80)
	print FILENAME ":" start ": a function of " FNR - start + 1 " lines"; start = 0 }' <"$tmp/c" >"$tmp/bad"
report "no function is longer than 80 lines"

xargs awk 'FNR == 1 && name { if (lines > 600) print name ": " lines " lines" }
	{ name = FILENAME; lines = FNR } END { if (lines > 600) print name ": " lines " lines" }' <"$tmp/c" >"$tmp/bad"
report "no .c file is longer than 600 lines"

xargs awk 'FNR == 1 && name { if (lines > 150) print name ": " lines " lines" }
	{ name = FILENAME; lines = FNR } END { if (lines > 150) print name ": " lines " lines" }' <"$tmp/h" >"$tmp/bad"
report "no header is longer than 150 lines"

# A statement inside five blocks begins with six tabs.
xargs grep -nP '^\t{6,}(if|for|while|switch|do)\b' <"$tmp/c" >"$tmp/bad"
report "nothing is nested deeper than four blocks"

while read -r file; do
	count=$(grep -c '^#include "' "$file")
	[ "$count" -le 16 ] || echo "$file: includes $count of our headers"
done <"$tmp/c" >"$tmp/bad"
report "no file includes more than 16 of our headers"

# What travels together is a struct; what libmicrohttpd calls (MHD_Result) has its parameters. A function's head is
# what stands before its "{" in column 1.
xargs awk -v src="$src" '
	function count(head,    depth, n, c, i) {
		sub(/^[^(]*\(/, "(", head)
		for (i = 1; i <= length(head); i++) {
			c = substr(head, i, 1)
			if (c == "(" && depth++ == 0) n = 1
			if (c == "," && depth == 1) n++
			if (c == ")" && --depth == 0) break
		}
		return n
	}
	FNR == 1 { head = "" }
	/^{/ { if (head ~ /\(/ && count(head) > 5 && head !~ /^static enum MHD_Result /)
		print substr(FILENAME, length(src) + 2) ":" FNR ": more than five parameters"; head = ""; next }
	/^[ \t]*$|^#|^}|;$|^\/\*|^ \*/ { head = ""; next }
	{ head = head $0 }' <"$tmp/c" >"$tmp/bad"
report "no function has more than five parameters"

# A tag is met in one meaning only: whoever searches for "struct NAME {" finds one.
cat "$tmp/c" "$tmp/h" | xargs grep -oE '\b(struct|enum|union) [a-zA-Z_0-9]+ \{' |
	awk -F: '{ split($2, word, /[ {]+/); where[word[2]] = where[word[2]] " " $1; count[word[2]]++ }
		END { for (tag in count) if (count[tag] > 1) print tag " is defined in" where[tag] }' >"$tmp/bad"
report "no struct, enum or union has the name of another"

# Nor is a constant of two headers: whoever includes both could not.
xargs awk 'FNR == 1 { inside = 0 }
	{ gsub(/\/\*[^*]*\*\//, ""); sub(/\/\*.*/, "") }
	/(^|[ \t])enum [a-z_0-9]* *\{/ { inside = 1; sub(/.*enum [a-z_0-9]* *\{/, "") }
	inside { ends = /}/; sub(/}.*/, ""); n = split($0, item, ",")
		for (i = 1; i <= n; i++) if (match(item[i], /[A-Z][A-Z_0-9]+/)) {
			name = substr(item[i], RSTART, RLENGTH)
			if (name in where && where[name] != FILENAME)
				print name ": " where[name] " and " FILENAME
			where[name] = FILENAME }
		if (ends) inside = 0 }' <"$tmp/h" >"$tmp/bad"
report "no constant stands in two headers"

# A search for a static function finds one: its name stands in one file only.
cat "$tmp/c" "$tmp/h" | xargs awk '
	/^static / { sub(/ PRINTF\([0-9, ]*\)/, "") }
	/^static [^=;{(]*\(/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name)
		if ((name, FILENAME) in seen) next
		seen[name, FILENAME]; where[name] = where[name] " " FILENAME; count[name]++ }
	END { for (name in count) if (count[name] > 1) print name " stands in" where[name] }' >"$tmp/bad"
report "no static function has the name of another file's"

banned=$(sed -n 's/^BANNED(\([a-z_]*\),.*/\1/p' "$src/base/banned.h" | paste -sd'|')
xargs grep -nE "(^|[^a-zA-Z_.>])($banned) *\(" <"$tmp/c" >"$tmp/bad"
report "no banned function is called"

xargs grep -nE '(^|[^:"])//|\bgoto\b' <"$tmp/c" | grep -vE '"[^"]*//|/\*.*//|^[^:]*:[0-9]*: \*.*//' >"$tmp/bad"
report "no // comments and no goto"

cat "$tmp/c" "$tmp/h" | xargs grep -LE '^/\* SPDX-License-Identifier: Apache-2.0 \*/' >"$tmp/bad"
report "every file says its licence"

while read -r file; do
	awk 'NR == 2 && !/^\/\*/ { print FILENAME ": line 2 is no comment that says what the file is for" }' "$file"
done <"$tmp/c" >"$tmp/bad"
report "every .c file opens by saying what it is for"

cat "$tmp/c" "$tmp/h" | xargs awk 'length($0) > 0 { line = $0; gsub(/\t/, "        ", line)
	if (length(line) > 110) print FILENAME ":" FNR ": " length(line) " columns" }' >"$tmp/bad"
report "no line is wider than 110 columns (aim: 100)"

# What AUTO() releases at a return must hold something by then.
xargs awk '/^[{}]/ { split("", open) }
	/^\t+AUTO\([a-z_]+\) [^=]*;$/ { name = $NF; gsub(/[*;]/, "", name); open[name] = FNR; next }
	/^\t+return[ ;]/ { for (name in open) print FILENAME ":" FNR ": returns before " name " is begun" }
	{ for (name in open) if ($0 ~ "[^a-zA-Z_>.]" name "[^a-zA-Z_]") delete open[name] }' <"$tmp/c" >"$tmp/bad"
report "nothing is released that was not begun"

# Two of one name in two libraries: the linker takes the first that it meets, without a word.
if ls "${builddir:-.}"/src/lib*.a >/dev/null 2>&1; then
	for archive in "${builddir:-.}"/src/lib*.a; do
		nm --defined-only "$archive" 2>/dev/null | awk '$2 ~ /^[TDBR]$/ { print $3 }'
	done | grep -v '^__' | sort | uniq -d >"$tmp/bad"
	report "no two public functions have one name"
fi

# A function that only its own file uses is static, unless a test calls it too: what a test proves must be
# what the program runs. tests/uncalled.todo: those that no file of the program calls, each with the reason.
nm_of() { nm -A --defined-only "$@" 2>/dev/null | awk '$2 == "T" { print $3 } $3 == "T" { print $NF }'; }
if ls "${builddir:-.}"/src/lib*.a >/dev/null 2>&1; then
	nm --defined-only "${builddir:-.}"/src/lib*.a 2>/dev/null |
		awk '$2 == "T" { print $3 }' | sort -u >"$tmp/defined"
	{ nm -u "${builddir:-.}"/src/lib*.a; nm -u "${builddir:-.}"/src/gantry-main.o "${builddir:-.}"/src/main.o; } 2>/dev/null |
		awk '$1 == "U" { print $2 }' | sort -u >"$tmp/used"
	comm -23 "$tmp/defined" "$tmp/used" | grep -vE '^(auto_|main$|__)' | sort >"$tmp/alone"
	find "$top/tests" -name '*.c' | xargs cat | grep -oE '[a-z_0-9]+\(' | sort -u >"$tmp/tested"
	xargs sed -n 's/^[ \t]\{1,\}\([^*].*\)/\1/p' <"$tmp/c" |
		grep -oE '[a-z_0-9]+\(' | sort -u >"$tmp/called"
	comm -12 "$tmp/tested" "$tmp/called" | tr -d '(' | sort | comm -23 "$tmp/alone" - >"$tmp/uncalled"
	sed 's/:.*//' "$top/tests/uncalled.todo" | sort >"$tmp/listed"
	comm -23 "$tmp/uncalled" "$tmp/listed" |
		sed 's/$/: only its file calls it, or only tests do: make it static, or delete it/' >"$tmp/bad"
	comm -13 "$tmp/uncalled" "$tmp/listed" |
		sed 's/$/: has a caller or is gone: strike it out of tests\/uncalled.todo/' >>"$tmp/bad"
	report "no function is public without a caller in another file"
fi

# jq 1.6 with -e says yes to no input at all: -n and "input", as json_is does it, or -s do not.
grep -rnE 'jq -e' "$top/tests" --include='*.t' --include='*.sh' |
	grep -vE 'jq -er? -[ns]|shape\.t:' >"$tmp/bad"
report "no story takes an answer that never came for a yes"

cat "$tmp/c" "$tmp/h" | xargs grep -nE '"/(home|Users|mnt)/[a-z]' >"$tmp/bad"
report "no path of somebody's machine"

finish
