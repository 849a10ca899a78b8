/* SPDX-License-Identifier: Apache-2.0 */
/* Only the first complaint counts: what follows from it would mislead. */
#include "expr/checker.h"

#include <stdarg.h>
#include <stdio.h>

#include "expr/expr.h"
#include "expr/lexer.h"

const struct expr_type *checker_fail(struct checker *c, const struct node *n, const char *format,
				     ...)
{
	char message[400];
	va_list args;

	if (c->failed)
		return NULL;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	lex_error(c->e, c->program->text, n->at, "%s", message);
	c->failed = true;
	return NULL;
}
