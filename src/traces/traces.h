/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promotions as OpenTelemetry traces: one trace a promotion, a span a step, exported over OTLP/HTTP in JSON
 * as they end (doc/observability/traces.md).
 * May use base data net model ledger messages.
 *
 * endpoint.h  where to, from OpenTelemetry's environment variables
 * exporter.h  follows the ledgers and exports
 * finished.h  the promotions that ended since
 * span.c      a promotion as spans
 * traces.h    this table
 * traces_inner.h  a promotion as spans, and one request with them
 * upload.c    one request
 */
#ifndef GANTRY_TRACES_TRACES_H
#define GANTRY_TRACES_TRACES_H

#include "base/base.h"

#endif
