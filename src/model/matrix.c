/* SPDX-License-Identifier: Apache-2.0 */
/* Made of what stages run; freight that is no longer kept says nothing of its artifacts. */
#include "model/matrix.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"
#include "data/semver.h"
#include "model/freight.h"
#include "model/stage.h"
#include "model/world.h"

enum matrix_field {
	MATRIX_WORD,
	MATRIX_KIND,
	MATRIX_STAGE,
	MATRIX_VERSION,
	MATRIX_NOT,
	MATRIX_DIFFERS
};

struct matrix_term {
	enum matrix_field field;
	const char *value;
	struct semver version; /* of not:, when it is one */
	bool is_version;
};

/* An artifact of some freight. */
struct artifact {
	enum artifact_kind kind;
	const char *repo, *version, *exact; /* exact: digest or id, which tells equal tags apart */
};

struct matrix_build {
	struct arena *a;
	const struct world *w;
	struct matrix_term *terms;
	size_t nterms, room;
	struct map freight, rows; /* of this world, by name and by repo */
	struct matrix *out;
};

const char *artifact_kind_word(enum artifact_kind kind)
{
	return kind == ARTIFACT_IMAGE ? "image" : kind == ARTIFACT_CHART ? "chart" : "commit";
}

static void matrix_read_filter(struct matrix_build *m, const char *filter)
{
	static const char *const fields[] = {
		[MATRIX_KIND] = "kind:",       [MATRIX_STAGE] = "stage:",
		[MATRIX_VERSION] = "version:", [MATRIX_NOT] = "not:",
		[MATRIX_DIFFERS] = "differs:",
	};

	m->terms = arena_array(m->a, strlen(filter) / 2 + 1, sizeof(*m->terms));
	while (*filter) {
		size_t len = strcspn(filter, " ");
		struct matrix_term term = { .value = str_copy_n(m->a, filter, len) };

		for (size_t i = MATRIX_KIND; i < COUNTOF(fields); i++)
			if (same_but_case_n(term.value, fields[i], strlen(fields[i]))) {
				term.field = (enum matrix_field)i;
				term.value += strlen(fields[i]);
				break;
			}
		term.is_version =
			term.field == MATRIX_NOT && semver_parse(term.value, &term.version);
		if (*term.value)
			m->terms[m->nterms++] = term;
		filter += len + (filter[len] == ' ');
	}
}

static bool holds_word(const char *text, const char *word)
{
	for (; *text; text++)
		if (same_but_case_n(text, word, strlen(word)))
			return true;
	return false;
}

/* What cannot be compared is not there yet unless it is the very same. */
static bool is_not_there_yet(const struct matrix_term *term, const char *version)
{
	struct semver runs;

	if (term->is_version && semver_parse(version, &runs))
		return semver_compare(&runs, &term->version) < 0;
	return strcmp(version, term->value) != 0;
}

static bool matrix_keeps_cell(const struct matrix_build *m, const struct matrix_cell *cell)
{
	for (size_t i = 0; i < m->nterms; i++) {
		const struct matrix_term *term = &m->terms[i];
		size_t len = strlen(term->value);
		bool keeps = true;

		switch (term->field) {
		case MATRIX_STAGE:
			keeps = same_but_case_n(cell->stage->name, term->value, len);
			break;
		case MATRIX_VERSION:
			keeps = same_but_case_n(cell->version, term->value, len);
			break;
		case MATRIX_NOT:
			keeps = is_not_there_yet(term, cell->version);
			break;
		case MATRIX_DIFFERS:
			keeps = cell->differs == (letter_lower(*term->value) == 'y');
			break;
		case MATRIX_WORD:
		case MATRIX_KIND:
			break;
		}
		if (!keeps)
			return false;
	}
	return true;
}

static bool matrix_keeps_row(const struct matrix_build *m, const struct matrix_row *row)
{
	for (size_t i = 0; i < m->nterms; i++) {
		const char *value = m->terms[i].value;

		if (m->terms[i].field == MATRIX_KIND &&
		    !same_but_case_n(artifact_kind_word(row->kind), value, strlen(value)))
			return false;
		if (m->terms[i].field == MATRIX_WORD && !holds_word(row->repo, value) &&
		    !holds_word(world_name(row->world), value))
			return false;
	}
	return true;
}

static size_t artifact_count(const struct freight *f)
{
	return f->nimages + f->ncharts + f->ncommits;
}

static const char *shortened(struct arena *a, const char *text, size_t len)
{
	return str_copy_n(a, text, strnlen(text, len));
}

static struct artifact artifact_at(struct arena *a, const struct freight *f, size_t index)
{
	if (index < f->nimages) {
		const struct image *i = &f->images[index];

		return (struct artifact){ ARTIFACT_IMAGE, i->repo_url,
					  *i->tag ? i->tag : shortened(a, i->digest, 14),
					  i->digest };
	}
	index -= f->nimages;
	if (index < f->ncharts) {
		const struct chart *c = &f->charts[index];

		return (struct artifact){ ARTIFACT_CHART,
					  *c->name ? str_format(a, "%s %s", c->repo_url, c->name)
						   : c->repo_url,
					  c->version, c->version };
	}
	const struct commit *c = &f->commits[index - f->ncharts];

	return (struct artifact){ ARTIFACT_COMMIT, c->repo_url,
				  *c->tag ? c->tag : shortened(a, c->id, 7), c->id };
}

/* "nginx" of "public.ecr.aws/nginx/nginx", "gitops" of "https://git.example.org/gitops.git". */
static const char *artifact_name(struct arena *a, const char *repo)
{
	size_t len = strlen(repo), from;

	while (len && repo[len - 1] == '/')
		len--;
	if (len > 4 && strncmp(repo + len - 4, ".git", 4) == 0)
		len -= 4;
	for (from = len; from && repo[from - 1] != '/' && repo[from - 1] != ' ';)
		from--;
	return str_copy_n(a, repo + from, len - from);
}

/* A row, and which artifact is its newest. */
struct row_of {
	struct matrix_row row;
	const char *exact;
};

/* The newest freight comes first, so the first that is met has the newest. */
static struct row_of *matrix_row_of(struct matrix_build *m, const struct artifact *from)
{
	const char *key = str_format(m->a, "%d %s", from->kind, from->repo);
	struct row_of *of = map_get(&m->rows, key);

	if (of)
		return of;
	of = arena_alloc(m->a, sizeof(*of));
	*of = (struct row_of){ .exact = from->exact,
			       .row = { .world = m->w,
					.kind = from->kind,
					.repo = from->repo,
					.name = artifact_name(m->a, from->repo),
					.newest = from->version } };
	of->row.cells = arena_array(m->a, m->w->nstages, sizeof(*of->row.cells));
	map_set(m->a, &m->rows, key, of);
	return of;
}

static void matrix_add_freight(struct matrix_build *m, const struct stage *s,
			       const struct freight *f)
{
	for (size_t i = 0; i < artifact_count(f); i++) {
		const struct artifact from = artifact_at(m->a, f, i);
		struct row_of *of = matrix_row_of(m, &from);
		struct matrix_cell cell = { .stage = s,
					    .version = from.version,
					    .since = s->history[0].since,
					    .differs = strcmp(of->exact, from.exact) != 0 };

		if (of->row.ncells && of->row.cells[of->row.ncells - 1].stage == s)
			continue;
		if (matrix_keeps_cell(m, &cell))
			of->row.cells[of->row.ncells++] = cell;
	}
}

static void matrix_add_row(struct matrix_build *m, const struct row_of *of)
{
	if (!of->row.ncells || !matrix_keeps_row(m, &of->row))
		return;
	if (m->out->count == m->room) {
		struct matrix_row *more = arena_array(m->a, m->room * 2 + 16, sizeof(*more));

		if (m->out->count)
			memcpy(more, m->out->rows, m->out->count * sizeof(*more));
		m->out->rows = more;
		m->room = m->room * 2 + 16;
	}
	m->out->rows[m->out->count++] = of->row;
}

static void matrix_add_world(struct matrix_build *m, const struct world *w)
{
	m->w = w;
	m->freight = m->rows = (struct map){ 0 };
	for (size_t i = 0; i < w->nfreight; i++) {
		const struct freight *f = w->freight[i];

		map_set(m->a, &m->freight, f->name, f);
		for (size_t j = 0; j < artifact_count(f); j++) {
			const struct artifact from = artifact_at(m->a, f, j);

			matrix_row_of(m, &from);
		}
	}
	for (size_t i = 0; i < w->nstages; i++) {
		const struct collection *runs = stage_runs(w->stages[i]);

		for (size_t j = 0; runs && j < runs->nitems; j++) {
			const struct freight *f = map_get(&m->freight, runs->items[j].freight);

			if (f)
				matrix_add_freight(m, w->stages[i], f);
		}
	}
	for (size_t i = 0; i < m->rows.room; i++)
		if (m->rows.slots[i].value)
			matrix_add_row(m, m->rows.slots[i].value);
}

static int matrix_row_order(const void *a, const void *b)
{
	const struct matrix_row *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	order = order ? order : (int)x->kind - (int)y->kind;
	order = order ? order : strcmp(x->repo, y->repo);
	return order ? order : strcmp(world_name(x->world), world_name(y->world));
}

void matrix_make(struct arena *a, const struct world *const *worlds, size_t nworlds,
		 const char *filter, struct matrix *out)
{
	struct matrix_build m = { .a = a, .out = out };

	*out = (struct matrix){ 0 };
	matrix_read_filter(&m, filter);
	for (size_t i = 0; i < nworlds; i++)
		matrix_add_world(&m, worlds[i]);
	if (out->count)
		qsort(out->rows, out->count, sizeof(*out->rows), matrix_row_order);
}

const struct matrix_cell *matrix_row_cell(const struct matrix_row *row, const char *stage)
{
	for (size_t i = 0; i < row->ncells; i++)
		if (strcmp(row->cells[i].stage->name, stage) == 0)
			return &row->cells[i];
	return NULL;
}
