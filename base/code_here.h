#ifndef TR_BASE_CODE_HERE_H
#define TR_BASE_CODE_HERE_H

// Whose code the calling thread runs, for the report of a crash (actors/core/overflow.h), which is
// made in a signal handler and can only read what is there.
//
// Thread: each has its own. Owns: nothing; the texts outlive the code that runs.

typedef struct tr_code_here {
    const char *handler; // its name; NULL: none of an app's
    const char *file;    // where it is written; NULL: not known
    unsigned line;
    const char *doing; // what Troupe does on its behalf that the author may have got wrong, or NULL
} tr_code_here;

extern _Thread_local tr_code_here tr_code_runs;

#endif
