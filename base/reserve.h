#ifndef TR_BASE_RESERVE_H
#define TR_BASE_RESERVE_H

// What happens when memory ends: what is running goes on with a reserve that was kept for that, and
// nothing new is begun until the reserve is whole again. Only when even that is used up the process
// aborts. base/mem.h asks it.
//
// Thread: any. Owns: the reserve.

#include <stdbool.h>

// Enough for the largest message and what else one turn of a session needs.
#define TR_MEM_RESERVE_BYTES (32u << 20)

// Puts the reserve aside, once for the process: address space that nothing is written to. Without
// one running out aborts.
void tr_mem_reserve(void);

// The reserve is in use, and cannot be put aside again yet: who asks for something new (a session,
// an actor) is refused. Cheap as long as memory is there.
bool tr_mem_is_short(void);

// How often an allocation was served from the reserve since the process began.
unsigned long tr_mem_short_count(void);

// Test hook: for the n-th next allocation of this thread, of any kind, the heap has nothing (0
// switches it off); the reserve is asked.
void tr_mem_run_out_after(unsigned n);
// Test hook: the reserve cannot be put aside again.
void tr_mem_stay_short(bool is_short);

#endif
