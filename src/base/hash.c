/* SPDX-License-Identifier: Apache-2.0 */
/* The only file that knows libcrypto. */
#include "base/hash.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/err.h"

enum { CHUNK = 65536 };

static void must(int succeeded)
{
	if (succeeded)
		return;
	fputs("gantry: libcrypto refuses to hash\n", stderr);
	abort();
}

static void write_hex(const unsigned char *bytes, unsigned int size, char *hex)
{
	static const char digit[] = "0123456789abcdef";

	for (unsigned int i = 0; i < size; i++) {
		*hex++ = digit[bytes[i] >> 4];
		*hex++ = digit[bytes[i] & 15];
	}
	*hex = '\0';
}

static void digest(const EVP_MD *kind, const void *bytes, size_t len, char *hex)
{
	unsigned char out[EVP_MAX_MD_SIZE];
	unsigned int size = 0;

	must(EVP_Digest(bytes, len, out, &size, kind, NULL));
	write_hex(out, size, hex);
}

void hash_sha1(const void *bytes, size_t len, char hex[41])
{
	digest(EVP_sha1(), bytes, len, hex);
}

void hash_sha256(const void *bytes, size_t len, char hex[65])
{
	digest(EVP_sha256(), bytes, len, hex);
}

static bool hash_add_file(EVP_MD_CTX *context, int fd, struct err *e)
{
	char chunk[CHUNK];
	off_t at = 0;

	for (;;) {
		ssize_t n = pread(fd, chunk, sizeof(chunk), at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(e, "reading a file");
		if (n == 0)
			return true;
		must(EVP_DigestUpdate(context, chunk, (size_t)n));
		at += n;
	}
}

bool hash_sha256_fd(int fd, char hex[65], struct err *e)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char out[EVP_MAX_MD_SIZE];
	unsigned int size = 0;
	bool fine;

	must(context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL));
	fine = hash_add_file(context, fd, e);
	if (fine) {
		must(EVP_DigestFinal_ex(context, out, &size));
		write_hex(out, size, hex);
	}
	EVP_MD_CTX_free(context);
	return fine;
}

void random_bytes(void *out, size_t len)
{
	unsigned char *to = out;

	while (len) {
		ssize_t n = getrandom(to, len, 0);

		if (n < 0 && errno != EINTR) {
			fputs("gantry: the kernel gives no random bytes\n", stderr);
			abort();
		}
		if (n > 0) {
			to += n;
			len -= (size_t)n;
		}
	}
}
