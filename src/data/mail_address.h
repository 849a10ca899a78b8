/* SPDX-License-Identifier: Apache-2.0 */
/* Mail addresses, as far as they may stand in an envelope and a header (RFC 5321, 5322). Any thread. */
#ifndef GANTRY_DATA_MAIL_ADDRESS_H
#define GANTRY_DATA_MAIL_ADDRESS_H

#include "base/base.h"

/* name@host, without a name before it, blanks, line ends or anything else that would begin another. */
bool mail_address_is(const char *text);

#endif
