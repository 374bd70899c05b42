#ifndef TR_GATEWAY_EDGE_LOG_H
#define TR_GATEWAY_EDGE_LOG_H

// What libwebsockets says goes to our log from then on, so many lines of it a second as of any kind.
//
// Thread: any.

void tr_edge_set_up_log(void);

#endif
