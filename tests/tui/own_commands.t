#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Commands of one's own in a real terminal: they have it to themselves, whatever they do to it, and gantry comes
# back as it was.
. "${srcdir:-.}/tests/tui/lib.sh"
unset GANTRY_NOW

gantry=$(cd "${builddir:-.}" && pwd)/src/gantry
mkdir "$tmp/manifests"
cat >"$tmp/manifests/shop.yaml" <<'Y'
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: shop}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: web, namespace: shop}
spec:
  freightCreationPolicy: Manual
  subscriptions:
  - image: {repoURL: registry.invalid/web, constraint: ^1.0.0}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: shop}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: web}
    sources: {direct: true}
Y

# A guest as editors and pagers are: a screen of its own, keys one by one, no cursor; it leaves all of that behind.
cat >"$tmp/guest" <<'G'
stty raw -echo
printf '\033[?1049h\033[2J\033[H\033[?25l\033[7mguest of %s in %s %s\r\n' "$GANTRY_STAGE" "$GANTRY_PROJECT" "$(stty size)"
while key=$(dd bs=1 count=1 2>/dev/null) && [ "$key" != q ]; do
	printf 'key <%s>\r\n' "$key"
done
exit 3
G
cat >"$tmp/settings.yaml" <<Y
commands:
- {key: K, where: board, name: guest, wait: false, command: 'sh $tmp/guest'}
- {key: J, name: lines, command: 'echo "runs on $(printf '%s' '$GANTRY_SCREEN')"; cat'}
- {key: U, name: sleeper, command: 'echo asleep; sleep 60'}
Y
run="XDG_STATE_HOME=$tmp/state XDG_CACHE_HOME=$tmp/cache XDG_CONFIG_HOME=$tmp/config $gantry"
run="$run --settings $tmp/settings.yaml -f $tmp/manifests --ledger $tmp/ledger.git"

start 100 30 "stty -a >$tmp/before; $run; echo status \$?; stty -a >$tmp/after"
expect 'Enter open' 'the board is open'
keys G K
expect 'guest of test in shop 30 100' 'a key of the settings lends the terminal to its command'
! screen | grep -q 'Enter open'
report $? 'which has all of it'
keys p
expect 'key <p>' 'keys go to it one by one'
! screen | grep -q 'promote into'
report $? 'and mean nothing to gantry'
mux set-buffer 'pasted'
mux paste-buffer -p -t s
expect 'key <d>' 'what is pasted comes to it as plain keys'
! screen | grep -q '200~'
report $? 'without the marks that gantry asks for'
mux resize-window -t s -x 90 -y 26
keys x
wait_for 'key <x>'
keys q
expect 'guest ended with status 3' 'its status is told when it ends'
expect 'Enter open' 'and the board is back, though the guest left the terminal as it used it'
[ "$(screen | sed -n '24p' | grep -c '^─\{90\}$')" = 1 ]
report $? 'in the size that the window has now'
mux capture-pane -e -p -t s | sed -n 26p >"$tmp/keys"
! grep -q "$(printf '\033')\[7m" "$tmp/keys"
report $? 'in its own colours'
keys '?'
expect 'keys: board' 'and takes keys'
keys Escape
wait_gone 'keys: board'

keys J
expect 'runs on board' 'a command that speaks in lines speaks to the shell'"'"'s screen'
keys h i Enter
for _ in $(seq 100); do
	lines=$(screen | grep -c '^hi$')
	[ "$lines" -lt 2 ] || break
	sleep 0.05
done
[ "$lines" = 2 ]
report $? 'and reads lines, with their echo'
keys C-z
keys C-d
expect '[lines ended with status 0; Enter goes back to gantry]' 'after which what it said can be read; ^Z stops nothing'
keys Enter
expect 'Enter open' 'until Enter'

keys U
wait_for 'asleep'
keys C-c
expect 'ended with status 130' '^C ends a command'
keys Enter
expect 'Enter open' 'and not gantry'

keys q
expect 'status 0' 'q ends it'
wait_for 'shell>'
for _ in $(seq 100); do
	[ -s "$tmp/after" ] && break
	sleep 0.05
done
sed 's/rows [0-9]*; columns [0-9]*//' "$tmp/before" >"$tmp/a"
sed 's/rows [0-9]*; columns [0-9]*//' "$tmp/after" >"$tmp/b"
cmp -s "$tmp/a" "$tmp/b"
report $? 'and the terminal is as it was before'
done_testing
