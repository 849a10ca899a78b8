/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What speaks HTTP and SMTP: a client with retries and authentication, the OCI distribution
 * protocol, the small HTTP server, and mail.
 * May use base data. Libraries: libcurl, libmicrohttpd, libcrypt, zlib.
 *
 * docker_config.h   credentials as docker login leaves them
 * door.h            basic authentication against bcrypt hashes
 * guard.h           requests that must stay away from private networks
 * http.h            one request and its reply, whole or as a stream
 * http_inner.h      what http.c and mail.c share, redirects
 * http_request.h    what is asked, and what comes back
 * link.c            Link headers, by which lists in pages go on
 * mail.h            one mail over SMTP
 * net.h             this table
 * rate.c            a pace for each host
 * redirect.c        what a redirect asks for
 * registry.h        an OCI registry's tags, manifests and blobs
 * registry_auth.h   its challenges and tokens
 * registry_inner.h  what registry.c, registry_ask.c and registry_blob.c share
 * retry.h           what a refusal means, backing off, trying again
 * server.h          the HTTP server
 * sse.h             server-sent events
 * start.c           starting libcurl
 * url.h             URLs taken apart, joined and shown without secrets
 */
#ifndef GANTRY_NET_NET_H
#define GANTRY_NET_NET_H

#include "base/base.h"

#endif
