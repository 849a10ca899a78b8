/* SPDX-License-Identifier: Apache-2.0 */
/* Events, channels and routers for the tests of messages. */
#ifndef GANTRY_TESTS_UNIT_MESSAGES_SCENE_H
#define GANTRY_TESTS_UNIT_MESSAGES_SCENE_H

#include "base/base.h"
#include "data/value.h"
#include "messages/channel.h"
#include "messages/kargo_event.h"
#include "messages/router.h"

#define FREIGHT "abababababababababababababababababababab"

struct arena;

/* YAML as a value tree; a text that does not read ends the program. */
struct value *yaml(struct arena *a, const char *text);

/* A promotion of prod that failed, by Ada, with freight "soft-squirrel". */
struct kargo_event *failed(struct arena *a);

/* A channel of that medium, with its spec and secret as YAML; secret NULL: it has none. */
struct channel channel(struct arena *a, enum channel_medium medium, const char *spec, const char *secret);

/* What a router says of failed() to its first channel; a fault as text instead. */
const char *told(struct arena *a, const char *router, struct message *out);

#endif
