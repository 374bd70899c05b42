// Guests in PostgreSQL, for everybody: each thread of the pool has a connection of its own.
//
// Needs: libpq

#include <libpq-fe.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <troupe/troupe.h>

static const char schema[] =
    "SET client_min_messages = warning;"
    "CREATE TABLE IF NOT EXISTS guests ("
    "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL)";

static pthread_key_t connections;
static pthread_once_t is_made = PTHREAD_ONCE_INIT;

static void close_connection(void *connection)
{
    PQfinish(connection);
}

static void make_key(void)
{
    pthread_key_create(&connections, close_connection);
}

// This thread's, which is closed when the thread ends. One that broke is opened anew; NULL: there is no
// server, and the handler has failed.
static PGconn *guests_connect(tr_event *ev)
{
    pthread_once(&is_made, make_key);
    PGconn *connection = pthread_getspecific(connections);
    if (connection != NULL && PQstatus(connection) == CONNECTION_OK)
        return connection;
    PQfinish(connection);
    const char *url = getenv("GUESTS_DB");
    connection = PQconnectdb(url != NULL ? url : "connect_timeout=5");
    pthread_setspecific(connections, connection);
    if (PQstatus(connection) != CONNECTION_OK) {
        tr_fail(ev, "no database: %s", PQerrorMessage(connection));
        return NULL;
    }
    PQclear(PQexec(connection, schema));
    return connection;
}

// Rows, the caller's to clear; NULL: the handler has failed. Values are bound, never put into the statement.
static PGresult *guests_ask(tr_event *ev, const char *statement, int count,
                            const char *const *values)
{
    PGconn *connection = guests_connect(ev);
    if (connection == NULL)
        return NULL;
    PGresult *result = PQexecParams(connection, statement, count, NULL, values, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        return result;
    tr_fail(ev, "%s: %s", statement, PQerrorMessage(connection));
    PQclear(result);
    return NULL;
}

TR_SYNC(guests_show)
{
    PGresult *rows =
        guests_ask(ev, "SELECT id, name FROM guests ORDER BY id DESC LIMIT 100", 0, NULL);
    if (rows == NULL)
        return;
    ui_list names = {0};
    for (int i = 0; i < PQntuples(rows); i++)
        ui_push(&names, ui_text(PQgetvalue(rows, i, 1),
                                .key = ui_format("guest-%s", PQgetvalue(rows, i, 0))));
    ui_set_children(ev, "guests", ui_items(&names));
    PQclear(rows);
}

TR_SYNC(guest_add)
{
    const char *name = tr_event_text(ev, "");
    PGresult *done = guests_ask(ev, "INSERT INTO guests (name) VALUES ($1)", 1, &name);
    if (done == NULL)
        return;
    PQclear(done);
    ui_set_text(ev, "new", "");
    tr_publish(ev, "guests", "", 0);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text_field("A guest", .key = "new", .on_submit = guest_add));
    ui_add(page, ui_column(.key = "guests"));
    tr_subscribe(page, "guests", guests_show);
    ui_load(page, "guests", guests_show);
}

const tr_app postgres_app = {.name = "Guests", .build = build};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &postgres_app);
}
