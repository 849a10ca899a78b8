/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door: locale first, since wcwidth and the character set depend on it, then cmd_main().
 * Writing to who no longer listens (a child, a server, head(1)) is an error like any other.
 */
#include <locale.h>
#include <signal.h>

#include "base/memory.h"
#include "base/thread.h"
#include "cmd/cmd.h"

int main(int argc, char **argv)
{
	memory_start();
	endings_hold();                 /* until it is known who takes them */
	signal(SIGPIPE, SIG_IGN);
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C");     /* numbers in files have a point, never a comma */
	return cmd_main(argc, argv);
}
