#include "tests/support/scratch.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

void scratch_make(char *out, size_t size, const char *name)
{
    int length = snprintf(out, size, "/tmp/troupe-%s-XXXXXX", name);
    ck_assert_int_lt(length, (int)size);
    ck_assert_ptr_nonnull(mkdtemp(out));
}

void scratch_remove(const char *folder)
{
    char line[256];
    int length = snprintf(line, sizeof line, "rm -rf %s", folder);
    ck_assert_int_lt(length, (int)sizeof line);
    ck_assert_int_eq(system(line), 0);
}
