#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Five ways to production through a pull request, each from its warehouse to its last stage: plain files, a chart with
# and without the commit it comes from, an overlay with and without. Rendered branches and pull requests are on a
# real Gitea, images in a real registry; a real Argo CD syncs them to a real kube-apiserver, where verification runs
# its jobs. There is no node: what the controller of jobs would report, the test reports.
# Needs the scripts that start them in $PEERS, kustomize, and helm for the two charts; run by "make check-peers".
peers=${PEERS:-${srcdir:-.}/../shared/peers}
case $peers in /*) ;; *) peers=$PWD/$peers ;; esac
. "${srcdir:-.}/tests/story/lib.sh"
for peer in gitea argocd; do [ -x "$peers/$peer/up" ] || skip_all "no $peers/$peer/up"; done
need docker-registry skopeo git jq curl
# tool NAME: of the PATH, or as the peers' scripts build it.
cache=${GANTRY_PEERS_CACHE:-$home_before/.cache/gantry-peers}
tool() { command -v "$1" || ls "$cache/$1"-*/"$1" 2>/dev/null; }
mkdir "$work/bin"
for program in kustomize helm; do
	found=$(tool $program | tail -n 1)
	[ -z "$found" ] || ln -s "$found" "$work/bin/$program"
done
[ -x "$work/bin/kustomize" ] || skip_all "kustomize is not installed"

tidy_all() {
	for peer in gitea argocd; do
		# shellcheck disable=SC2154
		[ ! -d "$work/$peer" ] ||
			(HOME=$home_before && unset XDG_CACHE_HOME && "$peers/$peer/down" "$work/$peer") >/dev/null 2>&1
	done
	tidy
}
trap tidy_all EXIT
for peer in gitea argocd; do
	(HOME=$home_before && unset XDG_CACHE_HOME && "$peers/$peer/up" --dir "$work/$peer") >"$work/up.log" 2>&1 ||
		{ sed 's/^/# /' "$work/up.log"; echo "Bail out! the real $peer does not start"; exit 1; }
	. "$work/$peer/env"
done
PATH=$work/bin:$PATH

# --- what is there before: a registry, a repository with a branch of plain files and one of a chart ------------

start_registry
image=$registry/team/web
push_image team/web 1.24.0 2026-01-01T10:00:00Z
push_image team/web 1.26.0 2026-01-02T10:00:00Z
push_image team/web 2.0.0 2026-01-03T10:00:00Z

api() { # api METHOD PATH [JSON]
	curl -sS --fail-with-body -H "Authorization: token $GITEA_TOKEN" -X "$1" "$GITEA_URL/api/v1$2" \
		${3:+-H "Content-Type: application/json" -d "$3"}
}
kube() { # kube METHOD PATH [CURL ARGUMENTS]
	method=$1 path=$2
	shift 2
	curl -sS --fail --cacert "$KUBE_CA" -X "$method" -H "Authorization: Bearer $KUBE_TOKEN" "$KUBE_URL$path" "$@"
}
# made: what is asked for is answered as JSON, which nobody reads.
made() { "$@" -H 'Content-Type: application/json' -o "$work/made" -d @-; }

api POST /user/repos '{"name": "deploy", "private": true}' >"$work/made" || exit 1
repo=$GITEA_URL/admin1/deploy.git
remote=http://admin1:$GITEA_ADMIN_PASSWORD@127.0.0.1:$GITEA_PORT/admin1/deploy.git

# A PodTemplate has an image and needs nobody to roll it out.
pod_template() { # pod_template IMAGE
	cat <<C
apiVersion: v1
kind: PodTemplate
metadata: {name: web}
template:
  spec:
    containers:
    - {name: web, image: "$1"}
C
}
kustomization() { printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [%s]\n' "$1"; }
git init -q -b trunk-files "$work/deploy"
deploy() { git -C "$work/deploy" "$@"; }
put_files() {
	mkdir -p base
	pod_template "$image:1.24.0" >base/web.yaml
	kustomization web.yaml >base/kustomization.yaml
	for stage in test uat prod; do
		mkdir -p stages/$stage
		{ kustomization ../../base; echo "namePrefix: $stage-"; } >stages/$stage/kustomization.yaml
	done
}
put_chart() {
	mkdir -p charts/web/templates
	printf 'apiVersion: v2\nname: web\nversion: 0.1.0\n' >charts/web/Chart.yaml
	printf 'image: {name: "%s"}\nprefix: ""\n' "$image:1.24.0" >charts/web/values.yaml
	pod_template '{{ .Values.image.name }}' | sed 's/name: web}$/name: {{ .Values.prefix }}web}/' >charts/web/templates/web.yaml
	for stage in test uat prod; do
		mkdir -p charts/web/stages/$stage
		echo "prefix: $stage-" >charts/web/stages/$stage/values.yaml
	done
}
(cd "$work/deploy" && put_files && git add -A && git commit -qm "plain files" && git push -q "$remote" trunk-files &&
	git checkout -q --orphan trunk-chart && git rm -rqf . && put_chart && git add -A && git commit -qm "a chart" &&
	git push -q "$remote" trunk-chart) || { echo "Bail out! Gitea takes no pushes"; exit 1; }

# --- five pipelines ---------------------------------------------------------------------------------------------

all="plain overlay overlay-commit"
if [ -x "$work/bin/helm" ]; then all="$all chart chart-commit"; else skip "the two of a chart: helm is not installed"; fi
trunk() { case $1 in chart*) echo trunk-chart ;; *) echo trunk-files ;; esac; }
subscriptions() {
	case $1 in plain | *-commit) printf '  - git: {repoURL: "%s", branch: %s}\n' "$repo" "$(trunk "$1")" ;; esac
	case $1 in plain) ;; *) printf '  - image: {repoURL: "%s", semverConstraint: ^1.24.0}\n' "$image" ;; esac
}
source_of() { # what its steps check out to render
	case $1 in
	plain | *-commit) echo 'commit: ${{ commitFrom(vars.gitRepo).ID }}' ;;
	*) echo "branch: $(trunk "$1")" ;;
	esac
}
rendering() { # rendering PIPELINE: the steps between the checkout and the commit
	case $1 in
	plain)
		cat <<'C'
  - uses: copy
    config: {inPath: ./src/base, outPath: "${{ vars.outPath }}/base"}
  - uses: copy
    config: {inPath: "./src/stages/${{ ctx.stage }}", outPath: "${{ vars.outPath }}/stages/${{ ctx.stage }}"}
C
		;;
	chart*)
		cat <<'C'
  - uses: yaml-update
    as: update-image
    config:
      path: ./src/charts/web/values.yaml
      updates:
      - key: image.name
        value: ${{ vars.imageRepo }}:${{ imageFrom(vars.imageRepo).Tag }}
  - uses: helm-template
    config:
      path: ./src/charts/web
      releaseName: web
      valuesFiles: ["./src/charts/web/stages/${{ ctx.stage }}/values.yaml"]
      outPath: ${{ vars.outPath }}
C
		;;
	overlay*)
		cat <<'C'
  - uses: kustomize-set-image
    as: update-image
    config:
      path: ./src/base
      images:
      - image: ${{ vars.imageRepo }}
        tag: ${{ imageFrom(vars.imageRepo).Tag }}
  - uses: kustomize-build
    config: {path: "./src/stages/${{ ctx.stage }}", outPath: "${{ vars.outPath }}"}
C
		;;
	esac
}
message_of() {
	case $1 in
	plain) echo '      message: files of ${{ commitFrom(vars.gitRepo).ID }}' ;;
	*) printf '      messageFromSteps:\n      - update-image\n' ;;
	esac
}
head_of() { # head_of KIND NAME
	case $1 in AnalysisTemplate) echo "apiVersion: argoproj.io/v1alpha1" ;; *) echo "apiVersion: kargo.akuity.io/v1alpha1" ;; esac
	printf 'kind: %s\nmetadata:\n  name: %s\n' "$1" "$2"
	[ "$1" = Project ] || echo "  namespace: $pipeline"
}
update_argocd() { # update_argocd REVISION
	cat <<C
      - uses: argocd-update
        config:
          apps:
          - name: \${{ ctx.project }}-\${{ ctx.stage }}
            sources:
            - repoURL: \${{ vars.gitRepo }}
              desiredRevision: \${{ $1 }}
C
}
stage() { # stage NAME SOURCES: the last one goes through a pull request
	echo ---
	head_of Stage "$1"
	cat <<C
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: web}
    sources: {$2}
  promotionTemplate:
    spec:
      vars:
      - {name: gitRepo, value: "$repo"}
      - {name: targetBranch, value: "$pipeline/stage/\${{ ctx.stage }}"}
      - {name: outPath, value: ./out}
      steps:
      - task: {name: render}
        as: base
C
	if [ "$1" = prod ]; then
		cat <<'C'
      - uses: git-push
        as: push
        config: {path: "${{ vars.outPath }}", generateTargetBranch: true}
      - uses: git-open-pr
        as: open-pr
        config:
          repoURL: ${{ vars.gitRepo }}
          provider: gitea
          createTargetBranch: true
          sourceBranch: ${{ outputs.push.branch }}
          targetBranch: ${{ vars.targetBranch }}
      - uses: git-wait-for-pr
        as: wait-for-pr
        config:
          repoURL: ${{ vars.gitRepo }}
          provider: gitea
          pollInterval: 1s
          prNumber: ${{ outputs['open-pr'].pr.id }}
C
		update_argocd "outputs['wait-for-pr'].commit"
	else
		printf '      - uses: git-push\n        config: {path: "${{ vars.outPath }}"}\n'
		update_argocd outputs.base.commit
	fi
	[ "$1" = uat ] || printf '  verification:\n    analysisTemplates: [{name: smoke}]\n'
}
manifests() { # of the pipeline
	head_of Project "$pipeline"
	printf 'spec:\n  promotionPolicies:\n  - {stage: test, autoPromotionEnabled: true}\n  - {stage: uat, autoPromotionEnabled: true}\n'
	cat <<C
---
apiVersion: v1
kind: Secret
metadata: {name: git, namespace: $pipeline, labels: {kargo.akuity.io/cred-type: git}}
stringData: {repoURL: "$repo", username: admin1, password: "$GITEA_TOKEN"}
---
C
	head_of Warehouse web
	printf 'spec:\n  subscriptions:\n%s\n---\n' "$(subscriptions "$pipeline")"
	head_of PromotionTask render
	cat <<C
spec:
  vars:
  - name: gitRepo
  - name: targetBranch
  - name: outPath
  - {name: imageRepo, value: "$image"}
  steps:
  - uses: git-clone
    config:
      repoURL: \${{ vars.gitRepo }}
      checkout:
      - $(source_of "$pipeline")
        path: ./src
      - branch: \${{ vars.targetBranch }}
        create: true
        path: \${{ vars.outPath }}
  - uses: git-clear
    config: {path: "\${{ vars.outPath }}"}
$(rendering "$pipeline")
  - uses: git-commit
    as: commit
    config:
      path: \${{ vars.outPath }}
$(message_of "$pipeline")
  - uses: compose-output
    config: {commit: "\${{ task.outputs.commit.commit }}"}
---
C
	head_of AnalysisTemplate smoke
	cat <<'C'
spec:
  metrics:
  - name: smoke
    provider:
      job:
        spec:
          backoffLimit: 1
          template:
            spec:
              restartPolicy: Never
              containers:
              - {name: smoke, image: "smoke:1", command: ["true"]}
C
	stage test "direct: true"
	stage uat "stages: [test]"
	stage prod "stages: [uat]"
}
mkdir "$work/manifests"
for pipeline in $all; do manifests >"$work/manifests/$pipeline.yaml"; done
g() { "$gantry" "$@" -f "$work/manifests"; }
of() { project=$1; shift; verb=$1; shift; g "$verb" -p "$project" "$@"; } # of PIPELINE VERB …
ok "nothing is wrong with the manifests" g lint

# --- the cluster: namespaces, Argo CD's applications, and jobs that come to their end ----------------------------

# Just started, it may answer 500 for a moment.
gives_repository() {
	jq -n --arg repo "$repo" --arg password "$GITEA_TOKEN" '{repo: $repo, username: "admin1", password: $password}' |
		made curl -s --fail-with-body -H "Authorization: Bearer $ARGOCD_AUTH_TOKEN" "$ARGOCD_URL/api/v1/repositories"
}
wait_for 30 gives_repository ||
	{ echo "Bail out! Argo CD does not take the repository: $(cat "$work/made")"; exit 1; }
# Where its Application looks: what the steps leave in the branch of the stage.
path_in() { case $1 in plain) echo "stages/$2" ;; chart*) echo web/templates ;; *) echo . ;; esac; }
for pipeline in $all; do
	jq -n --arg n "$pipeline" '{apiVersion: "v1", kind: "Namespace", metadata: {name: $n}}' |
		made kube POST /api/v1/namespaces || exit 1
	for stage in test uat prod; do
		jq -n --arg p "$pipeline" --arg stage "$stage" --arg repo "$repo" --arg path "$(path_in "$pipeline" $stage)" '{
			apiVersion: "argoproj.io/v1alpha1", kind: "Application",
			metadata: {name: ($p + "-" + $stage), namespace: "argocd",
				annotations: {"kargo.akuity.io/authorized-stage": ($p + ":" + $stage)}},
			spec: {project: "default", source: {repoURL: $repo, targetRevision: ($p + "/stage/" + $stage), path: $path},
				destination: {server: "https://kubernetes.default.svc", namespace: $p}}}' |
			made kube POST /apis/argoproj.io/v1alpha1/namespaces/argocd/applications || exit 1
	done
done
# kubectl, as far as verification uses it.
cat >"$work/bin/kubectl" <<C
#!/bin/sh
jobs() { method=\$1; shift; curl -sS --fail-with-body --cacert "$KUBE_CA" -H "Authorization: Bearer $KUBE_TOKEN" -X "\$method" \
	"$KUBE_URL/\$@"; }
case "\$1 \$2" in
"create -f")
	job=\$(cat)
	namespace=\$(printf %s "\$job" | jq -r .metadata.namespace)
	printf %s "\$job" | jobs POST "apis/batch/v1/namespaces/\$namespace/jobs" -H 'Content-Type: application/json' -d @- >&2 ;;
"get job") jobs GET "apis/batch/v1/namespaces/\$5/jobs/\$3" ;;
"get pods") jobs GET "api/v1/namespaces/\$6/pods?labelSelector=\$4" ;;
*) echo "kubectl: no \$*" >&2; exit 1 ;;
esac
C
chmod +x "$work/bin/kubectl"
end_jobs() {
	while :; do
		now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
		kube GET /apis/batch/v1/jobs 2>/dev/null |
			jq -r '.items[] | select((.status.conditions // []) == []) | "\(.metadata.namespace) \(.metadata.name)"' |
			while read -r namespace name; do
				jq -n --arg now "$now" '{status: {startTime: $now, completionTime: $now, succeeded: 1,
					conditions: (["SuccessCriteriaMet", "Complete"] |
						map({type: ., status: "True", lastTransitionTime: $now, lastProbeTime: $now}))}}' |
					kube PATCH "/apis/batch/v1/namespaces/$namespace/jobs/$name/status" \
						-H 'Content-Type: application/merge-patch+json' -o /dev/null -d @-
			done
		sleep 0.5
	done
}
end_jobs 2>"$work/jobs.log" &
later $!

# --- and they run ------------------------------------------------------------------------------------------------

newest() { git -C "$work/deploy" ls-remote "$remote" "$1" | cut -f1; }
may_enter() { of "$1" get freight --stage "$2" -o json | json_is 'any(.[]; .name == $f)' --arg f "$3"; }
phase() { of "$1" get promotions --stage "$2" -o json | json_is '.[0].phase == $p' --arg p "$3"; }
pull_of() { # pull_of PIPELINE: the number of the open pull request to its prod
	number=$(api GET "/repos/admin1/deploy/pulls?state=open&limit=50" |
		jq -r --arg t "$1/stage/prod" '[.[] | select(.base.ref == $t)] | if length == 1 then .[0].number else empty end') &&
		[ -n "$number" ]
}
mergeable() { api GET "/repos/admin1/deploy/pulls/$1" | json_is .mergeable; }
app() { kube GET "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/$1-$2"; }
synced() { # synced PIPELINE STAGE: what Argo CD runs is the branch's newest commit
	app "$1" "$2" | json_is '.status | [.sync.status, .health.status, .sync.revision] == ["Synced", "Healthy", $c]' \
		--arg c "$(newest "$1/stage/$2")"
}
image_of() { kube GET "/api/v1/namespaces/$1/podtemplates/$2-web" | jq -r '.template.spec.containers[0].image'; }
freight_of() { of "$1" get freight -o json | jq -r '.[0].name'; }
has_freight() { of "$1" get freight -o json | json_is 'length == $n' --argjson n "$2"; }
to_prod() { # to_prod PIPELINE FREIGHT
	of "$1" promote prod --freight "$2" --reason "release of $1" 2>&1
}
goes_through() { # goes_through PIPELINE IMAGE: prod's promotion waits for its pull request, which is merged by hand
	ok "its pull request is opened" wait_for 60 pull_of "$1"
	waiting=$number
	is "nothing has changed in prod meanwhile" "$(image_of "$1" prod 2>/dev/null)" "${3:-}"
	ok "Gitea would merge it" wait_for 30 mergeable "$waiting"
	api POST "/repos/admin1/deploy/pulls/$waiting/merge" '{"Do": "merge"}' >"$work/made"
	ok "merged, the promotion ends well" wait_for 90 phase "$1" prod Succeeded
	ok "Argo CD runs the merge, healthy" wait_for 30 synced "$1" prod
	is "with what was promoted" "$(image_of "$1" prod)" "$2"
}

"$gantry" agent -f "$work/manifests" 2>"$work/agent.log" &
agent=$!
later $agent
for pipeline in $all; do
	ok "$pipeline: there is freight" wait_for 30 has_freight "$pipeline" 1
done
for pipeline in $all; do
	case $pipeline in plain) wanted=$image:1.24.0 ;; *) wanted=$image:1.26.0 ;; esac
	freight=$(freight_of "$pipeline")
	ok "$pipeline: it goes through test and uat by itself" wait_for 120 may_enter "$pipeline" prod "$freight"
	ok "which Argo CD runs, healthy" synced "$pipeline" uat
	is "with the image that it is to have" "$(image_of "$pipeline" uat)" "$wanted"
	to_prod "$pipeline" "$freight" >"$work/out"
	goes_through "$pipeline" "$wanted"
done

# Once more, with a newer image and newer commits.
push_image team/web 1.27.0 2026-02-01T10:00:00Z
for branch in trunk-files trunk-chart; do
	deploy checkout -q -f $branch
	echo "second" >"$work/deploy/NOTES"
	sed -i 's/1\.24\.0/1.25.0/' "$work/deploy/base/web.yaml" 2>/dev/null
	deploy add -A
	deploy commit -qm "the second one"
	deploy push -q "$remote" $branch
done
for pipeline in $all; do of "$pipeline" refresh >"$work/out" 2>&1; done
for pipeline in $all; do
	case $pipeline in
	plain) before=$image:1.24.0 wanted=$image:1.25.0 ;;
	*) before=$image:1.26.0 wanted=$image:1.27.0 ;;
	esac
	ok "$pipeline: there is newer freight" wait_for 30 has_freight "$pipeline" 2
	freight=$(freight_of "$pipeline")
	ok "it goes through test and uat, too" wait_for 120 may_enter "$pipeline" prod "$freight"
	to_prod "$pipeline" "$freight" >"$work/out"
	goes_through "$pipeline" "$wanted" "$before"
done
for pipeline in $all; do ok "the ledger of $pipeline holds" of "$pipeline" audit verify; done
kill $agent
done_testing
