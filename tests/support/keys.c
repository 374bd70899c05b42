#include "tests/support/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "actors/bus/key_file.h"
#include "tests/support/scratch.h"
#include "tests/support/system.h"

void key_files_make(key_files *self)
{
    char why[256] = "";
    scratch_make(self->folder, sizeof self->folder, "keys");
    for (unsigned i = 0; i < KEYS_CAP; i++) {
        snprintf(self->files[i], KEY_PATH_BYTES, "%s/%u.key", self->folder, i);
        ck_assert_msg(tr_bus_key_file_make(self->files[i], why, sizeof why) == 0, "%s", why);
    }
}

void key_files_remove(key_files *self)
{
    scratch_remove(self->folder);
}
