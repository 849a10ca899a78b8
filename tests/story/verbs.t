#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The verbs beside promote: look for freight, ask why, hold and resume, wait, retry, verify; and what they say
# when a name is wrong, when nobody executes, and when an option has lost its value.
. "$(dirname "$0")/lib.sh"
. "$srcdir/tests/story/manifests.sh"
need docker-registry skopeo git jq

start_registry
push_image acme/web 1.0.0 2026-01-01T10:00:00Z
manifests() { # manifests STEPS: of the stage that may fail
	put_project test
	put_warehouse web 1h "{image: {repoURL: \"$registry/acme/web\"}}"
	put_stage test web "direct: true" "$note"
	put_stage uat web "stages: [test]" "$note"
	put_stage flaky web "direct: true" "$note$1"
}
mkdir "$work/manifests"
manifests ", $no_luck" >"$work/manifests/demo.yaml"
g() { "$gantry" "$@" -f "$work/manifests" >"$work/out" 2>"$work/err"; }
says() { grep -qE -- "$1" "$work/out" || { cat "$work/out" "$work/err"; false; }; }
complains() { grep -qE -- "$1" "$work/err" || { cat "$work/err"; false; }; }
status() { "$@" >/dev/null 2>&1; echo $?; }
of() { "$gantry" "$@" -f "$work/manifests" -o json 2>/dev/null; }

ok "before anything is found, why says so" g why test
ok "and where to ask" says "There is no freight for test yet: gantry refresh looks for it"
ok "refresh looks" g refresh web
ok "and says what is new" says "^web has new freight: [a-z-]+ \\(1.0.0\\)$"
is "which is recorded" "$(of get freight | jq length)" 1
is "and nothing is promoted by that" "$(of get promotions | jq length)" 0
ok "of a stage, its warehouses are looked at" g refresh uat
ok "where nothing is new any more" says "^web has nothing new$"
is "a misspelt name is no success" "$(status g refresh wbe)" 2
ok "and the nearest is offered" complains "no warehouse \"wbe\"; did you mean web\\?"
is "read-only records nothing" "$(status g refresh --read-only)" 3

ok "why uat" g why uat
ok "says what it waits for" says "^  waiting   verified   not yet in test$"
ok "and who can let it in" says "gantry approve uat --freight [a-z-]+$"
ok "and when" says "^When it can start is unknown"
is "for scripts, too" "$(of why uat | jq -r '.outlook, .open, (.gates[] | select(.name == "verified").state)' | tr '\n' ' ')" \
	"unknown false waiting "

ok "auto-promotion is held" g hold test --reason "a migration runs"
is "once" "$(status g hold test)" 5
is "not where there is none" "$(status g hold uat)" 3
ok "why tells by whom and why" g why test
ok "and how to go on" says "auto-promotion is held for .*Ada.*: a migration runs; gantry resume test$"
is "the hold is in get" "$(of get stages | jq -r '.[] | select(.name == "test").holds[0].reason')" "a migration runs"
ok "it is resumed" g resume test
is "once" "$(status g resume test)" 3

ok "what nobody carries out is recorded" g promote test
ok "and said to wait" says "^promoting test to .*; nobody executes now, so it waits: start gantry agent, or add --wait$"
ok "wait executes it" g wait test --timeout 60s
ok "tells each step with its name and time" says "^test: step 1 of 1, compose-output \\(note\\): Succeeded after [0-9.]+m?s$"
ok "how it ended" says "^test\\.[0-9a-z]+\\.[0-9a-f]{7}: Succeeded$"
ok "and what runs now" says "^test runs [a-z-]+ \\(1.0.0\\)$"
is "any format has it" "$("$gantry" get stages -f "$work/manifests" -o name | tr '\n' ' ')" "flaky test uat "
is "also a path" "$("$gantry" get stages -f "$work/manifests" -o 'jsonpath={range [*]}{.name}={.version}{";"}{end}')" "flaky=;test=1.0.0;uat=;"
is "and CSV" "$("$gantry" get freight -f "$work/manifests" -o csv | cut -d, -f2,3,6,7 | tr -d '\r' | tr '\n' ' ')" "alias,version,in,verified $(of get freight | jq -r '.[0].alias'),1.0.0,test,test "
name=$(of get promotions | jq -r '.[0].name')
ok "what is over is told again, by its name" g wait "$name"
is "and its beginning" "$(of wait "$(echo "$name" | cut -c1-12)" | jq -r '.phase + " " + .steps[0].status')" "Succeeded Succeeded"

ok "what runs is verified again" g verify test --wait --timeout 60s
ok "with what came of it" says "^verification of test: Successful$"
is "not where nothing runs" "$(status g verify uat)" 3

is "a promotion that fails" "$(status g promote flaky --wait --timeout 60s)" 1
g promote flaky --wait --timeout 60s
ok "names the step" says "^flaky: step 2 of 2, fail \\(step-2\\): Failed after .*: .*no luck"
ok "and what runs in spite of it" says "^flaky runs nothing$"
is "tried again it fails again" "$(status g retry flaky --wait --timeout 60s)" 1
manifests "" >"$work/manifests/demo.yaml"
ok "mended, it does not" g retry flaky --wait --timeout 60s --reason "mended"
ok "and runs" says "^flaky runs [a-z-]+ \\(1.0.0\\)$"
is "what succeeded is not tried again" "$(status g retry flaky)" 3

is "a stage misspelt" "$(status g promote falky)" 2
ok "is not taken for another" complains "no stage \"falky\"; did you mean flaky\\?"
ok "freight is known by its version, too" g why uat --freight 1.0.0
ok "which is meant" says "^[a-z-]+ \\(1.0.0\\) into uat$"
is "freight that is not there" "$(status g promote test --freight none)" 2
is "an option is no reason" "$(status g hold test --reason --wait)" 2
ok "and one that begins so is written otherwise" complains "is written --reason=--wait"
is "a reason has a bound" "$(status g hold test --reason "$(head -c 5000 /dev/zero | tr '\0' x)")" 2
ok "which is said" complains "the reason is 5000 bytes long; write it in at most 4000"
is "an option misspelt" "$(status g promote test --freigt x)" 2
ok "gets the nearest" complains "no option --freigt for promote; did you mean --freight\\?"
alias=$(of get freight | jq -r '.[0].alias')
is "history knows freight by its alias" "$(of history --freight "$alias" --since 2d | jq -r '[.[].stage] | unique | join(" ")')" "flaky test"
is "and by the beginning of its name" "$(of history --freight "$(of get freight | jq -r '.[0].name[:7]')" -n 1 | jq length)" 1
is "but not what is not there" "$(status g history --freight nope)" 2
is "nor a stage" "$(status g history --stage tset)" 2
ok "for which it has another" complains "no stage \"tset\"; did you mean test\\?"
is "nor a promotion" "$(status g audit --promotion none)" 2
ok "all projects' history says which" g history -A
ok "in a column" says "^WHEN +PROJECT +STAGE +WHAT"
ok "every ledger is verified" g audit verify -A
ok "each by name" says "^demo: sound: [0-9]+ events replayed"
ok "without UTF-8 the board is drawn with ASCII" sh -c "LC_ALL=C '$gantry' -f '$work/manifests' -o table | LC_ALL=C grep -vqE '[^ -~]' && ! LC_ALL=C '$gantry' -f '$work/manifests' | LC_ALL=C grep -qE '[^ -~]'"
"$gantry" promote test --freight "$alias" -f "$work/manifests" --remote https://127.0.0.1:1/x.git >"$work/out" 2>"$work/err"
ok "a remote that refuses has recorded nothing" complains "nothing was recorded: the ledger's remote was not reached|Connection refused|onnect"
completes() { "$gantry" complete -- -f "$work/manifests" "$@" 2>"$work/err" | tr '\n' ' '; }
is "the shell is offered commands" "$("$gantry" complete -- re | tr '\n' ' ')" "refresh resume retry "
is "stages" "$(completes promote "")" "flaky test uat "
is "by their beginning" "$(completes why u)" "uat "
is "freight" "$(completes promote test --freight "")" "$alias "
is "also in one word" "$(completes promote test --freight=)" "--freight=$alias "
is "promotions and stages" "$(completes wait test | grep -c "test\\.")" 1
is "warehouses" "$(completes refresh w)" "web "
is "options that work" "$(completes approve test --ag)" "--again "
is "formats" "$(completes get stages -o j)" "json jsonpath= "
is "projects" "$("$gantry" complete -- get stages -f "$work/manifests" -p d)" demo
is "files where files are meant" "$("$gantry" complete -- lint "")" ":file"
for shell in bash zsh fish; do
	command -v $shell >/dev/null 2>&1 || { skip "$shell is not installed"; continue; }
	"$gantry" completion $shell >"$work/completion.$shell"
	ok "$shell reads its script" $shell -n "$work/completion.$shell"
done
is "bash completes with it" "$(PATH=$(dirname "$gantry"):$PATH bash -c '. "$1"; COMP_WORDS=(gantry -f "$2" why fl) COMP_CWORD=4; _gantry; echo "${COMPREPLY[*]}"' - "$work/completion.bash" "$work/manifests")" flaky
missing() { "$gantry" "$@" -f "$work/nowhere" >"$work/out" 2>"$work/err"; }
for verb in "get stages" "get freight" "why test" "promote test" "-o json"; do
	# shellcheck disable=SC2086
	is "where there are no manifests, this fails: $verb" "$(missing $verb; echo $?)" 1
	ok "which is said" complains "opening $work/nowhere: No such file or directory"
done
is "history does not ignore a stage that is no option" "$(g history test; echo $?)" 2
ok "and how is shown" complains "history takes no \"test\""
ok "with the option" complains "gantry history \[--stage NAME\]"
is "nor do steps a second kind" "$(g steps copy git-clone; echo $?)" 2
is "an agent that cannot serve there does not start" "$(g agent --listen 127.0.0.1:99999; echo $?)" 2
ok "nor executes for a moment" sh -c "! grep -qE 'started|lease' '$work/err'"
is "a command misspelt" "$(status "$gantry" help promot)" 2
ok "help lists an option only where it works" sh -c "'$gantry' approve -h | grep -q -- --freight && ! '$gantry' approve -h | grep -q -- --plan && ! '$gantry' version -h | grep -q -- --remote"

done_testing
