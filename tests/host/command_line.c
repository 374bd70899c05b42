#include "tests/host/command_line.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS_CAP = 16 };

void command_line_stands_alone(void)
{
    char name[64];
    for (unsigned i = 0; environ[i] != NULL;) {
        snprintf(name, sizeof name, "%.*s", (int)strcspn(environ[i], "="), environ[i]);
        bool is_ours = strncmp(name, "TROUPE_", 7) == 0 || strncmp(name, "FLET_", 5) == 0;
        if (!is_ours || unsetenv(name) != 0)
            i++;
    }
}

int command_line_read(tr_options *options, const char *const *words, tr_buf *error)
{
    char *argv[WORDS_CAP + 1] = {(char *)(uintptr_t) "app"};
    int argc = 1;
    for (; *words != NULL; words++) {
        ck_assert_int_lt(argc, WORDS_CAP);
        argv[argc++] = (char *)(uintptr_t)*words;
    }
    error->size = 0;
    tr_options_done(options);
    return tr_options_read(options, argc, argv, error);
}
