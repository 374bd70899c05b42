// What a store's bare library writes: rows of one size, so many in each transaction, one transaction after
// the other, as one core thread's store does. The rows of so many keys are written in turn; the keys lie as
// those of sessions do, anywhere.
//
//     bench_store_writer lmdb FILE KEYS ROWS BYTES SECONDS
//     bench_store_writer postgres URL KEYS ROWS BYTES SECONDS
//
// prints rows a second;
//
//     bench_store_writer count lmdb FILE
//     bench_store_writer count postgres URL
//
// how many transactions there were so far. The rows are those of a session's changes, without what ours asks
// before it writes: shards and their epochs, bases.

#include <libpq-fe.h>
#include <lmdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    ID_BYTES = 28,
    CHANGE_KEY_BYTES = ID_BYTES + 4, // with its number
    HEAD_BYTES = 8,                  // its generation
    KEYS_CAP = 1000,
    PARAMETERS = 2,
    MAP_BYTES = 1 << 30
};

#define SPREAD 0x9e3779b1u // of Fibonacci hashing

typedef struct job {
    unsigned keys;
    unsigned rows;
    unsigned next; // the key that is written next
    size_t bytes;
    double seconds;
    char ids[KEYS_CAP][CHANGE_KEY_BYTES + 1];
    uint8_t *body;
} job;

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "bench_store_writer: %s: %s\n", what, why);
    exit(1);
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void make_rows(job *self)
{
    size_t size = HEAD_BYTES + self->bytes;
    self->body = malloc(size);
    if (self->body == NULL)
        give_up("memory", "there is none");
    for (size_t i = 0; i < size; i++)
        self->body[i] = (uint8_t)(i * 31);
    for (unsigned i = 0; i < self->keys; i++)
        snprintf(self->ids[i], sizeof self->ids[i], "%08x%020u0001", i * SPREAD, i);
}

static const char *next_id(job *self)
{
    const char *id = self->ids[self->next];
    self->next = (self->next + 1) % self->keys;
    return id;
}

// Calls `write_batch` until the time is over; a tenth of it before counts for nothing.
static double measure(job *self, void (*write_batch)(job *self, void *arg), void *arg)
{
    double begin = now_s();
    while (now_s() - begin < self->seconds / 10)
        write_batch(self, arg);
    uint64_t rows = 0;
    begin = now_s();
    while (now_s() - begin < self->seconds) {
        write_batch(self, arg);
        rows += self->rows;
    }
    return (double)rows / (now_s() - begin);
}

// -- LMDB --

typedef struct file {
    MDB_env *env;
    MDB_dbi table;
} file;

static void must_lmdb(int error)
{
    if (error != 0)
        give_up("lmdb", mdb_strerror(error));
}

static void write_lmdb(job *self, void *arg)
{
    file *to = arg;
    MDB_txn *txn;
    must_lmdb(mdb_txn_begin(to->env, NULL, 0, &txn));
    for (unsigned i = 0; i < self->rows; i++) {
        MDB_val key = {CHANGE_KEY_BYTES, (void *)(uintptr_t)next_id(self)};
        MDB_val value = {HEAD_BYTES + self->bytes, self->body};
        must_lmdb(mdb_put(txn, to->table, &key, &value, 0));
    }
    must_lmdb(mdb_txn_commit(txn));
}

static double run_lmdb(job *self, const char *path)
{
    file to;
    MDB_txn *txn;
    must_lmdb(mdb_env_create(&to.env));
    must_lmdb(mdb_env_set_mapsize(to.env, MAP_BYTES));
    must_lmdb(mdb_env_open(to.env, path, MDB_NOSUBDIR | MDB_NORDAHEAD, 0600));
    must_lmdb(mdb_txn_begin(to.env, NULL, 0, &txn));
    must_lmdb(mdb_dbi_open(txn, NULL, 0, &to.table));
    must_lmdb(mdb_txn_commit(txn));
    double rate = measure(self, write_lmdb, &to);
    mdb_env_close(to.env);
    return rate;
}

static double count_lmdb(const char *path)
{
    MDB_env *env;
    MDB_envinfo info;
    must_lmdb(mdb_env_create(&env));
    must_lmdb(mdb_env_open(env, path, MDB_NOSUBDIR | MDB_RDONLY, 0600));
    must_lmdb(mdb_env_info(env, &info));
    mdb_env_close(env);
    return (double)info.me_last_txnid;
}

// -- PostgreSQL --

static void must_pg(PGconn *connection, PGresult *result, ExecStatusType wanted)
{
    if (PQresultStatus(result) != wanted)
        give_up("postgres", PQerrorMessage(connection));
    PQclear(result);
}

static void write_pg(job *self, void *arg)
{
    static const char *values[PARAMETERS * KEYS_CAP];
    static int lengths[PARAMETERS * KEYS_CAP];
    static int formats[PARAMETERS * KEYS_CAP];
    PGconn *connection = arg;
    for (unsigned i = 0; i < self->rows; i++) {
        values[PARAMETERS * i] = next_id(self);
        lengths[PARAMETERS * i] = ID_BYTES;
        values[PARAMETERS * i + 1] = (const char *)self->body;
        lengths[PARAMETERS * i + 1] = (int)self->bytes;
        formats[PARAMETERS * i] = formats[PARAMETERS * i + 1] = 1;
    }
    must_pg(connection,
            PQexecPrepared(connection, "save", (int)(PARAMETERS * self->rows), values, lengths,
                           formats, 1),
            PGRES_COMMAND_OK);
}

static void prepare_pg(const job *self, PGconn *connection)
{
    size_t cap = 256 + 96 * (size_t)self->rows;
    char *sql = malloc(cap);
    if (sql == NULL)
        give_up("memory", "there is none");
    size_t size = (size_t)snprintf(sql, cap, "insert into bench_rows values ");
    for (unsigned i = 0; i < self->rows; i++)
        size += (size_t)snprintf(sql + size, cap - size, "%s($%u::text, 1, 1, $%u::bytea)",
                                 i != 0 ? ", " : "", PARAMETERS * i + 1, PARAMETERS * i + 2);
    snprintf(sql + size, cap - size,
             " on conflict (id, number) do update set generation = excluded.generation, "
             "body = excluded.body");
    must_pg(connection, PQprepare(connection, "save", sql, 0, NULL), PGRES_COMMAND_OK);
    free(sql);
}

static PGconn *connect_pg(const char *url)
{
    PGconn *connection = PQconnectdb(url);
    if (PQstatus(connection) != CONNECTION_OK)
        give_up("postgres", PQerrorMessage(connection));
    return connection;
}

// Those of connections that have ended are all counted.
static double count_pg(const char *url)
{
    PGconn *connection = connect_pg(url);
    PGresult *result = PQexec(connection, "select sum(xact_commit)::text from pg_stat_database");
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        give_up("postgres", PQerrorMessage(connection));
    double count = strtod(PQgetvalue(result, 0, 0), NULL);
    PQclear(result);
    PQfinish(connection);
    return count;
}

static double run_pg(job *self, const char *url)
{
    PGconn *connection = connect_pg(url);
    must_pg(connection,
            PQexec(connection, "create table bench_rows (id text not null, number int4 not null, "
                               "generation int8 not null, body bytea not null, "
                               "primary key (id, number))"),
            PGRES_COMMAND_OK);
    prepare_pg(self, connection);
    double rate = measure(self, write_pg, connection);
    must_pg(connection, PQexec(connection, "drop table bench_rows"), PGRES_COMMAND_OK);
    PQfinish(connection);
    return rate;
}

int main(int argc, char **argv)
{
    static job self;
    if (argc == 4 && strcmp(argv[1], "count") == 0) {
        printf("%.0f\n", strcmp(argv[2], "lmdb") == 0 ? count_lmdb(argv[3]) : count_pg(argv[3]));
        return 0;
    }
    if (argc != 7)
        give_up("usage", "lmdb|postgres PLACE KEYS ROWS BYTES SECONDS");
    self.keys = (unsigned)strtoul(argv[3], NULL, 10);
    self.rows = (unsigned)strtoul(argv[4], NULL, 10);
    self.bytes = strtoul(argv[5], NULL, 10);
    self.seconds = strtod(argv[6], NULL);
    if (self.keys == 0 || self.keys > KEYS_CAP)
        give_up(argv[3], "from 1 to 1000 keys");
    if (self.rows == 0 || self.rows > self.keys)
        give_up(argv[4], "from 1 to as many rows as there are keys");
    make_rows(&self);
    bool is_lmdb = strcmp(argv[1], "lmdb") == 0;
    printf("%.0f\n", is_lmdb ? run_lmdb(&self, argv[2]) : run_pg(&self, argv[2]));
    free(self.body);
    return 0;
}
