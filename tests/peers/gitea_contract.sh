#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gitea_contract.sh URL OWNER/NAME TOKEN GIT_URL: asks a forge that speaks Gitea's API what gantry asks, and what
# people do to a pull request meanwhile, and prints each answer's status and the fields that are read of it.
# The demonstration's forge and the real one must print the same: tests/peers/gitea_contract.expected.
# GIT_URL takes pushes of new branches. Needs git, curl and jq.
set -u
url=$1 repo=$2 token=$3 remote=$4
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# call NAME METHOD PATH [JSON]: the answer's body is left in $work/body.
call() {
	call_auth "Authorization: token $token" "$@"
}
call_auth() {
	status=$(curl -s -o "$work/body" -w '%{http_code}' -H "$1" -X "$3" "$url/api/v1$4" \
		${5:+-H "Content-Type: application/json" -d "$5"})
	printf '%s: %s\n' "$2" "$status"
}
# pull: the fields of a pull request that are read; of those that differ from run to run, the kind alone.
pull() {
	jq -c --arg repo "$repo" '{state, merged, draft, title, body, merge_commit_sha: (.merge_commit_sha | type),
		number: (.number | type), html_url: (.html_url | sub("^http.*/" + $repo + "/"; "R/") | sub("[0-9]+$"; "N")),
		created_at: (.created_at | type), merged_at: (.merged_at | type), closed_at: (.closed_at | type),
		user: (.user.login | type), head: {ref: .head.ref, sha: (.head.sha | type)},
		base: {ref: .base.ref, sha: (.base.sha | type)}}' "$work/body"
}
fields() { jq -c "$1" "$work/body"; }
# becomes FILTER: asks for the pull request until it is so; Gitea looks for conflicts by the way.
becomes() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		curl -s -H "Authorization: token $token" "$url/api/v1/repos/$repo/pulls/$number" >"$work/body"
		jq -e -n "input | $1" "$work/body" >/dev/null && echo "becomes $1" && return
		sleep 0.5
	done
	echo "never becomes $1"
}
# merged NAME JSON: Gitea looks for conflicts anew whenever the target has moved, a moment after it said so, and until
# it has looked answers 405 to what it called mergeable. The client asks again then, and so does this.
merged() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		answer=$(call "$1" POST "/repos/$repo/pulls/$number/merge" "$2")
		[ "$answer" = "$1: 405" ] || break
		sleep 0.5
	done
	echo "$answer"
}
git clone -q "$remote" "$work/git" || exit 1
git() { command git -C "$work/git" -c user.name=Ada -c user.email=ada@example.org "$@"; }
main=$(git rev-parse origin/main)
branch() { # branch NAME FILE TEXT: a branch one commit ahead of main as it was
	git checkout -q -f -B "$1" "$main"
	echo "$3" >"$work/git/$2"
	git add "$2" && git commit -q -m "$1" && git push -q -f origin "$1" 2>"$work/push" || cat "$work/push"
}
branch contract/one contract.txt one
branch contract/two other.txt two
branch contract/conflict contract.txt conflict
git push -q origin "$main:refs/heads/contract/same" 2>"$work/push"

call "the version" GET /version
fields '{version: (.version | type)}'
new='{"title": "T", "body": "B", "head": "contract/one", "base": "main"}'
call_auth "X-None: 1" "opened by nobody" POST "/repos/$repo/pulls" "$new"
fields '{message: (.message | type)}'
call_auth "Authorization: token wrong" "opened with a wrong token" POST "/repos/$repo/pulls" "$new"
call "opened" POST "/repos/$repo/pulls" "$new"
pull
number=$(jq .number "$work/body")
call "opened again" POST "/repos/$repo/pulls" "$new"
fields '{message: (.message | type)}'
call "opened from no branch" POST "/repos/$repo/pulls" '{"title": "T", "head": "contract/none", "base": "main"}'
call "opened to no branch" POST "/repos/$repo/pulls" '{"title": "T", "head": "contract/two", "base": "contract/none"}'
call "opened without a title" POST "/repos/$repo/pulls" '{"title": "", "head": "contract/two", "base": "main"}'
call "opened with what is no JSON" POST "/repos/$repo/pulls" '{"title'
call "of no repository" GET "/repos/nobody/nothing/pulls"
call "the open ones" GET "/repos/$repo/pulls?limit=0&page=1&state=open"
fields '[.[] | select(.head.ref == "contract/one") | .state]'
call "the closed ones" GET "/repos/$repo/pulls?limit=0&page=1&state=closed"
fields '[.[] | select(.head.ref == "contract/one") | .state]'
call "one" GET "/repos/$repo/pulls/$number"
pull
becomes .mergeable
call "one that is not there" GET "/repos/$repo/pulls/99999"
call "one by a word" GET "/repos/$repo/pulls/x"
call "its reviews" GET "/repos/$repo/pulls/$number/reviews?limit=50"
fields .
call "its checks" GET "/repos/$repo/commits/$(git rev-parse contract/one)/status"
fields '{statuses: (.statuses | length), total_count}'
call "its target" GET "/repos/$repo/branches/main"
fields '{name, required_approvals, id: (.commit.id | type)}'
call "a branch that is not there" GET "/repos/$repo/branches/contract%2Fnone"
call "a comment" POST "/repos/$repo/issues/$number/comments" '{"body": "superseded"}'
fields '{body, id: (.id | type), user: (.user.login | type)}'
call "its comments" GET "/repos/$repo/issues/$number/comments"
fields '[.[].body]'
call "closed" PATCH "/repos/$repo/pulls/$number" '{"state": "closed"}'
pull
call "merged while it is closed" POST "/repos/$repo/pulls/$number/merge" '{"Do": "merge"}'
call "opened once more" PATCH "/repos/$repo/pulls/$number" '{"state": "open"}'
fields '{state, merged}'
becomes .mergeable
call "merged in no way" POST "/repos/$repo/pulls/$number/merge" '{"Do": "nonsense"}'
call_auth "X-None: 1" "merged by nobody" POST "/repos/$repo/pulls/$number/merge" '{"Do": "merge"}'
merged "merged" '{"Do": "merge"}'
wc -c <"$work/body" | tr -d ' '
call "as it is then" GET "/repos/$repo/pulls/$number"
pull
merged=$(jq -r .merge_commit_sha "$work/body")
git fetch -q origin
[ "$merged" = "$(git rev-parse origin/main)" ] && echo "its merge commit is main's"
git log -1 --format='%P' origin/main | wc -w | tr -d ' '
call "merged again" POST "/repos/$repo/pulls/$number/merge" '{"Do": "merge"}'
call "closed after its merge" PATCH "/repos/$repo/pulls/$number" '{"state": "closed"}'

call "one with conflicts" POST "/repos/$repo/pulls" '{"title": "C", "head": "contract/conflict", "base": "main"}'
fields '{body, state}'
number=$(jq .number "$work/body")
becomes '.mergeable | not'
sleep 1
becomes '.mergeable | not'
call "merged all the same" POST "/repos/$repo/pulls/$number/merge" '{"Do": "merge"}'
branch contract/conflict third.txt "no conflict any more"
becomes .mergeable
becomes ".head.sha == \"$(git rev-parse contract/conflict)\"" | sed 's/"[0-9a-f]*"/its new head/'
merged "squashed" '{"Do": "squash"}'
git fetch -q origin
git log -1 --format='%P' origin/main | wc -w | tr -d ' '
git show --format= --name-only origin/main

call "a branch is deleted" DELETE "/repos/$repo/branches/contract%2Fone"
wc -c <"$work/body" | tr -d ' '
call "and again" DELETE "/repos/$repo/branches/contract%2Fone"
for left in two conflict same; do
	call_auth "Authorization: token $token" "$left" DELETE "/repos/$repo/branches/contract%2F$left" >"$work/left"
done
