/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line; one file a command.
 * May use base data model config expr ledger steps engine observe demo app ui.
 *
 * cmd.h   this table
 */
#ifndef GANTRY_CMD_CMD_H
#define GANTRY_CMD_CMD_H
#endif
