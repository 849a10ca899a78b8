/* SPDX-License-Identifier: Apache-2.0 */
/* Lines end in LF or CR LF; a lone CR, which the standard allows too, is never sent here. */
#include "net/sse.h"

#include <string.h>

void sse_init(struct sse *s, size_t max)
{
	*s = (struct sse){ 0 };
	buf_init(&s->line, max);
	buf_init(&s->data, max);
}

void sse_release(struct sse *s)
{
	buf_release(&s->line);
	buf_release(&s->data);
}

bool sse_is_too_big(const struct sse *s)
{
	return !buf_ok(&s->line) || !buf_ok(&s->data);
}

/* One whole line; an empty one ends the event. */
static bool take_line(struct sse *s, sse_event *event, void *context)
{
	const char *text = buf_str(&s->line);
	size_t len = s->line.len;
	bool go_on = true;

	if (len && text[len - 1] == '\r')
		len--;
	if (!len) {
		if (s->has_data)
			go_on = event(context, buf_str(&s->data), s->data.len);
		buf_clear(&s->data);
		s->has_data = false;
	} else if (len >= 5 && memcmp(text, "data:", 5) == 0) {
		size_t skip = len > 5 && text[5] == ' ' ? 6 : 5;
		if (s->has_data)
			buf_char(&s->data, '\n');
		buf_add(&s->data, text + skip, len - skip);
		s->has_data = true;
	}
	buf_clear(&s->line);
	return go_on;
}

bool sse_feed(struct sse *s, const char *bytes, size_t len, sse_event *event, void *context)
{
	while (len) {
		const char *end = memchr(bytes, '\n', len);
		size_t part = end ? (size_t)(end - bytes) : len;
		buf_add(&s->line, bytes, part);
		if (sse_is_too_big(s))
			return false;
		if (!end)
			return true;
		if (!take_line(s, event, context) || sse_is_too_big(s))
			return false;
		bytes += part + 1;
		len -= part + 1;
	}
	return true;
}
