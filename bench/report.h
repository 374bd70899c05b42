// The result of one run of the load client, and how it is printed. Thread: any. Owns: nothing.
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "histogram.h"
#include "load_options.h"

struct report {
    const struct load_options *options;
    double seconds;           // measured
    uint64_t done;            // events answered, or sessions opened, in that time
    uint64_t checked;         // events answered over the whole run; the count was exact
    double request_bytes;     // mean payload of an event
    double reply_bytes;       // mean payload of a message from the server
    double replies_per_event; // below 1 when the server merges
    double client_cpu_seconds;
    double server_cpu_seconds;       // of all --server-pid processes
    unsigned retries;                // openings that were told to come again
    const struct histogram *latency; // nanoseconds
};

void report_print(const struct report *self, FILE *out);

#endif
