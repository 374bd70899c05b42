#ifndef TR_STORE_PG_BATCH_H
#define TR_STORE_PG_BATCH_H

// Operations of one verb that one statement does: how they become its parameters, what its answer
// makes of them. Knows no connection's state.
//
// Thread: the loop's. Owns: its operations until they are ended or taken back.

#include <libpq-fe.h>

#include "store/engine.h"
#include "store/pg_array.h"

enum { TR_PG_PARAMETERS = 7, TR_PG_STATE_SIZE = 6 };

typedef struct tr_pg_batch {
    struct tr_pg_batch *next;
    enum tr_store_verb verb;
    tr_store_queue ops;
    uint64_t sent_ms;
    bool is_refused;
    char sqlstate[TR_PG_STATE_SIZE];
} tr_pg_batch;

// Asks for all statements to be prepared on a connection in pipeline mode. False: it is lost.
bool tr_pg_prepare_all(PGconn *connection);

// Takes operations of the first one's verb off the queue, as many as one statement does: there is
// one.
tr_pg_batch *tr_pg_batch_gather(tr_store_queue *waiting, tr_pg_array parameters[TR_PG_PARAMETERS]);

// Sends it, and a sync behind it: it is a transaction of its own. False: the connection is lost.
bool tr_pg_batch_send(const tr_pg_batch *self, PGconn *connection,
                      tr_pg_array parameters[TR_PG_PARAMETERS]);

void tr_pg_batch_on_rows(tr_pg_batch *self, const PGresult *rows);
// `said`: the state that was logged last, which is not logged again; empty: none.
void tr_pg_batch_on_error(tr_pg_batch *self, const PGresult *result, char said[TR_PG_STATE_SIZE]);

// The server takes no writes any more: it has become a standby, or its operator says so (25006).
bool tr_pg_batch_is_misplaced(const tr_pg_batch *self);

// Its sync came: ends the operations, or, when it was refused for a while only, puts them back in
// front.
void tr_pg_batch_end(tr_pg_batch *self, tr_store_queue *waiting);

// Its answer will not come: the operations, as they were, behind what is in the queue.
void tr_pg_batch_take_back(tr_pg_batch *self, tr_store_queue *back);

#endif
