/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When to look, what changed; builds and publishes the world.
 * May use base data git model config ledger discover argocd forge.
 *
 * observe.h   this table
 */
#ifndef GANTRY_OBSERVE_OBSERVE_H
#define GANTRY_OBSERVE_OBSERVE_H
#endif
