/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger of a project that is under way. */
#ifndef GANTRY_TESTS_SEED_H
#define GANTRY_TESTS_SEED_H

#include "base/base.h"

/*
 * Writes the project's branch in the ledger at that path: so many stages, stage-0000 and so on, run
 * freight swift-otter, each healthy by an application of its own, app-stage-0000 and so on. Ends the
 * program when it can't.
 */
void seed_ledger(const char *path, const char *project, unsigned stages);

#endif
