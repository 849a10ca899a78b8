# Makes theme_builtin.c out of the files in themes/: each as a string, by name.
BEGIN {
	print "/* SPDX-License-Identifier: Apache-2.0 */"
	print "/* Made by theme_builtin.awk from themes/. */"
	print "#include \"term/theme.h\""
	print ""
	print "static const struct {"
	print "\tconst char *name, *text;"
	print "} themes[] = {"
}
FNR == 1 {
	if (NR > 1)
		print "\t},"
	name = FILENAME
	sub(/^.*\//, "", name)
	sub(/\.theme$/, "", name)
	print "\t{ \"" name "\","
}
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	print "\t\t\"" $0 "\\n\""
}
END {
	print "\t},"
	print "};"
	print ""
	print "bool theme_builtin(size_t index, const char **name, const char **text)"
	print "{"
	print "\tif (index >= COUNTOF(themes))"
	print "\t\treturn false;"
	print "\t*name = themes[index].name;"
	print "\t*text = themes[index].text;"
	print "\treturn true;"
	print "}"
}
