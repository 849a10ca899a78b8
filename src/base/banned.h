/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that no file of gantry calls; tests/shape.t reads this list.
 * BANNED(name, what to use instead)
 */
#ifndef GANTRY_BASE_BANNED_H
#define GANTRY_BASE_BANNED_H

#define BANNED(name, instead)

BANNED(strcpy, "str_copy")
BANNED(strcat, "buf_text")
BANNED(strncpy, "memcpy with a known length")
BANNED(strncat, "buf_add")
BANNED(sprintf, "snprintf or str_format")
BANNED(vsprintf, "vsnprintf")
BANNED(strtok, "strcspn")
BANNED(gets, "file_read")
BANNED(atoi, "strtol with its errors checked")
BANNED(atol, "strtol with its errors checked")
BANNED(atof, "strtod with its errors checked")
BANNED(localtime, "localtime_r")
BANNED(gmtime, "gmtime_r")
BANNED(asctime, "strftime")
BANNED(ctime, "strftime")
BANNED(system, "process_run")
BANNED(popen, "process_run")
BANNED(alloca, "an arena")
BANNED(tmpnam, "folder_temporary")
BANNED(mktemp, "folder_temporary")
BANNED(strcasecmp, "same_but_case")
BANNED(strncasecmp, "same_but_case_n")
BANNED(tolower, "letter_lower")
BANNED(isalpha, "is_letter")
BANNED(isdigit, "is_digit")
BANNED(isalnum, "is_letter and is_digit")
BANNED(isspace, "strchr")

#undef BANNED

#endif
