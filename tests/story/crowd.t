#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Ten people with intents of all kinds and three agents share a ledger through one remote, and things go wrong:
# agents are killed, stopped and told to end, the remote goes away and comes back. In the end git log of the
# branch, history, promotions, the board and the repository that they all pushed to must say one and the same,
# each intent must be recorded as it was answered, and nothing twice.
# CROWD_SECONDS is how long it goes on: 40, or an hour (make crowd SECONDS=3600). CROWD_SEED repeats its dice; CROWD_KEEP
# names a folder for what was there when something failed.
. "$(dirname "$0")/lib.sh"
need git jq python3
seconds=${CROWD_SECONDS:-40}
seed=${CROWD_SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
echo "# $seconds s, CROWD_SEED=$seed"

git init -q "$work/app"
git -C "$work/app" commit -q --allow-empty -m one
git init -q --bare "$work/gitops.git"
git init -q "$work/seed"
stages="s1 s2 s3 s4 s5"
for stage in $stages; do
	mkdir "$work/seed/$stage"
	printf 'promotion: none\n' >"$work/seed/$stage/values.yaml"
done
git -C "$work/seed" add -A
git -C "$work/seed" commit -qm seed
git -C "$work/seed" push -q "$work/gitops.git" main

stage() { # stage NAME SOURCES: each promotion pushes one commit, which names it
	cat <<C
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: $1, namespace: crowd}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: web}, sources: {$2}}]
  promotionTemplate:
    spec:
      steps:
      - {uses: git-clone, config: {repoURL: "file://$work/gitops.git", checkout: [{branch: main, path: src}]}}
      - {uses: yaml-update, config: {path: src/$1/values.yaml, updates: [{key: promotion, value: "\${{ ctx.promotion }}"}]}}
      - {uses: git-commit, config: {path: src, message: "\${{ ctx.promotion }}"}}
      - {uses: git-push, config: {path: src}}
C
}
{
	cat <<C
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: crowd}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: crowd, namespace: crowd}
spec: {promotionPolicies: [{stageSelector: {name: s1}, autoPromotionEnabled: true}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: web, namespace: crowd}
spec: {interval: 2s, subscriptions: [{git: {repoURL: "file://$work/app", branch: main}}]}
C
	stage s1 "direct: true"
	stage s2 "direct: true"
	stage s3 "stages: [s1]"
	stage s4 "stages: [s1, s2]"
	stage s5 "direct: true"
} >"$work/crowd.yaml"
git init -q --bare "$work/shared.git"

# as WHO ARGUMENTS...: each has a ledger of their own beside the shared one.
as() {
	who=$1
	shift
	env XDG_STATE_HOME="$work/of-$who" XDG_CACHE_HOME="$work/of-$who/cache" GANTRY_ACTOR="$who <$who@example.org>" \
		"$gantry" "$@" -f "$work/crowd.yaml" --remote "$work/shared.git"
}
agent() { # agent N: its process is gantry's
	XDG_STATE_HOME=$work/of-agent$1 XDG_CACHE_HOME=$work/of-agent$1/cache "$gantry" agent -f "$work/crowd.yaml" \
		--remote "$work/shared.git" 2>>"$work/agent$1.log" &
	echo $! >"$work/agent$1.pid"
	later $!
}

# dice KEY COUNT: a number below COUNT, the same whenever seed and key are.
dice() { echo $(($(printf '%s %s' "$seed" "$1" | sha256sum | sed 's/^\(.\{13\}\).*/0x\1/') % $2)); }
pick() { # pick KEY WORD...
	key=$1
	shift
	shift "$(dice "$key" $#)"
	echo "$1"
}

trailers() { # trailers REPOSITORY: "KIND PROMOTION FREIGHT" of each event, "-" for none
	git -C "$1" log --format='%(trailers:key=Gantry-Event,valueonly,separator=%x2c) %(trailers:key=Gantry-Promotion,valueonly,separator=%x2c)- %(trailers:key=Gantry-Freight,valueonly,separator=%x2c)-' gantry/crowd
}
freight_of() { trailers "$work/of-$1/gantry/ledger.git" 2>/dev/null | sed -n 's/^freight.discovered - \(.*\)-$/\1/p'; }
# operator WHO: asks and notes "WHO-N VERB STATUS", where WHO-N is the reason that it gave.
operator() {
	n=0
	while [ ! -e "$work/over" ]; do
		n=$((n + 1))
		who=$1
		stage=$(pick "$who $n stage" $stages)
		verb=$(pick "$who $n verb" promote promote promote promote approve approve abort abort rollback rollback hold resume)
		case $verb in
		promote | approve)
			# shellcheck disable=SC2046
			freight=$(pick "$who $n freight" $(freight_of "$who") none)
			as "$who" $verb "$stage" --freight "$freight" --reason "$who-$n" ;;
		*) as "$who" $verb "$stage" --reason "$who-$n" ;;
		esac >"$work/$who.out" 2>&1
		status=$?
		echo "$who-$n $verb $status $(head -n 1 "$work/$who.out" | cut -c1-160)" >>"$work/asked.$who"
		sleep "0.$(dice "$who $n pause" 9)"
	done
}

# What goes wrong: one thing after the other, from the second on that it draws.
# A push that is under way when the remote is moved makes folders where it was.
goes_away() {
	rm -rf "$work/away.git"
	mv -T "$work/shared.git" "$work/away.git"
}
comes_back() {
	for try in 1 2 3 4 5; do
		mv -T "$work/away.git" "$work/shared.git" && return
		rm -rf "$work/shared.git"
	done
}
chaos() {
	n=0
	while [ ! -e "$work/over" ]; do
		n=$((n + 1))
		one=$(pick "chaos $n one" 1 2 3)
		pid=$(cat "$work/agent$one.pid")
		what=$(pick "chaos $n what" kill stop end remote release release)
		echo "$(date +%T) $what $one" >>"$work/chaos"
		case $what in
		kill) kill -KILL "$pid"; agent "$one" ;;
		end) kill -TERM "$pid"; sleep 2; agent "$one" ;;
		stop) kill -STOP "$pid"; sleep "$(pick "chaos $n long" 2 5 9)"; kill -CONT "$pid" ;;
		remote) goes_away; sleep "$(pick "chaos $n long" 1 3 6)"; comes_back ;;
		release) git -C "$work/app" commit -q --allow-empty -m "release $n" ;;
		esac 2>/dev/null
		sleep "$(pick "chaos $n pause" 1 2 3)"
	done
}

for one in 1 2 3; do agent $one; done
has_freight() { as agent1 get freight -o json | json_is 'length > 0'; }
ok "freight is found" wait_for 60 has_freight
people="ann bob cat dan eve fay gus hal ida joe"
for who in $people; do
	as "$who" get stages >/dev/null 2>&1
	operator "$who" &
	asking="$asking $!"
done
chaos &
wrong=$!
sleep "$seconds"
: >"$work/over"
for pid in $asking $wrong; do wait "$pid"; done
# Agents that others started are not this shell's children.
running() { for one in 1 2 3; do kill -0 "$(cat "$work/agent$one.pid")" 2>/dev/null || return 1; done; }
ok "the agents are there in the end" running
is_quiet() { as ann get promotions -o json | json_is 'length > 0 and all(.[]; .phase | IN("Succeeded", "Failed", "Errored", "Aborted"))'; }
ok "what was asked for comes to its end" wait_for 150 is_quiet
for one in 1 2 3; do kill -TERM "$(cat "$work/agent$one.pid")"; done
gone() { for one in 1 2 3; do ! kill -0 "$(cat "$work/agent$one.pid")" 2>/dev/null || return 1; done; }
ok "the agents end" wait_for 30 gone
cat "$work"/asked.* >"$work/asked"
echo "# $(wc -l <"$work/asked") intents, $(awk '$3 == 0' "$work/asked" | wc -l) done; $(wc -l <"$work/chaos") things went wrong"

# The branch is the truth that all else is held against: each event's commit, reason, kind and promotion.
shared() { git -C "$work/shared.git" "$@"; }
shared log --format='%H' gantry/crowd >"$work/commits"
shared log --format='%H%n%B' gantry/crowd >"$work/log"
as nobody audit --limit 100000 -o json >"$work/audit"
is "audit lists the commits of git log" "$(jq -r '.[].commit' "$work/audit" | cksum)" "$(cksum <"$work/commits")"
as nobody history --limit 100000 -o json >"$work/history"
jq -r '.[].commit' "$work/history" | sort >"$work/told"
sort "$work/commits" >"$work/sorted"
is "history tells of none that is not among them" "$(comm -23 "$work/told" "$work/sorted")" ""
as nobody audit verify >"$work/verdict" 2>&1
ok "all of it is sound" grep -q "^sound: $(wc -l <"$work/commits") events" "$work/verdict"

# An intent that was done is there once, one that was not is not there, and one whose answer never came (the remote
# was away, time ran out) at most once.
awk 'NR == FNR { if ($0 ~ /^[a-z]+-[0-9]+$/) seen[$0]++; next }
	{ n = seen[$1] + 0; lost = $3 == 1 || $3 == 4
	  if (n > 1 || ($3 == 0 && n != 1 && !/changed|already|held/) || ($3 != 0 && !lost && n != 0)) print n " times: " $0 }' \
	"$work/log" "$work/asked" >"$work/bad"
ok "each intent is recorded as it was answered, and once" sh -c "head -n 20 '$work/bad'; [ ! -s '$work/bad' ]"

trailers "$work/shared.git" | sed 's/-\( \|$\)/\1/g' >"$work/events"
events() { awk -v kind="$1" '$1 == kind { print $2 }' "$work/events" | sort; }
events promotion.requested >"$work/requested"
events promotion.finished >"$work/finished"
is "each promotion was asked for once and ended once" "$(cksum <"$work/finished")" "$(uniq "$work/requested" | cksum)"
as nobody get promotions -o json | jq -r '.[] | "\(.name) \(.phase)"' | sort >"$work/listed"
# Newest first: promotion, phase, freight.
awk '/^Gantry-Event: / { kind = $2 } /^Gantry-Promotion: / { promotion = $2 } /^Gantry-Freight: / { freight = $2 }
	/^Gantry-Data: / && kind == "promotion.finished" { if (match($0, /"phase":"[A-Z][a-z]*"/))
		print promotion, substr($0, RSTART + 9, RLENGTH - 10), freight; kind = "" }' "$work/log" >"$work/ends"
cut -d' ' -f1,2 "$work/ends" | sort >"$work/ended"
is "promotions are listed as they ended" "$(comm -23 "$work/listed" "$work/ended")" ""

git -C "$work/gitops.git" log --format=%s main | grep -v '^seed$' | sort >"$work/pushed"
is "nothing was pushed twice" "$(uniq -d "$work/pushed")" ""
awk '$2 == "Succeeded" { print $1 }' "$work/ended" >"$work/succeeded"
is "what succeeded was pushed" "$(comm -23 "$work/succeeded" "$work/pushed")" ""
is "and what was pushed had been asked for" "$(comm -23 "$work/pushed" "$work/requested")" ""

# Each stage runs what its newest promotion that succeeded brought: by the verbs, and on the board.
as nobody get stages -o json >"$work/stages"
as joe get stages -o json >"$work/stages.joe"
is "two people see the same stages" "$(jq -S 'map({name, freightName})' "$work/stages.joe")" "$(jq -S 'map({name, freightName})' "$work/stages")"
as nobody >"$work/board" 2>&1
card_shows() { # card_shows STAGE TEXT: within the frame that the stage's name begins
	python3 - "$work/board" "$1" "$2" <<'P'
import re, sys
rows = open(sys.argv[1], encoding="utf-8").read().split("\n")
for at, row in enumerate(rows):
    found = re.search("[\u2500\u258c] ?" + re.escape(sys.argv[2]) + " ", row)
    if found and any(sys.argv[3] in below[found.start() - 1:found.start() + 32] for below in rows[at:at + 8]):
        sys.exit(0)
print("no %s in the card of %s" % (sys.argv[3], sys.argv[2]), *rows, sep="\n")
sys.exit(1)
P
}
for stage in $stages; do
	newest=$(awk -v s="$stage" '$2 == "Succeeded" && index($1, s ".") == 1 { print $3; exit }' "$work/ends")
	is "$stage runs what the branch says" "$(jq -r --arg s "$stage" '.[] | select(.name == $s) | .freightName' "$work/stages")" "$newest"
	alias=$(jq -r --arg s "$stage" '.[] | select(.name == $s) | .freight' "$work/stages")
	[ -z "$alias" ] || ok "and so does the board" card_shows "$stage" "$alias"
done
if [ $failures != 0 ] && [ -n "${CROWD_KEEP:-}" ]; then cp -r "$work" "$CROWD_KEEP"; fi
done_testing
