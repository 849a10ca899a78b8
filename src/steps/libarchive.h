/* SPDX-License-Identifier: Apache-2.0 */
/* libarchive, which is loaded with the first archive. For tar and untar. Any thread. */
#ifndef GANTRY_STEPS_LIBARCHIVE_H
#define GANTRY_STEPS_LIBARCHIVE_H

#include <sys/types.h>

#include "base/base.h"

struct archive;
struct archive_entry;
struct err;

/* What tar and untar call of it, without "archive_": see archive_read(3) and archive_write(3). */
struct libarchive {
	const char *(*error_string)(struct archive *a);

	struct archive *(*read_new)(void);
	int (*read_support_filter_gzip)(struct archive *a);
	int (*read_support_format_tar)(struct archive *a);
	int (*read_open_fd)(struct archive *a, int fd, size_t block);
	int (*read_next_header)(struct archive *a, struct archive_entry **out);
	ssize_t (*read_data)(struct archive *a, void *to, size_t size);
	int (*read_free)(struct archive *a);

	struct archive *(*write_new)(void);
	int (*write_add_filter_gzip)(struct archive *a);
	int (*write_set_filter_option)(struct archive *a, const char *module, const char *option,
				       const char *value);
	int (*write_set_format_pax_restricted)(struct archive *a);
	int (*write_open_fd)(struct archive *a, int fd);
	int (*write_header)(struct archive *a, struct archive_entry *entry);
	ssize_t (*write_data)(struct archive *a, const void *from, size_t size);
	int (*write_close)(struct archive *a);
	int (*write_free)(struct archive *a);

	struct archive_entry *(*entry_new)(void);
	void (*entry_free)(struct archive_entry *entry);
	mode_t (*entry_filetype)(struct archive_entry *entry);
	const char *(*entry_hardlink)(struct archive_entry *entry);
	const char *(*entry_pathname)(struct archive_entry *entry);
	mode_t (*entry_perm)(struct archive_entry *entry);
	int64_t (*entry_size)(struct archive_entry *entry);
	const char *(*entry_symlink)(struct archive_entry *entry);
	void (*entry_set_mode)(struct archive_entry *entry, mode_t mode);
	void (*entry_set_pathname)(struct archive_entry *entry, const char *path);
	void (*entry_set_size)(struct archive_entry *entry, int64_t size);
	void (*entry_set_symlink)(struct archive_entry *entry, const char *target);
};

/* NULL: it can't be loaded; *e says why. */
const struct libarchive *libarchive(struct err *e);

#endif
