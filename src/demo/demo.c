/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports are kept in the folder, so that a world that is entered again is the same one: its image is
 * named after the registry's port. When one is taken meanwhile, another will do.
 */
#include "demo/demo.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "demo/demo_argocd.h"
#include "demo/demo_cluster.h"
#include "demo/demo_forge.h"
#include "demo/demo_kargo.h"
#include "demo/demo_kube.h"
#include "demo/demo_registry.h"
#include "demo/seed.h"
#include "demo/seed_inner.h"
#include "demo/simulation.h"

#define MOST_VARIABLES 12

struct demo {
	struct arena *a;
	const char *folder, *manifests, *ledger, *repository;
	struct seed_words words;
	int64_t began_at;               /* ms */
	bool temporary, fleet;
	struct demo_registry *registry;
	struct simulation *simulation;
	struct demo_argocd *argocd;
	struct demo_forge *forge;
	struct demo_cluster *cluster;   /* these three instead of those, when it is a running Kargo */
	struct demo_kargo *kargo;
	struct demo_kube *kube;
	const char *environment[MOST_VARIABLES];
};

struct ports {
	unsigned registry, argocd, forge;
};

static void read_ports(struct demo *d, struct ports *out)
{
	struct str text;
	struct err ignored;

	*out = (struct ports){ 0 };
	if (!file_read(d->a, path_join(d->a, d->folder, "ports"), 100, &text, &ignored))
		return;
	if (sscanf(text.at, "%u %u %u", &out->registry, &out->argocd, &out->forge) < 2 ||
	    out->registry > 65535 || out->argocd > 65535 || out->forge > 65535)
		*out = (struct ports){ 0 };
}

static bool write_ports(struct demo *d, struct err *e)
{
	const char *text = str_format(d->a, "%u %u %u\n", demo_registry_port(d->registry),
				      demo_argocd_port(d->argocd), demo_forge_port(d->forge));

	return file_write(path_join(d->a, d->folder, "ports"), text, strlen(text), 0644, e);
}

static bool make_folders(struct demo *d, const struct demo_options *o, struct err *e)
{
	char real[PATH_MAX];

	if (!o->folder) {
		d->temporary = true;
		if (!folder_temporary(d->a, "gantry-demo-", &d->folder, e))
			return false;
	} else {
		if (!folder_make(o->folder, 0700, e))
			return false;
		if (!realpath(o->folder, real))
			return err_errno(e, "%s", o->folder);
		d->folder = str_copy(d->a, real);
	}
	d->manifests = path_join(d->a, d->folder, "manifests");
	d->ledger = path_join(d->a, d->folder, "ledger.git");
	/* Manifests in a folder without a demonstration are the user's; do not replace them. */
	if (folder_exists(d->manifests) && access(path_join(d->a, d->folder, "ports"), F_OK) != 0)
		return err_set(e, ERR_USAGE, "%s has manifests that are no demonstration's: "
			       "name a new folder", d->folder);
	return folder_make(d->manifests, 0700, e) &&
	       folder_make(path_join(d->a, d->folder, "argocd"), 0700, e);
}

static bool start_registry(struct demo *d, const struct ports *ports, double speed, struct err *e)
{
	struct err taken;

	if (ports->registry && demo_registry_start(&d->registry, ports->registry, speed, &taken))
		return true;
	return demo_registry_start(&d->registry, 0, speed, e);
}

static bool start_argocd(struct demo *d, const struct ports *ports, struct err *e)
{
	struct err taken;

	if (ports->argocd && demo_argocd_start(&d->argocd, ports->argocd, d->simulation, &taken))
		return true;
	return demo_argocd_start(&d->argocd, 0, d->simulation, e);
}

static bool start_forge(struct demo *d, const struct ports *ports, const char *repository,
			struct err *e)
{
	struct demo_forge_options o = { .repository = repository,
					.file = path_join(d->a, d->folder, "pulls.json"),
					.port = ports->forge };
	struct err taken;

	if (o.port && demo_forge_start(&d->forge, &o, &taken))
		return true;
	o.port = 0;
	return demo_forge_start(&d->forge, &o, e);
}

/* The forge serves its API; what it holds is on this disk, where git is led by a setting. */
static void demo_set_environment(struct demo *d, const char *repository)
{
	size_t n = 0;

	d->environment[n++] = "GIT_CONFIG_COUNT=1";
	d->environment[n++] = str_format(d->a, "GIT_CONFIG_KEY_0=url.file://%s.insteadOf", repository);
	d->environment[n++] = str_format(d->a, "GIT_CONFIG_VALUE_0=%s", demo_forge_url(d->forge));
	d->environment[n++] = str_format(d->a, "ARGOCD_SERVER=127.0.0.1:%u",
					 demo_argocd_port(d->argocd));
	d->environment[n++] = str_format(d->a, "ARGOCD_AUTH_TOKEN=%s", demo_argocd_token());
	d->environment[n++] = "ARGOCD_OPTS=--plaintext";
	d->environment[n++] = str_format(d->a, "ARGOCD_CONFIG_DIR=%s",
					 path_join(d->a, d->folder, "argocd"));
	d->environment[n++] = "ARGOCD_NAMESPACE=argocd";
	d->environment[n] = NULL;
}

static bool stand_up(struct demo *d, const struct demo_options *o, struct err *e)
{
	struct simulation_options so = { .project = SEED_PROJECT, .stages = seed_stages,
					 .speed = o->speed };
	struct ports ports;

	if (!make_folders(d, o, e))
		return false;
	read_ports(d, &ports);
	if (!start_registry(d, &ports, o->speed, e))
		return false;
	d->words.token = demo_forge_token();
	d->words.image = str_format(d->a, "127.0.0.1:%u/demo/web", demo_registry_port(d->registry));
	so.repository = d->repository = path_join(d->a, d->folder, "gitops.git");
	if (!seed_repository(so.repository, &d->words, d->began_at, e) ||
	    !start_forge(d, &ports, so.repository, e))
		return false;
	d->words.repository = so.url = demo_forge_url(d->forge);
	so.others = o->fleet ? seed_fleet_places(d->a) : NULL;
	if (!seed_manifests(d->manifests, &d->words, e) ||
	    (o->fleet && !seed_fleet_manifests(d->manifests, &d->words, e)) ||
	    !simulation_start(&d->simulation, &so, e) || !start_argocd(d, &ports, e) ||
	    !write_ports(d, e))
		return false;
	demo_set_environment(d, so.repository);
	return true;
}

/* A cluster with a running Kargo, known to gantry by its kubeconfig alone. */
static bool stand_up_kargo(struct demo *d, const struct demo_options *o, struct err *e)
{
	const char *place, *text;

	if (!make_folders(d, o, e))
		return false;
	d->cluster = demo_cluster_new();
	if (!demo_kargo_start(&d->kargo, d->cluster, o->speed, e) ||
	    !demo_kube_start(&d->kube, 0, d->cluster, d->kargo, e))
		return false;
	place = path_join(d->a, d->folder, "kubeconfig");
	text = demo_kube_config(d->a, d->kube);
	d->environment[0] = str_format(d->a, "KUBECONFIG=%s", place);
	d->environment[1] = NULL;
	return file_write(place, text, strlen(text), 0600, e) &&
	       file_write(path_join(d->a, d->folder, "ports"), "0 0 0\n", 6, 0644, e);
}

bool demo_start(struct demo **out, const struct demo_options *o, struct err *e)
{
	struct demo *d = xmalloc(sizeof(*d));

	assert(out && o);
	*d = (struct demo){ .a = arena_new(), .fleet = o->fleet, .began_at = clock_now() };
	if (o->attach ? !stand_up_kargo(d, o, e) : !stand_up(d, o, e)) {
		demo_stop(d);
		return err_wrap(e, "standing up the demonstration");
	}
	*out = d;
	return true;
}

bool demo_open(struct demo *d, struct err *e)
{
	const char *text = str_format(d->a, "export GANTRY_%s='%s'\nexport GANTRY_LEDGER='%s'\n",
				      d->kube ? "ATTACH" : "MANIFESTS",
				      d->kube ? DEMO_KUBE_CONTEXT : d->manifests,
				      d->ledger);

	if (!d->fleet)
		text = str_format(d->a, "%sexport GANTRY_PROJECT='%s'\n", text, demo_project());

	for (size_t i = 0; d->environment[i]; i++) {
		const char *equals = strchr(d->environment[i], '=');
		text = str_format(d->a, "%sexport %.*s='%s'\n", text,
				  (int)(equals - d->environment[i]), d->environment[i], equals + 1);
	}
	return file_write(path_join(d->a, d->folder, "env"), text, strlen(text), 0600, e);
}

void demo_stop(struct demo *d)
{
	struct err ignored;

	if (!d)
		return;
	demo_kube_stop(d->kube);
	demo_kargo_stop(d->kargo);
	demo_cluster_free(d->cluster);
	demo_argocd_stop(d->argocd);
	demo_forge_stop(d->forge);
	simulation_stop(d->simulation);
	demo_registry_stop(d->registry);
	/* What cannot be removed is left in the temporary folder; there is nobody to tell. */
	if (d->temporary && d->folder && !folder_remove(d->folder, &ignored))
		d->temporary = false;
	arena_free(d->a);
	free(d);
}

const char *demo_manifests(const struct demo *d)
{
	return d->manifests;
}

const char *demo_context(const struct demo *d)
{
	return d->kube ? DEMO_KUBE_CONTEXT : NULL;
}

const char *demo_ledger(const struct demo *d)
{
	return d->ledger;
}

bool demo_history(const struct demo *d, struct arena *a, const struct event **out, size_t *count,
		  struct err *e)
{
	struct demo_scene scene = { .repository = d->repository, .words = &d->words,
				    .began_at = d->began_at };

	return demo_events(a, &scene, out, count, e);
}

const char *demo_project(void)
{
	return SEED_PROJECT;
}

const char *const *demo_environment(const struct demo *d)
{
	return d->environment;
}
