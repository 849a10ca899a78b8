/* SPDX-License-Identifier: Apache-2.0 */
/* Lines as text, as JSON and in the journal, with what they are about, and without secrets. */
#include "base/log.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "tap.h"

/* The last line of the file. */
static const char *last(struct arena *a, const char *path)
{
	struct str text;
	struct err e;
	char *end;

	if (!file_read(a, path, 1 << 20, &text, &e))
		return str_copy(a, e.message);
	end = strrchr(text.at, '\n');
	if (!end)
		return "";
	*end = '\0';
	return strrchr(text.at, '\n') ? strrchr(text.at, '\n') + 1 : text.at;
}

/* Without its time. */
static const char *after_time(const char *line)
{
	const char *comma = strchr(line, ',');

	return has_prefix(line, "{\"time\":\"2") && comma ? comma + 1 : line;
}

TEST(lines_are_json_with_what_they_are_about)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder, *path;
	struct err e;

	ok(folder_temporary(a, "log", &folder, &e), "a folder");
	path = path_join(a, folder, "log");
	ok(log_open(path, &e) && log_set_format(LOG_JSON, NULL, &e), "a log in JSON");
	log_redact("s3cret-of-the-log");
	{
		AUTO(log_about) struct log_about outer = log_about((struct log_about){ .project = "demo" });
		AUTO(log_about) struct log_about inner =
			log_about((struct log_about){ .stage = "prod", .promotion = "prod.01" });

		log_line(LOG_WARN, "engine", "it said \"no\\\", %s\x1b[31m\nand more", "s3cret-of-the-log");
		is_text(after_time(last(a, path)),
			"\"level\":\"warn\",\"role\":\"engine\",\"project\":\"demo\",\"stage\":\"prod\","
			"\"promotion\":\"prod.01\",\"message\":\"it said \\\"no\\\\\\\", [redacted]?[31m and "
			"more\"}", "an object, whole, clean and without secrets");
	}
	log_line(LOG_INFO, "agent", "started");
	is_text(after_time(last(a, path)), "\"level\":\"info\",\"role\":\"agent\",\"message\":\"started\"}",
		"what it was about ends with its block");
	ok(log_set_format(LOG_TEXT, NULL, &e), "text again");
	log_line(LOG_INFO, "agent", "as before");
	ok(has_suffix(last(a, path), "Z info agent as before"), "is as it was");
	ok(log_open(NULL, &e) && folder_remove(folder, &e), "the end");
}

TEST(of_several_projects_a_line_names_its_own)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder, *path;
	struct err e;

	ok(folder_temporary(a, "log", &folder, &e), "a folder");
	path = path_join(a, folder, "log");
	ok(log_open(path, &e), "a log of text");
	log_name_projects(true);
	{
		AUTO(log_about) struct log_about about = log_about((struct log_about){ .project = "shop" });

		log_line(LOG_INFO, "engine", "promote test");
		ok(has_suffix(last(a, path), "Z info engine shop: promote test"), "in front of what is said");
		log_name_projects(false);
		log_line(LOG_INFO, "engine", "promote test");
		ok(has_suffix(last(a, path), "Z info engine promote test"), "alone it needs no name");
	}
	log_name_projects(true);
	log_line(LOG_INFO, "agent", "started");
	ok(has_suffix(last(a, path), "Z info agent started"), "nor does what is about none");
	log_name_projects(false);
	ok(log_open(NULL, &e) && folder_remove(folder, &e), "and away with it");
}

TEST(the_journal_gets_fields)
{
	AUTO(arena) struct arena *a = arena_new();
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char got[1024] = "";
	const char *folder, *path;
	struct err e;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ok(folder_temporary(a, "log", &folder, &e), "a folder");
	path = path_join(a, folder, "journal");
	ok(!log_set_format(LOG_JOURNAL, path, &e), "nobody listens: %s", e.message);
	memcpy(at.sun_path, path, strlen(path) + 1);
	ok(bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0, "a journal");
	ok(log_set_format(LOG_JOURNAL, path, &e), "is written to");
	log_to_stderr(true);
	{
		AUTO(log_about) struct log_about before =
			log_about((struct log_about){ "demo", "prod", "prod.01" });
		log_line(LOG_ERROR, "engine", "it failed");
	}
	log_to_stderr(false);
	ok(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT) > 0, "a datagram comes");
	is_text(got, "MESSAGE=it failed\nPRIORITY=3\nSYSLOG_IDENTIFIER=gantry\nGANTRY_ROLE=engine\n"
		     "GANTRY_PROJECT=demo\nGANTRY_STAGE=prod\nGANTRY_PROMOTION=prod.01\n", "each field its own");
	ok(log_set_format(LOG_TEXT, NULL, &e), "text again");
	close(fd);
	ok(folder_remove(folder, &e), "the end");
}
