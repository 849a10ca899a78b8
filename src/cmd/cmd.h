/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line; one file a command, one line each in commands.def.
 * May use base data model config expr ledger steps engine observe demo app ui.
 *
 * cmd.h         this table, and the door
 * command.h     what a command is, and what it is given
 * commands.def  the list of commands
 * main.c        words to a command; the one place that turns errors into exit statuses
 * options.c     options of a command against its table
 * out.h         a value tree as a table for people, or as JSON or YAML
 */
#ifndef GANTRY_CMD_CMD_H
#define GANTRY_CMD_CMD_H

/* Runs the program; returns its exit status (command.h). Main thread. */
int cmd_main(int argc, char **argv);

#endif
