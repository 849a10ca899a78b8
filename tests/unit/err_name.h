/* SPDX-License-Identifier: Apache-2.0 */
/* Codes of errors as words, which tests print and compare; the program itself speaks in messages. */
#ifndef GANTRY_TESTS_UNIT_ERR_NAME_H
#define GANTRY_TESTS_UNIT_ERR_NAME_H

#include "base/err.h"

static inline const char *err_code_name(enum err_code code)
{
	static const char *const names[] = {
		[ERR_NONE] = "none",           [ERR_USAGE] = "usage",
		[ERR_NAME] = "name",           [ERR_CONFIG] = "config",
		[ERR_IO] = "io",               [ERR_NET] = "net",
		[ERR_AUTH] = "auth",           [ERR_NOT_FOUND] = "not-found",
		[ERR_CONFLICT] = "conflict",   [ERR_REFUSED] = "refused",
		[ERR_TIMEOUT] = "timeout",     [ERR_CANCELLED] = "cancelled",
		[ERR_LIMIT] = "limit",         [ERR_INTERNAL] = "internal",
	};

	return (size_t)code < COUNTOF(names) ? names[code] : "unknown";
}

#endif
