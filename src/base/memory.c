/* SPDX-License-Identifier: Apache-2.0 */
/* Other C libraries than GNU's are left as they are. */
#include "base/memory.h"

#include <malloc.h>

/*
 * Two heaps are enough: threads here wait for the outside most of the time. The threshold is
 * the library's own; setting it keeps the library from raising it to 32 MB after large blocks
 * were freed, which would put arenas of worlds among the small blocks.
 */
enum { HEAPS = 2, MAPPED_FROM = 128 << 10 };

void memory_start(void)
{
#ifdef __GLIBC__
	mallopt(M_ARENA_MAX, HEAPS);
	mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
#endif
}

void memory_give_back(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}
