/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Constraints: alternatives ("||") of terms that must all hold. A term whose
 * version is partial or has a wildcard ("1.2", "1.x") stands for the whole series,
 * which is why ">1" begins at 2.0.0 and "=1.2" means "~1.2".
 */
#include "data/semver.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"

enum op { OP_EQUAL, OP_NOT, OP_ABOVE, OP_BELOW, OP_FROM, OP_UPTO, OP_TILDE, OP_CARET };

static const struct {
	const char *text;
	enum op op;
} ops[] = {     /* those of two characters first */
	{ "!=", OP_NOT }, { ">=", OP_FROM }, { "=>", OP_FROM }, { "<=", OP_UPTO },
	{ "=<", OP_UPTO }, { "~>", OP_TILDE }, { "=", OP_EQUAL }, { ">", OP_ABOVE },
	{ "<", OP_BELOW }, { "~", OP_TILDE }, { "^", OP_CARET },
};

/*
 * How much of the version was written. Nothing at all ("*") is not a series: except for
 * "=" and "~" it stands for exactly 0.0.0, so that "^*" allows hardly anything.
 */
enum extent { EXTENT_NONE, EXTENT_MAJOR, EXTENT_MINOR, EXTENT_WHOLE };

struct semver_constraint_term {
	enum op op;
	enum extent extent;
	struct semver version;
};

struct alternative {
	struct list terms;
	bool has_pre;
};

struct semver_constraint {
	struct list alternatives;
};

static bool semver_constraint_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

static void skip_spaces(const char **at)
{
	while (semver_constraint_is_space(**at))
		(*at)++;
}

static size_t number_length(const char *at)
{
	return strspn(at, "0123456789xX*");
}

/* "-rc.1" or "+build" after the mark; 0: nothing that belongs to the version. */
static size_t identifiers_length(const char *at, char mark)
{
	static const char word[] =
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-";
	size_t len = 1, part;

	if (*at != mark || !strspn(at + 1, word))
		return 0;
	while ((part = strspn(at + len, word)) && at[len + part] == '.' &&
	       strspn(at + len + part + 1, word))
		len += part + 1;
	return len + part;
}

/* Digits, or a wildcard that ends the part of the version which counts. */
static bool semver_constraint_read_part(const char **at, bool *wild, struct buf *text)
{
	size_t n = number_length(*at);
	bool is_wild = n == 1 && (**at == 'x' || **at == 'X' || **at == '*');

	if (!n || (!*wild && !is_wild && strspn(*at, "0123456789") < n))
		return false;
	*wild = *wild || is_wild;
	if (!*wild)
		buf_add(text, *at, n);
	*at += n;
	return true;
}

/* Reads "v1.x.2-rc.1+meta" at *at; what follows a wildcard is not looked at. */
static bool read_version(struct arena *a, const char **at, struct semver_constraint_term *t)
{
	AUTO(buf) struct buf text;
	bool wild = false;
	int parts = 0;
	size_t pre;

	buf_init(&text, 4096);
	*at += **at == 'v';
	t->extent = EXTENT_NONE;
	do {
		if (parts && !wild)
			buf_char(&text, '.');
		if (!semver_constraint_read_part(at, &wild, &text))
			return false;
		if (!wild)
			t->extent++;
	} while (++parts < 3 && **at == '.' && number_length(*at + 1) && (*at)++);
	if (t->extent == EXTENT_NONE)
		buf_char(&text, '0');
	if (wild && t->extent != EXTENT_NONE)
		text.at[--text.len] = '\0';
	pre = identifiers_length(*at, '-');
	buf_add(&text, *at, pre);
	*at += pre;
	*at += identifiers_length(*at, '+');
	return buf_ok(&text) && semver_parse(buf_copy(&text, a), &t->version);
}

static bool read_term(struct arena *a, const char **at, struct semver_constraint_term *t,
		      bool *bare)
{
	t->op = OP_EQUAL;
	*bare = true;
	for (size_t i = 0; i < COUNTOF(ops); i++) {
		if (has_prefix(*at, ops[i].text)) {
			t->op = ops[i].op;
			*bare = false;
			*at += strlen(ops[i].text);
			break;
		}
	}
	skip_spaces(at);
	return read_version(a, at, t);
}

static void add_term(struct arena *a, struct alternative *alt,
		     const struct semver_constraint_term *t)
{
	alt->has_pre = alt->has_pre || t->version.pre.len;
	list_add(a, &alt->terms, arena_copy(a, t, sizeof(*t)));
}

/*
 * After a bare version, " - " and another make a range. The original rewrites it to
 * ">=1.2, <=1.4" and takes the space before it away, so that only the beginning or a
 * comma may stand there (may_begin).
 */
static bool read_range_end(struct arena *a, const char **at, struct semver_constraint_term *first,
			   bool may_begin, struct alternative *alt)
{
	const char *look = *at;

	skip_spaces(&look);
	if (look == *at || *look != '-' || !semver_constraint_is_space(look[1]))
		return true;
	if (!may_begin)
		return false;
	look++;
	skip_spaces(&look);
	first->op = OP_FROM;
	add_term(a, alt, first);
	first->op = OP_UPTO;
	*at = look;
	return read_version(a, at, first);
}

/* Terms parted by white space or a comma. */
static bool read_alternative(struct arena *a, const char *text, struct alternative *alt)
{
	const char *at = text;
	bool comma = true;

	skip_spaces(&at);
	for (;;) {
		struct semver_constraint_term t = { 0 };
		const char *before;
		bool bare;

		if (!read_term(a, &at, &t, &bare) ||
		    !read_range_end(a, &at, &t, bare && comma, alt))
			return false;
		add_term(a, alt, &t);
		before = at;
		skip_spaces(&at);
		if (!*at)
			return true;
		comma = *at == ',';
		if (!comma && at == before)
			return false;
		at += comma;
		skip_spaces(&at);
	}
}

bool semver_constraint_parse(struct arena *a, const char *text, struct semver_constraint **out,
			     struct err *e)
{
	struct semver_constraint *c = arena_alloc(a, sizeof(*c));
	const char *rest = text;

	assert(text);
	while (rest) {
		struct alternative *alt = arena_alloc(a, sizeof(*alt));
		const char *bar = strstr(rest, "||");
		const char *part = str_copy_n(a, rest, bar ? (size_t)(bar - rest) : strlen(rest));

		if (!read_alternative(a, part, alt))
			return err_set(e, ERR_CONFIG, "\"%s\" is not a semver constraint", part);
		list_add(a, &c->alternatives, alt);
		rest = bar ? bar + 2 : NULL;
	}
	*out = c;
	return true;
}

static bool is_partial(const struct semver_constraint_term *t)
{
	return t->extent == EXTENT_MAJOR || t->extent == EXTENT_MINOR;
}

static bool in_series(const struct semver_constraint_term *t, const struct semver *v)
{
	if (v->major != t->version.major)
		return false;
	return t->extent == EXTENT_MAJOR || v->minor == t->version.minor;
}

/* "~0.0.0" allows everything, as "*" does. */
static bool is_tilde(const struct semver_constraint_term *t, const struct semver *v)
{
	const struct semver *w = &t->version;
	bool zero = !is_partial(t) && !w->major && !w->minor && !w->patch;

	return semver_compare(v, w) >= 0 && (zero || in_series(t, v));
}

static bool is_caret(const struct semver_constraint_term *t, const struct semver *v)
{
	const struct semver *w = &t->version;

	if (semver_compare(v, w) < 0)
		return false;
	if (v->major != w->major)
		return false;
	if (w->major || t->extent == EXTENT_MAJOR)
		return true;
	if (v->minor != w->minor)
		return false;
	return w->minor || t->extent == EXTENT_MINOR || v->patch == w->patch;
}

static bool is_above(const struct semver_constraint_term *t, const struct semver *v)
{
	const struct semver *w = &t->version;

	if (t->extent == EXTENT_MAJOR)
		return v->major > w->major;
	if (t->extent == EXTENT_MINOR)
		return v->major > w->major || (v->major == w->major && v->minor > w->minor);
	return semver_compare(v, w) > 0;
}

static bool is_not(const struct semver_constraint_term *t, const struct semver *v)
{
	if (!is_partial(t) || !in_series(t, v))
		return semver_compare(v, &t->version) != 0;
	if (t->extent == EXTENT_MINOR && (v->pre.len || t->version.pre.len))
		return !str_equal(v->pre, t->version.pre);
	return false;
}

static bool term_holds(const struct semver_constraint_term *t, const struct semver *v)
{
	switch (t->op) {
	case OP_EQUAL:
		return t->extent == EXTENT_WHOLE ? semver_compare(v, &t->version) == 0 : is_tilde(t, v);
	case OP_NOT:
		return is_not(t, v);
	case OP_ABOVE:
		return is_above(t, v);
	case OP_BELOW:
		return semver_compare(v, &t->version) < 0;
	case OP_FROM:
		return semver_compare(v, &t->version) >= 0;
	case OP_UPTO:
		if (t->extent == EXTENT_WHOLE)
			return semver_compare(v, &t->version) <= 0;
		return in_series(t, v) || semver_compare(v, &t->version) < 0;
	case OP_TILDE:
		return is_tilde(t, v);
	case OP_CARET:
		return is_caret(t, v);
	}
	return false;
}

static bool alternative_holds(const struct alternative *alt, const struct semver *v)
{
	if (v->pre.len && !alt->has_pre)
		return false;
	for (size_t i = 0; i < alt->terms.count; i++) {
		if (!term_holds(alt->terms.items[i], v))
			return false;
	}
	return true;
}

bool semver_constraint_allows(const struct semver_constraint *c, const struct semver *v)
{
	for (size_t i = 0; i < c->alternatives.count; i++) {
		if (alternative_holds(c->alternatives.items[i], v))
			return true;
	}
	return false;
}
