#ifndef TR_STORE_PG_PREPARE_H
#define TR_STORE_PG_PREPARE_H

// What has to be right of a server before a program starts: its URL, who we are there, its tables.
//
// Thread: any; blocks. Owns: nothing.

#include <stddef.h>

int tr_pg_check_url(const char *url, char *why, size_t why_size);
int tr_pg_prepare(const char *url, char *why, size_t why_size);

#endif
