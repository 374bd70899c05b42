#include "base/must.h"

#include <stdio.h>
#include <stdlib.h>

void tr_must_failed(const char *what, const char *file, int line, const char *function)
{
    fprintf(stderr, "level=fatal event=bug check=\"%s\" at=%s:%d in=%s\n", what, file, line,
            function);
    fflush(stderr);
    abort();
}
