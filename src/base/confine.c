/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Landlock knows no wrapper in glibc, hence syscall(2). The rights are those of its second version, where
 * files can be renamed from folder to folder; later ones are added as far as the kernel knows them.
 * /proc is left out: it would show this process's environment.
 */
#define _GNU_SOURCE
#include "base/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"

enum { LEAST_VERSION = 2, TRUNCATE_VERSION = 3 };

#define READS                                                                              \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
/* Beyond these, only a folder has rights. Truncating has no name in the headers of its first kernels. */
#define OF_FILES                                                                           \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |                       \
	 LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE)
#define ACCESS_REFER (UINT64_C(1) << 13)
#define ACCESS_TRUNCATE (UINT64_C(1) << 14)
#define FIRST_RIGHTS ((UINT64_C(1) << 13) - 1)

/* Of /etc only what names, certificates and the loader need. */
static const char *const system_paths[] = {
	"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt", "/nix/store", "/snap",
	"/etc/alternatives", "/etc/ca-certificates", "/etc/crypto-policies", "/etc/gitconfig",
	"/etc/host.conf", "/etc/hosts", "/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types",
	"/etc/nsswitch.conf", "/etc/pki", "/etc/protocols", "/etc/resolv.conf", "/etc/services",
	"/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/ssl/cert.pem", NULL
};
static const char *const devices[] = { "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", NULL };

static int version(void)
{
	return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

bool confine_is_possible(void)
{
	return version() >= LEAST_VERSION;
}

static uint64_t all_rights(void)
{
	return FIRST_RIGHTS | ACCESS_REFER | (version() >= TRUNCATE_VERSION ? ACCESS_TRUNCATE : 0);
}

static bool allow(int rules, const char *path, uint64_t rights, struct err *e)
{
	AUTO(fd) int fd = open(path, O_PATH | O_CLOEXEC);
	struct landlock_path_beneath_attr rule = { .parent_fd = fd };
	struct stat st;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EACCES))
		return true;
	if (fd < 0 || fstat(fd, &st))
		return err_errno(e, "confining a program: %s", path);
	rule.allowed_access = S_ISDIR(st.st_mode) ? rights : rights & OF_FILES;
	return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0 ||
	       err_errno(e, "confining a program: %s", path);
}

static bool allow_all(int rules, const char *const *paths, uint64_t rights, struct err *e)
{
	for (; paths && *paths; paths++)
		if (!allow(rules, *paths, rights, e))
			return false;
	return true;
}

bool confine_thread(const struct confine *c, struct err *e)
{
	struct landlock_ruleset_attr handled = { .handled_access_fs = all_rights() };
	AUTO(fd) int rules = (int)syscall(SYS_landlock_create_ruleset, &handled,
					  sizeof(handled.handled_access_fs), 0);
	uint64_t writes = all_rights() & ~(uint64_t)LANDLOCK_ACCESS_FS_MAKE_CHAR &
			  ~(uint64_t)LANDLOCK_ACCESS_FS_MAKE_BLOCK;

	if (rules < 0)
		return err_errno(e, "confining a program");
	if (!allow_all(rules, system_paths, READS, e) ||
	    !allow_all(rules, devices, LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE, e) ||
	    !allow_all(rules, c->readable, READS, e) || !allow_all(rules, c->writable, writes, e))
		return false;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_landlock_restrict_self, rules, 0))
		return err_errno(e, "confining a program");
	return true;
}
