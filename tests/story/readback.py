# SPDX-License-Identifier: Apache-2.0
# Edits generated documents and reads them with Python's readers: the value is the one that was asked for, and
# nothing else differs. YAML is read twice, by the rules of 1.1 and by those of 1.2.
# usage: readback.py HELPER SEED COUNT
import json, random, re, subprocess, sys, tomllib
import yaml

helper, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random.seed(seed)

class Core(yaml.SafeLoader):
    """YAML 1.2's core schema: https://yaml.org/spec/1.2.2/#103-core-schema"""
Core.yaml_implicit_resolvers = {}
for tag, pattern, first in [
        ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"), ("null", r"~|null|Null|NULL|", "~nN\0"),
        ("int", r"[-+]?[0-9]+", "-+0123456789"), ("merge", r"<<", "<"),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
         "-+.0123456789")]:
    Core.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile("^(?:%s)$" % pattern),
                               [c if c != "\0" else "" for c in first])

TEXTS = ["new", "1.0.1", "v2", "#42", "release #42", " lead", "trail ", "", "!x", "|", ">", "yes", "NO", "on", "y",
         "0x1F", "12:30:45", "2024-01-01", "~", ".inf", "1.10", "0123456", "1e10", "null", "a: b", "- x", "? x", "*x",
         "&x", "{", "[1]", "%x", "@x", "`x", "---", "...", "=", "<<", "it's", 'say "x"', "l1\nl2", "l1\nl2\n", "l1\n\n",
         "tab\there", "\u00e9\u65e5", "\U0001f600", "\u2028", "\u0085", "a,b", "x]", "1_000", "0b1", "1.", ".5", "+1", "-",
         "\\", "a\\nb", "key:", ":x", "x #", "#"]
VALUES = TEXTS + [7, -3, 0.5, 1234567, True, False]

def yaml_scalar(flow, pad):
    block = ["|\n%s  one\n%s  two" % (pad, pad), "|-  # why\n%s   one" % pad, ">\n%s  one\n%s  two\n\n%s  three" % (pad, pad, pad),
             "|+\n%s  one\n" % pad, "one\n%s  two" % pad, '"one\n%s  two"' % pad, "'one\n\n%s  two'" % pad]
    line = ["old", "'old'", '"old"', '"o\\u00e9d"', "'it''s'", "1.16", "true", "~", "http://h/p#f", "&a%d old" % random.randint(0, 99),
            "!!str 1", "old # why", "x y"]
    return random.choice(line[:-2] + line[-1:] if flow else line + block + [""])

def yaml_map(depth, pad, path, places):
    lines = []
    for name in random.sample(["a", "b", "image", "tag", "'q k'", '"d.q"', "x-y", "\u00e9"], random.randint(1, 4)):
        key = name.strip("'\"").replace(".", "\\.")
        kind = random.random()
        if kind < 0.25 and depth < 3:
            lines += [pad + name + ":"] + yaml_map(depth + 1, pad + "  ", path + [key], places)
        elif kind < 0.4:
            lines.append(pad + name + ":")
            for i in range(random.randint(1, 3)):
                lines.append("%s- %s" % (pad, yaml_scalar(False, pad)))
                places.append(path + [key, str(i)])
        elif kind < 0.5:
            lines.append("%s%s: {k: %s, l: [%s, z]}" % (pad, name, yaml_scalar(True, pad).split(" #")[0], yaml_scalar(True, pad).split(" #")[0]))
            places += [path + [key, "k"], path + [key, "l", "0"]]
        else:
            lines.append("%s%s: %s" % (pad, name, yaml_scalar(False, pad)))
            places.append(path + [key])
        if random.random() < 0.2:
            lines.append(pad + "# a comment")
    return lines

def yaml_case():
    places = []
    text = "\n".join((["# top"] if random.random() < 0.3 else []) + yaml_map(0, "", [], places)) + random.choice(["\n", "\n", ""])
    if random.random() < 0.3:
        text = text.rstrip("\n") + "\n---\nother: 'x'\n" + random.choice(["", "...\n", "---\n- y\n"])
    if random.random() < 0.3:
        text = text.replace("\n", "\r\n")
    return text, random.choice(places)

def toml_case():
    rows = [("a", "'x'"), ("b", '"x"'), ("n", "1_000"), ("f", "1.5"), ("t", "true"), ("d", "1979-05-27"), ("m", '"""\nx\n"""'),
            ("l", "[1, 'x', {k = 2}]"), ("i", "{k = 'x'}")]
    random.shuffle(rows)
    text = "".join("%s = %s%s\n" % (k, v, random.choice(["", " # why"])) for k, v in rows) + "[t1]\nk = 1\n[[s]]\nk = 'x'\n[[s]]\nk = 2\n"
    place = random.choice([[k] for k, _ in rows if k not in "li"] + [["l", "1"], ["l", "2", "k"], ["i", "k"], ["t1", "k"], ["s", "1", "k"]])
    return text.replace("\n", random.choice(["\n", "\r\n"])), place

def json_case():
    tree = {"a": {"b": [1, "x", None, {"k": "v"}], "c.d": True}, "list": [[], [2.5]], "s": "\u00e9\n\"", "n": -1}
    place = random.choice([["a", "b", "1"], ["a", "b", "3", "k"], ["a", "c\\.d"], ["list", "1", "0"], ["s"], ["n"], ["a", "new"], ["x", "y"]])
    return json.dumps(tree, indent=random.choice([None, 2, "\t"]), ensure_ascii=random.random() < 0.5), place

def put(tree, place, value):
    for part in place[:-1]:
        part = part.replace("\\.", ".")
        if isinstance(tree, dict) and part not in tree:
            tree[part] = {}
        tree = tree[int(part)] if isinstance(tree, list) else tree[part]
    last = place[-1].replace("\\.", ".")
    tree[int(last) if isinstance(tree, list) else last] = value

READERS = {"yaml": [lambda t: list(yaml.load_all(t, yaml.SafeLoader)), lambda t: list(yaml.load_all(t, Core))],
           "toml": [lambda t: [tomllib.loads(t)]], "json": [lambda t: [json.loads(t)]]}
CASES = {"yaml": yaml_case, "toml": toml_case, "json": json_case}

def same(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, bool) or isinstance(b, bool) or isinstance(a, str) or isinstance(b, str):
        return type(a) is type(b) and a == b
    return a == b or (a != a and b != b)

cases = []
while len(cases) < count:
    form = random.choice(["yaml"] * 4 + ["toml", "json"])
    text, place = CASES[form]()
    try:
        for read in READERS[form]:
            read(text)
    except Exception:
        continue # no document that the readers agree to read
    cases.append((form, text, place, random.choice(VALUES)))
lines = [json.dumps({"format": f, "text": t, "key": ".".join(p), "value": v}) for f, t, p, v in cases]
out = subprocess.run([helper], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True).stdout.split("\n")
bad = refused = 0
for (form, text, place, value), line in zip(cases, out):
    answer = json.loads(line)
    if "error" in answer:
        refused += 1
        print("# refused: %s (%r at %r of %r)" % (answer["error"], value, ".".join(place), text))
        continue
    for read in READERS[form]:
        want = read(text)
        put(want[0], place, value)
        try:
            got = read(answer["text"])
        except Exception as e:
            got = str(e)
        if not same(want, got):
            bad += 1
            print("# %r at %s of\n# %r\n# became %r" % (value, ".".join(place), text, answer["text"]))
print("%s 1 - %d edits of YAML, TOML and JSON read back as asked" % ("not ok" if bad else "ok", len(cases)))
print("%s 2 - and hardly any was refused (%d)" % ("not ok" if refused * 20 > len(cases) else "ok", refused))
print("1..2")
