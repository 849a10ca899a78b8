/* SPDX-License-Identifier: Apache-2.0 */
/* GitHub Apps: what is signed can be verified with the public key, and a token is asked for once.
 */
#include "forge/app_token.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/base64.h"
#include "data/json.h"
#include "data/value.h"
#include "forge/forge.h"
#include "script.h"
#include "tap.h"

static const char *pem_of(struct arena *a, EVP_PKEY *key)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *text;
	long len;
	const char *copy;

	PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL);
	len = BIO_get_mem_data(out, &text);
	copy = str_copy_n(a, text, (size_t)len);
	BIO_free(out);
	return copy;
}

static struct str plain(struct arena *a, const char *part, size_t len)
{
	char *text = str_format(a, "%.*s%s", (int)len, part, "===" + (len % 4 ? len % 4 - 1 : 3));
	struct str out = { "", 0 };

	for (char *c = text; *c; c++)
		*c = (char)(*c == '-' ? '+' : *c == '_' ? '/' : *c);
	base64_decode(a, text, strlen(text), &out);
	return out;
}

static bool verifies(EVP_PKEY *key, const char *text, size_t len, struct str signature)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool fine = EVP_DigestVerifyInit(c, NULL, EVP_sha256(), NULL, key) == 1 &&
		    EVP_DigestVerify(c, (const unsigned char *)signature.at, signature.len,
				     (const unsigned char *)text, len) == 1;

	EVP_MD_CTX_free(c);
	return fine;
}

static struct forge_options options(struct script *s)
{
	return (struct forge_options){ .url = "https://github.com/octo/app.git",
				       .send = script_send,
				       .context = s };
}

/* What the script was sent as the App's claim. */
static void claim_is_good(struct arena *a, const char *sent, EVP_PKEY *rsa)
{
	const char *claim = sent + strlen("Bearer "), *second, *third;
	struct value *claims = NULL;
	struct err e = { 0 };
	struct str body;
	int64_t iat = 0, exp = 0;

	if (!ok(has_prefix(sent, "Bearer ") && strchr(claim, '.'), "the App says who it is"))
		return;
	second = strchr(claim, '.') + 1;
	third = strchr(second, '.') + 1;
	body = plain(a, second, (size_t)(third - second - 1));
	ok(json_parse(a, body.at, body.len, &claims, &e), "in JSON");
	is_text(value_text(value_get(claims, "iss"), ""), "Iv1.app", "by its client ID");
	value_integer(value_get(claims, "iat"), &iat);
	value_integer(value_get(claims, "exp"), &exp);
	ok(iat <= clock_now() / 1000 - 59, "from a minute ago, for clocks that go wrong");
	is_number(exp - iat, 600, "for ten minutes in all");
	ok(verifies(rsa, claim, (size_t)(third - claim - 1), plain(a, third, strlen(third))),
	   "with a signature that the public key verifies");
}

TEST(a_token_is_asked_for_once_a_repository)
{
	AUTO(arena) struct arena *a = arena_new();
	EVP_PKEY *rsa = EVP_RSA_gen(2048);
	struct app_key key = { NULL, "Iv1.app", "77", pem_of(a, rsa) };
	const char *until = clock_rfc3339(a, clock_now() + 3600000);
	const struct script_answer answers[] = {
		{ "POST https://api.github.com/app/installations/77/access_tokens", 201,
		  str_format(a, "{\"token\":\"ghs_secret\",\"expires_at\":\"%s\"}", until), NULL,
		  NULL },
		{ 0 }
	};
	struct script s = { .a = a, .answers = answers };
	const struct forge_options o = options(&s);
	struct app_tokens *tokens = app_tokens_new();
	const char *token = "", *asked;
	struct err e = { 0 };

	key.at = &o;
	ok(app_tokens_get(tokens, a, &key, &token, &e), "a token: %s", e.message);
	is_text(token, "ghs_secret", "the one that GitHub gave");
	claim_is_good(a, s.token, rsa);
	ok(s.asked && strstr(s.asked, "{\"repositories\":[\"app\"]}"), "for this repository alone");
	asked = s.asked;
	ok(app_tokens_get(tokens, a, &key, &token, &e) && s.asked == asked, "and kept");
	app_tokens_free(tokens);
	EVP_PKEY_free(rsa);
}

TEST(a_token_that_ends_within_five_minutes_is_not_kept)
{
	AUTO(arena) struct arena *a = arena_new();
	EVP_PKEY *rsa = EVP_RSA_gen(2048);
	struct app_key key = { NULL, "12", "77", pem_of(a, rsa) };
	const struct script_answer answers[] = {
		{ "access_tokens", 201,
		  str_format(a, "{\"token\":\"ghs_secret\",\"expires_at\":\"%s\"}",
			     clock_rfc3339(a, clock_now() + 240000)),
		  NULL, NULL },
		{ 0 }
	};
	struct script s = { .a = a, .answers = answers };
	const struct forge_options o = options(&s);
	struct app_tokens *tokens = app_tokens_new();
	const char *token, *asked;
	struct err e;

	key.at = &o;
	ok(app_tokens_get(tokens, a, &key, &token, &e), "a token");
	asked = s.asked;
	ok(app_tokens_get(tokens, a, &key, &token, &e) && s.asked != asked, "is asked for again");
	app_tokens_free(tokens);
	EVP_PKEY_free(rsa);
}

TEST(an_app_that_was_removed_is_an_error_with_githubs_words)
{
	AUTO(arena) struct arena *a = arena_new();
	EVP_PKEY *rsa = EVP_RSA_gen(2048);
	struct app_key key = { NULL, "12", "77", pem_of(a, rsa) };
	const struct script_answer answers[] = {
		{ "access_tokens", 404, "{\"message\":\"Integration not found\"}", NULL, NULL },
		{ 0 }
	};
	struct script s = { .a = a, .answers = answers };
	const struct forge_options o = options(&s);
	struct app_tokens *tokens = app_tokens_new();
	const char *token;
	struct err e = { 0 };

	key.at = &o;
	ok(!app_tokens_get(tokens, a, &key, &token, &e) &&
		   strstr(e.message, "Integration not found"),
	   "says so: %s", e.message);
	key.private_key = base64_encode(a, str_of(key.private_key)).at;
	ok(!app_tokens_get(tokens, a, &key, &token, &e) &&
		   strstr(e.message, "Integration not found"),
	   "a key in base64 is one, too");
	key.private_key = "!!";
	ok(!app_tokens_get(tokens, a, &key, &token, &e) &&
		   strstr(e.message, "neither PEM nor base64"),
	   "what is none is refused: %s", e.message);
	key.installation = "x/../1";
	ok(!app_tokens_get(tokens, a, &key, &token, &e) && e.code == ERR_CONFIG,
	   "an installation is a number");
	app_tokens_free(tokens);
	EVP_PKEY_free(rsa);
}

/* The key in another form of PEM. */
static const char *pem_written(struct arena *a, EVP_PKEY *key, bool traditional, const char *pass)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *text;
	long len;
	const char *copy;

	if (traditional)
		PEM_write_bio_PrivateKey_traditional(out, key, NULL, NULL, 0, NULL, NULL);
	else
		PEM_write_bio_PrivateKey(out, key, EVP_aes_128_cbc(), (const unsigned char *)pass,
					 (int)strlen(pass), NULL, NULL);
	len = BIO_get_mem_data(out, &text);
	copy = str_copy_n(a, text, (size_t)len);
	BIO_free(out);
	return copy;
}

TEST(keys_come_as_github_gives_them_and_bad_ones_say_what_to_check)
{
	AUTO(arena) struct arena *a = arena_new();
	EVP_PKEY *rsa = EVP_RSA_gen(2048), *ec = EVP_EC_gen("P-256");
	const char *pkcs1 = pem_written(a, rsa, true, NULL);
	const char *until = clock_rfc3339(a, clock_now() + 3600000);
	const struct script_answer answers[] = {
		{ "access_tokens", 201,
		  str_format(a, "{\"token\":\"ghs_secret\",\"expires_at\":\"%s\"}", until), NULL, NULL },
		{ 0 }
	};
	struct script s = { .a = a, .answers = answers };
	const struct forge_options o = options(&s);
	struct app_key key = { &o, "12", "77", pkcs1 };
	const char *const bad[] = { pem_of(a, ec), pem_written(a, rsa, false, "pass"),
				    str_copy_n(a, pkcs1, strlen(pkcs1) / 2),
				    base64_encode(a, str_of("no key at all")).at };
	struct app_tokens *tokens = app_tokens_new();
	const char *token;
	struct err e = { 0 };

	ok(strstr(pkcs1, "BEGIN RSA PRIVATE KEY") != NULL, "GitHub's downloads are PKCS #1");
	ok(app_tokens_get(tokens, a, &key, &token, &e), "which is fine: %s", e.message);
	key.private_key = str_format(a, "%s\n", base64_encode(a, str_of(pkcs1)).at);
	ok(app_tokens_get(tokens, a, &key, &token, &e), "also in base64, with a line's end: %s", e.message);
	s.asked = "";
	for (size_t i = 0; i < COUNTOF(bad); i++) {
		key.private_key = bad[i];
		ok(!app_tokens_get(tokens, a, &key, &token, &e) && e.code == ERR_CONFIG &&
			   strstr(e.message, "githubAppPrivateKey: the private key is not an RSA key"),
		   "a bad one: %s", e.message);
	}
	is_text(s.asked, "", "and GitHub is not asked with it");
	app_tokens_free(tokens);
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(ec);
}

TEST(a_token_is_of_one_host_and_its_claim_goes_nowhere_else)
{
	AUTO(arena) struct arena *a = arena_new();
	EVP_PKEY *rsa = EVP_RSA_gen(2048);
	struct app_key key = { NULL, "12", "77", pem_of(a, rsa) };
	const char *until = clock_rfc3339(a, clock_now() + 3600000);
	const struct script_answer answers[] = {
		{ "POST https://github.example.org/api/v3/app/installations/77/access_tokens", 201,
		  str_format(a, "{\"token\":\"ghs_other\",\"expires_at\":\"%s\"}", until), NULL, NULL },
		{ "POST https://api.github.com/app/installations/77/access_tokens", 307, "", "location",
		  "https://evil.example/access_tokens" },
		{ 0 }
	};
	struct script s = { .a = a, .answers = answers };
	struct forge_options o = options(&s);
	struct app_tokens *tokens = app_tokens_new();
	const char *token = "";
	struct err e = { 0 };

	key.at = &o;
	o.url = "https://github.example.org/octo/app.git";
	ok(app_tokens_get(tokens, a, &key, &token, &e), "GitHub Enterprise gives one %s", e.message);
	is_text(token, "ghs_other", "from its own API");
	o.url = "https://github.com/octo/app.git";
	ok(!app_tokens_get(tokens, a, &key, &token, &e), "which is not used elsewhere: %s", e.message);
	ok(s.asked && strstr(s.asked, "api.github.com") && !strstr(s.asked, "evil"),
	   "and a redirect does not get the claim");
	app_tokens_free(tokens);
	EVP_PKEY_free(rsa);
}
