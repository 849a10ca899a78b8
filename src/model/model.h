/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nouns and their rules. No I/O; every rule is a function of its
 * arguments. May use base data.
 *
 * admission.h     whose turn it is in a stage, and what it promotes by itself
 * alias.h         two words for a freight
 * application.h   an Argo CD Application as gantry sees it
 * attachment.h    what a project has that a running Kargo executes
 * auto_promotion.h  what a stage does by itself with freight, and when it tries again
 * available.h     the tests that gates are made of
 * collection.h    what runs in a stage, as Kargo writes it down
 * credentials.h   user names, passwords and keys, found in Kargo Secrets
 * delivery.h        what counts as a deployment, a failure, a recovery
 * event.h         a ledger event and the commit message that holds it
 * fleet.h         all projects at one moment
 * fleet_row.h     a project in one row
 * fleet_select.h  which rows are shown, in which order
 * fleet_table.h   the rows, kept from one fleet to the next
 * freight.h       a set of artifacts that travels together
 * freight_id.h    the name that Freight has for what it holds
 * gate.h          what stands between freight and a stage, and until when
 * jump.h          things by a few letters of their names
 * matrix.h        which version of an artifact runs where
 * next_freight.h  what a stage could take next, by warehouse
 * intent.h        what an operator or a policy wants done
 * model.h         this table
 * performance.h   delivery figures of the last thirty days, and what is behind each
 * plan.h          what a promotion would do
 * project.h       a project, its policies and its whole configuration
 * promotion.h     freight on its way into a stage
 * read.h          fields of Kargo objects, and complaints about them
 * record.h        one reading of the ledger, shared by all who look at it
 * recurrence.h    when a recurrence rule falls due
 * rrule.h         reads recurrence rules and times of promotion windows
 * selector.h      name patterns and label selectors
 * setback.h       what speaks against freight in a stage though no gate binds
 * stage.h         a place that freight runs in
 * stage_status.h  what events mean for a stage's status
 * state.h         the present, as the ledger's tree holds it
 * state_put.h     a state with one object put in
 * todo.h          what needs a person
 * todo_find.h     finds it
 * todo_stage.h    what stages need, for todo_find.c
 * warehouse.h     where freight comes from
 * why.h           why freight is not in a stage
 * window.h        when promotions may start
 * unconfirmed.h   what was pushed by promotions that then did not succeed
 * wording.h       the sentences of events
 * world.h         everything at one moment: what screens draw
 */
#ifndef GANTRY_MODEL_MODEL_H
#define GANTRY_MODEL_MODEL_H
#endif
