#ifndef TR_DESK_NEW_APP_H
#define TR_DESK_NEW_APP_H

// `troupe new NAME`: a folder with an app that builds at once, its test and its makefile.
//
// Thread: main.

// What follows `troupe new`. Exit code: 0; 1: it cannot be written; 2: usage.
int tr_new_app(int argc, char **argv);

#endif
