/* SPDX-License-Identifier: Apache-2.0 */
/* libcurl speaks the protocol; what its verdict means is decided by the server's last reply code. */
#include "net/mail.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/outage.h"
#include "base/thread.h"
#include "net/http_inner.h"

#define CONNECT_TIMEOUT 15000

struct mail_exchange {
	const struct mail *mail;
	size_t sent;
	char message[CURL_ERROR_SIZE];
};

static void auto_easy(CURL **easy)
{
	curl_easy_cleanup(*easy);
}

static void auto_recipients(struct curl_slist **l)
{
	curl_slist_free_all(*l);
}

static size_t mail_give(char *to, size_t one, size_t len, void *exchange)
{
	struct mail_exchange *x = exchange;
	size_t left = x->mail->letter.len - x->sent;

	len = left < one * len ? left : one * len;
	memcpy(to, x->mail->letter.at + x->sent, len);
	x->sent += len;
	return len;
}

static int mail_look_out(void *exchange, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct mail_exchange *x = exchange;

	(void)a, (void)b, (void)c, (void)d;
	return flag_is_set(x->mail->cancelled);
}

static void mail_set_up(CURL *easy, struct mail_exchange *x, struct arena *a)
{
	const struct mail *m = x->mail;
	bool is_v6 = strchr(m->host, ':') && *m->host != '[';

	curl_easy_setopt(easy, CURLOPT_URL,
			 str_format(a, "%s://%s%s%s:%u/", m->cover == MAIL_TLS ? "smtps" : "smtp",
				    is_v6 ? "[" : "", m->host, is_v6 ? "]" : "", m->port));
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, x->message);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)m->timeout_ms);
	if (m->cover == MAIL_STARTTLS)
		curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	if (m->insecure) {
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (m->username) {
		curl_easy_setopt(easy, CURLOPT_USERNAME, m->username);
		curl_easy_setopt(easy, CURLOPT_PASSWORD, m->password ? m->password : "");
	}
	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, str_format(a, "<%s>", m->from));
	curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, mail_give);
	curl_easy_setopt(easy, CURLOPT_READDATA, x);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, mail_look_out);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, x);
}

static bool mail_explain(struct mail_exchange *x, CURL *easy, CURLcode code, struct arena *a,
			 struct err *e)
{
	const char *said = *x->message ? x->message : curl_easy_strerror(code);
	long reply = 0;

	said = str_clean(a, said, strlen(said), 300);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply);
	if (code == CURLE_ABORTED_BY_CALLBACK)
		return err_set(e, ERR_CANCELLED, "cancelled");
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		return err_set(e, ERR_NET, "its certificate is not trusted: %s", said);
	if (code == CURLE_USE_SSL_FAILED)
		return err_set(e, ERR_NET, "it does not offer STARTTLS, and nothing is sent in plain "
			       "text: %s", said);
	if (reply >= 500 && reply < 600)
		return err_set(e, code == CURLE_LOGIN_DENIED ? ERR_AUTH : ERR_REFUSED, "%s", said);
	if (code == CURLE_LOGIN_DENIED && reply < 400)
		return err_set(e, ERR_AUTH, "%s", said);
	err_set(e, code == CURLE_OPERATION_TIMEDOUT ? ERR_TIMEOUT : ERR_NET, "%s", said);
	return outage_mark(e, 0);
}

bool mail_send(struct arena *a, const struct mail *m, struct err *e)
{
	AUTO(easy) CURL *easy = NULL;
	AUTO(recipients) struct curl_slist *to = NULL;
	struct mail_exchange x = { .mail = m };
	CURLcode code;

	assert(m->host && m->from && m->nto && m->timeout_ms > 0);
	net_start();
	easy = curl_easy_init();
	for (size_t i = 0; i < m->nto; i++) {
		struct curl_slist *more = curl_slist_append(to, str_format(a, "<%s>", m->to[i]));

		if (!more)
			abort();
		to = more;
	}
	if (!easy)
		abort();
	mail_set_up(easy, &x, a);
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to);
	code = curl_easy_perform(easy);
	return code == CURLE_OK || mail_explain(&x, easy, code, a, e) ||
	       err_wrap(e, "mail to %s:%u", m->host, m->port);
}
