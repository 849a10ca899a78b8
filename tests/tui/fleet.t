#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Many projects in a real terminal: by keys through fleet, board, todo, matrix and marks; without colour, on the
# Linux console, without UTF-8; none that can be shown, and a thousand.
. "${srcdir:-.}/tests/tui/lib.sh"

start 80 24 "$play fleet"
wait_for '9 projects'
report $? 'several projects are a fleet'
keys / h e a l t h : b a d
expect '2 of 9' 'a filter of fields says how many it keeps'
keys Enter Enter
expect 'gantry  mail' 'Enter opens the board of a project'
keys ']'
expect 'gantry  search' '] the next of those that the filter keeps'
keys n
expect '! 5 to do' 'n is what needs somebody'
wait_for 'catalogue'
keys q q
wait_for 'waits for'
keys Escape
wait_for 'newcomer'
keys x
expect '8 artifacts' 'x is the matrix'
keys / n o t : 1 . 4 4 . 0 Enter
expect '5 artifacts' 'which says where a version is not yet'
keys Escape Escape
wait_for 'waits for'
keys g Space Space Space Space p
expect '2 to promote, of 4 marked:' 'marks act together, after every operation was listed'
read_it
keys Enter
expect 'type promote, then Enter' 'and production asks for a word'
keys Escape
wait_gone 'of 4 marked:'
keys C-p t i l e s Enter
expect 'gantry  tiles' '^P leads anywhere'
keys q q
wait_gone 'waits for'
expect 'shell>' 'q leads out'

start 80 24 "NO_COLOR=1 $play fleet"
wait_for '✗ prod failed'
mux capture-pane -e -p -t s >"$tmp/plain"
! grep -q "$(printf '\033')\[[0-9;]*3[1-7]" "$tmp/plain"
report $? 'NO_COLOR leaves signs and words'

start 80 24 "TERM=linux $play fleet"
wait_for 'prod failed'
report $? 'the Linux console shows it'

start 80 24 "LC_ALL=C $play fleet"
expect 'x prod failed' 'so does a terminal without UTF-8, in ASCII'
! screen | LC_ALL=C grep -q '[^ -~]'
report $? 'and nothing else'

start 80 24 "$play fleet-broken"
expect 'nobody executes' 'a fleet whose sources fail says so'
keys '!'
expect 'team/typo/stages.yaml:14' 'and where its manifests are wrong'

start 120 36 "$play fleet-1000"
expect '1000 projects' 'a thousand projects'
keys / t e a m - 0 9 9 9 Enter Enter
expect 'gantry  team-0999' 'of which any is a few keys away'
done_testing
