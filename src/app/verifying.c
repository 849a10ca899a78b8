/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine is given for verifications; any thread of its workers. */
#include "app/parts.h"

#include "app/app_inner.h"
#include "base/clock.h"
#include "base/err.h"
#include "engine/options.h"
#include "model/project.h"
#include "verify/verify.h"

bool verifying_look(void *context, struct arena *a, const struct verification_subject *of,
			const struct value **info, struct err *e)
{
	const struct verify_request rq = {
		.of = { of->project, project_stage(of->project, of->stage), of->collection },
		.info = of->info, .now = clock_now(), .cancelled = of->cancelled,
		.traffic = ((struct member *)context)->app->traffic,
	};

	if (!rq.of.stage)
		return err_set(e, ERR_CONFIG, "there is no stage \"%s\"", of->stage);
	*info = verify_look(a, &rq);
	return true;
}
