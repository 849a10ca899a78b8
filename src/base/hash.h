/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-1 and SHA-256 as lower-case hex. Any thread. */
#ifndef GANTRY_BASE_HASH_H
#define GANTRY_BASE_HASH_H

#include "base/base.h"

struct err;

/* 40 digits and a NUL. For names that Kargo and git define, not for security. */
void hash_sha1(const void *bytes, size_t len, char hex[41]);

/* 64 digits and a NUL. */
void hash_sha256(const void *bytes, size_t len, char hex[65]);

/* The same of a whole file, from its beginning whatever its offset is. */
bool hash_sha256_fd(int fd, char hex[65], struct err *e) MUST_USE;

/* len random bytes from the kernel; without any, the program ends. */
void random_bytes(void *out, size_t len);

#endif
