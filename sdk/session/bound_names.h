#ifndef TR_SDK_SESSION_BOUND_NAMES_H
#define TR_SDK_SESSION_BOUND_NAMES_H

// Forms and tables are found by their names, which are the keys of their controls, too: no two of a
// program may have the same.
//
// Thread: any; at the start.

// Of all that this program has. 0; TR_EEXISTS, with a line in the log.
int tr_bound_names_check(void);

#endif
