#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The clipboard and links, as the terminal gets them.
. "${srcdir:-.}/tests/tui/lib.sh"

start 120 32 ''
mux set-option -g set-clipboard on
mux pipe-pane -t s "cat >'$tmp/bytes'"
say "$play pull"
wait_for 'Enter open'
keys y
expect 'copied commit 91bc44e' 'y says what it copied'
test "$(mux show-buffer)" = 91bc44e000000000000000000000000000000000
report $? 'and tmux has it'
keys l l l t
wait_for 'PR #41'
keys y
wait_for 'copied URL'
test "$(mux show-buffer)" = https://git.example.org/acme/gitops/pulls/41
report $? 'a pull request is copied as its address'
keys Enter
wait_for 'url'
keys q q q
wait_gone 'Enter open'
mux pipe-pane -t s
grep -qa "$(printf '\033')\]8;id=[0-9a-f]*;https://git.example.org/acme/gitops/pulls/41$(printf '\033')" "$tmp/bytes"
report $? 'addresses are links'
grep -qa "$(printf '\033')Ptmux;$(printf '\033\033')\]52;c;" "$tmp/bytes"
report $? 'tmux is asked to pass the copy on'

start 80 24 ''
mux pipe-pane -t s "cat >'$tmp/linux'"
say "TERM=linux $play pull"
wait_for 'Enter open'
keys y
expect 'this terminal has no clipboard' 'the Linux console says that it has none'
keys j j j t Enter
wait_for 'url'
keys q q q
wait_gone 'Enter open'
! grep -qaE "$(printf '\033')\](8|52);" "$tmp/linux"
report $? 'and is sent nothing that it would show as text'
done_testing
