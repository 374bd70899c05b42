#ifndef TR_HOST_COMMAND_H
#define TR_HOST_COMMAND_H

// The program `troupe`: looks at running processes (docs/operations.md).
//
// Thread: main.

// Exit code: 0; 1: somebody does not answer (what did is printed); 2: usage.
int tr_command(int argc, char **argv);

#endif
