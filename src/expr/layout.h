/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a Go time layout. Any thread. */
#ifndef GANTRY_EXPR_LAYOUT_H
#define GANTRY_EXPR_LAYOUT_H

#include "base/base.h"
#include "base/str.h"

enum layout_field {
	PART_NONE,
	PART_LONG_MONTH,
	PART_MONTH,
	PART_NUMBER_MONTH,
	PART_ZERO_MONTH,
	PART_LONG_WEEKDAY,
	PART_WEEKDAY,
	PART_DAY,
	PART_SPACE_DAY,
	PART_ZERO_DAY,
	PART_SPACE_YDAY,
	PART_ZERO_YDAY,
	PART_HOUR,
	PART_HOUR12,
	PART_ZERO_HOUR12,
	PART_MINUTE,
	PART_ZERO_MINUTE,
	PART_SECOND,
	PART_ZERO_SECOND,
	PART_LONG_YEAR,
	PART_YEAR,
	PART_UPPER_PM,
	PART_LOWER_PM,
	PART_ZONE_NAME,
	PART_OFFSET,            /* digits, colon and z say how */
	PART_FRACTION,          /* ".000": digits of them */
	PART_TRIMMED_FRACTION,  /* ".999" */
};

struct layout_part {
	enum layout_field part;
	struct str before, text, after;
	int digits;             /* of a fraction; of an offset: 2 hours, 4 minutes, 6 seconds */
	bool colon;             /* between the digits of an offset */
	bool z;                 /* UTC is written Z */
};

/* The first part of layout, what is before it and what is after; PART_NONE: only text. */
void layout_next(struct str layout, struct layout_part *out);

#endif
