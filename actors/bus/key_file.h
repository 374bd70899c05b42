#ifndef TR_ACTORS_BUS_KEY_FILE_H
#define TR_ACTORS_BUS_KEY_FILE_H

// A cluster's key as a file: a secret certificate as CZMQ writes and reads them (zcert(3)), which
// nobody but its owner may read.
//
// Thread: any. Owns: nothing.

#include <stddef.h>

#include "actors/bus/keys.h"

// Makes a key and writes it to a file that is not there yet, mode 0600. TR_EEXISTS, TR_ESYSTEM;
// `why` gets a sentence without its subject ("%s: %s" with the path).
int tr_bus_key_file_make(const char *path, char *why, size_t size)
    __attribute__((warn_unused_result));

// Reads "FILE" or "FILE,FILE": the key that this process uses, and another one that is still good.
// Completes `out`. TR_EINVALID: `why` gets one line that names the file. A file is refused unless it is a regular
// one, belongs to this user or to root, and is closed to group and others (in $CREDENTIALS_DIRECTORY: but for reading by
// the group).
int tr_bus_keys_read(const char *files, tr_bus_keys *out, char *why, size_t size)
    __attribute__((warn_unused_result));

#endif
