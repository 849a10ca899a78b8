/* SPDX-License-Identifier: Apache-2.0 */
/* gantry completion: a script for a shell, which asks gantry complete. */
#include "cmd/command.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

static const char bash_script[] =
	"# gantry's completion for bash\n"
	"_gantry() {\n"
	"	local IFS=$'\\n' out\n"
	"	COMPREPLY=()\n"
	"	out=$(gantry complete -- \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
	"	if [ \"$out\" = :file ]; then\n"
	"		compopt -o filenames 2>/dev/null\n"
	"		COMPREPLY=($(compgen -f -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
	"	else\n"
	"		COMPREPLY=($out)\n"
	"	fi\n"
	"}\n"
	"complete -F _gantry gantry\n";

static const char zsh_script[] =
	"#compdef gantry\n"
	"# gantry's completion for zsh\n"
	"_gantry() {\n"
	"	local -a out\n"
	"	out=(\"${(@f)$(gantry complete -- \"${(@)words[2,CURRENT]}\" 2>/dev/null)}\")\n"
	"	if [[ \"$out[1]\" == :file ]]; then\n"
	"		_files\n"
	"	else\n"
	"		compadd -a out\n"
	"	fi\n"
	"}\n"
	"if [[ \"$funcstack[1]\" == _gantry ]]; then\n"
	"	_gantry \"$@\"\n"
	"else\n"
	"	compdef _gantry gantry\n"
	"fi\n";

static const char fish_script[] =
	"# gantry's completion for fish\n"
	"function __gantry_complete\n"
	"	set -l words (commandline -opc)\n"
	"	set -l current (commandline -ct)\n"
	"	set -l out (gantry complete -- $words[2..-1] \"$current\" 2>/dev/null)\n"
	"	if test \"$out\" = :file\n"
	"		__fish_complete_path \"$current\"\n"
	"	else\n"
	"		printf '%s\\n' $out\n"
	"	end\n"
	"end\n"
	"complete -c gantry -f -a '(__gantry_complete)'\n";

static bool cmd_completion_run(struct command *c, struct err *e)
{
	static const struct {
		const char *shell, *script;
	} scripts[] = { { "bash", bash_script }, { "zsh", zsh_script }, { "fish", fish_script } };

	for (size_t i = 0; c->nwords == 1 && i < COUNTOF(scripts); i++)
		if (strcmp(c->words[0], scripts[i].shell) == 0) {
			fputs(scripts[i].script, stdout);
			return true;
		}
	return err_set(e, ERR_USAGE, "completion for which shell? bash, zsh or fish");
}

const struct command_def command_completion = {
	.name = "completion",
	.summary = "Print the completion of commands, options and names for a shell.",
	.usage = "gantry completion bash|zsh|fish",
	.help = "For a shell that is open: . <(gantry completion bash)\n"
		"make install puts them where shells look.",
	.completes = "bash zsh fish",
	.run = cmd_completion_run,
};
