/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line; one file a command, one line each in commands.def.
 * May use base data net model config expr ledger verify messages traces steps engine observe demo app
 * metrics ui.
 *
 * audit_export.h gantry audit export
 * board.h        the board for scripts
 * cloud_event.h  a ledger event as a CloudEvent
 * cmd.h          this table, and the door
 * command.h      what a command is, and what it is given
 * commands.c     finds one
 * commands.def   the list of commands
 * counters.h     keeps a project's counters
 * csv.h          lines of comma-separated values
 * delivery.h     how often, how reliably and how fast freight got there, as rows
 * describe.h     the world's nouns as values for scripts
 * difference.h   what a command changed in a folder, as a unified diff
 * follow.h       a promotion until it is over, step by step
 * get_kinds.h    what gantry get lists
 * input.h        files that commands read
 * intents.h      what the verbs share: one intent, and waiting for its end
 * lint_report.h  what lint says
 * main.c         words to a command; the one place that turns errors into exit statuses
 * manifests.h    manifests without a ledger
 * options.c      options of a command against its table
 * names.h        names that people type, found in a world
 * out.h          a value tree as a table for people, or as JSON or YAML
 * outlook.h      what a stage would take now
 * past.h         what history and audit share
 * past_filter.h  which events of a ledger are meant
 * past_list.h    events of one project or several as one list
 * past_row.h     one event of a ledger
 * plan_print.h   a plan on stdout
 * readiness.h    whether an agent can do its work
 * refusal.h      why a verb does not promote or approve
 * reply.h        what became of a request
 * sarif.h        complaints for code hosts
 * scrape.h       what a page of metrics is made of
 * serve.h        what an agent answers over HTTP
 * stale.h        how old an answer is, when the remote of the ledger is away
 * step_fields.h  steps' tables in the form of manifests'
 * step_input.h   what gantry step hands to the step
 * todo.h         gantry get todo
 * timeout.h      how long a command may take
 * web_config.h   the web configuration file of Prometheus' exporters
 * watched.h      what an agent tells of each project
 * warehouses.h   what a look at a warehouse told
 * worlds.h       the worlds of one project or several
 */
#ifndef GANTRY_CMD_CMD_H
#define GANTRY_CMD_CMD_H

/* Runs the program; returns its exit status (command.h). Main thread. */
int cmd_main(int argc, char **argv);

#endif
