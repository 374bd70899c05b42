#ifndef TR_WIRE_DESK_H
#define TR_WIRE_DESK_H

// What `troupe dev` and the workers that it starts (--desk FOLDER) agree on about the app's state struct.
//
// Thread: any.

// How a worker ends before it has a page: its state is another one than --state-before says; and at the first page
// whose state the app's migrate did not take (--state-change keep). The page lies in the store as it was.
enum { TR_DESK_EXIT_OTHER_STATE = 75, TR_DESK_EXIT_NOT_MIGRATED = 76 };

// The file of FOLDER in which a worker says of its state, by its process id: what it is called (tr_state_name), and
// whether it can be had from the one of --state-before: "1.9f3a.16 yes".
#define TR_DESK_STATE_FILE "state-%ld"

enum { TR_DESK_STATE_CAP = 64 };

#endif
