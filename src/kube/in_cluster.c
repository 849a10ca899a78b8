/* SPDX-License-Identifier: Apache-2.0 */
/* The token is read again by cluster.c: Kubernetes replaces it about once an hour. */
#include "kube/login.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "kube/access.h"

#define ACCOUNT_FOLDER "/var/run/secrets/kubernetes.io/serviceaccount"

enum { MAX_ACCOUNT_FILE = 1 << 20 };

static const char *in_cluster_environment(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "";
}

bool kube_is_in_cluster(void)
{
	return *in_cluster_environment("KUBERNETES_SERVICE_HOST") &&
	       *in_cluster_environment("KUBERNETES_SERVICE_PORT");
}

bool kube_in_cluster(struct arena *a, const char *folder, struct kube_access *out, struct err *e)
{
	const char *host = in_cluster_environment("KUBERNETES_SERVICE_HOST"), *token;
	struct kube_access k = { .context = KUBE_IN_CLUSTER, .namespace = "default",
				 .user = { .name = "service account" } };
	struct str text;
	struct err ignored;

	if (!folder)
		folder = ACCOUNT_FOLDER;
	token = path_join(a, folder, "token");
	if (!kube_is_in_cluster())
		return err_set(e, ERR_NOT_FOUND, "not running in a pod: KUBERNETES_SERVICE_HOST "
			       "and KUBERNETES_SERVICE_PORT are not set");
	if (!file_exists(token))
		return err_set(e, ERR_CONFIG, "this pod has no service account: there is no %s; set "
			       "automountServiceAccountToken: true in its spec", token);
	if (!file_read(a, path_join(a, folder, "ca.crt"), MAX_ACCOUNT_FILE, &text, e)) {
		e->code = ERR_CONFIG;
		return err_wrap(e, "the certificates of this pod's cluster");
	}
	k.ca = text.at;
	if (file_read(a, path_join(a, folder, "namespace"), MAX_ACCOUNT_FILE, &text, &ignored) &&
	    str_trim(text).len)
		k.namespace = str_line(a, str_text(a, str_trim(text)), 253);
	k.user.token_file = token;
	k.server = str_format(a, strchr(host, ':') ? "https://[%s]:%s" : "https://%s:%s", host,
			      in_cluster_environment("KUBERNETES_SERVICE_PORT"));
	k.origin = str_format(a, "the service account in %s", folder);
	*out = k;
	return true;
}
