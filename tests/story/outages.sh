# SPDX-License-Identifier: Apache-2.0
# Stages that promote by themselves while what they ask has random trouble: a registry, three git servers, and
# whichever Argo CD the test brings. Sourced, after lib.sh; see outages_play for what the test must have.
# OUTAGE_SECONDS, OUTAGE_STAGES and SEED say how long, how many stages, and which way.
# shellcheck shell=sh
PATH=$PATH:/usr/sbin
need docker-registry skopeo git jq curl nginx fcgiwrap
backend=$(git --exec-path)/git-http-backend
[ -x "$backend" ] || skip_all "git http-backend is not installed"
seconds=${OUTAGE_SECONDS:-6}
count=${OUTAGE_STAGES:-8}
seed=${SEED:-6}
stages=$(seq -f 's%02.0f' 1 "$count")

# pid_of NAME is in a file, since what is started again is another process.
start() { # start NAME COMMAND...
	name=$1
	shift
	"$@" >>"$work/$name.log" 2>&1 &
	echo $! >"$work/$name.pid"
	later $!
}
pid_of() { cat "$work/$1.pid"; }

# Three git servers: nginx before one fcgiwrap each.
git_server() { # git_server NAME: starts it (again)
	start "$1-cgi" fcgiwrap -s "unix:$work/$1.sock"
	start "$1" nginx -e "$work/$1.err" -c "$work/$1.conf"
}
for git in deploy source notes; do
	port=$(free_port)
	eval "${git}_port=$port ${git}_url=http://127.0.0.1:$port"
	mkdir -p "$work/$git" "$work/$git.tmp"
	cat >"$work/$git.conf" <<C
$([ "$(id -u)" = 0 ] && echo 'user root;')
daemon off; worker_processes 1; pid $work/$git.nginx; error_log $work/$git.err; master_process off;
events {}
http {
	access_log off; client_body_temp_path $work/$git.tmp/body; fastcgi_temp_path $work/$git.tmp/fastcgi;
	proxy_temp_path $work/$git.tmp/proxy; scgi_temp_path $work/$git.tmp/scgi; uwsgi_temp_path $work/$git.tmp/uwsgi;
	server {
		listen 127.0.0.1:$port; client_max_body_size 0;
		location / {
			fastcgi_param SCRIPT_FILENAME $backend; fastcgi_param GIT_PROJECT_ROOT $work/$git;
			fastcgi_param GIT_HTTP_EXPORT_ALL ""; fastcgi_param PATH_INFO \$uri;
			fastcgi_param QUERY_STRING \$query_string; fastcgi_param REQUEST_METHOD \$request_method;
			fastcgi_param CONTENT_TYPE \$content_type; fastcgi_param CONTENT_LENGTH \$content_length;
			fastcgi_pass unix:$work/$git.sock;
		}
	}
}
C
	git init -q --bare "$work/$git/$git.git"
	git -C "$work/$git/$git.git" config http.receivepack true
	git clone -q "$work/$git/$git.git" "$work/$git.seed" 2>/dev/null
	git_server "$git"
done
for stage in $stages; do printf 'version: none\n' >"$work/notes.seed/$stage.yaml"; done
git -C "$work/notes.seed" add -A
git -C "$work/notes.seed" commit -qm seed
git -C "$work/notes.seed" push -q origin HEAD:main
for stage in $stages; do
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata:\n  version: none\n' "$stage" \
		>"$work/deploy.seed/app.yaml"
	git -C "$work/deploy.seed" add -A
	git -C "$work/deploy.seed" commit -qm "$stage"
	git -C "$work/deploy.seed" push -q origin "HEAD:stage/$stage"
done

start_registry
echo "${pids##* }" >"$work/registry.pid"

# release VERSION: an image and a commit of that name.
release() {
	push_image acme/web "$1" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" && rm -rf "$work/image-$1"
	git -C "$work/source.seed" commit -q --allow-empty -m "$1"
	git -C "$work/source.seed" push -q origin HEAD:main
}

{
	cat <<C
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: chaos}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: chaos, namespace: chaos}
spec: {promotionPolicies: [{stageSelector: {name: "glob:*"}, autoPromotionEnabled: true}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: web, namespace: chaos}
spec:
  interval: 1s
  subscriptions:
  - image: {repoURL: "$registry/acme/web"}
  - git: {repoURL: "$source_url/source.git", branch: main}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: PromotionTask
metadata: {name: deliver, namespace: chaos}
spec:
  steps:
  - {uses: git-clone, config: {repoURL: "$source_url/source.git", checkout: [{commit: "\${{ commitFrom('$source_url/source.git').ID }}", path: source}]}}
  - {uses: git-clone, config: {repoURL: "$deploy_url/deploy.git", checkout: [{branch: "stage/\${{ ctx.stage }}", path: deploy}]}}
  - {uses: yaml-update, config: {path: deploy/app.yaml, updates: [{key: data.version, value: "\${{ quote(imageFrom('$registry/acme/web').Tag) }}"}]}}
  - {uses: git-commit, config: {path: deploy, message: "\${{ ctx.stage }}"}}
  - {uses: git-push, as: push, config: {path: deploy}}
  - {uses: git-clone, config: {repoURL: "$notes_url/notes.git", checkout: [{branch: main, path: notes}]}}
  - {uses: yaml-update, config: {path: "notes/\${{ ctx.stage }}.yaml", updates: [{key: version, value: "\${{ quote(imageFrom('$registry/acme/web').Tag) }}"}]}}
  - {uses: git-commit, config: {path: notes, message: "\${{ ctx.stage }}"}}
  - {uses: git-push, config: {path: notes, maxAttempts: 50}}
  - uses: argocd-update
    config:
      apps: [{name: "chaos-\${{ ctx.stage }}", sources: [{repoURL: "$deploy_url/deploy.git", desiredRevision: "\${{ task.outputs.push.commit }}"}]}]
C
	for stage in $stages; do
		cat <<C
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: $stage, namespace: chaos}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: web}, sources: {direct: true}}]
  promotionTemplate: {spec: {steps: [{task: {name: deliver}}]}}
C
	done
} >"$work/chaos.yaml"

g() { "$gantry" "$@" -f "$work/chaos.yaml"; }
notes() { git -C "$work/notes/notes.git" show "main:$1.yaml" | sed -n 's/version: *"\{0,1\}\([^"]*\)"\{0,1\}/\1/p'; }
all_run() { for stage in $stages; do [ "$(notes "$stage")" = "$1" ] || return 1; done; }
# all_ended VERSION: nothing is under way, and each stage runs it.
all_ended() {
	g get stages -o json >"$work/stages.json" && g get promotions -o json >"$work/promotions.json" &&
		[ "$(jq --arg v "$1" '[.[] | select(.version == $v)] | length' "$work/stages.json")" = "$count" ] &&
		[ "$(jq '[.[] | select(.phase == "Running" or .phase == "Pending")] | length' "$work/promotions.json")" = 0 ]
}

random() { # random N: sets $drawn, 0 to N-1; not in $(...), where the next $seed would be lost
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	drawn=$((seed / 65536 % $1))
}
one_of() { # one_of WORD...: sets $drawn
	random $#
	shift "$drawn"
	drawn=$1
}
killed() { # killed NAME
	kill -9 "$(pid_of "$1")" || return 1
	[ ! -f "$work/$1-cgi.pid" ] || kill -9 "$(pid_of "$1-cgi")"
}
again() { # again NAME: it was killed
	case $1 in
	registry) start registry docker-registry serve "$work/registry-${registry#*:}.yml" ;;
	deploy | source | notes) rm -f "$work/$1.sock" && git_server "$1" ;;
	*) argocd_again "$1" ;;
	esac
}
slowed() { # slowed NAME SECONDS: it gets a sixth of its time
	end=$(($(date +%s) + $2))
	while [ "$(date +%s)" -lt "$end" ]; do
		kill -STOP "$(pid_of "$1")" && sleep 0.5 && kill -CONT "$(pid_of "$1")" && sleep 0.1 || return 1
	done
}
# trouble KIND VICTIM SECONDS: one bad moment of one of them; what is wrong afterwards is tried until it is right.
trouble() {
	case $1 in
	kill) killed "$2" && sleep "$3" && again "$2" ;;
	stop) kill -STOP "$(pid_of "$2")" && sleep "$3" && kill -CONT "$(pid_of "$2")" ;;
	slow) slowed "$2" "$3" ;;
	window) wait_for 60 set_windows "[$deny]" && sleep "$3" && wait_for 60 set_windows '[]' ;;
	token) wait_for 60 revoke_tokens && sleep "$3" && wait_for 60 new_login ;;
	esac >"$work/trouble.out" 2>&1 || echo "$*: $(tail -n 1 "$work/trouble.out")" >>"$work/untroubled"
	echo "$*" >>"$work/troubles"
}
# keeps_up: a stage has about one promotion that waits for another. A slow machine would pile them up.
keeps_up() {
	g get promotions -o json >"$work/promotions.json" &&
		[ "$(jq '[.[] | select(.phase == "Pending")] | length' "$work/promotions.json")" -le "$count" ]
}
troubles() { # for $seconds: a release, and three bad moments with a better one behind each
	begun=$(date +%s) n=0
	while [ $(($(date +%s) - begun)) -lt "$seconds" ]; do
		keeps_up && n=$((n + 1)) && release "1.$n.0" >"$work/release.out" 2>&1
		for moment in 1 2 3; do
			# shellcheck disable=SC2086
			one_of $kinds && kind=$drawn && one_of $names && victim=$drawn
			random "$longest" && trouble "$kind" "$victim" $((1 + drawn))
			random "$longest" && sleep "$drawn"
		done
	done
}

# all_end VERSION: what has piled up is worked off, on a slow machine too: given up once nothing ends for 240 s.
all_end() {
	before=-1
	while ended=$(grep -c " engine .* runs " "$work/agent.log") && [ "$ended" != "$before" ]; do
		before=$ended
		wait_for 240 all_ended_or_more "$1" "$ended" || return 1
		all_ended "$1" && return
	done
	return 1
}
all_ended_or_more() { [ "$(grep -c " engine .* runs " "$work/agent.log")" != "$2" ] || all_ended "$1"; }

# outages_play NAMES KINDS LONGEST: what has trouble, which kinds, and for how many seconds at most. There must be
# an application chaos-STAGE for each, argocd_again NAME for what is not named above, set_windows LIST, $deny, and,
# for the kind token, revoke_tokens and new_login. Then every stage runs the last release, which is $last.
outages_play() {
	names=$1 kinds=$2 longest=$3
	release 1.0.0
	"$gantry" agent -f "$work/chaos.yaml" 2>"$work/agent.log" &
	agent=$!
	later $agent
	ok "all stages run the first release" wait_for 240 all_ended 1.0.0
	all_run 1.0.0 || { tail -n 20 "$work/agent.log" | sed 's/^/# /'; done_testing; }

	ok "a window is closed" set_windows "[$deny]"
	release 1.0.1
	ok "which the promotions behind it say" wait_for 120 grep -q "still waiting, because .*sync window of Argo CD is closed" "$work/agent.log"
	ok "and is opened" set_windows '[]'

	: >"$work/troubles"
	: >"$work/untroubled"
	first_seed=$seed
	troubles
	last=1.$((n + 1)).0
	is "each trouble came and went" "$(cat "$work/untroubled")" ""
	ok "the last release is out" wait_for 60 release "$last"
	ok "the agent is there to the end" kill -0 $agent
	ok "every stage runs the last release" all_end "$last"
	all_run "$last" || echo "# notes of: $(for stage in $stages; do notes "$stage"; done | sort | uniq -c | tr '\n' ' ')"
	is "every promotion succeeded" "$(jq -r 'map(.phase) | unique | join(" ")' "$work/promotions.json")" Succeeded
	ok "those that are no longer kept, too" has_no_failure
	waits=$(grep -c "still waiting, because" "$work/agent.log")
	ok "what was waited for is told" test "$waits" -gt 0
	is "each time with a reason" "$(grep "still waiting, because" "$work/agent.log" | grep -cE 'because *$')" 0
	ok "the ledger holds" g audit verify
}
# has_no_failure: by the history, which keeps all; what supersedes another is no failure.
has_no_failure() {
	g history -n 100000 -o json >"$work/history.json" &&
		jq -r '.[] | select(.kind == "promotion.finished" and (.reason != "" or (.subject | contains(" runs ") | not))) |
			.subject + ": " + .reason' "$work/history.json" >"$work/failed" &&
		[ ! -s "$work/failed" ] || { head -n 20 "$work/failed"; false; }
}
outages_end() {
	echo "# seed $first_seed: $(wc -l <"$work/troubles") troubles in $seconds s, $(jq '[.[] | select(.kind == "promotion.finished")] | length' "$work/history.json") promotions, $waits sentences of waiting"
	[ "$failures" = 0 ] || { jq -r '.[] | select(.phase != "Succeeded") | "# " + .stage + " " + .phase + " " + (.message // "")' "$work/promotions.json" | head -n 20
		tail -n 40 "$work/agent.log" | sed 's/^/# /'; }
	done_testing
}
