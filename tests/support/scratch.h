#ifndef TR_TESTS_SCRATCH_H
#define TR_TESTS_SCRATCH_H

// A folder of a test's own, for as long as the test wants it.
//
// Thread: any. Owns: nothing; who makes a folder removes it.

#include <stddef.h>

// Makes /tmp/troupe-NAME-…, and writes its path to `out`.
void scratch_make(char *out, size_t size, const char *name);
// With all that is in it.
void scratch_remove(const char *folder);

#endif
