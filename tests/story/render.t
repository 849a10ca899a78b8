#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# helm-template, helm-update-chart and kustomize-build with the real helm and kustomize, and what they may touch.
. "$(dirname "$0")/lib.sh"
need jq
answer=${builddir:-build}/tests/story/helper_answer
mkdir "$work/dir"
dir=$work/dir

step() {
	printf '%s' "$2" >"$work/step.yaml"
	name=$1
	shift 2
	"$gantry" step "$name" --config "$work/step.yaml" --dir "$dir" --no-diff -o json "$@" >"$work/out" 2>"$work/err"
}
helm_template() { step helm-template "{path: charts/app, outPath: $1, releaseName: web${2:+, $2}}"; }
says() { grep -q -- "$1" "$work/err" || { cat "$work/err"; return 1; }; }
fails() { ! "$@"; }
has() { grep -q -- "$2" "$dir/$1" || { cat "$dir/$1"; return 1; }; }
files() { (cd "$dir/$1" && find . -type f | sort | tr '\n' ' '); }
message() { jq -r '.output.commitMessage // ""' "$work/out"; }

# A program that is not there is said before it is needed, and when it is.
mkdir "$work/empty" "$work/m"
cat >"$work/m/all.yaml" <<'C'
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: demo}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: w, namespace: demo}
spec: {subscriptions: [{image: {repoURL: registry.example.org/x, constraint: ^1.0.0}}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: demo}
spec:
  requestedFreight:
  - {origin: {kind: Warehouse, name: w}, sources: {direct: true}}
  promotionTemplate:
    spec:
      steps:
      - uses: kustomize-build
        config: {path: a, outPath: b}
      - uses: helm-template
        config: {path: a, outPath: b, releaseName: c}
C
(PATH=$work/empty "$gantry" lint -o json "$work/m") >"$work/lint.json"
is "lint names the programs that steps need" \
	"$(jq -r '.[] | select(.message | test("in PATH")) | "\(.line) \(.severity)"' "$work/lint.json" | tr '\n' ' ')" "19 warning 21 warning "
ok "and where to get them" grep -q 'neither kustomize nor kubectl is in PATH; get one from https://' "$work/lint.json"
ok "warnings do not fail" sh -c "PATH='$work/empty' '$gantry' lint '$work/m' >/dev/null"
mkdir -p "$dir/charts/app"
printf 'path: charts/app\noutPath: o\nreleaseName: r\n' >"$work/none.yaml"
ok "a step without its program fails" sh -c "! PATH='$work/empty' '$gantry' step helm-template --config '$work/none.yaml' --dir '$dir' --no-diff 2>'$work/err'"
ok "with the same words" says "helm is not in PATH; get it from https://helm.sh/docs/intro/install/"

# What all charts here are made of.
chart() { # chart FOLDER NAME VERSION
	mkdir -p "$1/templates/tests"
	printf 'apiVersion: v2\nname: %s\nversion: %s # ours\n' "$2" "$3" >"$1/Chart.yaml"
	printf 'replicas: 1\nname: default\n' >"$1/values.yaml"
	cat >"$1/templates/all.yaml" <<'C'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
spec:
  replicas: {{ .Values.replicas }}
  kube: {{ .Capabilities.KubeVersion.Version }}
  routes: {{ .Capabilities.APIVersions.Has "route.example.org/v1" }}
  text: {{ .Values.name | quote }}
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
C
	printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: check, annotations: {helm.sh/hook: test}}\n' >"$1/templates/tests/check.yaml"
	printf 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: hook, annotations: {helm.sh/hook: pre-install}}\n' >"$1/templates/hook.yaml"
}

helm_part() {
	chart "$dir/charts/app" app 1.0.0
	mkdir "$dir/charts/app/crds"
	printf 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.org}\n' >"$dir/charts/app/crds/thing.yaml"
	printf 'replicas: 2\nname: first\n' >"$dir/a,b.yaml"
	printf 'replicas: 3\n' >"$dir/c.yaml"

	ok "a chart is rendered to one file" helm_template out.yaml
	ok "with the release's name" has out.yaml '^  name: web$'
	ok "in the project's namespace" has out.yaml '^  namespace: demo$'
	ok "with its hooks and tests" has out.yaml 'name: check'
	ok "without CRDs" fails has out.yaml CustomResource
	ok "values come from files, in order" helm_template out.yaml 'valuesFiles: ["a,b.yaml", c.yaml], namespace: prod, kubeVersion: v1.28.3, apiVersions: [route.example.org/v1]'
	ok "the later wins" has out.yaml 'replicas: 3'
	ok "the earlier stays where it is silent" has out.yaml 'text: "first"'
	ok "the namespace is the step's" has out.yaml 'namespace: prod'
	ok "the Kubernetes version is" has out.yaml 'kube: v1.28.3'
	ok "and the API versions are" has out.yaml 'routes: true'
	ok "single values win over files" helm_template out.yaml 'valuesFiles: [c.yaml], setValues: [{key: replicas, value: "7"}, {key: name, value: "a,b=c", literal: true}]'
	ok "as numbers" has out.yaml 'replicas: 7'
	ok "or literally" has out.yaml 'text: "a,b=c"'
	ok "hooks, tests and CRDs can be chosen" helm_template out.yaml 'disableHooks: true, includeCRDs: true'
	ok "no hooks" fails has out.yaml 'name: hook'
	ok "but CRDs" has out.yaml CustomResource
	helm_template out.yaml 'skipTests: true'
	ok "no tests" fails has out.yaml 'name: check'
	ok "a values file that is not there is an error" fails helm_template out.yaml 'valuesFiles: [none.yaml]'
	ok "that names it" says 'valuesFiles\[0\]: none.yaml'
	ok "unless it may be missing" helm_template out.yaml 'valuesFiles: [none.yaml], ignoreMissingValueFiles: true'
	ok "what a template says is told" fails helm_template out.yaml 'setValues: [{key: "replicas[", value: x}]'
	ok "by helm" says 'helm: Error: '
	ok "a release's name is no option" fails step helm-template '{path: charts/app, outPath: o, releaseName: "--post-renderer=/bin/true"}'
	ok "but a bad name" says 'release name'

	ok "to a folder as helm does" helm_template helm
	is "by template" "$(files helm)" "./app/templates/all.yaml ./app/templates/hook.yaml ./app/templates/tests/check.yaml "
	ok "below the release's name when asked" helm_template released 'useReleaseName: true'
	is "one folder more" "$(files released | cut -d' ' -f1)" "./web/app/templates/all.yaml"
	ok "flat" helm_template flat 'outLayout: flat'
	is "by kind and name" "$(files flat)" "./apps-deployment-demo-web.yaml ./batch-job-hook.yaml ./pod-check.yaml ./service-web.yaml "
	is "each begins with where it comes from" "$(head -n 1 "$dir/flat/service-web.yaml")" "# Source: app/templates/all.yaml"
	is "and nothing else is left in the work directory" "$(ls -A "$dir" | tr '\n' ' ')" "a,b.yaml c.yaml charts flat helm out.yaml released "

	# What a chart may not touch.
	printf 'canary-of-outside' >"$work/canary"
	ln -s "$work/canary" "$dir/charts/app/secret"
	ok "a chart with a link that leads out is refused" fails helm_template out.yaml
	ok "by its name" says 'charts/app/secret: leads out of the work directory'
	rm "$dir/charts/app/secret"
	ok "values from outside are refused" fails helm_template out.yaml 'valuesFiles: [../canary]'
	ln -s "$work" "$dir/away"
	ok "output to a link that leads out is, too" fails helm_template away/x
	ok "nothing was written there" test ! -e "$work/x"
	mkdir "$dir/linked" && ln -s "$work" "$dir/linked/app"
	ok "nor through a link where helm would write" fails helm_template linked
	ok "nothing was" test ! -e "$work/templates"
	rm -r "$dir/away" "$dir/linked"
	chart "$dir/charts/bad" bad 1.0.0
	printf 'dependencies:\n- {name: nothing, version: 1.0.0, repository: "oci://127.0.0.1:1/none"}\n' >>"$dir/charts/bad/Chart.yaml"
	ok "missing dependencies are an error" fails step helm-template '{path: charts/bad, outPath: o, releaseName: r}'
	ok "that names them" says 'nothing'
}

dependencies_part() {
	start_registry
	chart "$work/lib" lib 1.0.0
	rm -r "$work/lib/templates/tests" "$work/lib/templates/hook.yaml"
	mkdir "$work/packages"
	for v in 1.0.0 1.1.0 2.0.0; do
		sed -i "s/^version: .*/version: $v/" "$work/lib/Chart.yaml"
		helm package "$work/lib" -d "$work/packages" >/dev/null
		helm push --plain-http "$work/packages/lib-$v.tgz" "oci://$registry/charts" >/dev/null 2>&1
	done
	chart "$dir/charts/oci" oci 1.0.0
	printf 'dependencies:\n# the one we need\n- name: lib\n  version: 1.0.0 # pinned\n  repository: oci://%s/charts\n' "$registry" >>"$dir/charts/oci/Chart.yaml"
	update() { step helm-update-chart "{path: charts/$1${2:+, charts: [$2]}}"; }

	ok "dependencies from a registry are locked" update oci
	is "and told" "$(message)" "Updated chart dependencies for charts/oci

- lib: 1.0.0"
	ok "the package is there" test -f "$dir/charts/oci/charts/lib-1.0.0.tgz"
	cp "$dir/charts/oci/Chart.lock" "$work/lock"
	ok "locking again" update oci
	ok "keeps the lock's bytes" cmp "$work/lock" "$dir/charts/oci/Chart.lock"
	is "and says nothing" "$(message)" ""
	ok "a new version is set" update oci "{repository: 'oci://$registry/charts', name: lib, version: 1.1.0}"
	is "old and new are told" "$(message)" "Updated chart dependencies for charts/oci

- lib: 1.0.0 -> 1.1.0"
	ok "comments stay" has charts/oci/Chart.yaml '  version: 1.1.0 # pinned'
	is "only the new package is there" "$(ls "$dir/charts/oci/charts")" lib-1.1.0.tgz
	ok "a dependency that is not there is an error" fails update oci "{repository: 'oci://$registry/charts', name: other, version: 1.0.0}"
	ok "that names it" says 'no dependency is called other'
	ok "so is a version that is not there" fails update oci "{repository: 'oci://$registry/charts', name: lib, version: 9.9.9}"
	step helm-update-chart "{path: charts/oci, charts: [{repository: 'oci://$registry/charts', name: lib, version: 1.1.0}]}"
	rm -r "$dir/charts/oci/charts"
	ok "dependencies are built for a template" step helm-template '{path: charts/oci, outPath: oci.yaml, releaseName: web, buildDependencies: true}'
	ok "and take part" has oci.yaml 'Source: oci/charts/lib/templates/all.yaml'
	chart "$dir/charts/range" range 1.0.0
	printf 'dependencies:\n- {name: lib, version: ^1.0.0, repository: "oci://%s/charts"}\n- {name: app, version: ">=0", repository: "file://../app"}\n' "$registry" >>"$dir/charts/range/Chart.yaml"
	ok "a range and a neighbour" update range
	is "are resolved" "$(message | grep '^-' | sort | tr '\n' ' ')" "- app: 1.0.0 - lib: 1.1.0 "
	chart "$dir/charts/out" out 1.0.0
	printf 'dependencies:\n- {name: app, version: ">=0", repository: "file://../../../lib"}\n' >>"$dir/charts/out/Chart.yaml"
	ok "a neighbour outside the work directory is refused" fails update out
	ok "by its name" says 'file://../../../lib'

	# A registry with passwords, and its Secret.
	if command -v htpasswd >/dev/null; then
		htpasswd -Bbn ada lovelace >"$work/users" 2>/dev/null
		start_registry "auth: {htpasswd: {realm: test, path: $work/users}}"
		printf lovelace | helm registry login --plain-http -u ada --password-stdin "$registry" >/dev/null 2>&1
		helm push --plain-http "$work/packages/lib-1.0.0.tgz" "oci://$registry/charts" >/dev/null 2>&1
		chart "$dir/charts/closed" closed 1.0.0
		printf 'dependencies:\n- {name: lib, version: 1.0.0, repository: "oci://%s/charts"}\n' "$registry" >>"$dir/charts/closed/Chart.yaml"
		ok "a registry that wants passwords is an error without one" fails update closed
		printf -- '---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: demo, labels: {kargo.akuity.io/cred-type: helm}}\nstringData: {repoURL: "oci://%s/charts", username: ada, password: lovelace}\n' "$registry" >>"$work/m/all.yaml"
		ok "the Secret of type helm is used" step helm-update-chart '{path: charts/closed}' -f "$work/m"
	fi

	# A classic repository: an index and packages over http.
	if [ -x "$answer" ]; then
		mkdir "$work/web"
		"$answer" "$work/web" >"$work/port" &
		later $!
		wait_for 10 test -s "$work/port"
		site=http://127.0.0.1:$(cat "$work/port")
		helm repo index "$work/packages" --url "$site"
		for file in index.yaml lib-1.0.0.tgz lib-1.1.0.tgz lib-2.0.0.tgz; do
			{ printf 'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' "$(wc -c <"$work/packages/$file")"; cat "$work/packages/$file"; } >"$work/web/$file"
		done
		chart "$dir/charts/http" http 1.0.0
		printf 'dependencies:\n- {name: lib, version: 1.x, repository: "%s"}\n' "$site" >>"$dir/charts/http/Chart.yaml"
		ok "dependencies from a classic repository" update http
		is "are resolved" "$(message | tail -n 1)" "- lib: 1.1.0"
		rm -r "$dir/charts/http/charts"
		ok "and built" step helm-template '{path: charts/http, outPath: http.yaml, releaseName: web, buildDependencies: true}'
		ok "to take part" has http.yaml 'Source: http/charts/lib/templates/all.yaml'
	fi
}

kustomize_part() {
	mkdir -p "$dir/k/base" "$dir/k/over" "$dir/k/common"
	cat >"$dir/k/base/all.yaml" <<'C'
apiVersion: apps/v1
kind: Deployment
metadata: {name: Web, namespace: shop}
spec: {replicas: 1}
---
apiVersion: v1
kind: Service
metadata: {name: web}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
C
	printf 'resources: [all.yaml]\n' >"$dir/k/base/kustomization.yaml"
	printf -- '- {op: replace, path: /spec/replicas, value: 5}\n' >"$dir/k/common/five.yaml"
	printf 'resources: [../base]\npatches: [{path: ../common/five.yaml, target: {kind: Deployment}}]\n' >"$dir/k/over/kustomization.yaml"
	build() { step kustomize-build "{path: k/over, outPath: $1${2:+, $2}}"; }
	ok "a kustomization is built to one file" build k.yaml
	ok "patched by what lies beside its base" has k.yaml 'replicas: 5'
	ok "to a folder" build kargo
	is "as Kargo names files" "$(files kargo)" "./clusterrole-reader.yaml ./service-web.yaml ./shop-deployment-web.yaml "
	ok "or as kustomize does" build kustomize 'outputFormat: kustomize'
	is "with the namespace where there are several" "$(files kustomize)" \
		"./rbac.authorization.k8s.io_v1_clusterrole_reader.yaml ./shop_apps_v1_deployment_web.yaml ./v1_service_web.yaml "
	ok "a folder without one is an error" fails step kustomize-build '{path: k/common, outPath: x.yaml}'
	ok "that says so" says 'unable to find one of'
	printf 'canary-of-outside' >"$work/canary"
	printf 'configMapGenerator: [{name: stolen, files: [%s]}]\n' "../../../canary" >"$dir/k/common/kustomization.yaml"
	if grep -qs landlock /sys/kernel/security/lsm || [ "$(uname -r | cut -d. -f1)" -ge 6 ]; then
		ok "a file outside cannot be read" fails step kustomize-build '{path: k/common, outPath: x.yaml}'
		ok "as the kernel says" says 'ermission denied'
		printf 'configMapGenerator: [{name: stolen, files: [/etc/passwd]}]\n' >"$dir/k/common/kustomization.yaml"
		ok "nor one of the system" fails step kustomize-build '{path: k/common, outPath: x.yaml}'
		printf 'configMapGenerator: [{name: stolen, files: [/proc/self/environ]}]\n' >"$dir/k/common/kustomization.yaml"
		ok "nor the environment" fails step kustomize-build '{path: k/common, outPath: x.yaml}'
	fi
	ok "nothing came of it" test ! -e "$dir/x.yaml"
}

charts_of_kustomize_part() {
	mkdir -p "$dir/k/inflate/charts"
	cp -r "$dir/charts/app" "$dir/k/inflate/charts/app"
	printf 'helmCharts: [{name: app, releaseName: inflated}]\n' >"$dir/k/inflate/kustomization.yaml"
	ok "kustomize inflates charts by helm" step kustomize-build '{path: k/inflate, outPath: inflated.yaml, plugin: {helm: {kubeVersion: v1.28.3, apiVersions: [route.example.org/v1]}}}'
	ok "with the release's name" has inflated.yaml 'name: inflated'
	ok "the Kubernetes version" has inflated.yaml 'kube: v1.28.3'
	ok "and the API versions" has inflated.yaml 'routes: true'
}

skip_part() { tests=$((tests + 1)); echo "ok $tests # SKIP $1"; }
unset HELM_CONFIG_HOME HELM_DATA_HOME HELM_CACHE_HOME HELM_PLUGINS
if command -v helm >/dev/null; then helm_part; else skip_part "helm is not installed"; fi
if command -v helm >/dev/null && command -v docker-registry >/dev/null; then dependencies_part; else skip_part "helm or docker-registry is not installed"; fi
if command -v kustomize >/dev/null || command -v kubectl >/dev/null; then kustomize_part; else skip_part "neither kustomize nor kubectl is installed"; fi
if command -v helm >/dev/null && command -v kustomize >/dev/null; then charts_of_kustomize_part; else skip_part "helm or kustomize is not installed"; fi
done_testing
