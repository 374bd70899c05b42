#ifndef TR_TESTS_STORE_FILE_H
#define TR_TESTS_STORE_FILE_H

// Who writes to the file of the store lmdb: (store/lmdb_turn.h), and who is stopped when.

#include <stdbool.h>
#include <sys/types.h>

// `url` is lmdb:PATH.
bool store_file_is_written_by(const char *url, pid_t pid);

// Stops the process (SIGSTOP) in the middle of a write, or out of one. False: it came to nothing,
// and the process runs.
bool store_file_stop_writer(const char *url, pid_t pid, bool in_a_write);

// Nobody writes to it until the descriptor that this returns is closed.
int store_file_hold(const char *url);

#endif
