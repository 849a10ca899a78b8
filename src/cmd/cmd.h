/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line; one file a command, one line each in commands.def.
 * May use base data net model config expr ledger verify messages traces steps engine observe demo app
 * metrics ui.
 *
 * audit_export.c  gantry audit export
 * board.h         the board for scripts
 * cloud_event.c   a ledger event as a CloudEvent
 * cmd.h           this table, and the door
 * command.h       what a command is, and what it is given
 * commands.c      finds one
 * commands.def    the list of commands
 * counters.c      keeps a project's counters
 * csv.c           lines of comma-separated values
 * delivery.h      how often, how reliably and how fast freight got there, as rows
 * describe.h      the world's nouns as values for scripts
 * difference.c    what a command changed in a folder, as a unified diff
 * events.h        events of ledgers as audit and history show them
 * follow.c        a promotion until it is over, step by step
 * formats.h       CSV, SARIF, CloudEvents
 * get_kinds.h     what gantry get lists
 * input.c         files that commands read
 * intents.h       what the verbs share: one intent, and waiting for its end
 * lint_report.h   what lint says
 * main.c          words to a command; the one place that turns errors into exit statuses
 * manifests.h     manifests without a ledger
 * message_test.h  a message that is sent now
 * names.h         names that people type, found in a world
 * options.c       options of a command against its table
 * out.h           a value tree as a table for people, or as JSON or YAML
 * outlook.h       what a stage would take now
 * past.h          what history and audit share
 * past_filter.c   which events of a ledger are meant
 * past_list.c     events of one project or several as one list
 * past_row.c      one event of a ledger
 * plan_print.c    a plan on stdout
 * readiness.h     whether an agent can do its work
 * refusal.h       why a verb does not promote or approve
 * reply.c         what became of a request
 * requests.h      what commands that ask for something share
 * sarif.c         complaints for code hosts
 * scrape.h        what a page of metrics is made of
 * serve.h         what an agent answers over HTTP
 * stale.h         how old an answer is, when the remote of the ledger is away
 * step_fields.c   steps' tables in the form of manifests'
 * step_inner.h    what gantry step and lint's tables of steps are made of
 * step_input.c    what gantry step hands to the step
 * timeout.c       how long a command may take
 * todo.h          gantry get todo
 * warehouses.h    what a look at a warehouse told
 * watched.h       what an agent tells of each project
 * web_config.h    the web configuration file of Prometheus' exporters
 * worlds.h        the worlds of one project or several
 */
#ifndef GANTRY_CMD_CMD_H
#define GANTRY_CMD_CMD_H

/* Runs the program; returns its exit status (command.h). Main thread. */
int cmd_main(int argc, char **argv);

#endif
