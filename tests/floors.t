#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each folder includes only what src/floors allows, each library is met in one folder only, and each
# main header tells of its folder what is true.
. "${srcdir:-.}/tests/report.sh"

for folder in "$src"/*/; do
	name=$(basename "$folder")
	allowed=$(awk -v f="$name" '$1 == f && $2 == ":" { $1 = $2 = ""; print; found = 1 }
		END { if (!found) print "?" }' "$src/floors")
	find "$folder" -name '*.[ch]' -o -name '*.def' | xargs awk -v f="$name" -v a="$allowed" '
		BEGIN { n = split(a, list, " "); for (i = 1; i <= n; i++) may[list[i]] = 1; may[f] = 1 }
		/^#include "/ {
			split($2, part, "\""); slash = index(part[2], "/")
			if (!slash) { if (part[2] != "config.h") print FILENAME ": " $2; next }
			if (!(substr(part[2], 1, slash - 1) in may)) print FILENAME ": " $2
		}' >"$tmp/bad"
	[ "$allowed" != "?" ] || echo "$name has no line in src/floors" >>"$tmp/bad"
	report "$name includes only what its floor allows"
	: >"$tmp/bad"
	said=$(sed 's/^ \* //' "$folder$name.h" | tr '\n' ' ' | sed -n 's/.*May use \([a-z ]*\)\..*/\1/p')
	[ "$said" = "$(echo $allowed)" ] || echo "$name/$name.h: may use $said" >"$tmp/bad"
	report "and its main header says so"
done

for name in $(sed -n 's/^\([a-z]*\) *:.*/\1/p' "$src/floors"); do
	[ -d "$src/$name" ] || echo "$name"
done >"$tmp/bad"
report "each line of src/floors is about a folder that there is"

library() { # library FOLDER PATTERN
	grep -rlE "#include <($2)" "$src" | grep -v "^$src/$1/" >"$tmp/bad"
	report "<$2> is included in $1 only"
}
library base 'openssl/'
library data 'yaml\.h|pcre2'
library net 'curl/|microhttpd|crypt\.h|zlib\.h'
library git 'git2'
library term 'curses|ncurses|term\.h'
library steps 'archive'
library demo 'cjson/'

find "$src" -name '*.h' | xargs grep -lE '#include <(openssl|cjson|yaml|pcre2|curl|microhttpd|git2|curses|ncurses|archive)' >"$tmp/bad"
report "no header includes a library's header"

find "$src/model" "$src/expr" -name '*.c' | xargs grep -nE '#include <(fcntl|unistd|dirent|sys/socket|sys/stat|netdb|poll)\.h>|\b(fopen|getenv|clock_now|file_read|process_run) *\(' 2>/dev/null >"$tmp/bad"
report "model and expr do no input or output and read no clock"

for folder in "$src"/*/; do
	main=$folder$(basename "$folder").h
	for header in "$folder"*.h; do
		[ "$header" = "$main" ] || grep -q "[ *(]$(basename "$header")\([ ,;:)]\|\$\)" "$main" ||
			echo "${header#"$src"/} is not in the table"
	done
	sed -n 's/^ \* \([a-z0-9_]*\.[ch]\) .*/\1/p' "$main" | while read -r file; do
		[ -f "$folder$file" ] || echo "$main: there is no $file"
	done
done >"$tmp/bad"
report "each folder's main header has a line for every header"

# A unit is x.c with x.h; a folder's main header, and a header without a .c, are units by themselves. A unit
# needs another whose header it includes or whose functions its object calls.
find "$src" -name '*.[ch]' | xargs awk -v src="$src" '
	function unit(file,    part, n) {
		n = split(file, part, "/")
		if (part[n] != part[n - 1] ".h") sub(/\.[ch]$/, "", file)
		return file
	}
	/^#include "/ { split($2, part, "\""); print unit(substr(FILENAME, length(src) + 2)), unit(part[2]) }' >"$tmp/needs"
objects() { # the object of each .c file, whatever its library's flags made of its name
	find "$src" -name '*.c' | while read -r file; do
		unit=${file#"$src"/} unit=${unit%.c}
		for object in "${builddir:-.}/src/$unit.o" \
			"${builddir:-.}/src/${unit%/*}/src_lib${unit%%/*}_a-${unit##*/}.o" \
			"${builddir:-.}/src/${unit%/*}/lib${unit%%/*}_a-${unit##*/}.o"; do
			[ ! -f "$object" ] || echo "$object"
		done
	done
}
objects | xargs nm -A 2>/dev/null | awk -v build="${builddir:-.}/src/" '
	{ file = $1; sub(/:[0-9a-f]*$/, "", file); file = substr(file, length(build) + 1); sub(/\.o$/, "", file)
	  sub(/(src_)?lib[a-z]*_a-/, "", file) }
	$(NF - 1) == "T" { defines[$NF] = file }
	$(NF - 1) == "U" { user[++n] = file; used[n] = $NF }
	END { for (i = 1; i <= n; i++) if (used[i] in defines) print user[i], defines[used[i]] }' >"$tmp/calls"
cat "$tmp/needs" "$tmp/calls" | awk '$1 != $2' | sort -u >"$tmp/edges"
tsort "$tmp/edges" 2>&1 >/dev/null | sed 's/^tsort: //; s/^.*: input contains a loop:$/ring/' |
	awk '/^ring$/ { if (ring) print ring; ring = ""; next } { ring = ring " " $0 } END { if (ring) print ring }' >"$tmp/bad"
[ -s "$tmp/calls" ] || echo "no objects in ${builddir:-.}/src" >>"$tmp/bad"
complaint='a ring: '
report "files form no rings"
complaint=

find "${srcdir:-.}/tests" -name '*.t' -type f ! -perm -u+x >"$tmp/bad"
report "every test can be executed"

(cd "$top" && find tests -name '*.t' -type f) | while read -r file; do
	grep -q "$file" "$top/tests/Makefile.am" || echo "$file"
done >"$tmp/bad"
report "every test is run by make check or make check-peers"

finish
