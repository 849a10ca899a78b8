/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server that says what it is told to, however wrong that is: each request is answered with the
 * raw bytes of FOLDER/PATH (the query left out), and the connection is closed. One at a time,
 * loopback only. Prints its port, then serves until it is killed.
 * usage: helper_answer FOLDER
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD = 16384, NAME = 4096 };

/* The request's head, as far as it fits. */
static size_t read_head(int fd, char head[HEAD])
{
	size_t used = 0;

	while (used < HEAD - 1) {
		ssize_t n = read(fd, head + used, HEAD - 1 - used);

		if (n <= 0)
			break;
		used += (size_t)n;
		head[used] = '\0';
		if (strstr(head, "\r\n\r\n"))
			break;
	}
	head[used] = '\0';
	return used;
}

static void send_file(int to, const char *name)
{
	static const char none[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
	FILE *from = fopen(name, "rb");
	char chunk[65536];
	size_t n;

	if (!from) {
		if (write(to, none, sizeof(none) - 1) < 0)
			perror("helper_answer");
		return;
	}
	while ((n = fread(chunk, 1, sizeof(chunk), from)) > 0)
		if (write(to, chunk, n) < 0)
			break;
	fclose(from);
}

static void answer(int fd, const char *folder)
{
	char head[HEAD], name[NAME];
	const char *path;

	if (!read_head(fd, head))
		return;
	path = strchr(head, ' ');
	if (!path || strstr(path, "/.."))
		return;
	path++;
	snprintf(name, sizeof(name), "%s%.*s", folder, (int)strcspn(path, "? \r\n"), path);
	send_file(fd, name);
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(at);
	int server = socket(AF_INET, SOCK_STREAM, 0), fd;

	if (argc != 2 || bind(server, (struct sockaddr *)&at, size) || listen(server, 16) ||
	    getsockname(server, (struct sockaddr *)&at, &size)) {
		perror("helper_answer");
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	printf("%d\n", ntohs(at.sin_port));
	fflush(stdout);
	while ((fd = accept(server, NULL, NULL)) >= 0) {
		answer(fd, argv[1]);
		shutdown(fd, SHUT_WR);
		close(fd);
	}
	return 1;
}
