/* SPDX-License-Identifier: Apache-2.0 */
/* What openssl says of a broken key names its own insides: the message here says what to check. */
#include "base/sign.h"

#include <assert.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/arena.h"
#include "base/err.h"

/* A key with a pass phrase is not asked for one on the terminal. */
static int no_pass_phrase(char *out, int size, int writing, void *context)
{
	(void)out, (void)size, (void)writing, (void)context;
	return -1;
}

static EVP_PKEY *read_key(const char *pem)
{
	BIO *in = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = in ? PEM_read_bio_PrivateKey(in, NULL, no_pass_phrase, NULL) : NULL;

	BIO_free(in);
	return key;
}

static bool sign_with(struct arena *a, EVP_PKEY *key, struct str bytes, struct str *out)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t size = (size_t)EVP_PKEY_get_size(key);
	unsigned char *signature = arena_alloc(a, size + 1);
	bool fine = context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
		    EVP_DigestSign(context, signature, &size, (const unsigned char *)bytes.at,
				   bytes.len) == 1;

	EVP_MD_CTX_free(context);
	if (fine)
		*out = (struct str){ (const char *)signature, size };
	return fine;
}

bool sign_rs256(struct arena *a, const char *pem, struct str bytes, struct str *out, struct err *e)
{
	EVP_PKEY *key;
	bool fine;

	assert(pem && out);
	key = read_key(pem);
	if (!key || EVP_PKEY_base_id(key) != EVP_PKEY_RSA) {
		EVP_PKEY_free(key);
		ERR_clear_error();
		return err_set(e, ERR_CONFIG,
			       "the private key is not an RSA key in PEM without a pass phrase");
	}
	fine = sign_with(a, key, bytes, out);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return fine || err_set(e, ERR_INTERNAL, "libcrypto refuses to sign");
}
