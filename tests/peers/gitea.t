#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Production through pull requests on a real Gitea: opened, waited for, merged by hand or by the step; killed in
# between; closed, reviewed, pushed to again; the forge away for a while, and a token that was taken back.
# Needs the scripts that start a real Gitea in $PEERS/gitea; run by "make check-peers".
peers=${PEERS:-${srcdir:-.}/../shared/peers}
case $peers in /*) ;; *) peers=$PWD/$peers ;; esac
. "${srcdir:-.}/tests/story/lib.sh"
. "$srcdir/tests/story/manifests.sh"
[ -x "$peers/gitea/up" ] || skip_all "no $peers/gitea/up"
need git jq curl
[ -x "$builddir/tests/peers/forge_calls" ] || skip_all "forge_calls is not built"

real=$work/real
tidy_all() {
	# shellcheck disable=SC2154
	[ ! -d "$real" ] || (HOME=$home_before && unset XDG_CACHE_HOME && "$peers/gitea/down" "$real") >/dev/null 2>&1
	tidy
}
trap tidy_all EXIT
(HOME=$home_before && unset XDG_CACHE_HOME && "$peers/gitea/up" --dir "$real") >"$work/up.log" 2>&1 ||
	{ sed 's/^/# /' "$work/up.log"; echo "Bail out! the real Gitea does not start"; exit 1; }
. "$real/env"

api() { # api TOKEN METHOD PATH [JSON]
	curl -sS --fail-with-body -H "Authorization: token $1" -X "$2" "$GITEA_URL/api/v1$3" \
		${4:+-H "Content-Type: application/json" -d "$4"}
}
repo() { api "$GITEA_TOKEN" "$1" "/repos/$GITEA_REPO$2" ${3:+"$3"}; }
protect() { # protect APPROVALS
	repo PATCH /branch_protections/main "{\"required_approvals\": $1}" >"$work/protection"
}
approve() { repo POST "/pulls/$1/reviews" '{"event": "APPROVED", "body": "go"}' >"$work/review"; }
merge() { repo POST "/pulls/$1/merge" "{\"Do\": \"merge\"}" >"$work/merged"; }

# The demonstration's forge is asked the same, by tests/story/forge.t.
"$srcdir/tests/peers/gitea_contract.sh" "$GITEA_URL" "$GITEA_REPO" "$GITEA_TOKEN" \
	"http://admin1:$GITEA_ADMIN_PASSWORD@127.0.0.1:$GITEA_PORT/$GITEA_REPO.git" >"$work/contract" 2>&1
ok "it answers as the demonstration's forge does" diff "$srcdir/tests/peers/gitea_contract.expected" "$work/contract"

git init -q "$work/app"
release() { # release TEXT: new freight
	echo "$1" >"$work/app/text"
	git -C "$work/app" add text
	git -C "$work/app" commit -q -m "$1"
	git -C "$work/app" rev-parse HEAD
}

secret() { put_git_secret "$GITEA_CLONE_URL" alice "$1" >"$work/manifests/secret.yaml"; } # secret TOKEN
stage() { # stage NAME LAST [CONFIG]: a Stage that goes through a pull request; LAST is the step once it is open
	put_stage "$1" app "direct: true" "$(steps_to_pull_request "$GITEA_CLONE_URL" \
		"env/\${{ ctx.stage }}/values.yaml" "\${{ quote(commitFrom('file://$work/app').ID) }}" \
		"\${{ ctx.stage }} gets \${{ commitFrom('file://$work/app').Message }}"),
    {uses: $2, as: last, config: {repoURL: \"$GITEA_CLONE_URL\", provider: gitea, pollInterval: 1s,
      prNumber: \"\${{ outputs.open.pr.id }}\"${3:-}}}"
}
mkdir "$work/manifests"
{
	put_project
	put_warehouse app 1s "{git: {repoURL: \"file://$work/app\", branch: main}}"
	stage prod git-wait-for-pr
	stage staging git-merge-pr ", wait: true, deleteSourceBranch: true"
} >"$work/manifests/demo.yaml"
secret "$GITEA_USER_TOKEN"

g() { "$gantry" "$@" -f "$work/manifests"; }
agent() {
	"$gantry" agent -f "$work/manifests" 2>>"$work/agent.log" &
	agent=$!
	later $agent
}
# promote STAGE COMMIT: begins it without waiting.
has_freight() {
	g get freight -o json | jq -er -n --arg c "$(echo "$1" | cut -c1-7)" 'input | .[] | select(.version == $c) | .name' >"$work/freight"
}
promote() {
	wait_for 20 has_freight "$2" || { echo "# no freight of $2"; return 1; }
	g promote "$1" --freight "$(cat "$work/freight")" --reason "to $1" 2>&1
}
pulls() { repo GET "/pulls?state=all&limit=50" | jq -r --arg c "$1" '[.[] | select(.title | contains($c))] | '"$2"; }
opened() { number=$(pulls "$1" '.[0].number // empty') && [ -n "$number" ]; }
version() { repo GET "/raw/env/$1/values.yaml?ref=main" | sed -n 's/^version: "\{0,1\}\([^"]*\)"\{0,1\}.*/\1/p'; }
# last STAGE WHAT: of its newest promotion.
last() { g get promotions --stage "$1" -o json | jq -r ".[0].$2"; }
phase() { [ "$(last "$1" phase)" = "$2" ]; }
g_says() { last "$1" message | grep -q -- "$2"; }
start_gitea() { # once more, as it was started
	read -r command <"$work/command"
	env GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT=true GITEA_WORK_DIR="$real/work" GITEA_CUSTOM="$real/custom" HOME="$real/home" \
		$command >"$work/gitea.log" 2>&1 &
	later $!
	wait_for 30 curl -sf "$GITEA_URL/api/healthz"
}
tr "\0" " " <"/proc/$PID_GITEA/cmdline" >"$work/command"

# Before anything is done, a plan tells it.
zero=$(release "release zero")
cp -r "$work/manifests" "$work/plan"
timeout 5 "$gantry" agent -f "$work/manifests" 2>>"$work/agent.log"
ok "there is freight" wait_for 10 has_freight "$zero"
g promote prod --freight "$(cat "$work/freight")" --plan >"$work/plan.out" 2>&1
ok "a plan tells which pull request it would open" grep -q "open a pull request from kargo/promotion/.* to main of" "$work/plan.out"
ok "with its diff" grep -q "DIFF of a pull request from kargo/promotion/.* to main in $GITEA_URL" "$work/plan.out"
ok "line by line" grep -q "^+version: .*$zero" "$work/plan.out"
is "and opens none" "$(pulls "release zero" length)" 0

agent
one=$(release "release one")
ok "a promotion to prod begins" promote prod "$one"
ok "and opens a pull request" wait_for 30 opened "release one"
pull=$number
is "from the promotion's own branch to main" "$(repo GET "/pulls/$pull" | jq -r '.head.ref[:16] + " " + .base.ref')" "kargo/promotion/ main"
kill -KILL $agent
wait $agent 2>/dev/null
is "nothing is in prod before it is merged" "$(version prod)" 1
agent
sleep 3
ok "killed and started again, the promotion still waits" phase prod Running
is "for one pull request, and no second one" "$(pulls "release one" length)" 1
protect 1
ok "as long as a review is missing" sh -c '! '"curl -sf -X POST -H 'Authorization: token $GITEA_USER_TOKEN' -H 'Content-Type: application/json' -d '{\"Do\": \"merge\"}' $GITEA_URL/api/v1/repos/$GITEA_REPO/pulls/$pull/merge"
approve "$pull"
ok "once it is approved, it is merged by hand" wait_for 10 merge "$pull"
ok "production follows" wait_for 30 phase prod Succeeded
is "with what was promoted" "$(version prod)" "$one"

# The step merges: not before somebody has approved.
two=$(release "release two")
ok "a promotion to staging, which merges by itself" promote staging "$two"
ok "opens a pull request" wait_for 30 opened "release two"
pull=$number
waits() { g get promotions -o json | grep -q "$1"; }
ok "which waits for an approval" wait_for 20 waits "not ready to merge: .*approval"
approve "$pull"
ok "and is merged once it has it" wait_for 30 phase staging Succeeded
is "with what was promoted" "$(version staging)" "$two"
is "its branch is deleted" "$(repo GET /branches | jq -r --arg b "$(repo GET "/pulls/$pull" | jq -r .head.label)" '[.[].name | select(. == $b)] | length')" 0
protect 0

# Closed by a person.
three=$(release "release three")
promote prod "$three" >"$work/out" && wait_for 30 opened "release three"
repo PATCH "/pulls/$number" '{"state": "closed"}' >"$work/closed"
ok "closed without a merge, the promotion fails" wait_for 30 phase prod Failed
ok "and says why" g_says prod "pull request $number was closed without being merged"

# Pushed to by force while it waits.
four=$(release "release four")
promote prod "$four" >"$work/out" && wait_for 30 opened "release four"
pull=$number branch=$(repo GET "/pulls/$pull" | jq -r .head.ref)
git clone -q "http://admin1:$GITEA_ADMIN_PASSWORD@127.0.0.1:$GITEA_PORT/$GITEA_REPO.git" "$work/forced"
git -C "$work/forced" checkout -q "$branch"
echo "# by hand" >>"$work/forced/env/prod/values.yaml"
git -C "$work/forced" commit -q --amend -am "release four, changed by hand"
git -C "$work/forced" push -qf origin "$branch" 2>"$work/forced.err"
ok "a pull request whose branch was pushed by force is the same one" phase prod Running

# What else the client can do, against what Gitea says of it.
calls() { "$builddir/tests/peers/forge_calls" "$GITEA_CLONE_URL" "$GITEA_USER_TOKEN" "$@"; }
other=$(api "$GITEA_USER_TOKEN" POST "/repos/$GITEA_REPO/pulls" '{"title": "by hand", "head": "proposal", "base": "main"}' | jq .number)
protect 2
is "nobody has reviewed it" "$(calls review "$other")" "approvals 0 of 2, refusals 0, checks 0 passed 0 failed 0 pending"
approve "$other"
repo POST "/statuses/$(repo GET "/pulls/$other" | jq -r .head.sha)" '{"state": "success", "context": "ci"}' >"$work/status"
is "one of two has, and a check passed" "$(calls review "$other")" "approvals 1 of 2, refusals 0, checks 1 passed 0 failed 0 pending"
repo POST "/pulls/$other/reviews" '{"event": "REQUEST_CHANGES", "body": "no"}' >"$work/review"
is "who asks for changes later approves no more" "$(calls review "$other")" "approvals 0 of 2, refusals 1, checks 1 passed 0 failed 0 pending"
ok "it is commented on" calls comment "$other"
is "in our words" "$(repo GET "/issues/$other/comments" | jq -r '.[-1].body')" "superseded by <b>another</b>"
ok "and closed" calls close "$other"
ok "closed once more is fine" calls close "$other"
is "Gitea says so, too" "$(repo GET "/pulls/$other" | jq -r '.state, .merged' | tr '\n' ' ')" "closed false "
ok "its branch is deleted" calls delete proposal
ok "which is gone then" sh -c '! curl -sf '"$GITEA_URL/api/v1/repos/$GITEA_REPO/branches/proposal"
ok "deleted once more is fine" calls delete proposal
protect 0

# The forge is away for a while.
kill "$PID_GITEA"
wait_for 10 sh -c "! kill -0 $PID_GITEA"
sleep 5
ok "while the forge is away the promotion waits" phase prod Running
start_gitea
ok "when it is back the pull request can be merged" wait_for 10 merge "$pull"
ok "and production follows" wait_for 40 phase prod Succeeded
is "with the forced change" "$(repo GET "/raw/env/prod/values.yaml?ref=main" | tail -n 1)" "# by hand"

# Merged from the dashboard, with a confirm.
if command -v tmux >/dev/null; then
	six=$(release "release six")
	promote prod "$six" >"$work/out" && wait_for 30 opened "release six"
	terminal 120 36 "$gantry" -f "$work/manifests"
	sees 20 "prod" "the dashboard shows the board"
	keys l
	types t
	sees 20 "PR #$number open" "a promotion tells of its pull request"
	types m
	sees 5 "Merge the pull request of prod" "m asks"
	sleep 0.5
	keys Enter
	ok "and the forge merges it" wait_for 30 phase prod Succeeded
	is "which is recorded" "$(g history -o json | jq -r '[.[] | select(.kind == "promotion.pull-request")][0].subject' |
		cut -d' ' -f1-5)" "merge pull request $number of"
	mux kill-server
else
	skip "the dashboard: no tmux"
fi

# The token is taken back in the middle.
five=$(release "release five")
promote prod "$five" >"$work/out" && wait_for 30 opened "release five"
curl -sf -u "alice:$GITEA_USER_PASSWORD" -X DELETE "$GITEA_URL/api/v1/users/alice/tokens/peer"
ok "a token that ended fails the step" wait_for 30 phase prod Errored
ok "which says so" g_says prod "401"
kill $agent
done_testing
