#ifndef TESTS_SUPPORT_JOB_H
#define TESTS_SUPPORT_JOB_H

// A coroutine of a test: a function that gets its job, and a tally of when it is done.
//
// Thread: started from a test's; runs on the core thread.

#include "tests/support/system.h"

typedef struct job {
    void (*function)(struct job *job);
    tr_address to;
    uint64_t deadline_ms;
    int result;
    uint64_t number; // of the answer, or whatever the job makes
    void *arg;
    tr_coroutine *coroutine; // until it has ended
    tally done;
} job;

// The body of a coroutine whose argument is a job.
void job_run(void *arg);

// Starts it on that core thread; returns when it first waited or ended.
void job_start_on(tr_system *system, unsigned core, job *self);

// The same, and waits for its end.
void job_run_on(tr_system *system, unsigned core, job *self);

void job_cancel_on(tr_system *system, unsigned core, job *self);

// Waits until none is left there.
void coroutines_end_on(tr_system *system, unsigned core);

// An actor that asks on behalf of a coroutine.
tr_address core_address(void);

#endif
