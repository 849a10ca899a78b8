/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who hears of what: ledger events as Kargo's events, routers that turn them into messages, channels
 * that carry them, and an outbox that delivers each at least once (doc/messages.md).
 * May use base data net model expr ledger.
 *
 * burst.h        how many messages a channel takes at once, and the summary of the others
 * channel.h      a channel and its secret, from the manifests
 * cursor.h       how far a channel's messages were delivered, in a file
 * deliver.h      one message through one channel
 * forms.h        a message in the form of each kind of channel
 * gathering.h    the messages that a channel has not had yet
 * hook.c         any web server
 * kargo_event.h  a ledger event as Kargo's, with its payload
 * letter.c       a message as mail
 * messages.h     this table
 * outbox.h       follows the ledgers and delivers
 * posting.h      what requests to Slack and to other servers share
 * router.h       which event becomes which message
 * sender.h       one channel of one project
 * slack.c        Slack
 */
#ifndef GANTRY_MESSAGES_MESSAGES_H
#define GANTRY_MESSAGES_MESSAGES_H

#include "base/base.h"

#endif
