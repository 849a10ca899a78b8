/* SPDX-License-Identifier: Apache-2.0 */
/* Kubeconfigs as people and clouds write them, and as they go wrong. */
#include "kube/config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "kube/login.h"
#include "net/http.h"
#include "tap.h"

#define PEM "-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n"
#define PEM64 "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tClRVbEoKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo="

struct folder {
	struct arena *a;
	const char *path;
};

static void folder_begin(struct folder *f)
{
	struct err e = { 0 };

	f->a = arena_new();
	ok(folder_temporary(f->a, "kube", &f->path, &e), "a folder %s", e.message);
	unsetenv("KUBERNETES_SERVICE_HOST");
	unsetenv("KUBERNETES_SERVICE_PORT");
}

static void folder_end(struct folder *f)
{
	struct err e = { 0 };

	ok(folder_remove(f->path, &e), "removed %s", e.message);
	arena_free(f->a);
}

static const char *folder_write(struct folder *f, const char *name, const char *text)
{
	const char *path = path_join(f->a, f->path, name);
	struct err e = { 0 };

	ok(folder_make(path_folder(f->a, path), 0700, &e) && file_replace(path, text, strlen(text), 0600, &e),
	   "%s is written %s", name, e.message);
	return path;
}

static bool find(struct folder *f, const char *paths, const char *context, struct kube_access *out, struct err *e)
{
	return kube_access_find(f->a, &(struct kube_search){ .paths = paths, .context = context }, out, e);
}

static const char team[] =
	"apiVersion: v1\nkind: Config\ncurrent-context: prod\n"
	"clusters:\n"
	"- name: prod\n  cluster:\n    server: https://prod.example.org:6443/\n    certificate-authority: pki/ca.crt\n"
	"    tls-server-name: kube.example.org\n    proxy-url: http://proxy.example.org:3128\n"
	"- name: lab\n  cluster: {server: 'https://10.0.0.1', insecure-skip-tls-verify: true}\n"
	"users:\n"
	"- name: ada\n  user: {token: secret-of-ada, as: ops, as-groups: [a, b], as-user-extra: {scopes: [x]}}\n"
	"- name: lab\n  user: {username: bob, password: secret-of-bob}\n"
	"contexts:\n"
	"- name: prod\n  context: {cluster: prod, user: ada, namespace: kargo-demo}\n"
	"- name: lab\n  context: {cluster: lab, user: lab}\n"
	"- name: nobody\n  context: {cluster: lab}\n"
	"preferences: {}\n";

TEST(a_context_leads_to_a_cluster)
{
	struct folder f;
	struct kube_access k;
	struct err e = { 0 };

	folder_begin(&f);
	folder_write(&f, "pki/ca.crt", PEM);
	const char *path = folder_write(&f, "config", team);
	ok(find(&f, path, NULL, &k, &e), "the current one is found %s", e.message);
	is_text(k.context, "prod", "it is prod");
	is_text(k.server, "https://prod.example.org:6443", "its server, without the slash");
	is_text(k.namespace, "kargo-demo", "its namespace");
	is_text(k.ca, PEM, "its certificates, from a file beside the kubeconfig");
	is_text(k.tls_name, "kube.example.org", "the name that its certificate bears");
	is_text(k.proxy, "http://proxy.example.org:3128", "its proxy");
	is_text(k.origin, str_format(f.a, "context 'prod' of %s", path), "where this is written");
	is_text(k.user.token, "secret-of-ada", "our token");
	is_text(log_redacted(f.a, "it was secret-of-ada"), "it was [redacted]", "which no log will show");
	is_number(k.user.nimpersonation, 4, "whom we act for");
	is_text(k.user.impersonation[0].name, "Impersonate-User", "as a user");
	is_text(k.user.impersonation[2].value, "b", "of groups");
	is_text(k.user.impersonation[3].name, "Impersonate-Extra-scopes", "with more");
	ok(find(&f, path, "lab", &k, &e), "another by its name %s", e.message);
	ok(k.insecure && same_text(k.user.username, "bob") && same_text(k.user.password, "secret-of-bob"),
	   "with a password, and any certificate");
	is_text(k.namespace, "default", "in the usual namespace");
	ok(find(&f, path, "nobody", &k, &e) && same_text(k.user.name, ""), "one without a user is anonymous");
	folder_end(&f);
}

TEST(several_files_are_laid_over_each_other)
{
	struct folder f;
	struct kube_access k;
	struct list names = { 0 };
	const char *current;
	struct err e = { 0 };

	folder_begin(&f);
	const char *first = folder_write(&f, "first",
		"clusters: [{name: c, cluster: {server: 'https://first'}}]\n"
		"contexts: [{name: mine, context: {cluster: c, user: u}}]\n");
	const char *second = folder_write(&f, "sub/second",
		"current-context: mine\n"
		"clusters: [{name: c, cluster: {server: 'https://second', proxy-url: 'http://p'}}]\n"
		"users: [{name: u, user: {tokenFile: token}}]\n"
		"contexts: [{name: other, context: {cluster: c, user: u}}]\n");
	setenv("KUBECONFIG", str_format(f.a, "%s:%s/absent::%s", first, f.path, second), 1);
	ok(find(&f, NULL, NULL, &k, &e), "found %s", e.message);
	is_text(k.server, "https://first", "of two clusters of one name the first file's counts");
	is_text(k.proxy, NULL, "whole");
	is_text(k.context, "mine", "the current context is of the file that names one");
	is_text(k.user.token_file, path_join(f.a, f.path, "sub/token"), "a path is relative to its file");
	ok(kube_contexts(f.a, NULL, &names, &current, &e) && names.count == 2, "two contexts %s", e.message);
	is_text(current, "mine", "one of them is current");
	setenv("KUBECONFIG", str_format(f.a, "%s/absent", f.path), 1);
	ok(!find(&f, NULL, NULL, &k, &e) && e.code == ERR_NOT_FOUND, "no file at all: %s", e.message);
	unsetenv("KUBECONFIG");
	folder_end(&f);
}

/* A kubeconfig with one cluster and user, which hold this. */
static const char *of_one(struct folder *f, const char *cluster, const char *user)
{
	return str_format(f->a, "current-context: x\nclusters:\n- name: x\n  cluster: {%s}\nusers:\n- name: x\n"
			  "  user: {%s}\ncontexts:\n- name: x\n  context: {cluster: x, user: x}\n", cluster, user);
}

TEST(data_wins_over_files)
{
	struct folder f;
	struct kube_access k;
	struct err e = { 0 };

	folder_begin(&f);
	const char *path = folder_write(&f, "config", of_one(&f,
		"server: 'https://x', certificate-authority: absent, certificate-authority-data: " PEM64,
		"client-certificate-data: " PEM64 ", client-key-data: " PEM64));
	ok(find(&f, path, NULL, &k, &e), "read %s", e.message);
	is_text(k.ca, PEM, "certificates");
	is_text(k.user.certificate, PEM, "a client's certificate");
	is_text(k.user.key, PEM, "and its key, all without a file");
	folder_end(&f);
}

#define PLUGIN "exec: {apiVersion: client.authentication.k8s.io/v1"

TEST(a_plugin_is_described)
{
	struct folder f;
	struct kube_access k;
	struct err e = { 0 };

	folder_begin(&f);
	const char *path = folder_write(&f, "config", of_one(&f,
		"server: 'https://x', extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: a}}]",
		PLUGIN ", command: bin/login, args: [--now], env: [{name: A, value: b}], interactiveMode: Never, "
		"provideClusterInfo: true, installHint: get it}"));
	ok(find(&f, path, NULL, &k, &e), "read %s", e.message);
	is_text(k.user.plugin->argv[0], path_join(f.a, f.path, "bin/login"), "a program beside the kubeconfig");
	is_text(k.user.plugin->argv[1], "--now", "its arguments");
	is_text(k.user.plugin->env[0], "A=b", "its environment");
	ok(k.user.plugin->wants_cluster && k.user.plugin->settings && k.user.plugin->asking == KUBE_ASKS_NEVER,
	   "what it wants");
	folder_end(&f);
}

TEST(what_is_wrong_is_said_with_its_place_and_the_fix)
{
	static const struct { const char *cluster, *user, *said; } cases[] = {
		{ "", "", "config:3: cluster 'x': it has no server; add its URL: server: https://HOST:6443" },
		{ "server: 'ftp://x'", "", "config:4: cluster 'x': server is not a URL like https://HOST:6443" },
		{ "server: 12", "", "config:4: cluster 'x': server must be a text, not a number; put it in quotes" },
		{ "server: x, proxy-url: 'ssh://x'", "",
		  "config:4: cluster 'x': proxy-url must begin with http://, https:// or socks5://" },
		{ "server: x, insecure-skip-tls-verify: 'true'", "",
		  "config:4: cluster 'x': insecure-skip-tls-verify must be true or false, without quotes" },
		{ "server: x, certificate-authority-data: '%%'", "",
		  "config:4: cluster 'x': certificate-authority-data is not base64 of PEM; write it with base64 -w0 "
		  "FILE, or name the file in certificate-authority" },
		{ "server: x, tls-server-name: 'a/b'", "", "config:4: cluster 'x': tls-server-name must be a host's name" },
		{ "server: x", "token: 1234", "config:7: user 'x': token must be a text, not a number; put it in quotes" },
		{ "server: x", "token: abcd, username: bob",
		  "config:6: user 'x': it has both a token and a username; remove one of them" },
		{ "server: x", "client-key-data: " PEM64,
		  "config:6: user 'x': client-certificate and client-key belong together; add the other one" },
		{ "server: x", "as-groups: [a]", "config:6: user 'x': as-uid, as-groups and as-user-extra need as: NAME, "
		  "the user to act for" },
		{ "server: x", "auth-provider: {name: gcp}", "config:7: user 'x': auth-provider was removed from Kubernetes; "
		  "log in with your provider's plugin, which writes exec instead" },
		{ "server: x", "exec: {command: x}", "config:7: user 'x': exec.apiVersion must be "
		  "client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1, not ''; update the "
		  "kubeconfig with the tool that wrote it" },
		{ "server: x", PLUGIN ", interactiveMode: Never}", "config:7: user 'x': exec has no command; add the "
		  "program that gives credentials" },
		{ "server: x", PLUGIN ", command: x}", "config:7: user 'x': exec.interactiveMode is missing, which "
		  "client.authentication.k8s.io/v1 needs: Never, IfAvailable or Always" },
		{ "server: x", PLUGIN ", command: x, interactiveMode: Maybe}", "config:7: user 'x': exec.interactiveMode "
		  "must be Never, IfAvailable or Always, not 'Maybe'" },
	};
	struct folder f;
	struct kube_access k;

	folder_begin(&f);
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct err e = { 0 };
		const char *path = folder_write(&f, "config", of_one(&f, cases[i].cluster, cases[i].user));

		ok(!find(&f, path, NULL, &k, &e) && e.code == ERR_CONFIG, "refused");
		is_text(e.message, str_format(f.a, "%s/%s", f.path, cases[i].said), "says so");
	}
	folder_end(&f);
}

TEST(files_that_are_no_kubeconfig_are_told)
{
	static const struct { const char *text, *context, *said; } cases[] = {
		{ "kind: List\n", NULL, "config:1: kind must be Config, not 'List'; this is not "
					"a kubeconfig" },
		{ "- a\n", NULL, "config:1: a kubeconfig must be a map with clusters, users and contexts" },
		{ "clusters: {a: b}\n", NULL, "config:1: clusters must be a list, each of its elements a map with name "
		  "and cluster" },
		{ "users:\n- name: a\n- name: a\n", NULL, "config:3: user 'a': the name is there twice in this file; "
		  "rename or remove one" },
		{ "contexts:\n- name: a\n  context: {}\n", "a", "config:2: context 'a': it names no cluster; add cluster: "
		  "NAME" },
		{ "contexts:\n- name: a\n  context: {cluster: z}\n", "a", "config:3: context 'a': there is no cluster 'z' in "
		  "the kubeconfig" },
		{ "contexts:\n- name: a\n  context: {}\n", "b", "config: there is no context 'b'; there are: a" },
		{ "contexts:\n- name: a\n  context: {}\n", NULL, "config: there is no current-context; choose one with "
		  "kubectl config use-context NAME, or name it" },
	};
	struct folder f;
	struct kube_access k;

	folder_begin(&f);
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct err e = { 0 };
		const char *path = folder_write(&f, "config", cases[i].text);

		ok(!find(&f, path, cases[i].context, &k, &e) && e.code == ERR_CONFIG, "refused");
		is_text(e.message, str_format(f.a, "%s/%s", f.path, cases[i].said), "says so");
	}
	folder_end(&f);
}

TEST(a_pod_finds_its_own_cluster)
{
	struct folder f;
	struct kube_access k;
	struct err e = { 0 };

	folder_begin(&f);
	folder_write(&f, "ca.crt", PEM);
	folder_write(&f, "namespace", "kargo\n");
	ok(!kube_in_cluster(f.a, f.path, &k, &e), "not outside of one: %s", e.message);
	setenv("KUBERNETES_SERVICE_HOST", "fd00::1", 1);
	setenv("KUBERNETES_SERVICE_PORT", "443", 1);
	ok(!kube_in_cluster(f.a, f.path, &k, &e) && e.code == ERR_CONFIG, "nor without an account: %s", e.message);
	folder_write(&f, "token", "abc");
	ok(kube_in_cluster(f.a, f.path, &k, &e), "with one %s", e.message);
	is_text(k.server, "https://[fd00::1]:443", "its server");
	is_text(k.namespace, "kargo", "its namespace");
	is_text(k.user.token_file, path_join(f.a, f.path, "token"), "a token that is read again");
	unsetenv("KUBERNETES_SERVICE_HOST");
	unsetenv("KUBERNETES_SERVICE_PORT");
	folder_end(&f);
}
