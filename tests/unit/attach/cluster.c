/* SPDX-License-Identifier: Apache-2.0 */
/* As kubectl get -o json shows them, with the parts that nobody here has a use for. */
#include "cluster.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "tap.h"

#define NOISE "'uid':'6f1c','resourceVersion':'812','generation':3," \
	      "'managedFields':[{'manager':'kargo','fieldsV1':{'f:spec':{}}}]"

struct value *cluster_json(struct arena *a, const char *text)
{
	char *plain = str_format(a, "%s", text);
	struct value *out;
	struct err e;

	for (char *c = plain; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	if (json_parse(a, plain, strlen(plain), &out, &e))
		return out;
	ok(false, "JSON: %s: %s", e.message, plain);
	exit(1);
}

struct value *cluster_stage(struct arena *a, const char *name, const char *status)
{
	return cluster_json(a, str_format(a,
		"{'apiVersion':'kargo.akuity.io/v1alpha1','kind':'Stage','metadata':{'name':'%s',"
		"'namespace':"
		"'shop','creationTimestamp':'2026-07-01T08:00:00Z','annotations':{'kubectl.kubernetes.io/"
		"last-applied-configuration':'{}','kargo.akuity.io/color':'red',"
		"'kargo.akuity.io/refresh':"
		"'2026-07-01T09:00:00Z'}," NOISE "},'spec':{'requestedFreight':[{'origin':{'kind':"
		"'Warehouse','name':'web'},'sources':{'direct':true}}],"
		"'promotionTemplate':{'spec':{'steps':[{'uses':"
		"'git-clone','as':'clone','config':{'repoURL':'https://git.test/r'}}]}}},'status':%s}",
		name, status));
}

struct value *cluster_promotion(struct arena *a, const char *status)
{
	return cluster_json(a, str_format(a,
		"{'apiVersion':'kargo.akuity.io/v1alpha1','kind':'Promotion','metadata':{'name':'"
		CLUSTER_PROMOTION "','namespace':'shop','creationTimestamp':'2026-07-01T10:00:00Z',"
		"'annotations':{'kargo.akuity.io/create-actor':'kubernetes:ada'}," NOISE "},"
		"'spec':{'stage':"
		"'test','freight':'" CLUSTER_FREIGHT "','steps':[{'uses':'git-clone','as':'clone',"
		"'config':"
		"{'repoURL':'https://git.test/r'}},{'uses':'git-push','as':'push'}]},"
		"'status':%s}", status));
}

struct value *cluster_freight(struct arena *a)
{
	return cluster_json(a,
		"{'apiVersion':'kargo.akuity.io/v1alpha1','kind':'Freight','metadata':{'name':'"
		CLUSTER_FREIGHT "','namespace':'shop','creationTimestamp':'2026-07-01T09:30:00Z',"
		"'labels':{'kargo.akuity.io/alias':'soft-squirrel'}," NOISE "},'alias':'soft-squirrel',"
		"'origin':{'kind':'Warehouse','name':'web'},'images':[{'repoURL':'nginx','tag':'1.29.5',"
		"'digest':'sha256:1'}],'status':{'currentlyIn':{'test':{'since':'2026-07-01T10:02:00Z'}},"
		"'verifiedIn':{'test':{'verifiedAt':'2026-07-01T10:03:00Z'}},'approvedFor':{'prod':"
		"{'approvedAt':'2026-07-01T11:00:00Z'}}}}");
}

struct value *cluster_warehouse(struct arena *a)
{
	return cluster_json(a,
		"{'apiVersion':'kargo.akuity.io/v1alpha1','kind':'Warehouse','metadata':{'name':'web',"
		"'namespace':'shop'," NOISE "},'spec':{'interval':'5m0s',"
		"'freightCreationPolicy':'Automatic',"
		"'subscriptions':[{'image':{'repoURL':'nginx','constraint':'^1.29.0',"
		"'imageSelectionStrategy':'SemVer','strictSemvers':true,'discoveryLimit':20}}]},"
		"'status':{'lastFreightID':'"
		CLUSTER_FREIGHT "','conditions':[{'type':'Healthy','status':'True','message':'ok'}],"
		"'discoveredArtifacts':{'discoveredAt':'2026-07-01T12:00:00Z',"
		"'images':[{'repoURL':'nginx',"
		"'references':[{'tag':'1.29.5','digest':'sha256:1'}]}]}}}");
}
