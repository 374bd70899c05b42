#ifndef TR_ACTORS_SYSTEM_THREAD_TIMES_H
#define TR_ACTORS_SYSTEM_THREAD_TIMES_H

// What the kernel did with a thread of this process, in nanoseconds since it began: proc(5),
// /proc/PID/task/TID/schedstat and stat.
//
// Thread: any. Owns: nothing.

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct tr_thread_times {
    uint64_t ran_ns;
    uint64_t starved_ns; // it could have run, and no processor was given to it: waits that are over
    uint64_t disk_reads; // pages of memory that it had to wait for (major faults)
    bool is_runnable;    // now: it runs, or waits for a processor
} tr_thread_times;

// False, and zeros: the kernel does not say.
bool tr_thread_times_of(pid_t thread, tr_thread_times *times);

#endif
