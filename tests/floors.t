#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each folder includes only what src/floors allows, and each library is met in one folder only.
src=${srcdir:-.}/src
n=0 failed=0
report() { # report STATUS SENTENCE
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; failed=1; fi
}

for folder in "$src"/*/; do
	name=$(basename "$folder")
	allowed=$(awk -v f="$name" '$1 == f && $2 == ":" { $1 = $2 = ""; print; found = 1 }
		END { if (!found) print "?" }' "$src/floors")
	bad=$(find "$folder" -name '*.[ch]' -o -name '*.def' | xargs awk -v f="$name" -v a="$allowed" '
		BEGIN { n = split(a, list, " "); for (i = 1; i <= n; i++) may[list[i]] = 1; may[f] = 1 }
		/^#include "/ {
			split($2, part, "\""); slash = index(part[2], "/")
			if (!slash) { if (part[2] != "config.h") print FILENAME ": " $2; next }
			if (!(substr(part[2], 1, slash - 1) in may)) print FILENAME ": " $2
		}')
	[ -n "$bad" ] && printf '%s\n' "$bad" | sed 's/^/# /'
	[ "$allowed" != "?" ] && [ -z "$bad" ]
	report $? "$name includes only what its floor allows"
done

library() { # library FOLDER PATTERN
	bad=$(grep -rlE "#include <($2)" "$src" | grep -v "^$src/$1/")
	[ -n "$bad" ] && printf '%s\n' "$bad" | sed 's/^/# /'
	[ -z "$bad" ]
	report $? "<$2> is included in $1 only"
}
library base 'openssl/'
library data 'cjson/|yaml\.h|pcre2'
library net 'curl/|microhttpd'
library git 'git2'
library term 'curses|ncurses|term\.h'
library steps 'archive'

bad=$(find "$src" -name '*.h' | xargs grep -lE '#include <(openssl|cjson|yaml|pcre2|curl|microhttpd|git2|curses|ncurses|archive)')
[ -n "$bad" ] && printf '%s\n' "$bad" | sed 's/^/# /'
[ -z "$bad" ]
report $? "no header includes a library's header"

bad=$(find "$src/model" "$src/expr" -name '*.c' | xargs grep -nE '#include <(fcntl|unistd|dirent|sys/socket|sys/stat|netdb|poll)\.h>|\b(fopen|getenv|clock_now|file_read|process_run) *\(' 2>/dev/null)
[ -n "$bad" ] && printf '%s\n' "$bad" | sed 's/^/# /'
[ -z "$bad" ]
report $? "model and expr do no input or output and read no clock"

echo "1..$n"
exit $failed
