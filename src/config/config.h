/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Manifests: files to a checked model, with file:line:column in every complaint.
 * May use base data model expr.
 *
 * config.h   this table
 */
#ifndef GANTRY_CONFIG_CONFIG_H
#define GANTRY_CONFIG_CONFIG_H
#endif
