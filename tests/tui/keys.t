#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A person at the board: moving, opening, acting, coming back; suspending and resizing.
. "${srcdir:-.}/tests/tui/lib.sh"

start 120 32 "$play demo"
expect 'test runs the newest freight; > takes it on to qa' 'the board says what comes next'
keys l
expect 'qa can take soft-squirrel 1.29.5 now; p promotes it' 'right goes to the next card'
keys p
expect 'promote into qa' 'p asks what to promote where there is a choice'
keys Enter
expect 'Promote qa   wise-otter' 'Enter shows the plan'
keys Escape
wait_gone 'Promote qa'
report $? 'Esc goes back'
keys Escape
wait_gone 'promote into qa'
mux set-buffer 'p'; mux paste-buffer -p -t s
keys M-b F5 End C-Left
mux send-keys -t s -H 1b 5b 49 1b 5d 31 31 3b 70 07
keys l x
expect 'Abort the promotion of prod to soft-squirrel?' 'x asks before it aborts'
! screen | grep -q 'Promote qa'
report $? 'pasted text, unknown keys and reports of the terminal did nothing before'
keys Tab; mux send-keys -t s -l 'wrong one'
expect 'wrong one' 'a reason can be typed'
keys M-b; mux send-keys -t s -l 'big '
expect 'wrong big one' 'and edited as readline does'
read_it
keys Enter
expect 'abort: sent' 'Enter does it'
keys :; mux send-keys -t s -l 'hist'; keys Enter
expect 'error-rate 3.1 % is over 1 %' 'the palette goes to the history'
keys /; mux send-keys -t s -l 'uat'; keys Enter
wait_gone 'error-rate'
report $? 'a filter leaves only what holds its words'
keys Escape; wait_for 'error-rate'; keys Escape
expect 'freight' 'back on the board'

mux resize-window -t s -x 60 -y 15
expect 'kargo-demo' 'it fits a smaller window'
mux resize-window -t s -x 30 -y 8
expect 'gantry needs 40x10' 'and says when there is no room'
mux resize-window -t s -x 120 -y 32
expect 'Enter open' 'and comes back'

keys C-z
expect 'shell>' '^Z gives the shell back'
say 'fg'
expect 'Enter open' 'fg brings it back'
keys q
wait_gone 'Enter open'
report $? 'q leaves'
say 'stty -a | grep -c -- -icanon; echo "after $?"'
expect 'after 1' 'the terminal is as it was'
start 80 24 "$play demo"
wait_for 'Enter open'
keys /
wait_for 'filter'
head -c 200000 /dev/zero | tr '\0' z >"$tmp/paste"
mux load-buffer "$tmp/paste"; mux paste-buffer -p -t s
keys C-u; mux send-keys -t s -l 'qa'
expect 'filter  qa ' 'a long paste does not keep the keys waiting that come after it'
keys Escape Escape q
wait_gone 'Enter open'
done_testing
