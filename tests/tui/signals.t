#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Signals end it in order, and no size of window brings it down.
. "${srcdir:-.}/tests/tui/lib.sh"

for signal in TERM HUP INT QUIT; do
	start 100 30 "$play demo; echo status \$?"
	wait_for 'Enter open'
	pid=$(pgrep -P "$(mux list-panes -t s -F '#{pane_pid}')" | head -n 1)
	kill "-$signal" "$pid"
	expect 'status 0' "SIG$signal ends it in order"
	! screen | grep -q 'Enter open'
	report $? "SIG$signal: the shell's screen is back"
done

start 100 30 "$play demo; echo status \$?"
wait_for 'Enter open'
pid=$(pgrep -P "$(mux list-panes -t s -F '#{pane_pid}')" | head -n 1)
kill -SEGV "$pid"
expect 'status 139' 'a crash is told to the shell'
say 'stty -a | grep -c -- -icanon; echo "after $?"'
expect 'after 1' 'and leaves the terminal as it was'

start 100 30 "$play many"
wait_for 'Enter open'
seed=7
for i in $(seq 60); do
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	mux resize-window -t s -x $((seed / 7 % 200 + 2)) -y $((seed / 1400 % 60 + 2))
	case $((i % 6)) in
	0) keys j ;;
	1) keys Enter ;;
	2) keys H ;;
	3) keys Escape ;;
	4) keys '?' ;;
	5) keys Escape Escape ;;
	esac
done
mux resize-window -t s -x 100 -y 30
# How deep it is in screens depends on which keys came in one packet: Escape and a letter are Alt then.
for _ in $(seq 60); do
	! screen | grep -qF 'Enter open' || break
	keys Escape
	sleep 0.3
done
expect 'Enter open' 'sixty sizes and keys later it stands'
done_testing
