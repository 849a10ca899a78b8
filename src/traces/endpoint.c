/* SPDX-License-Identifier: Apache-2.0 */
/* "key=value,key=value", each percent-encoded, as W3C's baggage has it. */
#include "traces/endpoint.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "data/value.h"
#include "net/http.h"
#include "net/url.h"

enum { TIMEOUT_MS = 10000, MAX_TIMEOUT_MS = 60000, MAX_PAIRS = 64 };

/* The variable for traces before the one for all; NULL: neither is set. */
static const char *endpoint_variable(const char *traces, const char *all)
{
	const char *value = getenv(traces);

	if (!value || !*value)
		value = getenv(all);
	return value && *value ? value : NULL;
}

static int endpoint_digit(char c)
{
	return is_digit(c) ? c - '0' : letter_lower(c) >= 'a' && letter_lower(c) <= 'f'
					       ? letter_lower(c) - 'a' + 10 : -1;
}

static const char *endpoint_decode(struct arena *a, struct str text)
{
	char *out = arena_alloc(a, text.len + 1), *to = out;

	text = str_trim(text);
	for (size_t i = 0; i < text.len; i++) {
		int high = text.at[i] == '%' && i + 2 < text.len ? endpoint_digit(text.at[i + 1]) : -1;
		int low = high >= 0 ? endpoint_digit(text.at[i + 2]) : -1;

		*to++ = low >= 0 ? (char)(high * 16 + low) : text.at[i];
		i += low >= 0 ? 2 : 0;
	}
	return out;
}

/* Pairs as a map of texts. */
static bool endpoint_pairs(struct arena *a, const char *variable, const char *text, struct value *out,
			   struct err *e)
{
	while (text && *text) {
		size_t len = strcspn(text, ",");
		const char *equals = memchr(text, '=', len);

		if (!equals || value_count(out) == MAX_PAIRS)
			return err_set(e, ERR_USAGE, "%s: write key=value,key=value", variable);
		value_set(a, out, endpoint_decode(a, (struct str){ text, (size_t)(equals - text) }),
			  value_string(a, endpoint_decode(a, (struct str){
				  equals + 1, len - (size_t)(equals + 1 - text) })));
		text += len + (text[len] == ',');
	}
	return true;
}

static bool endpoint_headers(struct arena *a, struct endpoint *out, struct err *e)
{
	static const char all[] = "OTEL_EXPORTER_OTLP_HEADERS";
	static const char traces[] = "OTEL_EXPORTER_OTLP_TRACES_HEADERS";
	struct value *map = value_map(a);
	struct http_header *headers;

	if (!endpoint_pairs(a, all, getenv(all), map, e) ||
	    !endpoint_pairs(a, traces, getenv(traces), map, e))
		return false;
	headers = arena_array(a, value_count(map) + 1, sizeof(*headers));
	headers[0] = (struct http_header){ "Content-Type", "application/json" };
	for (size_t i = 0; i < value_count(map); i++) {
		headers[i + 1] = (struct http_header){ map->map.members[i].key.at,
						       value_text(map->map.members[i].value, "") };
		log_redact(headers[i + 1].value);
	}
	out->headers = headers;
	out->nheaders = value_count(map) + 1;
	return true;
}

static bool endpoint_timeout(struct endpoint *out, struct err *e)
{
	const char *text = endpoint_variable("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
					     "OTEL_EXPORTER_OTLP_TIMEOUT");
	char *end;

	out->timeout_ms = text ? strtol(text, &end, 10) : TIMEOUT_MS;
	if (text && (*end || out->timeout_ms <= 0))
		return err_set(e, ERR_USAGE, "OTEL_EXPORTER_OTLP_TIMEOUT: \"%s\" is not a "
					     "number of ms", text);
	out->timeout_ms = out->timeout_ms < MAX_TIMEOUT_MS ? out->timeout_ms : MAX_TIMEOUT_MS;
	return true;
}

static bool endpoint_protocol(struct err *e)
{
	const char *text = endpoint_variable("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
					     "OTEL_EXPORTER_OTLP_PROTOCOL");

	return !text || strcmp(text, "http/json") == 0 ||
	       err_set(e, ERR_USAGE, "OTEL_EXPORTER_OTLP_PROTOCOL: gantry speaks http/json, not %s", text);
}

bool endpoint_read(struct arena *a, struct endpoint *out, struct err *e)
{
	const char *disabled = getenv("OTEL_SDK_DISABLED"), *name = getenv("OTEL_SERVICE_NAME");
	const char *own = getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
	const char *base = getenv("OTEL_EXPORTER_OTLP_ENDPOINT");
	struct value *resource = value_map(a);
	struct url unused;

	*out = (struct endpoint){ .url = NULL };
	if ((disabled && same_but_case(disabled, "true")) || !((own && *own) || (base && *base)))
		return true;
	out->url = own && *own ? own : str_format(a, "%s%sv1/traces", base, has_suffix(base, "/") ? "" : "/");
	value_set(a, resource, "service.name", value_string(a, "gantry"));
	if (!url_parse(a, out->url, &unused, e))
		return err_wrap(e, "OTEL_EXPORTER_OTLP_ENDPOINT");
	if (!endpoint_pairs(a, "OTEL_RESOURCE_ATTRIBUTES", getenv("OTEL_RESOURCE_ATTRIBUTES"), resource, e))
		return false;
	if (name && *name)
		value_set(a, resource, "service.name", value_string(a, name));
	out->resource = resource;
	return endpoint_protocol(e) && endpoint_headers(a, out, e) && endpoint_timeout(out, e);
}
