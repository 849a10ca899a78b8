/* SPDX-License-Identifier: Apache-2.0 */
/* Messages are built once, from the inside out. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Marks a cut message; never splits a UTF-8 sequence. */
static void mark_cut(char *message, size_t size)
{
	size_t at = size - 4;

	while (at && ((unsigned char)message[at] & 0xc0) == 0x80)
		at--;
	memcpy(message + at, "…", sizeof("…"));
}

static PRINTF(2, 0) void format_into(struct err *e, const char *format, va_list ap)
{
	int n = vsnprintf(e->message, sizeof(e->message), format, ap);

	if (n < 0)
		e->message[0] = '\0';
	else if ((size_t)n >= sizeof(e->message))
		mark_cut(e->message, sizeof(e->message));
}

bool err_set(struct err *e, enum err_code code, const char *format, ...)
{
	va_list ap;

	e->code = code;
	e->again = e->passes = e->unsent = false;
	e->after_ms = 0;
	va_start(ap, format);
	format_into(e, format, ap);
	va_end(ap);
	return false;
}

bool err_again(struct err *e, enum err_code code, const char *format, ...)
{
	va_list ap;

	e->code = code;
	e->again = true;
	e->passes = false;
	e->after_ms = 0;
	va_start(ap, format);
	format_into(e, format, ap);
	va_end(ap);
	return false;
}

static void prefix_with(struct err *e, const char *doing)
{
	char old[sizeof(e->message)];

	memcpy(old, e->message, sizeof(old));
	if ((size_t)snprintf(e->message, sizeof(e->message), "%s: %s", doing, old) >=
	    sizeof(e->message))
		mark_cut(e->message, sizeof(e->message));
}

bool err_wrap(struct err *e, const char *format, ...)
{
	char doing[sizeof(e->message)];
	va_list ap;

	va_start(ap, format);
	if (vsnprintf(doing, sizeof(doing), format, ap) < 0)
		doing[0] = '\0';
	va_end(ap);
	prefix_with(e, doing);
	return false;
}

bool err_errno(struct err *e, const char *format, ...)
{
	int number = errno;
	char doing[sizeof(e->message)];
	va_list ap;

	va_start(ap, format);
	if (vsnprintf(doing, sizeof(doing), format, ap) < 0)
		doing[0] = '\0';
	va_end(ap);
	e->code = number == ENOENT ? ERR_NOT_FOUND : ERR_IO;
	e->again = number == EINTR || number == EAGAIN;
	e->passes = false;
	e->after_ms = 0;
	if (strerror_r(number, e->message, sizeof(e->message)))
		snprintf(e->message, sizeof(e->message), "error %d", number);
	prefix_with(e, doing);
	return false;
}
