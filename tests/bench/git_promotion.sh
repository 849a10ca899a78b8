#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A promotion through git (clone, edit, commit, push): ours against the same in a shell script with git,
# in one run, taking turns. Each round's times are divided by the script's of the same round: medians of times
# and of ratios. The budget is 1.0 with a cold mirror, 0.5 with a warm one. Both sides remove what they worked
# in. "in a running agent" is five promotions in one process, each a fifth of it: what an agent pays.
# usage: git_promotion.sh [ROUNDS [FILES [COMMITS]]]; builddir is where make ran.
rounds=${1:-15} files=${2:-1000} commits=${3:-200}
helper=${builddir:-build}/tests/story/helper_git
[ -x "$helper" ] || { echo "$helper is not built: make tests/story/helper_git" >&2; exit 1; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" GIT_CONFIG_NOSYSTEM=1
mkdir -p "$HOME"
git config --global user.name Ada
git config --global user.email ada@example.org
git config --global init.defaultBranch main

git init -q --bare "$work/remote.git"
git init -q "$work/seed"
awk -v n="$files" -v dir="$work/seed" 'BEGIN { for (i = 0; i < n; i++) {
	folder = dir "/apps/" i % 50
	if (!(folder in made)) { system("mkdir -p " folder); made[folder] }
	f = folder "/values-" i ".yaml"
	for (l = 0; l < 40; l++) print "key" l ": value " i " " l >f
	close(f) } }'
git -C "$work/seed" add -A
git -C "$work/seed" commit -qm seed
i=0
while [ "$i" -lt "$commits" ]; do
	echo "change $i" >>"$work/seed/apps/$((i % 50))/values-$((i % 50)).yaml"
	git -C "$work/seed" commit -qam "change $i"
	i=$((i + 1))
done
git -C "$work/seed" push -q "$work/remote.git" main
git -C "$work/remote.git" gc -q

url=file://$work/remote.git
script() { # script ROUND CLONE-OPTIONS...
	round=$1
	shift
	git clone -q "$@" "$url" "$work/script" && cd "$work/script" &&
		echo "image: $round" >>apps/7/values-7.yaml && git add . && git commit -qm "to $round" &&
		git push -q origin HEAD:main && cd "$work" && rm -rf "$work/script"
}
ours() { # ours ROUND MIRRORS
	"$helper" "$work/ours" "$2" \
		git-clone "{\"repoURL\":\"$url\",\"checkout\":[{\"path\":\"src\"}]}" \
		-x "echo 'image: $1' >>src/apps/7/values-7.yaml" \
		git-commit "{\"path\":\"src\",\"message\":\"to $1\"}" git-push '{"path":"src"}' -d - >/dev/null
}
agent() { # agent ROUND: five promotions, one process
	set -- "$1" "$work/agent" "$work/warm"
	round=$1
	shift
	for part in 1 2 3 4 5; do
		set -- "$@" git-clone "{\"repoURL\":\"$url\",\"checkout\":[{\"path\":\"src\"}]}" \
			-x "echo 'image: $round.$part' >>src/apps/7/values-7.yaml" \
			git-commit "{\"path\":\"src\",\"message\":\"to $round.$part\"}" git-push '{"path":"src"}' -d -
	done
	"$helper" "$@" >/dev/null
}
timed() { # timed NAME COMMAND...
	name=$1
	shift
	start=$(date +%s%N)
	"$@" || { echo "$name failed" >&2; exit 1; }
	echo $(($(date +%s%N) - start)) >>"$work/$name.ns"
}
median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) printf "'"$1"'", v[int((NR + 1) / 2)] }'; }

ours warm-up "$work/warm"
i=0
while [ "$i" -lt "$rounds" ]; do
	timed script script "s$i"
	timed shallow script "d$i" --depth 1
	timed warm ours "w$i" "$work/warm"
	rm -rf "$work/cold"
	timed cold ours "c$i" "$work/cold"
	timed agent agent "a$i"
	i=$((i + 1))
done
echo "git script                     $(awk '{ print $1 / 1e6 }' "$work/script.ns" | median %.1f) ms"
for name in shallow cold warm agent; do
	parts=1
	case $name in
	shallow) what="git script, clone --depth 1   " ;;
	cold) what="gantry, cold mirror           " ;;
	warm) what="gantry, warm mirror           " ;;
	agent) what="gantry, warm, in running agent" parts=5 ;;
	esac
	ms=$(awk -v n=$parts '{ print $1 / 1e6 / n }' "$work/$name.ns" | median %.1f)
	ratio=$(paste "$work/$name.ns" "$work/script.ns" | awk -v n=$parts '{ print $1 / n / $2 }' | median %.2f)
	echo "$what $ms ms  $ratio of the script's"
done
