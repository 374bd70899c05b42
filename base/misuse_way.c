#include "base/misuse_way.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AS_ENVIRONMENT = -1 };

static atomic_int way = AS_ENVIRONMENT;

void tr_misuse_way_set(enum tr_misuse_way next)
{
    atomic_store(&way, (int)next);
}

static enum tr_misuse_way way_now(void)
{
    int known = atomic_load(&way);
    if (known != AS_ENVIRONMENT)
        return (enum tr_misuse_way)known;
    const char *said = getenv("TROUPE_MISUSE");
    return said != NULL && strcmp(said, "stop") == 0 ? TR_MISUSE_STOP : TR_MISUSE_LOG;
}

void tr_misuse_said(const char *line)
{
    if (way_now() != TR_MISUSE_STOP)
        return;
    fprintf(stderr, "stopped at a mistake of the app, as --misuse or TROUPE_MISUSE says:\n%s\n",
            line);
    abort();
}
