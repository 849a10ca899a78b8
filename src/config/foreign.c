/* SPDX-License-Identifier: Apache-2.0 */
/* Recognised by the text's look, since it need not be YAML at all. */
#define _GNU_SOURCE
#include "config/foreign.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/pattern.h"
#include "data/value.h"

static const char kargo_regex[] =
	"(?m)^[^#\\n]*\\bapiVersion[\"']?[ \\t]*:[ \\t]*[\"']?(?:ee\\.)?kargo\\.akuity\\.io/"
	"|^kind:[ \\t]*[\"']?(?:Cluster)?AnalysisTemplate\\b";

/* What no expression of Kargo and no link's template holds. */
static const char helm_regex[] =
	"(?m)^[^#\\n]*\\{\\{-?[^}\\n]*(?:\\.(?:Values|Release|Chart|Capabilities)\\b|\\binclude \")";

/* ${{ … }} is Kargo's. */
static const char loose_helm_regex[] =
	"(?:^|[^$])\\{\\{-?[ \\t]*(?:\\.|\\$|/\\*|[\"`]|"
	"(?:include|template|define|if|else|end|range|with|tpl|toYaml|block)\\b)";

static bool foreign_matches(struct arena *a, const char *regex, struct str text)
{
	struct pattern *p;
	struct err e;

	return pattern_compile(a, regex, &p, &e) && pattern_search(p, text.at, text.len) == 1;
}

bool foreign_is_kargo(struct arena *a, struct str text)
{
	return foreign_matches(a, kargo_regex, text);
}

bool foreign_is_helm(struct arena *a, struct str text, bool loose)
{
	/* Most manifests hold none, and the patterns take as long as a third of reading them. */
	if (!memmem(text.at, text.len, "{{", 2))
		return false;
	return foreign_matches(a, helm_regex, text) ||
	       (loose && foreign_matches(a, loose_helm_regex, text));
}

const char *foreign_placeholder(struct arena *a, const char *text)
{
	for (const char *at = text; (at = strpbrk(at, "$<")) != NULL; at++) {
		size_t begin = *at == '$' ? 2 : 1, len;

		if (*at == '$' && at[1] != '{')
			continue;
		len = strcspn(at + begin, "{}<>%/");
		if (len && at[begin + len] == (*at == '$' ? '}' : '>'))
			return str_copy_n(a, at, begin + len + 1);
	}
	return NULL;
}

const char *foreign_chart(struct arena *a, const char *file)
{
	const char *templates = strstr(file, "/templates/");

	return templates ? str_copy_n(a, file, (size_t)(templates - file)) : path_folder(a, file);
}

/* The path without "." and "..", as far as that is possible by its text. */
static const char *plain_path(struct arena *a, const char *path)
{
	char *out = arena_alloc(a, strlen(path) + 2), *to = out;

	if (*path == '/')
		*to++ = '/';
	while (*path) {
		size_t len = strcspn(path, "/");

		if (len == 2 && memcmp(path, "..", 2) == 0 && to > out && to[-1] == '/' && to > out + 1) {
			to--;
			while (to > out && to[-1] != '/')
				to--;
		} else if (len && !(len == 1 && *path == '.')) {
			memcpy(to, path, len);
			to += len;
			*to++ = '/';
		}
		path += len + (path[len] == '/');
	}
	while (to > out && to[-1] == '/')
		to--;
	*to = '\0';
	return out;
}

static void add_patch(struct arena *a, struct foreign_patches *p, const char *file,
		      const struct value *v)
{
	const char *path = value_text(v, value_text(value_get(v, "path"), ""));

	if (*path && *path != '/' && !strchr(path, '\n'))
		map_set(a, &p->files, plain_path(a, path_join(a, path_folder(a, file), path)), p);
}

static bool is_kustomization(const char *file, const struct value *object)
{
	const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;

	return has_prefix(name, "kustomization.") ||
	       strcmp(value_text(value_get(object, "kind"), ""), "Kustomization") == 0;
}

void foreign_learn(struct arena *a, struct foreign_patches *p, const char *file,
		   const struct value *object)
{
	static const char *const lists[] = { "patches", "patchesStrategicMerge", "patchesJson6902" };

	if (!is_kustomization(file, object))
		return;
	for (size_t i = 0; i < COUNTOF(lists); i++) {
		const struct value *list = value_get(object, lists[i]);

		for (size_t j = 0; value_is(list, VALUE_LIST) && j < value_count(list); j++)
			add_patch(a, p, file, value_at(list, j));
	}
}

bool foreign_is_patch(struct arena *a, const struct foreign_patches *p, const char *file)
{
	return p->files.count && map_get(&p->files, plain_path(a, file)) != NULL;
}
