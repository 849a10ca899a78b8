/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the C library's allocator keeps what was freed. By default each thread gets a heap of its
 * own, and a heap shrinks only from its end, so one that was large once stays so: an agent would
 * keep the memory of its busiest minute for weeks.
 */
#ifndef GANTRY_BASE_MEMORY_H
#define GANTRY_BASE_MEMORY_H

#include "base/base.h"

/* Few heaps, and large blocks outside of them. To be called before there are threads. */
void memory_start(void);

/* Gives the system back what is free in all heaps. Takes ms, so not while there is work. Any thread. */
void memory_give_back(void);

#endif
