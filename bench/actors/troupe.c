// Measures one case of Troupe's actor runtime: `troupe CASE COUNT` prints nanoseconds for one of
// COUNT operations (or bytes of one of COUNT things), and how many messages shared a batch.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stage.h"

static const bench_case *const tables[] = {local_cases, remote_cases, coroutine_cases,
                                           memory_cases};

int main(int argc, char **argv)
{
    uint64_t count = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
    for (unsigned i = 0; count != 0 && i < sizeof tables / sizeof *tables; i++)
        for (const bench_case *at = tables[i]; at->name != NULL; at++)
            if (strcmp(at->name, argv[1]) == 0) {
                struct result found = at->run(count);
                printf("%.3f %.3f\n", found.value, found.per_batch);
                return 0;
            }
    fprintf(stderr, "usage: %s CASE COUNT\n", argv[0]);
    return 2;
}
