// The engine for many machines: a PostgreSQL server, or what speaks its protocol. One connection a
// loop, in pipeline mode; nothing waits. Operations that are submitted while statements are under
// way gather, and go as one statement of each kind, in order.
//
//     AWAY ──timer──▶ CONNECTING ──▶ PREPARING ──▶ READY
//       ▲                │               │           │
//       └────────────────┴── failed ─────┴───────────┘   what was under way is sent again
//
// Sending again is safe: a lease replaces itself, and a shard that was taken by the same core thread
// already, with the epoch that it asked for, counts as taken. A SAVE is not sent again: what was sent
// may be on its way, in a socket's buffer or in front of a server's process that stands still, and
// come behind what is written since. It ends, and its owner takes the shard anew.

#include <errno.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "store/engine.h"
#include "store/pg_batch.h"
#include "store/pg_prepare.h"
#include "troupe/err.h"

enum {
    BATCHES = 8,       // under way; more wait and gather
    BATCHES_ALIKE = 2, // likewise, of one kind behind each other
    CONNECT_MS = 5000,
    TICK_MS = 250,
    BACKOFF_FIRST_MS = 100,
    BACKOFF_LAST_MS = 500, // so long after it is back it may be found: people wait for that
    HOSTS = 16
};

enum state { AWAY, CONNECTING, PREPARING, READY };

typedef struct server {
    tr_store *store;
    PQconninfoOption *options; // of the URL
    char *hosts[HOSTS];
    char *ports[HOSTS];
    unsigned host_count;
    unsigned host; // that is tried next
    enum state state;
    PGconn *connection;
    ev_io io;
    ev_timer tick;
    ev_timer retry;    // AWAY
    uint64_t since_ms; // the state
    uint64_t backoff_ms;
    bool has_said_away;
    tr_store_queue waiting;
    tr_pg_batch *first; // under way, oldest first
    tr_pg_batch *last;
    unsigned batch_count;
    char said_state[TR_PG_STATE_SIZE]; // why it refused a statement last
    bool is_misfit;                    // its tables are not ours
    tr_pg_array parameters[TR_PG_PARAMETERS];
} server;

static const char *option(const PQconninfoOption *options, const char *name)
{
    for (; options->keyword != NULL; options++)
        if (strcmp(options->keyword, name) == 0)
            return options->val;
    return NULL;
}

// The n-th of a list with commas, or the last one there is; NULL: nothing is given.
static char *item(const char *list, unsigned n)
{
    if (list == NULL)
        return NULL;
    const char *comma;
    for (; n != 0 && (comma = strchr(list, ',')) != NULL; n--)
        list = comma + 1;
    return tr_copy_text(list, strcspn(list, ","));
}

static unsigned items(const char *list)
{
    unsigned count = 1;
    for (; list != NULL && *list != '\0'; list++)
        count += *list == ',';
    return count;
}

static void find_hosts(server *self)
{
    const char *hosts = option(self->options, "host");
    unsigned count = items(hosts);
    self->host_count = count < HOSTS ? count : HOSTS;
    for (unsigned i = 0; i < self->host_count; i++) {
        self->hosts[i] = item(hosts, i);
        self->ports[i] = item(option(self->options, "port"), i);
    }
}

// The values of the URL, with one of its hosts, and our own where it has none.
static PGconn *start_connection(const server *self)
{
    enum { MORE = 64 };
    const char *names[MORE + 4];
    const char *values[MORE + 4];
    unsigned count = 0;
    names[count] = "fallback_application_name";
    values[count++] = "troupe";
    names[count] = "target_session_attrs";
    values[count++] = "read-write";
    for (const PQconninfoOption *at = self->options; at->keyword != NULL && count < MORE; at++) {
        const char *value = at->val;
        if (strcmp(at->keyword, "host") == 0)
            value = self->hosts[self->host];
        else if (strcmp(at->keyword, "port") == 0)
            value = self->ports[self->host];
        if (value == NULL)
            continue;
        names[count] = at->keyword;
        values[count++] = value;
    }
    names[count] = values[count] = NULL;
    return PQconnectStartParams(names, values, 0);
}
// -- the connection --

static void set_state(server *self, enum state state)
{
    self->state = state;
    self->since_ms = tr_store_boot_ms();
}

static void watch(server *self, int events)
{
    struct ev_loop *loop = self->store->loop;
    int fd = PQsocket(self->connection);
    if (ev_is_active(&self->io) && self->io.fd == fd && self->io.events == events)
        return;
    ev_io_stop(loop, &self->io);
    ev_io_set(&self->io, fd, events);
    ev_io_start(loop, &self->io);
}

static void drop_connection(server *self)
{
    ev_io_stop(self->store->loop, &self->io);
    PQfinish(self->connection);
    self->connection = NULL;
}

static void end_all(tr_store_queue *ops)
{
    tr_store_op *op;
    while ((op = tr_store_queue_pop(ops)) != NULL)
        tr_store_complete(op, TR_EUNAVAILABLE);
}

// Operations under way are tried again, in their order, before those that wait.
static void take_back(server *self)
{
    tr_store_queue back = {0};
    while (self->first != NULL) {
        tr_pg_batch *gone = self->first;
        self->first = gone->next;
        if (gone->verb == TR_STORE_SAVE && !gone->is_refused)
            end_all(&gone->ops);
        tr_pg_batch_take_back(gone, &back);
    }
    self->last = NULL;
    self->batch_count = 0;
    tr_store_queue_move(&self->waiting, &back);
    self->waiting = back;
}

// All hosts are tried before there is a pause.
static void try_again(server *self)
{
    uint64_t pause_ms = self->host == 0 ? self->backoff_ms : 0;
    ev_timer_stop(self->store->loop, &self->retry);
    ev_timer_set(&self->retry, (double)pause_ms / 1000, 0);
    ev_timer_start(self->store->loop, &self->retry);
    if (self->host == 0)
        self->backoff_ms = 2 * pause_ms < BACKOFF_LAST_MS ? 2 * pause_ms : BACKOFF_LAST_MS;
}

static void lose(server *self, const char *why)
{
    if (!self->has_said_away)
        tr_log(TR_LOG_WARN, "event=store_away store=postgres reason=%s",
               tr_log_quote(why, (unsigned)strcspn(why, "\n")));
    self->has_said_away = true;
    drop_connection(self);
    take_back(self);
    set_state(self, AWAY);
    self->host = (self->host + 1) % self->host_count;
    try_again(self);
}

// One is on the server's hands and one is there when that is done: more would be smaller ones, and a statement
// of one row costs as much as one of twenty.
static bool has_room(const server *self)
{
    unsigned alike = 0;
    for (const tr_pg_batch *at = self->first; at != NULL; at = at->next)
        alike = at->verb == self->waiting.head->verb ? alike + 1 : 0;
    return alike < BATCHES_ALIKE && self->batch_count < BATCHES;
}

static void send_waiting(server *self)
{
    while (self->state == READY && self->waiting.head != NULL && has_room(self)) {
        tr_pg_batch *next = tr_pg_batch_gather(&self->waiting, self->parameters);
        bool is_sent = tr_pg_batch_send(next, self->connection, self->parameters);
        if (self->last != NULL)
            self->last->next = next;
        else
            self->first = next;
        self->last = next;
        self->batch_count++;
        if (!is_sent)
            lose(self, PQerrorMessage(self->connection));
    }
}

static void finish_first(server *self)
{
    tr_pg_batch *done = self->first;
    if (done == NULL)
        return;
    if (tr_pg_batch_is_misplaced(done)) {
        lose(self, "it takes no writes any more");
        return;
    }
    if (!done->is_refused)
        self->said_state[0] = '\0';
    self->first = done->next;
    if (self->first == NULL)
        self->last = NULL;
    self->batch_count--;
    tr_pg_batch_end(done, &self->waiting);
}

static void connect_now(server *self)
{
    self->connection = start_connection(self);
    set_state(self, CONNECTING);
    if (self->connection == NULL || PQstatus(self->connection) == CONNECTION_BAD) {
        lose(self, self->connection != NULL ? PQerrorMessage(self->connection) : "out of memory");
        return;
    }
    watch(self, EV_WRITE);
}

static void prepare_statements(server *self)
{
    set_state(self, PREPARING);
    if (PQsetnonblocking(self->connection, 1) != 0 || PQenterPipelineMode(self->connection) != 1 ||
        !tr_pg_prepare_all(self->connection))
        lose(self, PQerrorMessage(self->connection));
}

static void on_connecting(server *self)
{
    switch (PQconnectPoll(self->connection)) {
    case PGRES_POLLING_READING:
        watch(self, EV_READ);
        break;
    case PGRES_POLLING_WRITING:
        watch(self, EV_WRITE);
        break;
    case PGRES_POLLING_OK:
        prepare_statements(self);
        break;
    default:
        lose(self, PQerrorMessage(self->connection));
        break;
    }
}

static void on_prepared(server *self)
{
    set_state(self, READY);
    self->backoff_ms = BACKOFF_FIRST_MS;
    tr_log(self->has_said_away ? TR_LOG_INFO : TR_LOG_DEBUG,
           "event=store_connected store=postgres host=%s", PQhost(self->connection));
    self->has_said_away = false;
}

static void on_result(server *self, const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC) {
        if (self->state == PREPARING)
            on_prepared(self);
        else
            finish_first(self);
    } else if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
        if (self->state == PREPARING)
            self->is_misfit = true;
        else if (self->first != NULL)
            tr_pg_batch_on_error(self->first, result, self->said_state);
    } else if (status == PGRES_TUPLES_OK && self->first != NULL) {
        tr_pg_batch_on_rows(self->first, result);
    }
}

static void on_readable(server *self)
{
    if (PQconsumeInput(self->connection) != 1) {
        lose(self, PQerrorMessage(self->connection));
        return;
    }
    unsigned nulls = 0;
    while (self->connection != NULL && PQisBusy(self->connection) == 0 && nulls < 2) {
        PGresult *result = PQgetResult(self->connection);
        if (result == NULL) {
            nulls++; // the end of one statement; two in a row: nothing is under way
            continue;
        }
        nulls = 0;
        on_result(self, result);
        PQclear(result);
        if (self->is_misfit) {
            self->is_misfit = false;
            lose(self, "its tables are not those of this program");
            return;
        }
    }
    if (self->connection != NULL && PQstatus(self->connection) == CONNECTION_BAD)
        lose(self, PQerrorMessage(self->connection));
}

// Sends what waits and what did not fit; listens for what comes.
static void go_on(server *self)
{
    send_waiting(self);
    if (self->connection == NULL || self->state < PREPARING)
        return;
    int left = PQflush(self->connection);
    if (left < 0)
        lose(self, PQerrorMessage(self->connection));
    else
        watch(self, left > 0 ? EV_READ | EV_WRITE : EV_READ);
}

static void on_io(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    server *self = watcher->data;
    if (self->state == CONNECTING)
        on_connecting(self);
    else if ((events & EV_READ) != 0)
        on_readable(self);
    go_on(self);
}

// Nobody waits longer than the store's patience for a server that is away or does not answer.
static void end_impatient(server *self, uint64_t now_ms)
{
    tr_store_queue stay = {0};
    tr_store_op *op;
    while ((op = tr_store_queue_pop(&self->waiting)) != NULL) {
        if (now_ms - op->submitted_ms < self->store->patience_ms)
            tr_store_queue_push(&stay, op);
        else
            tr_store_complete(op, TR_EUNAVAILABLE);
    }
    self->waiting = stay;
}

static void on_tick(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)events;
    server *self = watcher->data;
    uint64_t now_ms = tr_store_boot_ms();
    if (self->state == READY && self->first != NULL &&
        now_ms - self->first->sent_ms > self->store->patience_ms)
        lose(self, "it does not answer");
    if ((self->state == CONNECTING || self->state == PREPARING) &&
        now_ms - self->since_ms > CONNECT_MS)
        lose(self, "it does not answer");
    if (self->state != READY)
        end_impatient(self, now_ms);
    go_on(self);
}

static void on_retry(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)events;
    server *self = watcher->data;
    connect_now(self);
    go_on(self);
}

// -- the engine --

static int open_server(tr_store *store, const char *url)
{
    server *self = tr_new(server);
    self->store = store;
    self->options = PQconninfoParse(url, NULL);
    if (self->options == NULL) {
        tr_free(self);
        return TR_EINVALID;
    }
    find_hosts(self);
    self->backoff_ms = BACKOFF_FIRST_MS;
    ev_io_init(&self->io, on_io, -1, 0);
    ev_timer_init(&self->tick, on_tick, (double)TICK_MS / 1000, (double)TICK_MS / 1000);
    ev_timer_init(&self->retry, on_retry, 0, 0);
    self->io.data = self->tick.data = self->retry.data = self;
    ev_timer_start(store->loop, &self->tick);
    ev_timer_start(store->loop, &self->retry);
    store->mine = self;
    return 0;
}

static void submit(tr_store *store, tr_store_op *op)
{
    server *self = store->mine;
    tr_store_queue_push(&self->waiting, op);
}

static void flush(tr_store *store)
{
    go_on(store->mine);
}

static void close_server(tr_store *store)
{
    server *self = store->mine;
    ev_timer_stop(store->loop, &self->tick);
    ev_timer_stop(store->loop, &self->retry);
    if (self->connection != NULL)
        drop_connection(self);
    take_back(self);
    tr_store_op *op;
    while ((op = tr_store_queue_pop(&self->waiting)) != NULL)
        tr_store_complete(op, TR_ECANCELLED);
    for (unsigned i = 0; i < self->host_count; i++) {
        tr_free(self->hosts[i]);
        tr_free(self->ports[i]);
    }
    for (unsigned i = 0; i < TR_PG_PARAMETERS; i++)
        tr_pg_array_done(&self->parameters[i]);
    PQconninfoFree(self->options);
    tr_free(self);
}

const tr_store_engine tr_store_postgres = {
    .kind = "postgres",
    .prefix = "postgres://",
    .check_url = tr_pg_check_url,
    .prepare = tr_pg_prepare,
    .open = open_server,
    .submit = submit,
    .flush = flush,
    .close = close_server,
};
