/* SPDX-License-Identifier: Apache-2.0 */
/* Link headers as servers write them. */
#include "net/registry_inner.h"

#include "base/arena.h"
#include "base/err.h"
#include "net/http.h"
#include "tap.h"

static const char *next(struct arena *a, const char *header)
{
	struct http_header h = { "link", header };
	struct http_reply reply = { .headers = &h, .nheaders = 1 };
	const char *found = link_find(a, &reply, "next");

	return found ? found : "(none)";
}

static const char *follow(struct arena *a, const char *url, const char *header)
{
	struct http_header h = { "link", header };
	struct http_reply reply = { .headers = &h, .nheaders = 1 };
	const char *found = NULL;
	struct err e;

	return !link_next(a, &reply, url, &found, &e) ? str_copy(a, e.message) : found ? found : "(none)";
}

TEST(next_is_found_wherever_it_stands)
{
	AUTO(arena) struct arena *a = arena_new();
	static const struct { const char *header, *want; } cases[] = {
		{ "</p?2>; rel=\"next\"", "/p?2" },
		{ "</p?2>; rel=next", "/p?2" },
		{ "</p?0>; rel=\"prev\", </p?2>; rel=\"next\"", "/p?2" },
		{ "</a,b;c>; title=\"x, <y>; rel=next\"; rel=\"prev\" , </p?2>;rel=NEXT", "/p?2" },
		{ "</p?2>; REL = \"first  next\"", "/p?2" },
		{ "</p?2>; rel=\"nextone\"", "(none)" },
		{ "</next>; rel=\"prev\"", "(none)" },
		{ "</p?2>; rel=\"prev\"; rel=\"next\"", "(none)" },
		{ "</p?2>; anchor=\"#x\"; rel=next", "(none)" },
		{ "</p?2>; title=\"a \\\" b\"; rel=next", "/p?2" },
		{ ", ,</p?2>; rel=next;", "/p?2" },
		{ "</p?2", "(none)" },
		{ "</p?2>; rel=\"next", "/p?2" },
		{ "<>; rel=next", "" },
		{ "", "(none)" },
		{ "nonsense; rel=next", "(none)" },
	};

	for (size_t i = 0; i < COUNTOF(cases); i++)
		is_text(next(a, cases[i].header), cases[i].want, "%s", cases[i].header);
}

TEST(several_headers_count_as_one)
{
	AUTO(arena) struct arena *a = arena_new();
	struct http_header h[] = { { "link", "</p?0>; rel=prev" }, { "x", "y" },
				   { "link", "</p?2>; rel=next" } };
	struct http_reply reply = { .headers = h, .nheaders = COUNTOF(h) };

	is_text(link_find(a, &reply, "next"), "/p?2", "the second header");
}

TEST(targets_are_resolved_on_the_host_that_was_asked)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *at = "https://r.example/v2/t/x/tags/list?n=1000";

	is_text(follow(a, at, "</v2/t/x/tags/list?n=1000&last=b>; rel=next"),
		"https://r.example:443/v2/t/x/tags/list?n=1000&last=b", "an absolute path");
	is_text(follow(a, at, "<list?last=b>; rel=next"), "https://r.example:443/v2/t/x/tags/list?last=b",
		"a relative one");
	is_text(follow(a, at, "<?last=b>; rel=next"), "https://r.example:443/v2/t/x/tags/list?last=b",
		"a query alone");
	is_text(follow(a, at, "<http://r.example/v2/t/x/tags/list?last=b>; rel=next"),
		"https://r.example:443/v2/t/x/tags/list?last=b",
		"behind a proxy the server believes in http; it is asked by https");
	is_text(follow(a, at, "<https://evil.example/v2/>; rel=next"),
		"the next page of the list is on another host, https://evil.example/v2/; not "
		"followed", "elsewhere");
	is_text(follow(a, at, "</x>; rel=prev"), "(none)", "the last page");
}
