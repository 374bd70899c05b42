#ifndef TR_ACTORS_SYSTEM_ORDERS_H
#define TR_ACTORS_SYSTEM_ORDERS_H

// Orders of operators to a process, over the bus: the message `node_order`, asked of its core thread
// 0, or of the one that it is about, and answered by `answer` with 0 or a negative error. Whoever reaches the bus can give them, as
// whoever reaches it can send.
//
// Thread: the core thread.

#include <stdbool.h>

#include "wire/message.h"

typedef struct tr_core tr_core;

enum tr_order {
    TR_ORDER_DRAIN, // as SIGTERM
    TR_ORDER_LOG,   // another level of the log; TR_EINVALID: there is none of that name
    // Of a core thread's sessions (sdk/roles/session_orders.h), about the one whose id begins so:
    TR_ORDER_EVICT, // it leaves memory, and the store keeps it
    TR_ORDER_END    // it ends for good
};

// Carries a `node_order` out; false for any other message. Does not take it.
bool tr_order_take(tr_core *core, const tr_message *message);

#endif
