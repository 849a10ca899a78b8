/* SPDX-License-Identifier: Apache-2.0 */
/* A cluster, and all the ways in which it lets us in: what a context of a kubeconfig comes to. */
#ifndef GANTRY_KUBE_ACCESS_H
#define GANTRY_KUBE_ACCESS_H

#include "base/base.h"

struct http_header;
struct value;

/* Whether a plugin wants to talk to a person: its interactiveMode. */
enum kube_asking { KUBE_ASKS_NEVER, KUBE_ASKS_IF_IT_CAN, KUBE_ASKS_ALWAYS };

/* A program that gives credentials (client.authentication.k8s.io). */
struct kube_plugin {
	const char *api_version;        /* "client.authentication.k8s.io/v1" or "…/v1beta1" */
	const char *const *argv;        /* NULL-terminated */
	const char *const *env;         /* "NAME=value", NULL-terminated */
	const char *hint;               /* how to install it; NULL: not said */
	bool wants_cluster;             /* it is told which cluster it is for */
	const struct value *settings;   /* the cluster's, for this plugin; NULL: none */
	enum kube_asking asking;
};

/* NULL members: not used. */
struct kube_user {
	const char *name;
	const char *certificate, *key;  /* PEM */
	const char *token;
	const char *token_file;         /* wins over token; read again, since it changes */
	const char *username, *password;
	const struct kube_plugin *plugin;
	const struct http_header *impersonation; /* Impersonate-User and so on */
	size_t nimpersonation;
};

struct kube_access {
	const char *context;            /* "staging"; "in-cluster" for a pod's service account */
	const char *origin;             /* "context 'staging' of /home/ada/.kube/config", for messages */
	const char *server;             /* "https://host[:port][/path]", without '/' at its end */
	const char *namespace;          /* the context's; "default" when it names none */
	const char *ca;                 /* PEM; NULL: the system's */
	const char *proxy;              /* NULL: as the environment says */
	const char *tls_name;           /* whom the certificate must be for; NULL: the server's host */
	bool insecure;                  /* the certificate is not checked */
	struct kube_user user;
};

#endif
