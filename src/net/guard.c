/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges are IANA's special-purpose registries (RFC 6890). IPv4 inside IPv6 (mapped, NAT64,
 * 6to4) is judged as the IPv4 address.
 */
#include "net/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include <curl/curl.h>

struct guard_range {
	uint32_t from;
	unsigned bits;
};

static const struct guard_range private_v4[] = {
	{ 0x00000000, 8 },  { 0x0a000000, 8 },  { 0x64400000, 10 }, { 0x7f000000, 8 },
	{ 0xa9fe0000, 16 }, { 0xac100000, 12 }, { 0xc0000000, 24 }, { 0xc0000200, 24 },
	{ 0xc0a80000, 16 }, { 0xc6120000, 15 }, { 0xe0000000, 4 },  { 0xf0000000, 4 },
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

/* Whether the address only carries an IPv4 one to where it is understood. */
static bool holds_v4(const uint8_t b[16], uint32_t *v4)
{
	static const uint8_t zeros[12], mapped[12] = { [10] = 0xff, [11] = 0xff },
			     nat64[12] = { 0x00, 0x64, 0xff, 0x9b };
	bool is_6to4 = b[0] == 0x20 && b[1] == 0x02;

	*v4 = word_at(b + (is_6to4 ? 2 : 12));
	return is_6to4 || memcmp(b, mapped, 12) == 0 || memcmp(b, nat64, 12) == 0 ||
	       memcmp(b, zeros, 12) == 0;
}

static bool is_private_v6(const uint8_t b[16])
{
	uint32_t v4;

	if (holds_v4(b, &v4))
		return is_private_v4(v4);
	return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0x80)) || b[0] == 0xff;
}

static bool is_link_local_v4(uint32_t address)
{
	return address >> 16 == 0xa9fe;
}

static bool is_link_local_v6(const uint8_t b[16])
{
	static const uint8_t amazon[16] = { 0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, [15] = 0x54 };
	uint32_t v4;

	if (holds_v4(b, &v4))
		return is_link_local_v4(v4);
	return (b[0] == 0xfe && (b[1] & 0xc0) == 0x80) || memcmp(b, amazon, 16) == 0;
}

static bool guard_judge(const struct sockaddr *address, bool (*v4)(uint32_t address),
			bool (*v6)(const uint8_t b[16]))
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (address->sa_family == AF_INET) {
		memcpy(&in, address, sizeof(in));
		return v4(ntohl(in.sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6) {
		memcpy(&in6, address, sizeof(in6));
		return v6(in6.sin6_addr.s6_addr);
	}
	return true;
}

bool is_private_address(const struct sockaddr *address)
{
	return guard_judge(address, is_private_v4, is_private_v6);
}

bool is_link_local_address(const struct sockaddr *address)
{
	return guard_judge(address, is_link_local_v4, is_link_local_v6);
}

static bool may_reach(const struct guard_visit *v, const struct sockaddr *address)
{
	return v->public_only ? !is_private_address(address) : !is_link_local_address(address);
}

static curl_socket_t open_socket(void *visit, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct guard_visit *v = visit;

	(void)purpose;
	if (!may_reach(v, &address->addr)) {
		v->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void guard_install(void *easy, struct guard_visit *visit, bool public_only)
{
	visit->public_only = public_only;
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, visit);
	if (public_only)
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
	/* A connection that an unguarded request opened must not be reused. */
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
}

void guard_name(struct guard_visit *visit, bool public_only, const char *host)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	char bare[INET6_ADDRSTRLEN];
	size_t len = strlen(host);

	visit->public_only = public_only;
	if (inet_pton(AF_INET, host, &in.sin_addr) == 1)
		visit->refused = !may_reach(visit, (const struct sockaddr *)&in);
	if (host[0] != '[' || len < 3 || len - 2 >= sizeof(bare))
		return;
	memcpy(bare, host + 1, len - 2);
	bare[len - 2] = '\0';
	if (inet_pton(AF_INET6, bare, &in6.sin6_addr) == 1)
		visit->refused = !may_reach(visit, (const struct sockaddr *)&in6);
}
