#ifndef BENCH_ACTORS_YARDSTICK_H
#define BENCH_ACTORS_YARDSTICK_H

// Code that the C programs which Troupe is compared with share: a clock, and `PROGRAM CASE COUNT`.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct yardstick_case {
    const char *name;
    double (*run)(uint64_t count); // nanoseconds for one of `count`, or bytes of one
    double per_batch;              // messages in one batch; 0: there are none
} yardstick_case;

static inline double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

// Ends the program, saying where.
#define ensure(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "bench: %s:%d: %s\n", __FILE__, __LINE__, #condition);                 \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

// Resident bytes of this process, its page tables included.
static inline double resident_bytes(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    ensure(file != NULL);
    char line[256];
    double kib = 0;
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "VmRSS:", 6) == 0 || strncmp(line, "VmPTE:", 6) == 0)
            kib += strtod(line + 6, NULL);
    fclose(file);
    return kib * 1024;
}

static inline int yardstick_main(int argc, char **argv, const yardstick_case *cases)
{
    uint64_t count = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
    for (; count != 0 && cases->name != NULL; cases++)
        if (strcmp(cases->name, argv[1]) == 0) {
            printf("%.3f %.3f\n", cases->run(count), cases->per_batch);
            return 0;
        }
    fprintf(stderr, "usage: %s CASE COUNT\n", argv[0]);
    return 2;
}

#endif
