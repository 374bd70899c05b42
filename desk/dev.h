#ifndef TR_DESK_DEV_H
#define TR_DESK_DEV_H

// `troupe dev`: serves an app while it is written. A file that is saved is compiled, a worker of the new program is
// started beside the old one, and that is then stopped: it hands its pages over as in any deploy, so that they keep
// what was typed, their dialogs, scroll and state. What does not compile changes nothing but the terminal. A worker
// that dies is started again, and its pages come back from a store in a temporary file.
//
//     broker, gateway   of the first program that compiled
//     worker            of the latest one; a moment of a swap has two
//
// Thread: main.

// `troupe record FILE` is the same, and writes what people do on the app's pages as a recording (testing/recording.h).

// `argv[0]` is dev or record; what follows it. Exit code: 0 after SIGINT or SIGTERM; 1: it cannot go on; 2: usage.
int tr_dev(int argc, char **argv);

#endif
