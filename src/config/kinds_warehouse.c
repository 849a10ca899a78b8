/* SPDX-License-Identifier: Apache-2.0 */
/* Warehouse and Freight, field by field (doc/kargo-rules.md 1.4, 1.5, 10). */
#include "config/kinds.h"

#include <stddef.h>

static const char *const git_strategies[] = { "NewestFromBranch", "SemVer", "Lexical", "NewestTag",
					      "", NULL };
static const char *const image_strategies[] = { "SemVer", "Lexical", "NewestBuild", "Digest", "",
						NULL };
static const char *const policies[] = { "Automatic", "Manual", "", NULL };
static const char *const origins[] = { "Warehouse", NULL };

#define INSECURE_FIELD \
	{ .name = "insecureSkipTLSVerify", .kind = FIELD_BOOL, \
	  .help = "Accept any TLS certificate. Anybody on the way can then change what is found.", \
	  .otherwise = "false" }
#define LIMIT_FIELD \
	{ .name = "discoveryLimit", .kind = FIELD_INT, \
	  .help = "How many of the newest are looked at and kept.", \
	  .otherwise = "20", .least = 0, .most = 100 }
#define STRICT_FIELD \
	{ .name = "strictSemvers", .kind = FIELD_BOOL, \
	  .help = "Only tags of exactly three numbers count as versions; 1.2 and v1 do not.", \
	  .otherwise = "true" }
#define TAG_FIELDS \
	{ .name = "allowTagsRegexes", .kind = FIELD_LIST, \
	  .help = "Only tags that one of these matches count.", \
	  .items = FIELD_REGEX }, \
	{ .name = "ignoreTagsRegexes", .kind = FIELD_LIST, \
	  .help = "Tags that one of these matches do not count.", \
	  .items = FIELD_REGEX }, \
	{ .name = "allowTags", .kind = FIELD_ANY, .flags = FIELD_REMOVED | FIELD_FIXED, \
	  .removed_in = 11, \
	  .help = "Write allowTagsRegexes, a list; since 1.11 Kargo finds nothing while it is there." }, \
	{ .name = "ignoreTags", .kind = FIELD_ANY, .flags = FIELD_REMOVED | FIELD_FIXED, \
	  .removed_in = 11, \
	  .help = "Write ignoreTagsRegexes, a list; since 1.11 Kargo finds nothing while it is there." }

static const struct field_def git_fields[] = {
	{ .name = "repoURL", .kind = FIELD_GIT_URL, .flags = FIELD_REQUIRED,
	  .help = "The repository: https://…, or ssh." },
	{ .name = "commitSelectionStrategy", .kind = FIELD_TEXT,
	  .help = "What the newest is: the branch's head, or a tag by version, name or age.",
	  .otherwise = "NewestFromBranch", .choices = git_strategies },
	{ .name = "branch", .kind = FIELD_BRANCH,
	  .help = "The branch, with NewestFromBranch.",
	  .otherwise = "the remote's default" },
	{ .name = "semverConstraint", .kind = FIELD_SEMVER,
	  .help = "Which versions count, with SemVer: ^1.2." },
	STRICT_FIELD,
	TAG_FIELDS,
	{ .name = "includePaths", .kind = FIELD_LIST,
	  .help = "Only commits that change one of these count: a folder, glob:… or regex:….",
	  .items = FIELD_PATH_SELECTOR },
	{ .name = "excludePaths", .kind = FIELD_LIST,
	  .help = "Changes of these do not make a commit count.",
	  .items = FIELD_PATH_SELECTOR },
	{ .name = "expressionFilter", .kind = FIELD_EXPRESSION,
	  .help = "Only commits or tags for which this is true: author, subject, tag, creatorDate, …." },
	LIMIT_FIELD,
	{ .name = "since", .kind = FIELD_TIME,
	  .help = "Only commits after this, with NewestFromBranch." },
	INSECURE_FIELD,
	{ .name = "blobless", .kind = FIELD_BOOL,
	  .help = "Fetch file contents only when they are needed.", .otherwise = "false" },
	{ .name = NULL },
};

static const struct field_def image_fields[] = {
	{ .name = "repoURL", .kind = FIELD_IMAGE_URL, .flags = FIELD_REQUIRED,
	  .help = "The repository, without scheme and tag: public.ecr.aws/nginx/nginx." },
	{ .name = "imageSelectionStrategy", .kind = FIELD_TEXT,
	  .help = "What the newest is: by version, by name, by build time, or what a tag points to.",
	  .otherwise = "SemVer", .choices = image_strategies },
	{ .name = "constraint", .kind = FIELD_TEXT,
	  .help = "With SemVer, which versions count; with Digest, the tag to follow." },
	{ .name = "semverConstraint", .kind = FIELD_TEXT,
	  .flags = FIELD_REMOVED | FIELD_FIXED, .removed_in = 9,
	  .help = "Write constraint; Kargo ignores this since 1.9 and takes any version." },
	STRICT_FIELD,
	TAG_FIELDS,
	{ .name = "platform", .kind = FIELD_PLATFORM,
	  .help = "Only images for it: linux/amd64." },
	{ .name = "cacheByTag", .kind = FIELD_BOOL,
	  .help = "Trust that a tag never moves, and ask about it once.",
	  .otherwise = "false" },
	LIMIT_FIELD,
	INSECURE_FIELD,
	{ .name = NULL },
};

static const struct field_def chart_fields[] = {
	{ .name = "repoURL", .kind = FIELD_CHART_URL, .flags = FIELD_REQUIRED,
	  .help = "The repository: https://… or oci://…." },
	{ .name = "name", .kind = FIELD_TEXT,
	  .help = "The chart; of https repositories only, where it is required." },
	{ .name = "semverConstraint", .kind = FIELD_SEMVER,
	  .help = "Which versions count: ^1.2." },
	LIMIT_FIELD,
	INSECURE_FIELD,
	{ .name = NULL },
};

static const struct field_def subscription_fields[] = {
	{ .name = "git", .kind = FIELD_MAP, .flags = FIELD_ONE_OF,
	  .help = "Commits or tags of a git repository.", .of = git_fields },
	{ .name = "image", .kind = FIELD_MAP, .flags = FIELD_ONE_OF,
	  .help = "Tags of a container image.", .of = image_fields },
	{ .name = "chart", .kind = FIELD_MAP, .flags = FIELD_ONE_OF,
	  .help = "Versions of a Helm chart.", .of = chart_fields },
	{ .name = "name", .kind = FIELD_LABEL,
	  .help = "A name for it, kept with the artifacts found." },
	{ .name = NULL },
};

static const struct field_def criteria_fields[] = {
	{ .name = "expression", .kind = FIELD_EXPRESSION,
	  .help = "Freight is made only while this is true: imageFrom('a').Tag == imageFrom('b').Tag." },
	{ .name = NULL },
};

static const struct field_def warehouse_spec[] = {
	{ .name = "shard", .kind = FIELD_LABEL_VALUE,
	  .help = "Which of Kargo's controllers minds it; gantry has only one." },
	{ .name = "interval", .kind = FIELD_DURATION, .help = "How often to look.",
	  .otherwise = "5m" },
	{ .name = "freightCreationPolicy", .kind = FIELD_TEXT,
	  .help = "Whether what is found becomes freight by itself.",
	  .otherwise = "Automatic", .choices = policies },
	{ .name = "freightCreationCriteria", .kind = FIELD_MAP,
	  .help = "When what is found becomes freight.", .of = criteria_fields },
	{ .name = "subscriptions", .kind = FIELD_LIST,
	  .flags = FIELD_REQUIRED | FIELD_NOT_EMPTY, .help = "What to watch.",
	  .of = subscription_fields },
	{ .name = NULL },
};

static const struct field_def warehouse_fields[] = {
	{ .name = "spec", .kind = FIELD_MAP, .flags = FIELD_REQUIRED,
	  .help = "What is wanted.", .of = warehouse_spec },
	{ .name = "status", .kind = FIELD_ANY,
	  .help = "What Kargo found; gantry keeps its own." },
	{ .name = NULL },
};

const struct kind_def kind_Warehouse = {
	.name = "Warehouse",
	.group = "kargo.akuity.io/",
	.help = "Watches images, git repositories and charts, and packs the newest into freight.",
	.fields = warehouse_fields,
};

static const struct field_def origin_fields[] = {
	{ .name = "kind", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "What it comes from.", .choices = origins },
	{ .name = "name", .kind = FIELD_NAME, .flags = FIELD_REQUIRED,
	  .help = "The warehouse." },
	{ .name = NULL },
};

static const struct field_def commit_fields[] = {
	{ .name = "repoURL", .kind = FIELD_GIT_URL, .flags = FIELD_REQUIRED,
	  .help = "The repository." },
	{ .name = "id", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .help = "The commit." },
	{ .name = "branch", .kind = FIELD_TEXT, .help = "The branch it was found on." },
	{ .name = "tag", .kind = FIELD_TEXT, .help = "The tag it was found by." },
	{ .name = "message", .kind = FIELD_TEXT, .help = "The first line of its message." },
	{ .name = "author", .kind = FIELD_TEXT, .help = "Who wrote it." },
	{ .name = "committer", .kind = FIELD_TEXT, .help = "Who committed it." },
	{ .name = "subscriptionName", .kind = FIELD_TEXT,
	  .help = "The subscription's name." },
	{ .name = NULL },
};

static const struct field_def found_image_fields[] = {
	{ .name = "repoURL", .kind = FIELD_IMAGE_URL, .flags = FIELD_REQUIRED,
	  .help = "The repository." },
	{ .name = "tag", .kind = FIELD_TEXT, .help = "The tag." },
	{ .name = "digest", .kind = FIELD_TEXT, .help = "What the tag pointed to." },
	{ .name = "annotations", .kind = FIELD_TEXTS, .help = "Its OCI annotations." },
	{ .name = "subscriptionName", .kind = FIELD_TEXT,
	  .help = "The subscription's name." },
	{ .name = NULL },
};

static const struct field_def found_chart_fields[] = {
	{ .name = "repoURL", .kind = FIELD_CHART_URL, .flags = FIELD_REQUIRED,
	  .help = "The repository." },
	{ .name = "name", .kind = FIELD_TEXT, .help = "The chart." },
	{ .name = "version", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "Its version." },
	{ .name = "subscriptionName", .kind = FIELD_TEXT,
	  .help = "The subscription's name." },
	{ .name = NULL },
};

static const struct field_def artifact_fields[] = {
	{ .name = "artifactType", .kind = FIELD_TEXT, .help = "What it is." },
	{ .name = "subscriptionName", .kind = FIELD_TEXT,
	  .help = "The subscription's name." },
	{ .name = "version", .kind = FIELD_TEXT, .help = "Its version." },
	{ .name = "metadata", .kind = FIELD_ANY, .help = "More about it." },
	{ .name = NULL },
};

static const struct field_def freight_fields[] = {
	{ .name = "alias", .kind = FIELD_TEXT, .help = "What people call it.",
	  .otherwise = "two words" },
	{ .name = "discoveredAt", .kind = FIELD_TIME, .help = "When it was found." },
	{ .name = "origin", .kind = FIELD_MAP, .flags = FIELD_REQUIRED,
	  .help = "The warehouse it comes from.", .of = origin_fields },
	{ .name = "commits", .kind = FIELD_LIST, .help = "Git commits.",
	  .of = commit_fields },
	{ .name = "images", .kind = FIELD_LIST, .help = "Container images.",
	  .of = found_image_fields },
	{ .name = "charts", .kind = FIELD_LIST, .help = "Helm charts.",
	  .of = found_chart_fields },
	{ .name = "artifacts", .kind = FIELD_LIST, .help = "Anything else.",
	  .of = artifact_fields },
	{ .name = "status", .kind = FIELD_ANY,
	  .help = "Where it is, was verified and is approved for." },
	{ .name = NULL },
};

const struct kind_def kind_Freight = {
	.name = "Freight",
	.group = "kargo.akuity.io/",
	.help = "Artifacts that travel through the stages together. Usually made by a Warehouse.",
	.fields = freight_fields,
};
