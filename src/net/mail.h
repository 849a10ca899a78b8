/* SPDX-License-Identifier: Apache-2.0 */
/* One mail to one server over SMTP (RFC 5321), with STARTTLS and a login. Blocks; any thread. */
#ifndef GANTRY_NET_MAIL_H
#define GANTRY_NET_MAIL_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;

enum mail_cover {
	MAIL_PLAIN,                     /* not encrypted */
	MAIL_STARTTLS,                  /* encrypted before anything is sent, or nothing is sent */
	MAIL_TLS,                       /* encrypted from the first byte */
};

struct mail {
	const char *host;
	unsigned port;
	enum mail_cover cover;
	bool insecure;                  /* the certificate is not checked */
	const char *username, *password; /* NULL: no login */
	const char *from;               /* an address (data/mail_address.h) */
	const char *const *to;          /* the same */
	size_t nto;
	struct str letter;              /* headers and body, lines ending in CR LF (RFC 5322) */
	int64_t timeout_ms;             /* for the whole exchange */
	const bool *cancelled;          /* polled; may be NULL */
};

/*
 * True once the server has taken it. ERR_AUTH when it refuses the login, ERR_REFUSED when it refuses the
 * mail for good (5xx), ERR_NET and ERR_TIMEOUT, marked as in base/outage.h when it may pass (4xx, no answer).
 */
bool mail_send(struct arena *a, const struct mail *m, struct err *e) MUST_USE;

#endif
