/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What went wrong: a code for the caller, a sentence for a person.
 *
 * Fallible functions return bool and take struct err *e last. True: outputs
 * are set and *e is untouched. False: *e is set and outputs are untouched.
 * Messages have no capital, no full stop, and quote names; each caller adds
 * what it was doing: "promoting web to prod: pushing main: connection reset".
 * Any thread.
 */
#ifndef GANTRY_BASE_ERR_H
#define GANTRY_BASE_ERR_H

#include "base/base.h"

/* Codes are what a caller can act on. */
enum err_code {
	ERR_NONE,
	ERR_USAGE,     /* the caller of the program asked for something that makes no sense */
	ERR_NAME,      /* what the caller of the program named is not there */
	ERR_CONFIG,    /* a manifest or setting is wrong; a person must fix it */
	ERR_IO,        /* this machine's files */
	ERR_NET,       /* no answer, or not the protocol's */
	ERR_AUTH,      /* refused: who are you, or you may not */
	ERR_NOT_FOUND,
	ERR_CONFLICT,  /* somebody else was there first; look again */
	ERR_REFUSED,   /* a gate or policy says no */
	ERR_TIMEOUT,
	ERR_CANCELLED,
	ERR_LIMIT,     /* larger than gantry accepts */
	ERR_INTERNAL,
};

struct err {
	enum err_code code;
	bool again;             /* trying the same later may help */
	bool passes;            /* an outage: it ends by itself, so wait (base/outage.h decides) */
	bool unsent;            /* what was asked for never left this machine: it is certainly not done */
	int64_t after_ms;       /* not sooner than that, says the other side; 0: it says nothing */
	char message[1024];     /* UTF-8, cut with an ellipsis when longer */
};

/* Sets *e and returns false, so that a failure is: return err_set(e, …). */
bool err_set(struct err *e, enum err_code code, const char *format, ...) PRINTF(3, 4);

/* As err_set, and marks that trying again later may help. */
bool err_again(struct err *e, enum err_code code, const char *format, ...) PRINTF(3, 4);

/* Puts what the caller was doing before the message: "doing: message". Returns false. */
bool err_wrap(struct err *e, const char *format, ...) PRINTF(2, 3);

/* As err_set with strerror(errno) after the sentence; ENOENT becomes ERR_NOT_FOUND. */
bool err_errno(struct err *e, const char *format, ...) PRINTF(2, 3);

#endif
