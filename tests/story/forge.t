#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The demonstration's forge answers as the real Gitea does: the same calls, the same statuses and fields.
# What is expected was printed by the real one (tests/peers/gitea.t asks it the same).
srcdir=${srcdir:-.}
. "$srcdir/tests/story/lib.sh"
need git jq curl

git init -q --bare -b main "$work/gitops.git"
git init -q -b main "$work/seed"
git -C "$work/seed" commit -q --allow-empty -m first
git -C "$work/seed" push -q "$work/gitops.git" main
"$builddir/tests/story/forge_server" "$work/gitops.git" >"$work/forge" &
later $!
ok "the forge stands within seconds" wait_for 10 test -s "$work/forge"
read -r url token <"$work/forge"
"$srcdir/tests/peers/gitea_contract.sh" "${url%/demo/gitops}" demo/gitops "$token" "$work/gitops.git" >"$work/said" 2>&1
ok "it answers as Gitea does" diff "$srcdir/tests/peers/gitea_contract.expected" "$work/said"
is "and shows a page of each pull request" "$(curl -s "$url/pulls/1" | head -n 3 | tr '\n' '|')" "#1 T||merged|"
done_testing
