#include "store/pg_batch.h"

#include <string.h>

#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/table.h"
#include "store/change_log.h"
#include "store/pg_statements.h"
#include "troupe/err.h"
#include "wire/load.h"

enum { BATCH_ROWS = 1000, BATCH_BYTES = 8 << 20 };

enum statement {
#define STATEMENT(name, count, types, text) ST_##name,
    TR_PG_STATEMENTS(STATEMENT)
#undef STATEMENT
        ST_COUNT
};

#define LIST_(...)                                                                                 \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define STATEMENT(name, count, types, text) {#name, count, LIST_ types, text},
static const struct {
    const char *name;
    int count;
    Oid types[TR_PG_PARAMETERS];
    const char *text;
} statements[] = {TR_PG_STATEMENTS(STATEMENT)};
#undef STATEMENT

// -- answers --

static uint32_t int4_at(const PGresult *rows, int row, int column)
{
    return tr_load_u32((const uint8_t *)PQgetvalue(rows, row, column));
}

static uint64_t int8_at(const PGresult *rows, int row, int column)
{
    return tr_load_u64((const uint8_t *)PQgetvalue(rows, row, column));
}

static bool has_columns(const PGresult *rows, int count)
{
    return PQnfields(rows) == count;
}

// The operations of a batch, by session.
typedef struct by_id {
    const char *id;
    tr_store_op *op;
    UT_hash_handle hh;
} by_id;

static void each_by_id(tr_pg_batch *self, const PGresult *rows,
                       void (*found)(tr_store_op *op, const PGresult *rows, int row))
{
    by_id *table = NULL;
    by_id *slots = tr_calloc(self->ops.count, sizeof *slots);
    unsigned used = 0;
    for (tr_store_op *at = self->ops.head; at != NULL; at = at->next) {
        by_id *slot = &slots[used++];
        slot->id = at->id;
        slot->op = at;
        HASH_ADD_KEYPTR(hh, table, slot->id, TR_SESSION_ID_SIZE, slot);
    }
    for (int row = 0; row < PQntuples(rows); row++) {
        by_id *slot = NULL;
        if (PQgetlength(rows, row, 0) == TR_SESSION_ID_SIZE)
            HASH_FIND(hh, table, PQgetvalue(rows, row, 0), TR_SESSION_ID_SIZE, slot);
        if (slot != NULL)
            found(slot->op, rows, row);
    }
    HASH_CLEAR(hh, table);
    tr_free(slots);
}

// Not done: what the change is of is not there.
static void mark_done(tr_store_op *op, const PGresult *rows, int row)
{
    op->status = int4_at(rows, row, 1) != 0 ? 0 : TR_ENOTFOUND;
}

static void set_all(tr_pg_batch *self, int status)
{
    for (tr_store_op *at = self->ops.head; at != NULL; at = at->next)
        at->status = status;
}

static void on_saved(tr_pg_batch *self, const PGresult *rows)
{
    set_all(self, TR_EFENCED);
    each_by_id(self, rows, mark_done);
}

// The base, and then its changes.
static void copy_body(tr_store_op *op, const PGresult *rows, int row)
{
    uint32_t number = int4_at(rows, row, 1);
    const char *body = PQgetvalue(rows, row, 2);
    size_t size = (size_t)PQgetlength(rows, row, 2);
    op->status = 0;
    if (number == 0)
        tr_buf_append(&op->bytes, body, size);
    else
        tr_change_log_add(&op->log, number, body, size);
}

static void on_loaded(tr_pg_batch *self, const PGresult *rows)
{
    set_all(self, TR_ENOTFOUND);
    each_by_id(self, rows, copy_body);
}

// The owners that the shards have now. The one who asked has it with the epoch that it wanted: it
// was taken, by this statement or by one whose answer was lost.
static void on_owners(tr_pg_batch *self, const PGresult *rows)
{
    set_all(self, TR_EFENCED);
    for (int row = 0; row < PQntuples(rows); row++) {
        tr_store_shard owner = {.shard = int4_at(rows, row, 0),
                                .epoch = int8_at(rows, row, 1),
                                .node = int8_at(rows, row, 2),
                                .core = int4_at(rows, row, 3)};
        for (tr_store_op *at = self->ops.head; at != NULL; at = at->next) {
            if (at->shard != owner.shard)
                continue;
            at->status = owner.epoch == at->asked.epoch + 1 && owner.node == at->asked.node &&
                                 owner.core == at->asked.core
                             ? 0
                             : TR_EFENCED;
            at->epoch = owner.epoch;
            at->node = owner.node;
            at->core = owner.core;
        }
    }
}

static void on_counted(tr_pg_batch *self, const PGresult *rows)
{
    set_all(self, TR_EFENCED);
    for (int row = 0; row < PQntuples(rows); row++)
        for (tr_store_op *at = self->ops.head; at != NULL; at = at->next)
            if (at->shard == int4_at(rows, row, 0))
                at->status = has_columns(rows, 2) ? (int)int8_at(rows, row, 1) : 0;
}

static void on_shards(tr_pg_batch *self, const PGresult *rows)
{
    for (tr_store_op *at = self->ops.head; at != NULL; at = at->next) {
        for (int row = 0; row < PQntuples(rows); row++) {
            tr_store_shard owner = {.shard = int4_at(rows, row, 0),
                                    .epoch = int8_at(rows, row, 1),
                                    .node = int8_at(rows, row, 2),
                                    .core = int4_at(rows, row, 3)};
            tr_buf_append(&at->rows, &owner, sizeof owner);
        }
        at->status = PQntuples(rows);
    }
}

static void on_nodes(tr_pg_batch *self, const PGresult *rows)
{
    for (tr_store_op *at = self->ops.head; at != NULL; at = at->next) {
        for (int row = 0; row < PQntuples(rows); row++) {
            tr_store_node node = {.node = int8_at(rows, row, 0), .left_ms = int8_at(rows, row, 1)};
            tr_buf_append(&at->rows, &node, sizeof node);
        }
        at->status = PQntuples(rows);
    }
}

void tr_pg_batch_on_rows(tr_pg_batch *self, const PGresult *rows)
{
    switch (self->verb) {
    case TR_STORE_SAVE:
    case TR_STORE_DELETE:
        on_saved(self, rows);
        break;
    case TR_STORE_LOAD:
        on_loaded(self, rows);
        break;
    case TR_STORE_TAKE:
        if (has_columns(rows, 4)) // of `owners`; its size as `take` reported it, too
            on_owners(self, rows);
        break;
    case TR_STORE_RELEASE:
    case TR_STORE_SWEEP:
        on_counted(self, rows);
        break;
    case TR_STORE_SHARDS:
        on_shards(self, rows);
        break;
    case TR_STORE_NODES:
        on_nodes(self, rows);
        break;
    case TR_STORE_RENEW:
        break;
    }
}

// 53100: the disk is full.
static int status_of(const char *sqlstate)
{
    return strcmp(sqlstate, "53100") == 0 ? TR_EFULL : TR_EUNAVAILABLE;
}

// Class 40: it was somebody else's turn; 57P: the server ends. Both are asked again.
static bool is_passing(const char *sqlstate)
{
    return strncmp(sqlstate, "40", 2) == 0 || strncmp(sqlstate, "57P", 3) == 0;
}

bool tr_pg_batch_is_misplaced(const tr_pg_batch *self)
{
    return self->is_refused && strcmp(self->sqlstate, "25006") == 0;
}

void tr_pg_batch_on_error(tr_pg_batch *self, const PGresult *result, char said[TR_PG_STATE_SIZE])
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (self->is_refused)
        return;
    self->is_refused = true;
    memcpy(self->sqlstate, sqlstate != NULL ? sqlstate : "XX000", 6);
    self->sqlstate[5] = '\0';
    if (is_passing(self->sqlstate) || tr_pg_batch_is_misplaced(self) ||
        strcmp(self->sqlstate, said) == 0)
        return;
    memcpy(said, self->sqlstate, sizeof self->sqlstate);
    tr_log(TR_LOG_ERROR, "event=store_refused store=postgres sqlstate=%s reason=%s ops=%u",
           self->sqlstate,
           tr_log_quote(text != NULL ? text : "", text != NULL ? (unsigned)strlen(text) : 0),
           self->ops.count);
}

// -- statements --

static void add_op(tr_pg_array *p, const tr_store_op *op)
{
    switch (op->verb) {
    case TR_STORE_SAVE:
        tr_pg_array_int8(&p[3], op->ttl_ms);
        tr_pg_array_bytes(&p[4], tr_store_op_record(op).data, tr_store_op_record(op).size);
        tr_pg_array_int8(&p[5], op->generation);
        tr_pg_array_int4(&p[6], op->number);
        __attribute__((fallthrough)); // a deletion names the same
    case TR_STORE_DELETE:
        tr_pg_array_bytes(&p[0], op->id, TR_SESSION_ID_SIZE);
        tr_pg_array_int4(&p[1], op->shard);
        tr_pg_array_int8(&p[2], op->epoch);
        break;
    case TR_STORE_LOAD:
        tr_pg_array_bytes(&p[0], op->id, TR_SESSION_ID_SIZE);
        break;
    case TR_STORE_TAKE:
        tr_pg_array_int8(&p[2], op->node);
        tr_pg_array_int4(&p[3], op->core);
        __attribute__((fallthrough)); // it is of a shard's epoch, too
    case TR_STORE_RELEASE:
    case TR_STORE_SWEEP:
        tr_pg_array_int4(&p[0], op->shard);
        tr_pg_array_int8(&p[1], op->epoch);
        break;
    case TR_STORE_RENEW:
        tr_pg_array_int8(&p[0], op->node);
        tr_pg_array_int8(&p[1], op->ttl_ms);
        break;
    case TR_STORE_SHARDS:
    case TR_STORE_NODES:
        break;
    }
}

static enum statement statement_of(enum tr_store_verb verb)
{
    static const enum statement of[] = {
        [TR_STORE_SAVE] = ST_save,   [TR_STORE_DELETE] = ST_delete,   [TR_STORE_LOAD] = ST_load,
        [TR_STORE_TAKE] = ST_take,   [TR_STORE_RELEASE] = ST_release, [TR_STORE_SHARDS] = ST_shards,
        [TR_STORE_RENEW] = ST_renew, [TR_STORE_NODES] = ST_nodes,     [TR_STORE_SWEEP] = ST_sweep};
    return of[verb];
}

static enum tr_pg_type element_of(Oid array)
{
    switch (array) {
    case TR_PG_TEXT_ARRAY:
        return TR_PG_TEXT;
    case TR_PG_BYTEA_ARRAY:
        return TR_PG_BYTEA;
    case TR_PG_INT4_ARRAY:
        return TR_PG_INT4;
    default:
        return TR_PG_INT8;
    }
}

static bool send_statement(PGconn *connection, enum statement statement, tr_pg_array *parameters)
{
    const char *values[TR_PG_PARAMETERS];
    int lengths[TR_PG_PARAMETERS];
    int formats[TR_PG_PARAMETERS];
    for (int i = 0; i < statements[statement].count; i++) {
        tr_pg_array_end(&parameters[i]);
        values[i] = (const char *)parameters[i].bytes.data;
        lengths[i] = (int)parameters[i].bytes.size;
        formats[i] = 1;
    }
    return PQsendQueryPrepared(connection, statements[statement].name, statements[statement].count,
                               values, lengths, formats, 1) == 1;
}

bool tr_pg_batch_send(const tr_pg_batch *self, PGconn *connection,
                      tr_pg_array parameters[TR_PG_PARAMETERS])
{
    if (!send_statement(connection, statement_of(self->verb), parameters))
        return false;
    // Its one parameter is the same first one.
    if (self->verb == TR_STORE_TAKE && !send_statement(connection, ST_owners, parameters))
        return false;
    return PQpipelineSync(connection) == 1;
}

bool tr_pg_prepare_all(PGconn *connection)
{
    for (int i = 0; i < ST_COUNT; i++)
        if (PQsendPrepare(connection, statements[i].name, statements[i].text, statements[i].count,
                          statements[i].types) != 1)
            return false;
    return PQpipelineSync(connection) == 1;
}

// Keys that a statement may meet only once. That two sessions share a number costs one more
// statement.
static uint64_t key_of(const tr_store_op *op)
{
    switch (op->verb) {
    case TR_STORE_SAVE:
    case TR_STORE_DELETE:
    case TR_STORE_LOAD:
        return tr_load_u64((const uint8_t *)op->id + TR_SESSION_ID_SIZE - 8) | 1;
    case TR_STORE_TAKE:
    case TR_STORE_RELEASE:
    case TR_STORE_SWEEP:
        return (uint64_t)op->shard + 1;
    case TR_STORE_RENEW:
        return op->node | 1;
    default:
        return 0;
    }
}
tr_pg_batch *tr_pg_batch_gather(tr_store_queue *waiting, tr_pg_array parameters[TR_PG_PARAMETERS])
{
    tr_pg_batch *self = tr_new(tr_pg_batch);
    self->verb = waiting->head->verb;
    self->sent_ms = tr_store_boot_ms();
    enum statement statement = statement_of(self->verb);
    for (int i = 0; i < statements[statement].count; i++)
        tr_pg_array_begin(&parameters[i], element_of(statements[statement].types[i]));
    size_t bytes = 0;
    tr_map keys = {0};
    tr_store_op *op;
    while ((op = waiting->head) != NULL && op->verb == self->verb && self->ops.count < BATCH_ROWS &&
           bytes < BATCH_BYTES) {
        uint64_t key = key_of(op);
        if (key != 0 && tr_map_put(&keys, key, op) != NULL)
            break;
        (void)tr_store_queue_pop(waiting);
        bytes += tr_store_op_record(op).size;
        add_op(parameters, op);
        tr_store_queue_push(&self->ops, op);
    }
    tr_map_done(&keys);
    return self;
}

void tr_pg_batch_take_back(tr_pg_batch *self, tr_store_queue *back)
{
    for (tr_store_op *at = self->ops.head; at != NULL; at = at->next)
        tr_store_op_reset(at);
    tr_store_queue_move(&self->ops, back);
    tr_free(self);
}

void tr_pg_batch_end(tr_pg_batch *self, tr_store_queue *waiting)
{
    if (self->is_refused && is_passing(self->sqlstate)) {
        tr_store_queue front = {0};
        tr_pg_batch_take_back(self, &front);
        tr_store_queue_move(waiting, &front);
        *waiting = front;
        return;
    }
    if (self->is_refused)
        set_all(self, status_of(self->sqlstate));
    tr_store_op *op;
    while ((op = tr_store_queue_pop(&self->ops)) != NULL)
        tr_store_complete(op, op->status);
    tr_free(self);
}
