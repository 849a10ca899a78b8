/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges are IANA's special-purpose registries (RFC 6890). IPv4 inside IPv6 (mapped, NAT64,
 * 6to4) is judged as the IPv4 address.
 */
#include "net/guard.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <curl/curl.h>

struct range {
	uint32_t from;
	unsigned bits;
};

static const struct range private_v4[] = {
	{ 0x00000000, 8 }, { 0x0a000000, 8 }, { 0x64400000, 10 }, { 0x7f000000, 8 },
	{ 0xa9fe0000, 16 }, { 0xac100000, 12 }, { 0xc0000000, 24 }, { 0xc0000200, 24 },
	{ 0xc0a80000, 16 }, { 0xc6120000, 15 }, { 0xe0000000, 4 }, { 0xf0000000, 4 },
};

static bool is_private_v4(uint32_t address)
{
	for (size_t i = 0; i < COUNTOF(private_v4); i++)
		if ((address ^ private_v4[i].from) >> (32 - private_v4[i].bits) == 0)
			return true;
	return false;
}

static uint32_t word_at(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static bool is_private_v6(const uint8_t b[16])
{
	static const uint8_t zeros[12], mapped[12] = { [10] = 0xff, [11] = 0xff },
			     nat64[12] = { 0x00, 0x64, 0xff, 0x9b };

	if (memcmp(b, mapped, 12) == 0 || memcmp(b, nat64, 12) == 0 || memcmp(b, zeros, 12) == 0)
		return memcmp(b, zeros, 12) == 0 || is_private_v4(word_at(b + 12));
	if (b[0] == 0x20 && b[1] == 0x02)
		return is_private_v4(word_at(b + 2));
	return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0x80)) || b[0] == 0xff;
}

bool is_private_address(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, address, sizeof(in));
		return is_private_v4(ntohl(in.sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;
		memcpy(&in6, address, sizeof(in6));
		return is_private_v6(in6.sin6_addr.s6_addr);
	}
	return true;
}

static curl_socket_t open_socket(void *visit, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct guard_visit *v = visit;

	(void)purpose;
	if (is_private_address(&address->addr)) {
		v->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void guard_install(void *easy, struct guard_visit *visit)
{
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, visit);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	/* A connection that an unguarded request opened must not be reused. */
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
}
