#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What commands print for people fits the terminal that they print to.
. "${srcdir:-.}/tests/tui/lib.sh"
unset GANTRY_NOW

gantry=$(cd "${builddir:-.}" && pwd)/src/gantry
mkdir "$tmp/manifests"
for project in shop bank; do
	cat >"$tmp/manifests/$project.yaml" <<Y
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: $project}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: $project}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: web}
    sources: {direct: true, requiredSoakTime: a minute}
Y
done
git init -q --bare "$tmp/ledger.git"
export XDG_STATE_HOME="$tmp/state" XDG_CACHE_HOME="$tmp/cache" XDG_CONFIG_HOME="$tmp/config"

start 100 30 "$gantry get todo -f $tmp/manifests --ledger $tmp/ledger.git 2>/dev/null; echo status \$?"
expect 'status 0' 'get todo is of all projects'
screen | grep -q '^PROJECT  *WHAT  *STAGE  *FOR  *WHY  *COMMAND$'
report $? 'one long sentence leaves the heads of the columns in one line'
[ "$(screen | grep -c '^ *$')" -gt 10 ] && [ "$(screen | grep -c '^\(bank\|shop\) ')" = 2 ]
report $? 'and breaks only the rows that hold one'
"$gantry" get todo -f "$tmp/manifests" --ledger "$tmp/ledger.git" -o wide 2>/dev/null >"$tmp/table"
[ "$(head -n 1 "$tmp/table" | wc -c)" -gt 110 ]
report $? 'in a file, columns stand one below the other'
[ "$("$gantry" get todo -p bank -f "$tmp/manifests" --ledger "$tmp/ledger.git" -o name 2>/dev/null)" = bank ]
report $? '-p narrows it'
done_testing
