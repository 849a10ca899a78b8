# SPDX-License-Identifier: Apache-2.0
# Kargo's quickstart from its first line to a rollback, for whichever Argo CD. Sourced after lib.sh; who
# sources it defines argocd_up, which puts one that has the applications kargo-demo-<stage>, each on the
# branch stage/<stage> of $GITOPS_REPO_URL (on disk: $gitops), into the environment and sets $argocd.
# shellcheck shell=sh

# gitops_tree: akuity/kargo-demo, the repository that the quickstart has people fork.
gitops_tree() {
	mkdir -p base
	cat >base/kustomization.yaml <<C
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- deploy.yaml
- service.yaml
C
	cat >base/deploy.yaml <<C
apiVersion: apps/v1
kind: Deployment
metadata:
  name: kargo-demo
spec:
  replicas: 1
  selector:
    matchLabels:
      app: kargo-demo
  template:
    metadata:
      labels:
        app: kargo-demo
    spec:
      containers:
      - name: nginx
        image: $registry/nginx/nginx:placeholder
        volumeMounts:
        - name: content
          mountPath: /usr/share/nginx/html
          readOnly: true
      volumes:
      - name: content
        configMap:
          name: kargo-demo-content
C
	cat >base/service.yaml <<C
apiVersion: v1
kind: Service
metadata:
  name: kargo-demo
spec:
  type: NodePort
  selector:
    app: kargo-demo
  ports:
  - protocol: TCP
    port: 3000
    targetPort: 80
    nodePort: placeholder
C
	node_port=30081
	for stage in test uat prod; do
		mkdir -p stages/$stage
		cat >stages/$stage/kustomization.yaml <<C
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- ../../base
- configmap.yaml
patches:
- target:
    kind: Service
    name: kargo-demo
  patch: |-
    - op: replace
      path: /spec/ports/0/nodePort
      value: $node_port
C
		cat >stages/$stage/configmap.yaml <<C
apiVersion: v1
kind: ConfigMap
metadata:
  name: kargo-demo-content
data:
  index.html: <h1>$stage</h1>
C
		node_port=$((node_port + 1))
	done
}

g() { "$gantry" "$@" -f "$work/manifests"; }
image_in() { git -C "$gitops" show "stage/$1:deployment-kargo-demo.yaml" | sed -n 's/.*image: .*nginx:\(.*\)/\1/p'; }
# argocd_says STAGE FILTER
argocd_says() {
	curl -sf -H "Authorization: Bearer $ARGOCD_AUTH_TOKEN" "$argocd/api/v1/applications/kargo-demo-$1" | jq -r "$2"
}
# arrived STAGE: Argo CD runs the branch's newest commit, and it is well.
arrived() {
	[ "$(argocd_says "$1" '.status | .sync.status + " " + .health.status + " " + .sync.revision')" = \
		"Synced Healthy $(git -C "$gitops" rev-parse "stage/$1")" ]
}
may_enter() { g get freight --stage "$1" -o json | json_is '.[] | select(.version == $v)' --arg v "$2"; }
runs() { [ "$(g get stages -o json | jq -r --arg s "$1" '.[] | select(.name == $s) | .version')" = "$2" ]; }

# promotes STAGE VERSION REASON: by the verb, while the board executes.
promotes() {
	# After the first failure there is nothing to go on from.
	[ "$failures" = 0 ] || return 0
	ok "$2 may enter $1" wait_for 60 may_enter "$1" "$2"
	ok "$1 is promoted to $2" g promote "$1" --reason "$3" --wait --timeout 120s
	is "in its branch" "$(image_in "$1")" "$2"
	ok "and Argo CD runs just that commit, healthy" wait_for 60 arrived "$1"
}

quickstart() {
	need docker-registry skopeo git jq tmux curl
	start_registry
	push_image nginx/nginx 1.25.5 2026-01-01T10:00:00Z
	push_image nginx/nginx 1.26.0 2026-01-02T10:00:00Z
	push_image nginx/nginx 2.0.0 2026-01-03T10:00:00Z
	start_git_http
	gitops=$work/srv/kargo-demo.git
	git init -q --bare "$gitops"
	git -C "$gitops" config http.receivepack true
	git init -q "$work/fork"
	(cd "$work/fork" && gitops_tree && git add -A && git commit -qm "kargo-demo" && git push -q "$gitops" main)

	# shellcheck disable=SC2034
	GITOPS_REPO_URL=$git_url/kargo-demo.git GITHUB_USERNAME=ada GITHUB_PAT=s3cret-word
	mkdir -p "$work/manifests"
	# As the quickstart has the shell do it: cat <<EOF | kubectl apply.
	eval "cat <<EOF
$(sed "s|public\.ecr\.aws|$registry|" "$srcdir/tests/story/quickstart/kargo.yaml")
EOF" >"$work/manifests/kargo.yaml"
	ok "nothing is wrong with the manifests" g lint
	is "but that a password lies there in plain text" "$(g lint -o json | jq -r 'map(.severity + " " + (.line | tostring)) | join(" ")')" "warning 6"
	argocd_up
	SSL_CERT_FILE=$certificate
	export SSL_CERT_FILE

	terminal 150 40 "$gantry -f $work/manifests; echo left with \$?; exec sleep 1000"
	sees 30 "1 freight" "the newest image that fits appears as freight"
	is "the newest that doesn't fit is not there" "$(g get freight -o json | jq -r 'map(.version) | join(" ")')" "1.26.0"
	g promote uat >"$work/out" 2>&1
	is "uat may not have it before test, which a gate says" $? 3
	if ! command -v kustomize >/dev/null && ! command -v kubectl >/dev/null; then
		without_kustomize
		return
	fi

	keys p
	sees 30 "would push" "p shows what would change in test"
	keys Tab
	types "the first one"
	sleep 0.5 # Enter confirms only what has been on the screen for 400 ms.
	keys Enter
	wait_for 20 shows "Promoting" || true
	keys t
	sees 20 "test promotion" "t shows the steps as they run"
	sees 60 "✓ done" "and how they come to their end"
	is "the image is in test's branch" "$(image_in test)" 1.26.0
	is "as the step words it" "$(git -C "$gitops" log -1 --format=%s stage/test | cut -c1-7)" Updated
	ok "and Argo CD runs just that commit, healthy" wait_for 60 arrived test
	escapes
	sees 60 "Healthy" "as the board says"
	promotes uat 1.26.0 "seen in test"
	promotes prod 1.26.0 "release 1"

	push_image nginx/nginx 1.27.0 2026-02-01T10:00:00Z
	keys r
	sees 30 "2 freight" "r looks again, and finds a newer image"
	promotes test 1.27.0 "the next one"
	promotes uat 1.27.0 "seen in test, too"
	promotes prod 1.27.0 "release 2"

	[ "$failures" = 0 ] || return 0
	keys :
	types "prod"
	keys Enter
	sees 10 "release 2" "prod's page says why it runs what it runs"
	keys b
	sees 30 "would push" "b shows what would change back"
	sees 10 "type prod to roll back" "and asks twice, as it is prod"
	escapes
	ok "which a verb does, with the reason" g rollback prod --reason "errors are up" --wait --timeout 120s
	is "in its branch" "$(image_in prod)" 1.26.0
	ok "and Argo CD runs just that commit, healthy" wait_for 60 arrived prod
	told
}

# told: who did what, when and why, from the verbs and from the board.
told() {
	is "history tells what and why, newest first" \
		"$(g history --stage prod -o json | jq -r 'map(select(.reason != "") | .reason) | unique_by(.) | length')" 3
	is "and who" "$(g history -o json | jq -r 'map(select(.reason != "").actor) | unique | join(" ")')" "Ada <ada@example.org>"
	escapes
	keys H
	sees 10 "errors are up" "and so does the board's"
	ok "the ledger holds" g audit verify
	ok "no password is in it" sh -c "! git -C '$XDG_STATE_HOME/gantry/ledger.git' log -p gantry/kargo-demo | grep s3cret-word"
	escapes
	keys q
	sees 10 "left with 0" "q leaves in order"
}

# without_kustomize: what can be told without the programs that render.
without_kustomize() {
	ok "a promotion says what is missing" \
		sh -c "! '$gantry' promote test --wait -f '$work/manifests' 2>&1 | grep -q 'neither kustomize nor kubectl'"
	keys q
	sees 10 "left with 0" "q leaves in order"
	skip "what kustomize-build renders: neither kustomize nor kubectl is installed"
}
