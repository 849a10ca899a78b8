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
	said=$(sed -n 's/.*May use \([a-z ]*\)\..*/\1/p' "$folder$name.h")
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
library net 'curl/|microhttpd'
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

find "${srcdir:-.}/tests" -name '*.t' -type f ! -perm -u+x >"$tmp/bad"
report "every test can be executed"

finish
