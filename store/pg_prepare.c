#include "store/pg_prepare.h"

#include <libpq-fe.h>
#include <stdlib.h>

#include "store/engine.h"
#include "store/pg_statements.h"
#include "troupe/err.h"

int tr_pg_check_url(const char *url, char *why, size_t why_size)
{
    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &message);
    if (options != NULL) {
        PQconninfoFree(options);
        return 0;
    }
    tr_store_say(why, why_size, TR_EINVALID, "%s", message != NULL ? message : "it cannot be read");
    PQfreemem(message);
    return TR_EINVALID;
}

static int run_sql(PGconn *connection, const char *sql, char *why, size_t why_size)
{
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);
    int code = 0;
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        code = tr_store_say(why, why_size, TR_EUNAVAILABLE, "its tables cannot be made: %s",
                            PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) != NULL
                                ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)
                                : PQerrorMessage(connection));
    PQclear(result);
    return code;
}

static int check_form(PGconn *connection, char *why, size_t why_size)
{
    PGresult *result = PQexec(connection, TR_PG_READ_FORM);
    int code = 0;
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1) {
        code = tr_store_say(why, why_size, TR_EUNAVAILABLE, "its tables cannot be read: %s",
                            PQerrorMessage(connection));
    } else if (strtol(PQgetvalue(result, 0, 0), NULL, 10) > TR_PG_FORM) {
        code =
            tr_store_say(why, why_size, TR_EPROTOCOL,
                         "its tables are of a newer version of Troupe (form %s, this one knows %d)",
                         PQgetvalue(result, 0, 0), TR_PG_FORM);
    }
    PQclear(result);
    return code;
}

static int make_tables(PGconn *connection, char *why, size_t why_size)
{
    // Two programs that make the same table at once: one of them is told that it exists.
    enum { TRIES = 5 };
    int result = 0;
    for (int i = 0; i < TRIES; i++)
        if ((result = run_sql(connection, TR_PG_SCHEMA, why, why_size)) == 0)
            break;
    return result;
}

int tr_pg_prepare(const char *url, char *why, size_t why_size)
{
    const char *names[] = {"fallback_application_name", "connect_timeout", "target_session_attrs",
                           "dbname", NULL};
    const char *values[] = {"troupe", "5", "read-write", url, NULL};
    PGconn *connection = PQconnectdbParams(names, values, 1);
    int result = 0;
    if (PQstatus(connection) != CONNECTION_OK)
        result = tr_store_say(why, why_size,
                              PQconnectionNeedsPassword(connection) ||
                                      PQconnectionUsedPassword(connection)
                                  ? TR_EINVALID
                                  : TR_EUNAVAILABLE,
                              "%s", PQerrorMessage(connection));
    else if ((result = run_sql(connection, "set client_min_messages = warning", why, why_size)) ==
                 0 &&
             (result = make_tables(connection, why, why_size)) == 0)
        result = check_form(connection, why, why_size);
    PQfinish(connection);
    return result;
}
