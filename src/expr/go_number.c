/* SPDX-License-Identifier: Apache-2.0 */
/* Literals, ints and powers; floats as text are data/go_text.h's. */
#include "expr/go_number.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "data/go_text.h"
#include "expr/value.h"

static bool go_number_is_digit_of(char c, int base)
{
	if (base == 16)
		return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
	return c >= '0' && c < '0' + base;
}

/* Digits in a base that fit an int. */
static bool go_number_parse_digits(const char *p, int base, bool negative, int64_t *out)
{
	uint64_t value = 0, most = (uint64_t)INT64_MAX + negative;

	if (!*p)
		return false;
	for (; *p; p++) {
		uint64_t digit;

		if (!go_number_is_digit_of(*p, base))
			return false;
		digit = (uint64_t)(*p <= '9' ? *p - '0' : (*p | 32) - 'a' + 10);
		if (value > (most - digit) / (uint64_t)base)
			return false;
		value = value * (uint64_t)base + digit;
	}
	*out = (int64_t)(negative ? 0 - value : value);
	return true;
}

bool go_parse_int(struct str text, int64_t *out)
{
	char copy[32];
	bool sign;

	if (!text.len || text.len >= sizeof(copy))
		return false;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	sign = copy[0] == '-' || copy[0] == '+';
	return strlen(copy) == text.len &&
	       go_number_parse_digits(copy + sign, 10, copy[0] == '-', out);
}

/* Leading zeros do not make a literal octal; 0x, 0b and 0o take no fraction. */
bool go_literal(struct arena *a, struct str text, struct expr_value *out)
{
	char *plain = arena_alloc(a, text.len + 1);
	size_t len = 0;
	int64_t integer;
	double number;
	char mark;

	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] != '_')
			plain[len++] = text.at[i];
	mark = (char)(plain[0] == '0' ? plain[1] | 32 : 0);
	if (mark != 'x' && strpbrk(plain, ".eE")) {
		if (mark == 'b' || mark == 'o' || !go_float(plain, len, &number))
			return false;
		*out = expr_float(number);
		return true;
	}
	if (mark == 'x' || mark == 'b' || mark == 'o') {
		if (!go_number_parse_digits(plain + 2,
					    mark == 'x'   ? 16
					    : mark == 'b' ? 2
							  : 8,
					    false, &integer))
			return false;
	} else if (!go_number_parse_digits(plain, 10, false, &integer)) {
		return false;
	}
	*out = expr_int(integer);
	return true;
}

int64_t go_int(double number)
{
	if (number >= -9223372036854775808.0 && number < 9223372036854775808.0)
		return (int64_t)number;
	return INT64_MIN;
}

/* What both Go and C define for zeros, infinities and NaN. */
static bool is_special_power(double x, double y)
{
	return y == 0 || x == 1 || y == 1 || isnan(x) || isnan(y) || x == 0 || isinf(y) || isinf(x) ||
	       y == 0.5 || y == -0.5;
}

/*
 * math.Log of a finite number above 0 as amd64 has it: FreeBSD's e_log.c, whose last digit
 * is not always the C library's. Numbers below the normal ones count as if they were normal.
 */
static double go_log(double x)
{
	static const double high = 6.93147180369123816490e-01, low = 1.90821492927058770002e-10,
			    odd[] = { 6.666666666666735130e-01, 2.857142874366239149e-01,
				      1.818357216161805012e-01, 1.479819860511658591e-01 },
			    even[] = { 3.999999999940941908e-01, 2.222219843214978396e-01,
				       1.531383769920937332e-01 };
	double k, f, s, s2, s4, rest, half;
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	k = (double)((int)(bits >> 52) - 0x3fe);
	bits = (bits & 0xfffffffffffff) | 0x3fe0000000000000;
	memcpy(&f, &bits, sizeof(f));
	if (f <= 7.07106781186547524401e-01) {
		f *= 2;
		k--;
	}
	f--;
	s = f / (2 + f);
	s2 = s * s;
	s4 = s2 * s2;
	rest = s2 * (odd[0] + s4 * (odd[1] + s4 * (odd[2] + s4 * odd[3]))) +
	       s4 * (even[0] + s4 * (even[1] + s4 * even[2]));
	half = 0.5 * f * f;
	return k * high - ((half - (s * (half + rest) + k * low)) - f);
}

/*
 * math.Exp of a number between -400 and 400 as amd64 with FMA has it: the Taylor series of a
 * sixteenth of what is left beside a power of two (N. Shibata, "Efficient evaluation methods
 * of elementary functions suitable for SIMD computation", 2010).
 */
static double go_exp(double x)
{
	static const double high = 0.69314718055966295651160180568695068359375,
			    low = 0.28235290563031577122588448175013436025525412068e-12,
			    factors[] = { 1.9841269841269841270e-4, 1.3888888888888888889e-3,
					  8.3333333333333333333e-3, 4.1666666666666666667e-2,
					  1.6666666666666666667e-1, 0.5, 1.0 };
	double power = nearbyint(x * 1.4426950408889634073599246810018920), sum = 2.4801587301587301587e-5;

	x = fma(-power, low, fma(-power, high, x)) * 0.0625;
	for (size_t i = 0; i < COUNTOF(factors); i++)
		sum = fma(x, sum, factors[i]);
	x *= sum;
	for (int i = 0; i < 3; i++)
		x *= 2 + x;
	return ldexp(fma(2 + x, x, 1), (int)power);
}

double go_power(double x, double y)
{
	double whole, fraction, result = 1, mantissa;
	int exponent, scale = 0;

	if (is_special_power(x, y))
		return y == 0.5 ? sqrt(x) : y == -0.5 ? 1 / sqrt(x) : pow(x, y);
	fraction = modf(fabs(y), &whole);
	if (fraction != 0 && x < 0)
		return NAN;
	if (whole >= 9223372036854775808.0)
		return pow(x, y);
	if (fraction != 0) {
		if (fraction > 0.5) {
			fraction--;
			whole++;
		}
		result = go_exp(fraction * go_log(x));
	}
	mantissa = frexp(x, &exponent);
	for (int64_t i = (int64_t)whole; i != 0; i >>= 1) {
		if (exponent < -(1 << 12) || exponent > 1 << 12) {
			scale += exponent;
			break;
		}
		if (i & 1) {
			result *= mantissa;
			scale += exponent;
		}
		mantissa *= mantissa;
		exponent *= 2;
		if (mantissa < 0.5) {
			mantissa += mantissa;
			exponent--;
		}
	}
	if (y < 0) {
		result = 1 / result;
		scale = -scale;
	}
	return ldexp(result, scale);
}
