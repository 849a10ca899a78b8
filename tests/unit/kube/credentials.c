/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials that change: plugins asked once for all, and again when what they gave is refused; token files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/log.h"
#include "base/str.h"
#include "data/value.h"
#include "kube/access.h"
#include "kube/api.h"
#include "kube/client.h"
#include "kube/cluster.h"
#include "tap.h"

#define V1 "client.authentication.k8s.io/v1"

static const struct kube_resource things = { "example.org", "v1", "things" };

/* A cluster that wants credentials, and a folder with what gives them. */
struct door {
	struct arena *a;
	const char *folder;
	struct api *api;
	struct kube_access access;
	struct kube_plugin plugin;
	const char *argv[3];
	struct kube_cluster *cluster;
	struct kube_client *client;
};

static void door_open(struct door *d)
{
	struct err e = { 0 };

	*d = (struct door){ .a = arena_new(), .api = api_start() };
	ok(folder_temporary(d->a, "kube", &d->folder, &e), "a folder %s", e.message);
	d->access = (struct kube_access){ .context = "test", .origin = "context 'test'" };
	d->access.server = str_format(d->a, "http://127.0.0.1:%u", api_port(d->api));
	d->cluster = kube_cluster_new(&d->access);
	d->client = kube_client_new(d->cluster, NULL);
}

static void door_close(struct door *d)
{
	struct err e = { 0 };

	kube_client_free(d->client);
	kube_cluster_free(d->cluster);
	api_stop(d->api);
	ok(folder_remove(d->folder, &e), "removed %s", e.message);
	arena_free(d->a);
}

static const char *door_write(struct door *d, const char *name, const char *text)
{
	const char *path = path_join(d->a, d->folder, name);
	struct err e = { 0 };

	ok(file_replace(path, text, strlen(text), 0700, &e), "%s is written %s", name, e.message);
	return path;
}

static const char *door_read(struct door *d, const char *name)
{
	struct err e = { 0 };
	struct str text;

	return file_read(d->a, path_join(d->a, d->folder, name), 1 << 20, &text, &e) ? text.at : "";
}

/* The user's plugin is this shell script; $D is the folder. */
static void door_plugin(struct door *d, const char *script)
{
	d->argv[0] = door_write(d, "plugin", str_format(d->a, "#!/bin/sh\nD=%s\n%s", d->folder, script));
	d->argv[1] = "given";
	d->plugin.argv = d->argv;
	d->plugin.api_version = V1;
	d->access.user.plugin = &d->plugin;
}

static bool door_ask(struct door *d, struct err *e)
{
	struct kube_id id = { .resource = &things };
	struct kube_request rq = kube_reading(d->a, &id);

	*e = (struct err){ 0 };
	return kube_ask(d->client, d->a, &rq, NULL, e);
}

/* Counts its runs, and gives "token-N" at the Nth. */
static const char counting[] =
	"echo x >>$D/runs; n=$(wc -l <$D/runs); printf '%s' \"$KUBERNETES_EXEC_INFO\" >$D/info; echo \"$1 $A\" >$D/given\n"
	"printf '{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\",\"status\":{\"token\":\"token-%s\"}}' $n\n";

TEST(a_plugin_is_asked_once_and_again_when_its_token_is_refused)
{
	static const char *const env[] = { "A=b", NULL };
	struct door d;
	struct err e;

	setenv("A", "ours", 1);
	door_open(&d);
	door_plugin(&d, counting);
	d.plugin.env = env;
	api_set_token(d.api, "token-1");
	ok(door_ask(&d, &e) && door_ask(&d, &e), "let in, twice %s", e.message);
	is_text(door_read(&d, "runs"), "x\n", "the plugin ran once");
	is_text(door_read(&d, "given"), "given b\n", "with its arguments and its environment, before ours");
	is_text(door_read(&d, "info"), "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\",\"spec\":{\"interactive\":"
		"false}}", "and was told that nobody can answer");
	is_text(log_redacted(d.a, "it is token-1"), "it is [redacted]", "no log shows what it gave");
	api_set_token(d.api, "token-2");
	ok(door_ask(&d, &e), "its token was revoked: a new one is asked for, unnoticed %s", e.message);
	is_text(door_read(&d, "runs"), "x\nx\n", "the plugin ran again");
	api_set_token(d.api, "token-9");
	ok(!door_ask(&d, &e) && e.code == ERR_AUTH && e.passes, "not again and again: %s", e.message);
	is_text(door_read(&d, "runs"), "x\nx\n", "it rests");
	door_close(&d);
	unsetenv("A");
}

TEST(all_who_are_refused_at_once_ask_again)
{
	struct door d;
	struct kube_pass pass;
	struct err e = { 0 };

	door_open(&d);
	door_plugin(&d, counting);
	ok(kube_cluster_pass(d.cluster, d.a, NULL, &pass, &e), "several have the same token %s", e.message);
	ok(kube_cluster_refused(d.cluster, pass.serial), "it is refused");
	ok(kube_cluster_refused(d.cluster, pass.serial), "and so it is for another, before there is a new one");
	ok(kube_cluster_pass(d.cluster, d.a, NULL, &pass, &e), "there is one %s", e.message);
	is_text(pass.bearer, "token-2", "for both of them");
	ok(!kube_cluster_refused(d.cluster, pass.serial), "were it refused too, nobody would ask at once");
	door_close(&d);
}

TEST(a_kubeconfigs_own_certificate_wins_over_a_plugins)
{
	struct door d;
	struct kube_pass pass = { 0 };
	struct err e = { 0 };

	door_open(&d);
	door_plugin(&d, "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\",\"status\":{\"token\":"
		    "\"tttt\",\"clientCertificateData\":\"theirs\",\"clientKeyData\":\"their-key\"}}'\n");
	ok(kube_cluster_pass(d.cluster, d.a, NULL, &pass, &e), "asked %s", e.message);
	is_text(pass.certificate, "theirs", "without one the plugin's is shown");
	is_text(pass.key, "their-key", "with its key");
	d.access.user.certificate = "ours";
	d.access.user.key = "our-key";
	ok(kube_cluster_pass(d.cluster, d.a, NULL, &pass, &e), "again %s", e.message);
	is_text(pass.certificate, "ours", "its own stays");
	is_text(pass.key, "our-key", "with its own key");
	is_text(pass.bearer, "tttt", "beside the plugin's token");
	door_close(&d);
}

TEST(a_plugin_learns_of_the_cluster_and_of_the_terminal)
{
	struct door d;
	struct err e;

	door_open(&d);
	door_plugin(&d, counting);
	d.plugin.wants_cluster = true;
	d.plugin.asking = KUBE_ASKS_ALWAYS;
	d.access.ca = "PEM";
	d.access.tls_name = "kube.example.org";
	d.plugin.settings = value_string(d.a, "s");
	ok(!door_ask(&d, &e) && e.code == ERR_AUTH, "one that must ask a person can't while a screen is up");
	is_text(e.message, str_format(d.a, "'%s/plugin' wants to ask you on the terminal, which it can't do here; "
				      "run kubectl get ns first, so that it remembers the login", d.folder),
		"and says what to do");
	kube_cluster_set_terminal(d.cluster, true);
	ok(door_ask(&d, &e), "without one it may, at once %s", e.message);
	is_text(door_read(&d, "info"), str_format(d.a, "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\",\"spec\":{"
		"\"interactive\":true,\"cluster\":{\"server\":\"%s\",\"tls-server-name\":\"kube.example.org\","
		"\"certificate-authority-data\":\"UEVN\",\"config\":\"s\"}}}", d.access.server),
		"it is told all of the cluster");
	door_close(&d);
}

TEST(what_a_plugin_does_wrong_is_told)
{
	static const struct { const char *script, *said; } cases[] = {
		{ "echo 'log in first' >&2; exit 3\n", "ended with 3: log in first" },
		{ "echo hello\n", "its output is not JSON" },
		{ "echo '{}'\n", "its output is not an ExecCredential" },
		{ "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"x/v1alpha1\"}'\n",
		  "it answers in apiVersion 'x/v1alpha1', and the kubeconfig asks for " V1 "; update one of them" },
		{ "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\"}'\n",
		  "it gave neither a token nor a client certificate" },
		{ "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\",\"status\":{\"clientKeyData\":\"k\"}}'\n",
		  "it gave a client certificate or its key, but not both" },
		{ "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\",\"status\":{\"token\":\"tttt\","
		  "\"expirationTimestamp\":\"soon\"}}'\n", "its expirationTimestamp 'soon' is not a time" },
	};

	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct door d;
		struct err e;

		door_open(&d);
		door_plugin(&d, cases[i].script);
		ok(!door_ask(&d, &e) && e.code == ERR_AUTH, "no way in");
		ok(has_suffix(e.message, cases[i].said), "%s", e.message);
		door_close(&d);
	}
}

TEST(a_plugin_that_is_not_installed_is_named_with_its_hint)
{
	struct door d;
	struct err e;

	door_open(&d);
	door_plugin(&d, "");
	d.argv[0] = "no-such-plugin";
	d.plugin.hint = "get it from your platform team";
	ok(!door_ask(&d, &e) && e.code == ERR_CONFIG, "no way in");
	is_text(e.message, "the program 'no-such-plugin', which gives the credentials, is not installed: get it from "
		"your platform team", "and where it is");
	door_close(&d);
}

TEST(a_tokens_file_is_read_again)
{
	struct door d;
	struct err e;

	door_open(&d);
	d.access.user.token = "outdated";
	d.access.user.token_file = door_write(&d, "token", "first\n");
	api_set_token(d.api, "first");
	ok(door_ask(&d, &e), "let in by the file's token, not by the other one %s", e.message);
	door_write(&d, "token", "second\n");
	api_set_token(d.api, "second");
	ok(door_ask(&d, &e), "and by the new one, once the old one is refused %s", e.message);
	door_close(&d);
	door_open(&d);
	d.access.user.token_file = door_write(&d, "token", "\n");
	ok(!door_ask(&d, &e) && e.code == ERR_AUTH, "an empty one is told: %s", e.message);
	door_close(&d);
}

TEST(a_password_is_shown_as_such)
{
	struct door d;
	struct err e;

	door_open(&d);
	d.access.user.username = "ada";
	d.access.user.password = "secret";
	ok(door_ask(&d, &e), "asked %s", e.message);
	is_text(api_header(d.api, d.a, "Authorization"), "Basic YWRhOnNlY3JldA==", "by basic authentication");
	door_close(&d);
}
