/* SPDX-License-Identifier: Apache-2.0 */
/* The body is base64: whatever it holds, no line is too long and none begins with a dot. */
#include "messages/forms.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "data/base64.h"
#include "data/mail_address.h"
#include "data/value.h"
#include "messages/channel.h"
#include "messages/router.h"
#include "net/mail.h"
#include "net/url.h"

enum { TIMEOUT_MS = 30000, MAX_RECIPIENTS = 50, MAX_LETTER = 1 << 20, LINE = 76, WORD = 45,
       LONGEST_SUBJECT = 200 };

/* "Mon, 30 Nov 2026 15:04:05 +0000". */
static const char *letter_date(struct arena *a, int64_t now)
{
	static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int64_t seconds = now / 1000, day = seconds / 86400, year;
	int month, date, rest = (int)(seconds % 86400);

	date_of_days(day, &year, &month, &date);
	return str_format(a, "%s, %02d %s %04lld %02d:%02d:%02d +0000", days[day % 7], date,
			  months[month - 1], (long long)year, rest / 3600, rest / 60 % 60, rest % 60);
}

static bool letter_is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || (unsigned char)*text > '~')
			return false;
	return true;
}

/* RFC 2047 words of at most 45 bytes, which are 60 in base64, split between characters. */
static const char *letter_words(struct arena *a, const char *text)
{
	const char *out = "";

	if (letter_is_ascii(text))
		return text;
	while (*text) {
		size_t len = strlen(text) < WORD ? strlen(text) : WORD;

		while (len < strlen(text) && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
		out = str_format(a, "%s%s=?utf-8?B?%s?=", out, *out ? "\r\n " : "",
				 base64_encode(a, (struct str){ text, len }).at);
		text += len;
	}
	return out;
}

static bool letter_add(struct arena *a, const struct value *v, struct list *out, struct err *e)
{
	const char *text = value_text(v, "");

	if (!mail_address_is(text))
		return err_set(e, ERR_CONFIG, "to: \"%s\" is not a mail address",
			       str_clean(a, text, strlen(text), 80));
	if (out->count == MAX_RECIPIENTS)
		return err_set(e, ERR_LIMIT, "to: more than %d addresses", MAX_RECIPIENTS);
	list_add(a, out, text);
	return true;
}

/* The message's own, else the channel's; a text or a list. */
static bool letter_recipients(struct arena *a, const struct channel *c, const struct message *m,
			      struct list *out, struct err *e)
{
	const struct value *own = value_get(m->body, "to");
	const struct value *to = own ? own : value_get(c->spec, "to");

	if (value_is(to, VALUE_STRING))
		return letter_add(a, to, out, e);
	for (size_t i = 0; i < value_count(to); i++)
		if (!letter_add(a, value_at(to, i), out, e))
			return false;
	return out->count || err_set(e, ERR_CONFIG, "to: neither the channel nor the message names anybody");
}

static void letter_add_headers(struct arena *a, struct buf *b, const struct mail *mail,
			       const struct message_delivery *d)
{
	const struct message *m = d->message;
	const char *subject = value_get_text(m->body, "subject");
	bool is_html = value_truth(value_get(m->body, "html"), false);
	char id[65];

	hash_sha256(m->id, strlen(m->id), id);
	buf_format(b, "From: <%s>\r\nTo: <%s>\r\n", mail->from, mail->to[0]);
	for (size_t i = 1; i < mail->nto; i++)
		buf_format(b, "%s<%s>%s", i == 1 ? "Cc: " : ",\r\n ", mail->to[i],
			   i + 1 == mail->nto ? "\r\n" : "");
	subject = *subject ? subject : m->subject ? m->subject : "gantry";
	/* One line, whatever the message holds: a line's end would begin another header. */
	buf_format(b, "Subject: %s\r\n",
		   letter_words(a, str_line(a, log_redacted(a, subject), LONGEST_SUBJECT)));
	buf_format(b, "Date: %s\r\nMessage-ID: <%.40s@gantry.invalid>\r\n", letter_date(a, d->now),
		   id);
	buf_text(b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
	buf_format(b, "Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
		   is_html ? "html" : "plain");
}

static void letter_add_body(struct arena *a, struct buf *b, const struct message *m)
{
	const char *text = log_redacted(a, m->body ? value_get_text(m->body, "body") : m->text);
	struct str lines = base64_encode(a, str_of(text));

	for (size_t i = 0; i < lines.len; i += LINE)
		buf_format(b, "%.*s\r\n", (int)(lines.len - i < LINE ? lines.len - i : LINE), lines.at + i);
}

/* A password is never sent in plain text, except on this machine. */
static void letter_log_in(const struct channel *c, struct mail *mail)
{
	if (!*value_get_text(c->secret, "username") ||
	    (mail->cover == MAIL_PLAIN && !is_loopback_host(mail->host)))
		return;
	mail->username = value_get_text(c->secret, "username");
	mail->password = value_get_text(c->secret, "password");
}

static struct mail letter_envelope(const struct channel *c, const struct list *to)
{
	int64_t port = 0;

	value_integer(value_get(c->spec, "port"), &port);
	return (struct mail){
		.host = value_get_text(c->spec, "host"), .port = (unsigned)port,
		.cover = !value_truth(value_get(c->spec, "useTLS"), true) ? MAIL_PLAIN
			 : port == 465 ? MAIL_TLS : MAIL_STARTTLS,
		.insecure = value_truth(value_get(c->spec, "insecureSkipVerify"), false),
		.from = value_get_text(c->spec, "from"), .timeout_ms = TIMEOUT_MS,
		.to = (const char *const *)to->items, .nto = to->count,
	};
}

bool letter_make(struct arena *a, const struct message_delivery *d, struct mail *out, struct err *e)
{
	AUTO(buf) struct buf b;
	struct list to = { 0 };

	buf_init(&b, MAX_LETTER);
	if (!letter_recipients(a, d->channel, d->message, &to, e))
		return false;
	*out = letter_envelope(d->channel, &to);
	if (!mail_address_is(out->from))
		return err_set(e, ERR_CONFIG, "from: \"%s\" is not a mail address", out->from);
	letter_log_in(d->channel, out);
	letter_add_headers(a, &b, out, d);
	letter_add_body(a, &b, d->message);
	if (!buf_ok(&b))
		return err_set(e, ERR_LIMIT, "the mail is larger than %d bytes", MAX_LETTER);
	out->letter = (struct str){ buf_copy(&b, a), b.len };
	return true;
}
