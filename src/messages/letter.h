/* SPDX-License-Identifier: Apache-2.0 */
/* A message as mail (RFC 5322, 2045, 2047). Pure. Any thread. */
#ifndef GANTRY_MESSAGES_LETTER_H
#define GANTRY_MESSAGES_LETTER_H

#include "base/base.h"

struct arena;
struct message_delivery;
struct err;
struct mail;

/*
 * The mail for an SMTP channel, dated now. ERR_CONFIG when there is nobody to send it to, or an address is
 * malformed. The same event always has the same Message-ID.
 */
bool letter_make(struct arena *a, const struct message_delivery *d, struct mail *out, struct err *e) MUST_USE;

#endif
