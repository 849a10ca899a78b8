/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An Argo CD with many applications and as many events a second as are asked for; also a registry, of which each
 * repository has the same two tags, and an entity tag for their list.
 */
#ifndef GANTRY_TESTS_FEEDER_H
#define GANTRY_TESTS_FEEDER_H

#include "base/base.h"

struct err;
struct feeder;

/*
 * Applications are called app-stage-0000 and so on, and are healthy. A hundred each are for the project p-0000 and
 * so on; their stages, stage-0000 to stage-0009, may change them.
 */
bool feeder_start(struct feeder **out, unsigned applications, struct err *e) MUST_USE;
void feeder_stop(struct feeder *f);
unsigned feeder_port(const struct feeder *f);

/* From now on so many events a second, each of another application that begins or ends to progress. */
void feeder_rate(struct feeder *f, unsigned a_second);

/* One event: that application's health is the other of Healthy and Degraded. */
void feeder_break(struct feeder *f, unsigned application);

/* A sign of life every so many ms; 15,000 at first, as Argo CD does. How many were sent since the start. */
void feeder_alive(struct feeder *f, unsigned ms);
unsigned feeder_signs(const struct feeder *f);

/* How often it was asked for tags since the start, and how often answered that they have not changed. */
void feeder_tags(const struct feeder *f, unsigned *asked, unsigned *unchanged);

/* How many events were sent since the start. */
unsigned feeder_sent(const struct feeder *f);

#endif
