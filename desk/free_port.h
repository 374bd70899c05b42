#ifndef TR_DESK_FREE_PORT_H
#define TR_DESK_FREE_PORT_H

// Is a port taken, by somebody who would not let us have it? What cannot be told (a name, a path, no number) is no
// harm: who listens there will say.
//
// Thread: any.

#include <stdbool.h>

// `host` is an address. True: the next one that is free is told, or 0, any.
bool tr_port_is_taken(const char *host, const char *port, unsigned *out_free);

#endif
