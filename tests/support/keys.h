#ifndef TR_TESTS_SUPPORT_KEYS_H
#define TR_TESTS_SUPPORT_KEYS_H

// Key files of clusters, in a folder of their own.
//
// Thread: the test's. Owns: the folder.

enum { KEY_PATH_BYTES = 128, KEYS_CAP = 3 };

typedef struct key_files {
    char folder[64];
    char files[KEYS_CAP][KEY_PATH_BYTES]; // a cluster's key each
} key_files;

void key_files_make(key_files *self);
void key_files_remove(key_files *self);

#endif
