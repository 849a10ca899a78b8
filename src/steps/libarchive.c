/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debian's libarchive brings ICU, libxml2 and the C++ library: two megabytes, a tenth of what a board takes,
 * and few promotions pack or unpack anything. So it is loaded when one does.
 */
#include "steps/libarchive.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/err.h"

static const char soname[] = "libarchive.so.13";

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct libarchive loaded;
static char failure[256];               /* why it is not loaded; "": it is */

/* A call by its name; that its type is the library's own is checked here and costs nothing. */
#define CALL(call) { "archive_" #call, offsetof(struct libarchive, call), \
		     sizeof(loaded.call = archive_##call) }

static const struct libarchive_call {
	const char *symbol;
	size_t at, size;
} calls[] = {
	CALL(error_string),
	CALL(read_new),
	CALL(read_support_filter_gzip),
	CALL(read_support_format_tar),
	CALL(read_open_fd),
	CALL(read_next_header),
	CALL(read_data),
	CALL(read_free),
	CALL(write_new),
	CALL(write_add_filter_gzip),
	CALL(write_set_filter_option),
	CALL(write_set_format_pax_restricted),
	CALL(write_open_fd),
	CALL(write_header),
	CALL(write_data),
	CALL(write_close),
	CALL(write_free),
	CALL(entry_new),
	CALL(entry_free),
	CALL(entry_filetype),
	CALL(entry_hardlink),
	CALL(entry_pathname),
	CALL(entry_perm),
	CALL(entry_size),
	CALL(entry_symlink),
	CALL(entry_set_mode),
	CALL(entry_set_pathname),
	CALL(entry_set_size),
	CALL(entry_set_symlink),
};

static void libarchive_load(void)
{
	void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
	void *address = library;

	for (size_t i = 0; address && i < COUNTOF(calls); i++) {
		address = dlsym(library, calls[i].symbol);
		memcpy((char *)&loaded + calls[i].at, &address, calls[i].size);
	}
	if (!address)
		snprintf(failure, sizeof(failure), "%s", dlerror());
}

const struct libarchive *libarchive(struct err *e)
{
	pthread_once(&once, libarchive_load);
	if (!*failure)
		return &loaded;
	err_set(e, ERR_IO, "loading %s: %s", soname, failure);
	return NULL;
}
