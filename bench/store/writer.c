// What a store's bare library writes: rows of one size, so many in each transaction, one transaction after
// the other, as one core thread's store does.
//
//     bench_store_writer lmdb FILE ROWS BYTES SECONDS
//     bench_store_writer postgres URL ROWS BYTES SECONDS
//
// prints rows a second;
//
//     bench_store_writer count lmdb FILE
//     bench_store_writer count postgres URL
//
// how many transactions there were so far. The rows are those of the sessions' table, without shards and their epochs.

#include <libpq-fe.h>
#include <lmdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ID_BYTES = 28, ROWS_CAP = 1000, PARAMETERS = 2, MAP_BYTES = 1 << 30 };

typedef struct job {
    unsigned rows;
    size_t bytes;
    double seconds;
    char ids[ROWS_CAP][ID_BYTES + 1];
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
    self->body = malloc(self->bytes + 1);
    if (self->body == NULL)
        give_up("memory", "there is none");
    for (size_t i = 0; i < self->bytes; i++)
        self->body[i] = (uint8_t)(i * 31);
    for (unsigned i = 0; i < self->rows; i++)
        snprintf(self->ids[i], sizeof self->ids[i], "%028u", i);
}

// Calls `write_batch` until the time is over; a tenth of it before counts for nothing.
static double measure(const job *self, void (*write_batch)(const job *self, void *arg), void *arg)
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

static void write_lmdb(const job *self, void *arg)
{
    file *to = arg;
    MDB_txn *txn;
    must_lmdb(mdb_txn_begin(to->env, NULL, 0, &txn));
    for (unsigned i = 0; i < self->rows; i++) {
        MDB_val key = {ID_BYTES, (void *)(uintptr_t)self->ids[i]};
        MDB_val value = {self->bytes, self->body};
        must_lmdb(mdb_put(txn, to->table, &key, &value, 0));
    }
    must_lmdb(mdb_txn_commit(txn));
}

static double run_lmdb(const job *self, const char *path)
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

static void write_pg(const job *self, void *arg)
{
    static const char *values[PARAMETERS * ROWS_CAP];
    static int lengths[PARAMETERS * ROWS_CAP];
    static int formats[PARAMETERS * ROWS_CAP];
    PGconn *connection = arg;
    for (unsigned i = 0; i < self->rows; i++) {
        values[PARAMETERS * i] = self->ids[i];
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
        size += (size_t)snprintf(sql + size, cap - size,
                                 "%s($%u::text, 1, $%u::bytea, now() + interval '1 hour')",
                                 i != 0 ? ", " : "", PARAMETERS * i + 1, PARAMETERS * i + 2);
    snprintf(
        sql + size, cap - size,
        " on conflict (id) do update set body = excluded.body, expires_at = excluded.expires_at");
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

static double run_pg(const job *self, const char *url)
{
    PGconn *connection = connect_pg(url);
    must_pg(connection,
            PQexec(connection, "create table bench_rows (id text primary key, shard int4 not null, "
                               "body bytea not null, expires_at timestamptz not null);"
                               "create index bench_expiry on bench_rows (shard, expires_at)"),
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
    if (argc != 6)
        give_up("usage", "lmdb|postgres PLACE ROWS BYTES SECONDS");
    self.rows = (unsigned)strtoul(argv[3], NULL, 10);
    self.bytes = strtoul(argv[4], NULL, 10);
    self.seconds = strtod(argv[5], NULL);
    if (self.rows == 0 || self.rows > ROWS_CAP)
        give_up(argv[3], "from 1 to 1000 rows");
    make_rows(&self);
    bool is_lmdb = strcmp(argv[1], "lmdb") == 0;
    printf("%.0f\n", is_lmdb ? run_lmdb(&self, argv[2]) : run_pg(&self, argv[2]));
    free(self.body);
    return 0;
}
