/* SPDX-License-Identifier: Apache-2.0 */
/* The only file that knows libcrypto. */
#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include <openssl/evp.h>

static void digest(const EVP_MD *kind, const void *bytes, size_t len, char *hex)
{
	static const char digit[] = "0123456789abcdef";
	unsigned char out[EVP_MAX_MD_SIZE];
	unsigned int size = 0;

	if (!EVP_Digest(bytes, len, out, &size, kind, NULL)) {
		fputs("gantry: libcrypto refuses to hash\n", stderr);
		abort();
	}
	for (unsigned int i = 0; i < size; i++) {
		*hex++ = digit[out[i] >> 4];
		*hex++ = digit[out[i] & 15];
	}
	*hex = '\0';
}

void hash_sha1(const void *bytes, size_t len, char hex[41])
{
	digest(EVP_sha1(), bytes, len, hex);
}

void hash_sha256(const void *bytes, size_t len, char hex[65])
{
	digest(EVP_sha256(), bytes, len, hex);
}

void random_bytes(void *out, size_t len)
{
	unsigned char *to = out;

	while (len) {
		ssize_t n = getrandom(to, len, 0);

		if (n > 0) {
			to += n;
			len -= (size_t)n;
		}
	}
}
