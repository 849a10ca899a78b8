#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Terminals of all kinds: few colours, none, ASCII, dumb, unknown; and no terminal at all.
. "${srcdir:-.}/tests/tui/lib.sh"

# Everything that is written to the terminal, as bytes.
record() { # record FILE COMMAND
	start 80 24 ''
	mux pipe-pane -t s "cat >'$1'"
	say "$2"
	wait_for "${3:-Enter open}"
	keys q
	wait_gone "${3:-Enter open}"
	mux pipe-pane -t s
}

record "$tmp/256" "TERM=xterm-256color $play demo"
grep -q "$(printf '\033')\[38;5;" "$tmp/256"
report $? '256 colours are used where there are'
record "$tmp/none" "NO_COLOR=1 TERM=xterm-256color $play demo"
! grep -q "$(printf '\033')\[[0-9;]*3[0-8][;m]" "$tmp/none"
report $? 'NO_COLOR: no colour is sent'
record "$tmp/linux" "TERM=linux $play demo"
! grep -q "$(printf '\033')\[38;5;" "$tmp/linux"
report $? 'TERM=linux: eight colours'
record "$tmp/vt100" "TERM=vt100 LC_ALL=C $play demo"
! LC_ALL=C grep -q "$(printf '[\200-\377]')" "$tmp/vt100"
report $? 'vt100 in the C locale: ASCII only'
start 80 24 "LC_ALL=C $play demo"
expect '* kargo-demo' 'the C locale has an ASCII board'
start 80 24 "$play demo dark ascii"
expect '* kargo-demo' 'so has --ascii'

start 80 24 "TERM=dumb $play demo; echo status \$?"
expect 'cannot move its cursor' 'a dumb terminal is told what to do instead'
start 80 24 "TERM=no-such-terminal $play demo; echo status \$?"
expect 'is not known here; try' 'an unknown one too'
start 80 24 "$play demo </dev/null; echo status \$?"
expect 'must be a terminal' 'and a standard input that is none'

for theme in dark light mono high-contrast colour-blind; do
	start 120 32 "$play failing $theme"
	wait_for 'no route'
	report $? "theme $theme draws what fails"
done
start 120 32 "$play demo neon"
expect 'no theme neon; there are' 'an unknown theme is told, and the default worn'
done_testing
