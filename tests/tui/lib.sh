# SPDX-License-Identifier: Apache-2.0
# For scripts that look at gantry in a terminal: a tmux of their own, keys in, text out.
# Everything is polled for; nothing sleeps for a fixed time.

play=${builddir:-.}/tests/tui/ui_play
sock=gantry-test-$$-0 starts=0
n=0 failed=0
tmp=$(mktemp -d) || exit 1
LC_ALL=C.UTF-8 TZ=UTC GANTRY_NOW=2026-11-24T21:14:07Z
export LC_ALL TZ GANTRY_NOW
unset NO_COLOR ESCDELAY TMUX

command -v tmux >/dev/null 2>&1 || { echo "1..0 # SKIP tmux is not installed"; exit 0; }

mux() { tmux -L "$sock" -f /dev/null "$@"; }
finish() { mux kill-server 2>/dev/null; rm -rf "$tmp"; }
trap finish EXIT

report() { # report STATUS SENTENCE
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		mux capture-pane -p -t s 2>/dev/null | sed 's/^/# /'
		failed=1
	fi
}

# start COLS ROWS COMMAND: in a shell, so that what comes after the program is seen.
start() {
	mux kill-server 2>/dev/null
	# A server that is ending would swallow the new session: each has a socket of its own.
	starts=$((starts + 1)) sock=gantry-test-$$-$starts
	mux new-session -d -s s -x "$1" -y "$2" "PS1='shell> ' ENV= exec sh -i" 2>/dev/null
	mux set-option -g escape-time 0
	mux set-option -g status off
	wait_for 'shell>'
	[ -z "$3" ] || say "$3"
}

say() { mux send-keys -t s -l -- "$1"; mux send-keys -t s Enter; }
# Enter confirms only what has been on the screen for 400 ms.
read_it() { sleep 0.5; }
keys() { mux send-keys -t s "$@"; }
screen() { mux capture-pane -p -t s; }

# wait_for TEXT: until the screen shows it, at most 10 s.
wait_for() {
	for _ in $(seq 200); do
		screen 2>/dev/null | grep -qF -- "$1" && return 0
		sleep 0.05
	done
	return 1
}

wait_gone() {
	for _ in $(seq 200); do
		screen 2>/dev/null | grep -qF -- "$1" || return 0
		sleep 0.05
	done
	return 1
}

expect() { wait_for "$1"; report $? "$2"; }

done_testing() { echo "1..$n"; exit $failed; }
