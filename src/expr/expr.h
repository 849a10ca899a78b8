/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions and ${{ }} templates: lexer, parser, evaluator, functions. No I/O.
 * May use base data.
 *
 * expr.h   this table
 */
#ifndef GANTRY_EXPR_EXPR_H
#define GANTRY_EXPR_EXPR_H
#endif
