/* SPDX-License-Identifier: Apache-2.0 */
/* Words of at most eight letters, chosen by the digits of the name, which are a hash already. */
#include "model/alias.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/base.h"
#include "base/str.h"

static const char *const adjectives[] = {
	"agile",  "amber",  "ample",  "azure",  "bold",   "brave",  "bright", "brisk",  "calm",
	"candid", "clear",  "clever", "cosy",   "crisp",  "deep",   "deft",   "eager",  "early",
	"fair",   "fleet",  "fluent", "fond",   "frank",  "fresh",  "gentle", "glad",   "golden",
	"grand",  "great",  "hardy",  "honest", "humble", "jolly",  "keen",   "kind",   "lively",
	"loyal",  "lucid",  "lucky",  "mellow", "merry",  "mild",   "modest", "neat",   "nimble",
	"noble",  "patient", "placid", "plain", "plucky", "polite", "prime",  "proud",  "quick",
	"quiet",  "rapid",  "ready",  "robust", "rosy",   "rugged", "serene", "sharp",  "silver",
	"sleek",  "smooth", "snug",   "soft",   "solid",  "spry",   "steady", "stout",  "sturdy",
	"subtle", "sunny",  "swift",  "tame",   "tidy",   "tough",  "tranquil", "true", "upbeat",
	"valid",  "vivid",  "warm",   "wise",   "witty",  "young",  "zealous",
};

static const char *const animals[] = {
	"badger",  "beaver",  "bison",   "bittern", "bobcat",  "buffalo", "bunting", "camel",
	"caribou", "cheetah", "chough",  "condor",  "cougar",  "coyote",  "crane",   "cricket",
	"curlew",  "dingo",   "dolphin", "donkey",  "dormouse", "dove",   "duck",    "eagle",
	"egret",   "eland",   "ermine",  "falcon",  "ferret",  "finch",   "fox",     "gannet",
	"gazelle", "gecko",   "gibbon",  "goose",   "grouse",  "gull",    "hare",    "hawk",
	"heron",   "hoopoe",  "horse",   "ibex",    "ibis",    "jackdaw", "jaguar",  "kestrel",
	"kite",    "koala",   "lapwing", "lark",    "lemur",   "leopard", "linnet",  "lion",
	"llama",   "lynx",    "magpie",  "marmot",  "marten",  "mole",    "moose",   "mule",
	"newt",    "ocelot",  "okapi",   "osprey",  "otter",   "owl",     "panther", "parrot",
	"pelican", "penguin", "petrel",  "plover",  "puffin",  "puma",    "quail",   "rabbit",
	"raven",   "robin",   "salmon",  "seal",    "serval",  "sparrow", "squirrel", "stork",
	"swan",    "swift",   "tapir",   "tern",    "thrush",  "tiger",   "toucan",  "trout",
	"turtle",  "vole",    "walrus",  "weasel",  "whale",   "wolf",    "wombat",  "wren",
	"yak",     "zebra",
};

const char *freight_alias(struct arena *a, const char *freight, unsigned attempt)
{
	uint32_t hash = 2166136261u; /* FNV-1a, so that any name will do */
	size_t pairs = COUNTOF(adjectives) * COUNTOF(animals), pair;

	for (const char *p = freight; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619u;
	pair = (hash + (size_t)attempt) % pairs;
	if (attempt >= pairs)
		return str_format(a, "%s-%s-%zu", adjectives[pair % COUNTOF(adjectives)],
				  animals[pair / COUNTOF(adjectives)], attempt / pairs);
	return str_format(a, "%s-%s", adjectives[pair % COUNTOF(adjectives)],
			  animals[pair / COUNTOF(adjectives)]);
}
