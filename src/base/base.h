/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ground floor: what every folder may use. No folder below this one.
 *
 * actor.h    what lives in turns on a few threads
 * arena.h    memory that is freed all at once
 * banned.h   functions that must not be called
 * base.h     this table, and the five macros
 * buf.h      a growing buffer with a ceiling
 * clock.h    what time it is, RFC 3339, Go durations
 * confine.h  programs kept to a few folders by the kernel
 * err.h      what went wrong, for a caller and for a person
 * file.h     whole files
 * folder.h   folders and paths
 * hash.h     SHA-1 and SHA-256 as hex
 * id.h       unique names: UUIDs and ULIDs
 * list.h     a growing array of pointers in an arena
 * log.h      the log file, with secrets taken out
 * map.h      names to pointers, in an arena
 * memory.h   freed memory that goes back to the system
 * netrc.h    names and passwords from ~/.netrc
 * outage.h   which failures of the outside pass by themselves
 * part.h     counted arenas that several owners point into
 * pool.h     a few threads that do the jobs of many
 * process.h  child processes with a time limit and bounded output
 * queue.h    messages between threads
 * sign.h     signatures by private keys
 * str.h      strings in arenas, UTF-8
 * thread.h   threads that leave signals alone
 * traffic.h  what was asked of the outside, counted
 * zone.h     time zones
 */
#ifndef GANTRY_BASE_BASE_H
#define GANTRY_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF(text, first) __attribute__((format(printf, text, first)))
#define NORETURN __attribute__((noreturn))
#define COUNTOF(array) (sizeof(array) / sizeof((array)[0]))

/* AUTO(fd) int f = open(…): calls auto_fd(&f) when f goes out of scope. */
#define AUTO(type) __attribute__((cleanup(auto_##type)))

/* For what cannot say const: a library's context, a list's items. The caller keeps the promise. */
static inline void *unconst(const void *p)
{
	return (void *)(uintptr_t)p;
}

#endif
