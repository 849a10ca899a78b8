/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A period of the rule's frequency (a year, a month, an hour, …) holds a few days, and each of
 * them the same times of day. Its occurrences are numbered, not listed: the first one after a
 * moment is found by halving, and a rule that falls due each second costs no more than others.
 */
#include "model/recurrence.h"

#include <assert.h>

#include "base/clock.h"
#include "base/zone.h"

enum {
	DAY = 86400, HOUR = 3600, MINUTE = 60,
	YEAR_MAX = 9999,
	SEARCH_MAX = 60000,             /* days or periods looked at for the next one: about a millisecond */
	COUNT_SEARCH_MAX = 4000000,     /* and for the last one of COUNT, once for each window */
};

/* A day of the Gregorian calendar. */
struct date {
	int64_t number;                 /* days since 1970 */
	int64_t year;
	int month, day;                 /* from 1 */
	int month_length;
	int year_day, year_length;      /* from 1 */
};

/* What falls due in one period: each of the days at each of the times. */
struct period {
	int64_t days[366];
	size_t ndays;
	uint64_t seconds, minutes;
	uint32_t hours;
};

struct search {
	const struct schedule *s;
	int64_t first;                  /* number of the period that the start is in */
	int64_t at;                     /* number of the period that is looked at */
	int64_t left;                   /* how many days and periods may still be looked at */
	struct period period;
};

static int64_t floor_div(int64_t n, int64_t by)
{
	return n >= 0 ? n / by : -((-n + by - 1) / by);
}

static int year_length(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365;
}

static int month_length(int64_t year, int month)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 ? year_length(year) - 337 : lengths[month - 1];
}

static struct date date_of(int64_t number)
{
	struct date d = { .number = number };

	date_of_days(number, &d.year, &d.month, &d.day);
	d.month_length = month_length(d.year, d.month);
	d.year_day = (int)(number - days_of_date(d.year, 1, 1)) + 1;
	d.year_length = year_length(d.year);
	return d;
}

/* 0 is Monday; 1970-01-01 was a Thursday. */
static int weekday_of(int64_t number)
{
	return (int)(number + 3 - 7 * floor_div(number + 3, 7));
}

static bool places_have(const struct places *p, int from_front, int from_back)
{
	return (p->front[from_front / 64] >> from_front % 64 & 1) ||
	       (p->back[from_back / 64] >> from_back % 64 & 1);
}

/* The first day of the first week that has at least four days in the year. */
static int64_t first_week(int64_t year, int week_start)
{
	int64_t begin = days_of_date(year, 1, 1);
	int into = (weekday_of(begin) - week_start + 7) % 7;

	return into <= 3 ? begin - into : begin + 7 - into;
}

/*
 * BYWEEKNO. Days of January may be in the last week of the year before. Days of December that are
 * in the first week of the next year count as that one only: a year's own -52nd week is elsewhere.
 */
static bool has_week(const struct recurrence *r, const struct date *d)
{
	int64_t begin = first_week(d->year, r->week_start), end;
	int number, weeks;

	if (d->number >= first_week(d->year + 1, r->week_start))
		return r->weeks.front[0] >> 1 & 1;
	end = first_week(d->year + 1, r->week_start);
	if (d->number < begin) {
		end = begin;
		begin = first_week(d->year - 1, r->week_start);
	}
	number = (int)(d->number - begin) / 7 + 1;
	weeks = (int)(end - begin) / 7;
	return places_have(&r->weeks, number, weeks - number + 1);
}

static bool has_weekday(const struct recurrence *r, const struct date *d)
{
	bool by_year = r->every == EVERY_YEAR && !r->months;
	int day = by_year ? d->year_day : d->day;
	int length = by_year ? d->year_length : d->month_length;
	int nth = (day - 1) / 7 + 1, from_end = -((length - day) / 7) - 1;

	for (size_t i = 0; i < r->ndays; i++) {
		const struct rule_day *want = &r->days[i];

		if (want->weekday == weekday_of(d->number) &&
		    (want->ordinal == 0 || want->ordinal == nth || want->ordinal == from_end))
			return true;
	}
	return false;
}

/* Whether the rule falls on the day, times and position aside. */
static bool has_day(const struct recurrence *r, const struct date *d)
{
	return (!r->months || r->months >> d->month & 1) &&
	       (!r->ndays || has_weekday(r, d)) &&
	       (!r->month_days.any ||
		places_have(&r->month_days, d->day, d->month_length - d->day + 1)) &&
	       (!r->year_days.any ||
		places_have(&r->year_days, d->year_day, d->year_length - d->year_day + 1)) &&
	       (!r->weeks.any || has_week(r, d));
}

/* The number of the period that a moment of the wall clock is in. */
static int64_t period_of(const struct recurrence *r, int64_t wall)
{
	int64_t day = floor_div(wall, DAY);
	struct date d;

	switch (r->every) {
	case EVERY_SECOND:
		return wall;
	case EVERY_MINUTE:
		return floor_div(wall, MINUTE);
	case EVERY_HOUR:
		return floor_div(wall, HOUR);
	case EVERY_DAY:
		return day;
	case EVERY_WEEK:
		return floor_div(day + 3 - r->week_start, 7);
	case EVERY_MONTH:
		d = date_of(day);
		return d.year * 12 + d.month - 1;
	case EVERY_YEAR:
		break;
	}
	return date_of(day).year;
}

static void add_days(struct search *q, struct date d, int count)
{
	q->left -= count;
	for (int i = 0; i < count; i++, d.number++, d.day++, d.year_day++)
		if (has_day(&q->s->rule, &d))
			q->period.days[q->period.ndays++] = d.number;
}

static void add_month(struct search *q, int64_t year, int month)
{
	struct date d = { .year = year, .month = month, .day = 1 };

	if (q->s->rule.months && !(q->s->rule.months >> month & 1))
		return;
	d.number = days_of_date(year, month, 1);
	d.month_length = month_length(year, month);
	d.year_day = (int)(d.number - days_of_date(year, 1, 1)) + 1;
	d.year_length = year_length(year);
	add_days(q, d, d.month_length);
}

/* The first week begins with the start: what was before it takes no position in BYSETPOS. */
static void add_week(struct search *q)
{
	int64_t day = q->at * 7 - 3 + q->s->rule.week_start, end = day + 7;

	if (q->at == q->first)
		day = floor_div(q->s->start, DAY);
	for (; day < end; day++)
		add_days(q, date_of(day), 1);
}

static void only_hour(struct search *q, int64_t hour)
{
	add_days(q, date_of(floor_div(hour, 24)), 1);
	q->period.hours &= 1u << (hour - 24 * floor_div(hour, 24));
}

static void only_minute(struct search *q, int64_t minute)
{
	only_hour(q, floor_div(minute, 60));
	q->period.minutes &= UINT64_C(1) << (minute - 60 * floor_div(minute, 60));
}

/* Works out what falls due in the period q->at. */
static void period_fill(struct search *q)
{
	const struct recurrence *r = &q->s->rule;

	q->left--;
	q->period.ndays = 0;
	q->period.hours = r->hours;
	q->period.minutes = r->minutes;
	q->period.seconds = r->seconds;
	switch (r->every) {
	case EVERY_YEAR:
		for (int month = 1; month <= 12; month++)
			add_month(q, q->at, month);
		break;
	case EVERY_MONTH:
		add_month(q, floor_div(q->at, 12), (int)(q->at - 12 * floor_div(q->at, 12)) + 1);
		break;
	case EVERY_WEEK:
		add_week(q);
		break;
	case EVERY_DAY:
		add_days(q, date_of(q->at), 1);
		break;
	case EVERY_HOUR:
		only_hour(q, q->at);
		break;
	case EVERY_MINUTE:
		only_minute(q, q->at);
		break;
	case EVERY_SECOND:
		only_minute(q, floor_div(q->at, 60));
		q->period.seconds &= UINT64_C(1) << (q->at - 60 * floor_div(q->at, 60));
		break;
	}
}

static int64_t bits(uint64_t set)
{
	return __builtin_popcountll(set);
}

static int64_t nth_bit(uint64_t set, int64_t n)
{
	while (n--)
		set &= set - 1;
	return __builtin_ctzll(set);
}

/* How many occurrences the period has, positions aside. */
static int64_t period_size(const struct period *p)
{
	return (int64_t)p->ndays * bits(p->hours) * bits(p->minutes) * bits(p->seconds);
}

/* The n-th of them, on the wall clock. */
static int64_t period_nth(const struct period *p, int64_t n)
{
	int64_t seconds = bits(p->seconds), minutes = bits(p->minutes), hours = bits(p->hours);
	int64_t wall = nth_bit(p->seconds, n % seconds);

	n /= seconds;
	wall += nth_bit(p->minutes, n % minutes) * MINUTE;
	n /= minutes;
	wall += nth_bit(p->hours, n % hours) * HOUR;
	return wall + p->days[n / hours] * DAY;
}

/* The first of them at or after a moment of the wall clock; the size when there is none. */
static int64_t period_find(const struct period *p, int64_t wall)
{
	int64_t low = 0, high = period_size(p);

	while (low < high) {
		int64_t middle = low + (high - low) / 2;

		if (period_nth(p, middle) < wall)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* BYSETPOS: whether the n-th of so many (from 0) is asked for. */
static bool has_position(const struct recurrence *r, int64_t n, int64_t size)
{
	return !r->positions.any ||
	       places_have(&r->positions, n < 366 ? (int)n + 1 : 0, size - n <= 366 ? (int)(size - n) : 0);
}

/* The first asked for from the n-th on; the size when there is none. */
static int64_t seek_position(const struct recurrence *r, int64_t n, int64_t size)
{
	while (n < size && !has_position(r, n, size))
		n = n >= 366 && n < size - 366 ? size - 366 : n + 1;
	return n;
}

/*
 * How long one unit goes on in which nothing can fall due: the rest of the day, hour or minute
 * that the rule leaves out. In periods; 0: it may fall due in this one.
 */
static int64_t barren_rest(const struct search *q)
{
	const struct recurrence *r = &q->s->rule;
	int64_t unit = r->every == EVERY_HOUR ? HOUR : r->every == EVERY_MINUTE ? MINUTE : 1;
	int64_t wall = q->at * unit, span = 0;

	if (r->every > EVERY_HOUR)
		return 0;
	if (q->period.ndays == 0)
		span = DAY;
	else if (q->period.hours == 0)
		span = HOUR;
	else if (q->period.minutes == 0)
		span = MINUTE;
	return span ? ((floor_div(wall, span) + 1) * span - wall) / unit : 0;
}

/* On to the next period; false when the search is given up. */
static bool search_step(struct search *q)
{
	int64_t interval = q->s->rule.interval, rest = barren_rest(q);
	int64_t steps = rest > interval ? (rest + interval - 1) / interval : 1;

	q->at += steps * interval;
	if (q->left <= 0 || q->at > period_of(&q->s->rule, days_of_date(YEAR_MAX, 12, 31) * DAY))
		return false;
	period_fill(q);
	return true;
}

static void search_begin(struct search *q, const struct schedule *s, int64_t wall, int64_t left)
{
	q->s = s;
	q->left = left;
	q->first = period_of(&s->rule, s->start);
	q->at = q->first;
	if (wall > s->start)
		q->at += floor_div(period_of(&s->rule, wall) - q->first, s->rule.interval) *
			 s->rule.interval;
	period_fill(q);
}

static int offset_at(const struct zone *zone, int64_t instant)
{
	struct zone_span span = { .offset = 0 };

	if (zone)
		zone_at(zone, instant, &span);
	return span.offset;
}

int64_t wall_instant(const struct zone *zone, int64_t wall)
{
	int before = offset_at(zone, wall - DAY), after = offset_at(zone, wall + DAY);

	if (before != after && offset_at(zone, wall - before) != before &&
	    offset_at(zone, wall - after) == after)
		return wall - after;
	return wall - before;
}

/* Whether it comes after the rule's end; instant: where it is on the wall. */
static bool is_past_end(const struct schedule *s, int64_t wall, int64_t instant)
{
	return wall > s->last || (s->rule.until_utc ? instant : wall) > s->rule.until;
}

/* The least instant after a moment, as far as one has been found. */
struct hit {
	int64_t after;
	int64_t change;                 /* by so many seconds a clock is changed around then */
	int64_t wall, instant;          /* INT64_MAX: none yet */
};

/*
 * Looks through one period from a moment of the wall clock on; true: it is over. When a clock is
 * changed the order on the wall is not that of instants, so it goes on for as long as the change.
 */
static bool period_search(const struct search *q, int64_t from, struct hit *hit)
{
	const struct schedule *s = q->s;
	int64_t size = period_size(&q->period);

	for (int64_t n = period_find(&q->period, from); n < size; n++) {
		n = seek_position(&s->rule, n, size);
		if (n == size)
			break;
		int64_t wall = period_nth(&q->period, n), instant = wall_instant(s->zone, wall);

		if ((hit->wall != INT64_MAX && wall > hit->wall + hit->change) ||
		    is_past_end(s, wall, instant))
			return true;
		if (instant <= hit->after)
			continue;
		if (hit->wall == INT64_MAX)
			hit->wall = wall;
		if (instant < hit->instant)
			hit->instant = instant;
		if (!hit->change)
			return true;
	}
	return false;
}

bool schedule_next(const struct schedule *s, int64_t after, int64_t *out)
{
	int before = offset_at(s->zone, after - DAY), later = offset_at(s->zone, after + DAY);
	struct hit hit = { .after = after, .change = before > later ? before - later : later - before,
			   .wall = INT64_MAX, .instant = INT64_MAX };
	int64_t from = after + (before < later ? before : later);
	struct search q;

	from = from < s->start ? s->start : from;
	if (s->never || from > s->last || (s->rule.until != INT64_MAX && from > s->rule.until + 2 * DAY))
		return false;
	search_begin(&q, s, from, SEARCH_MAX);
	while (!period_search(&q, from, &hit) && search_step(&q))
		;
	if (hit.instant == INT64_MAX)
		return false;
	*out = hit.instant;
	return true;
}

/* The wall clock of the last occurrence that COUNT allows. */
static int64_t last_by_count(const struct schedule *s)
{
	struct search q;
	int64_t left = s->rule.count;

	search_begin(&q, s, s->start, COUNT_SEARCH_MAX);
	do {
		int64_t size = period_size(&q.period), n = period_find(&q.period, s->start);

		if (!s->rule.positions.any) {
			if (left <= size - n)
				return period_nth(&q.period, n + left - 1);
			left -= size - n;
			continue;
		}
		for (n = seek_position(&s->rule, n, size); n < size;
		     n = seek_position(&s->rule, n + 1, size))
			if (--left == 0)
				return period_nth(&q.period, n);
	} while (search_step(&q));
	return INT64_MAX;
}

/* What the rule leaves unsaid is as the start has it. */
static void take_from_start(struct recurrence *r, int64_t start)
{
	struct date d = date_of(floor_div(start, DAY));
	int64_t time = start - d.number * DAY;
	bool says_day = r->ndays || r->month_days.any || r->year_days.any || r->weeks.any;

	if (!says_day && r->every >= EVERY_MONTH) {
		r->month_days.front[0] = UINT64_C(1) << d.day;
		r->month_days.any = true;
		if (r->every == EVERY_YEAR && !r->months)
			r->months = 1u << d.month;
	} else if (!says_day && r->every == EVERY_WEEK) {
		r->days[r->ndays++] = (struct rule_day){ 0, weekday_of(d.number) };
	}
	if (!r->hours)
		r->hours = r->every > EVERY_HOUR ? 1u << time / HOUR : 0xffffff;
	if (!r->minutes)
		r->minutes = r->every > EVERY_MINUTE ? UINT64_C(1) << time % HOUR / MINUTE
						     : (UINT64_C(1) << 60) - 1;
	if (!r->seconds)
		r->seconds = r->every > EVERY_SECOND ? UINT64_C(1) << time % MINUTE
						     : (UINT64_C(1) << 60) - 1;
}

void schedule_init(struct schedule *out, const struct recurrence *rule, const struct zone *zone,
		   int64_t start)
{
	int64_t first;

	assert(rule->interval >= 1 && rule->ndays < RULE_DAYS_MAX);
	*out = (struct schedule){ .rule = *rule, .zone = zone, .start = start, .last = INT64_MAX };
	take_from_start(&out->rule, start);
	if (rule->count)
		out->last = last_by_count(out);
	out->never = !schedule_next(out, wall_instant(zone, start) - 1, &first);
}
