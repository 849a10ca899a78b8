/* SPDX-License-Identifier: Apache-2.0 */
/* The door: locale first, since wcwidth and the character set depend on it, then cmd_main(). */
#include <locale.h>
#include <stdio.h>

int main(void)
{
	setlocale(LC_ALL, "");
	puts("gantry 0.1.0");
	return 0;
}
