/* SPDX-License-Identifier: Apache-2.0 */
/* The project "shop" of a running Kargo, as attached: what tests of wishes are judged by. */
#ifndef GANTRY_TESTS_UNIT_ATTACH_SCENE_H
#define GANTRY_TESTS_UNIT_ATTACH_SCENE_H

struct arena;
struct world;

#define SCENE_OLD "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"

/*
 * Stages: test takes web's freight directly and runs CLUSTER_FREIGHT, verified; prod takes what test
 * verified, by itself, runs SCENE_OLD and is held; CLUSTER_PROMOTION runs in test when live.
 */
struct world *scene_world(struct arena *a, bool live);

#endif
