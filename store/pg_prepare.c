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

static int read_number(PGconn *connection, const char *sql, long long *out, char *why,
                       size_t why_size)
{
    PGresult *result = PQexec(connection, sql);
    int code = 0;
    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1)
        *out = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    else
        code = tr_store_say(why, why_size, TR_EUNAVAILABLE, "its tables cannot be read: %s",
                            PQerrorMessage(connection));
    PQclear(result);
    return code;
}

static int bring_to_form(PGconn *connection, char *why, size_t why_size)
{
    long long form = 0;
    int result = read_number(connection, TR_PG_READ_FORM, &form, why, why_size);
    if (result < 0)
        return result;
    if (form > TR_PG_FORM)
        return tr_store_say(
            why, why_size, TR_EPROTOCOL,
            "its tables are of a newer version of Troupe (form %lld, this one knows %d)", form,
            TR_PG_FORM);
    return form < 2 ? run_sql(connection, TR_PG_TO_FORM_2, why, why_size) : 0;
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

int tr_pg_prepare(const char *url, uint64_t *identity, char *why, size_t why_size)
{
    const char *names[] = {"fallback_application_name", "connect_timeout", "target_session_attrs",
                           "dbname", NULL};
    const char *values[] = {"troupe", "5", "read-write", url, NULL};
    PGconn *connection = PQconnectdbParams(names, values, 1);
    int result = 0;
    long long number = 0;
    if (PQstatus(connection) != CONNECTION_OK)
        result = tr_store_say(why, why_size,
                              PQconnectionNeedsPassword(connection) ||
                                      PQconnectionUsedPassword(connection)
                                  ? TR_EINVALID
                                  : TR_EUNAVAILABLE,
                              "%s", PQerrorMessage(connection));
    else if ((result = run_sql(connection, "set client_min_messages = warning", why, why_size)) ==
                 0 &&
             (result = make_tables(connection, why, why_size)) == 0 &&
             (result = bring_to_form(connection, why, why_size)) == 0)
        result = read_number(connection, TR_PG_READ_IDENTITY, &number, why, why_size);
    PQfinish(connection);
    *identity = (uint64_t)number;
    return result;
}
