#ifndef TR_DESK_TEST_H
#define TR_DESK_TEST_H

// `troupe test`: builds an app's tests (test_*.c, test_*.cpp) and plays its recordings (*.rec) again, each in a process of
// its own. The app is compiled without its main for the tests; for recordings its main runs, and what it calls as tr_run
// is tr_test_run (troupe/test.h).
//
// Thread: main.

// What follows `troupe test`. Exit code: 0; 1: something failed or does not compile; 2: usage.
int tr_test(int argc, char **argv);

#endif
