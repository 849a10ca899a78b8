/* SPDX-License-Identifier: Apache-2.0 */
/* What is not known to be denied is tried: the cluster has the last word. */
#include "model/attachment.h"

#include "base/str.h"

const char *attachment_denies(const struct attachment *at, enum intent_kind kind, const char *stage)
{
	for (size_t i = 0; at && i < at->ndenials; i++)
		if (at->denials[i].kind == kind &&
		    (!at->denials[i].stage || same_text(at->denials[i].stage, stage)))
			return at->denials[i].why;
	return NULL;
}
