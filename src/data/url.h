/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When two texts mean the same repository: Kargo's normal forms, on which Freight's
 * names, duplicate subscriptions and the choice of credentials rest. What has no
 * normal form is returned as it was given. Any thread.
 */
#ifndef GANTRY_DATA_URL_H
#define GANTRY_DATA_URL_H

#include "base/base.h"

struct arena;

/* "https://u@GitHub.com/A/B.git/" is "https://github.com/a/b", "git@h:a" is "ssh://git@h/a". */
const char *url_normal_git(struct arena *a, const char *url);

/* "docker.io/library/busybox:1@sha256:…" is "busybox", "GHCR.io/a/b" is "ghcr.io/a/b". */
const char *url_normal_image(struct arena *a, const char *url);

/* As an image once "oci://" is gone, which suits "https://charts.example.com" too. */
const char *url_normal_chart(struct arena *a, const char *url);

/* Printable characters only (no tabs, no zero-width ones), spaces cut from both ends. */
const char *url_sanitised(struct arena *a, const char *url);

#endif
