#ifndef TR_STORE_PG_PREPARE_H
#define TR_STORE_PG_PREPARE_H

// The checks of a server before a program starts: its URL, its user, its tables.
//
// Thread: any; blocks. Owns: nothing.

#include <stddef.h>
#include <stdint.h>

int tr_pg_check_url(const char *url, char *why, size_t why_size);
int tr_pg_prepare(const char *url, uint64_t *identity, char *why, size_t why_size);

#endif
