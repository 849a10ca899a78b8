/* SPDX-License-Identifier: Apache-2.0 */
/* The command line's own configuration, as it writes it. */
#include "argocd/connect.h"

#include <stdlib.h>
#include <string.h>

#include "argocd/payload.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "net/http.h"
#include "tap.h"

static const char *place_in(struct arena *a, const char *context)
{
	const struct argocd_login_file f = { "config", payload_text(a, "argocd-cli-config.yaml"), context };
	struct argocd_settings s = { 0 };
	struct err e;

	if (!argocd_settings_read(a, &f, &s, &e))
		return str_format(a, "error: %s", e.message);
	return str_format(a, "%s %s%s", s.base, s.token ? s.token : "-", s.insecure ? " insecure" : "");
}

TEST(contexts)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(place_in(a, NULL), "https://argocd.example.com eyJhbGciOi...", "the current one");
	is_text(place_in(a, "gw.example.com/argo-cd"),
		"https://gw.example.com/argo-cd eyJhbGciOi... insecure", "a root path");
	is_text(place_in(a, "localhost:8080"), "http://localhost:8080 eyJhbGciOi...", "plain text");
	ok(strstr(place_in(a, "kubernetes"), "core mode"), "core mode has no address");
	ok(strstr(place_in(a, "other"), "no context 'other'"), "an unknown one");
}

static const char *with_flags(struct arena *a, const char *base, const char *flags)
{
	struct argocd_settings s = { .base = base };
	const char *headers = "";
	struct err e;

	if (!argocd_settings_apply_flags(a, flags, &s, &e))
		return str_format(a, "error: %s", e.message);
	for (size_t i = 0; i < s.nheaders; i++)
		headers = str_format(a, "%s|%s=%s", headers, s.headers[i].name, s.headers[i].value);
	return str_format(a, "%s %s%s%s", s.base, s.token ? s.token : "-",
			  s.insecure ? " insecure" : "", headers);
}

TEST(flags)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(with_flags(a, NULL, "--server cd.example:8443 --insecure --grpc-web"),
		"https://cd.example:8443 - insecure", "server and insecure");
	is_text(with_flags(a, "https://a/root", "--plaintext --server=b"), "http://b/root -",
		"the root path stays the context's");
	is_text(with_flags(a, "https://a", "--header 'CF-Access: x y' --header=\"B: 1,C: 2\""),
		"https://a -|CF-Access=x y|B=1|C=2", "headers, quoted and several");
	is_text(with_flags(a, "https://a", "--auth-token t\\ u --loglevel debug"), "https://a t u",
		"a backslash; what does not matter is passed over");
	is_text(with_flags(a, "https://a", "--grpc-web-root-path /x/"), "https://a/x -", "a root path");
	is_text(with_flags(a, "https://a", "--server"), "error: ARGOCD_OPTS: --server has no value",
		"a flag without value");
}

static const char *found(struct arena *a)
{
	struct argocd_settings s;
	struct err e;

	if (!argocd_settings_find(a, &s, &e))
		return str_format(a, "error: %s", e.message);
	return str_format(a, "%s %s", s.base ? s.base : "none", s.token ? s.token : "-");
}

TEST(environment_over_file)
{
	AUTO(arena) struct arena *a = arena_new();
	struct str text = payload_text(a, "argocd-cli-config.yaml");
	const char *folder, *file;
	struct err e;

	ok(folder_temporary(a, "gantry-argocd-", &folder, &e), "a folder");
	file = path_join(a, folder, "config");
	setenv("ARGOCD_CONFIG_DIR", folder, 1);
	unsetenv("ARGOCD_SERVER");
	unsetenv("ARGOCD_AUTH_TOKEN");
	unsetenv("ARGOCD_OPTS");
	is_text(found(a), "none -", "nothing is configured");
	ok(file_write(file, text.at, text.len, 0600, &e), "a file");
	is_text(found(a), "https://argocd.example.com eyJhbGciOi...", "is read");
	setenv("ARGOCD_SERVER", "localhost:9", 1);
	setenv("ARGOCD_AUTH_TOKEN", "a.b.c", 1);
	setenv("ARGOCD_OPTS", "--plaintext", 1);
	is_text(found(a), "http://localhost:9 a.b.c", "the environment wins");
	ok(file_write(file, "\t", 1, 0600, &e), "a broken file");
	is_text(found(a), "http://localhost:9 a.b.c", "is not in its way");
	unsetenv("ARGOCD_SERVER");
	ok(has_prefix(found(a), "error: "), "but is told without it");
	ok(file_write(file, text.at, text.len, 0644, &e), "a file that others can read");
	ok(strstr(found(a), "chmod 600"), "is refused, with the mend");
	unsetenv("ARGOCD_AUTH_TOKEN");
	unsetenv("ARGOCD_OPTS");
	unsetenv("ARGOCD_CONFIG_DIR");
	ok(folder_remove(folder, &e), "cleaned up");
}
