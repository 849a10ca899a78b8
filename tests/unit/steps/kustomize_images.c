/* SPDX-License-Identifier: Apache-2.0 */
/* Images of a Kustomization are set and sorted, and the rest of the file stays. */
#include "steps/kustomize_images.h"

#include "base/arena.h"
#include "base/err.h"
#include "tap.h"

static void sets(const char *text, const char *name, const char *tag, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();
	struct kustomize_image wish = { name, "", "", tag, "" };
	const struct kustomize_file file = { "k", str_of(text) };
	struct kustomize_edited out;
	struct list wishes = { 0 };
	struct err e;

	list_add(a, &wishes, &wish);
	if (kustomize_images_set(a, &file, &wishes, &out, &e))
		is_text(str_text(a, out.text), want, "%s:%s", name, tag);
	else
		is_text(e.message, want, "%s:%s", name, tag);
}

TEST(comments_go_with_their_entry)
{
	sets("# top\nimages:\n# z\n- name: z # the last\n  newTag: v1 # pinned\n\n# b\n- name: b\n",
	     "z", "v2",
	     "# top\nimages:\n\n# b\n- name: b\n# z\n- name: z # the last\n  newTag: v2 # pinned\n");
	sets("images:\r\n  - name: b\r\nx: 1\r\n", "a", "1.10",
	     "images:\r\n  - name: a\r\n    newTag: \"1.10\"\r\n  - name: b\r\nx: 1\r\n");
}

TEST(an_entry_is_replaced_as_a_whole)
{
	sets("images:\n- name: a\n  digest: d\n  newName: n\n", "a", "v2",
	     "images:\n- name: a\n  newTag: v2\n");
	sets("images:\n- {name: a, digest: d}\n", "a", "v2", "images:\n- {name: a, newTag: v2}\n");
	sets("images:\n- name: a\n  newTag: 1\n", "b", "x",
	     "images:\n- name: a\n  newTag: \"1\"\n- name: b\n  newTag: x\n");
	sets("images:\n- name: a\n  newTag: 1\n- name: a\n  newTag: 2\n", "b", "x",
	     "images:\n- name: a\n  newTag: \"1\"\n- name: b\n  newTag: x\n");
	sets("images:\n- name: a\n  newTag: v1\n", "a", "*", "images:\n- name: a\n  newTag: v1\n");
}

TEST(what_kargo_does_not_know_stays)
{
	sets("images:\n- name: a # it\n  newTag: v1\n  tagSuffix: -alpine\n  owner: {team: x} # ours\n", "a", "v2",
	     "images:\n- name: a # it\n  newTag: v2\n  tagSuffix: -alpine\n  owner: {team: x} # ours\n");
	sets("images: [{name: b, x: 1}, {name: c, newTag: \"1.0\"}]\n", "a", "v2",
	     "images: [{name: a, newTag: v2}, {name: b, x: 1}, {name: c, newTag: \"1.0\"}]\n");
	sets("images:\n- name: a\n  newTag: \"1.0.0\"\n", "a", "1.0.1",
	     "images:\n- name: a\n  newTag: \"1.0.1\"\n");
	sets("images:\n- name: a\n  newTag: x\n", "a", "no", "images:\n- name: a\n  newTag: \"no\"\n");
}

TEST(what_stands_twice_is_refused)
{
	sets("images: []\nx: 1\nimages: []\n", "a", "v1",
	     "k: images appears twice, at lines 1 and 3: remove one of them");
	sets("images:\n- name: a\n  newTag: v1\n  newTag: v2\n", "a", "v1",
	     "k: newTag appears twice, at lines 3 and 4: remove one of them");
}

TEST(a_list_is_made_where_there_is_none)
{
	sets("resources:\n- a\n", "a", "v1", "resources:\n- a\nimages:\n- name: a\n  newTag: v1\n");
	sets("images:\n", "a", "v1", "images:\n- name: a\n  newTag: v1\n");
	sets("images: []\n", "a", "v1", "images: [{name: a, newTag: v1}]\n");
	sets("{\"kind\": \"K\"}\n", "a", "v1", "{\"kind\": \"K\", images: [{name: a, newTag: v1}]}\n");
}

TEST(what_is_no_list_of_images_is_refused)
{
	sets("images: x\n", "a", "v1", "k:1: images must be a list");
	sets("images:\n- x\n", "a", "v1", "k:2: an image must be a map with a name");
	sets("x\n", "a", "v1", "k: not a map, so it can have no images");
}
