#include "orders.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const columns[] = {"id", "customer", "city", "amount", "day"};

// -- the file --

static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

static bool run(sqlite3 *db, const char *sql)
{
    bool is_done = sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
    if (!is_done)
        fprintf(stderr, "grid: %s: %s\n", sql, sqlite3_errmsg(db));
    return is_done;
}

static unsigned wanted_rows(void)
{
    const char *text = getenv("GRID_ROWS");
    unsigned long rows = text != NULL ? strtoul(text, NULL, 10) : 0;
    return rows == 0 || rows > 100000000 ? 1000000 : (unsigned)rows;
}

static bool insert_orders(sqlite3 *db, unsigned rows)
{
    static const char *const first[] = {"Ada",  "Ben",  "Carla", "Dmitri", "Elif", "Farid", "Greta",
                                        "Hugo", "Ines", "Jonas", "Kaori",  "Lena", "Mats"};
    static const char *const last[] = {"Abel",  "Brandt", "Costa", "Dubois", "Evans",   "Fischer",
                                       "Gomez", "Haas",   "Ito",   "Jansen", "Kowalski"};
    static const char *const cities[] = {"Aarhus", "Bergen", "Cork",  "Dresden", "Essen",
                                         "Faro",   "Graz",   "Hanoi", "Izmir"};
    sqlite3_stmt *insert;
    if (sqlite3_prepare_v2(db, "INSERT INTO orders VALUES (?, ?, ?, ?, ?)", -1, &insert, NULL))
        return false;
    unsigned random = 12345;
    bool is_done = true;
    for (unsigned id = 1; id <= rows && is_done; id++) {
        random = random * 1664525 + 1013904223;
        unsigned dice = random >> 8;
        char customer[80], day[16];
        snprintf(customer, sizeof customer, "%s %s", first[dice % 13], last[dice / 13 % 11]);
        snprintf(day, sizeof day, "2026-%02u-%02u", dice % 12 + 1, dice / 12 % 28 + 1);
        sqlite3_bind_int64(insert, 1, id);
        sqlite3_bind_text(insert, 2, customer, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(insert, 3, cities[dice / 143 % 9], -1, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 4, dice % 1000000);
        sqlite3_bind_text(insert, 5, day, -1, SQLITE_TRANSIENT);
        is_done = sqlite3_step(insert) == SQLITE_DONE;
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    return is_done;
}

// Into another file first: one that was not finished is not taken for the whole.
static bool make_file(const char *path)
{
    char unfinished[512];
    snprintf(unfinished, sizeof unfinished, "%s.new", path);
    remove(unfinished);
    sqlite3 *db;
    bool is_done = sqlite3_open(unfinished, &db) == SQLITE_OK &&
                   run(db, "PRAGMA synchronous = off; PRAGMA journal_mode = off; BEGIN;"
                           "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT, city TEXT,"
                           " amount INTEGER, day TEXT)") &&
                   insert_orders(db, wanted_rows()) &&
                   // Each order of the grid is an index: a place in it is found without its rows.
                   run(db, "CREATE INDEX by_customer ON orders (customer);"
                           "CREATE INDEX by_city ON orders (city);"
                           "CREATE INDEX by_amount ON orders (amount);"
                           "CREATE INDEX by_day ON orders (day); COMMIT; ANALYZE;"
                           // Readers and savers then do not wait for each other.
                           "PRAGMA journal_mode = wal");
    sqlite3_close(db);
    return is_done && rename(unfinished, path) == 0;
}

static sqlite3 *open_orders(void)
{
    const char *folder = getenv("GRID_FOLDER");
    char path[480];
    snprintf(path, sizeof path, "%s/troupe-orders-%u.db", folder != NULL ? folder : "/tmp",
             wanted_rows());
    struct stat found;
    pthread_mutex_lock(&making);
    bool is_there = stat(path, &found) == 0 || make_file(path);
    pthread_mutex_unlock(&making);
    sqlite3 *db = NULL;
    if (!is_there || sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_busy_timeout(db, 5000) != SQLITE_OK || !run(db, "PRAGMA synchronous = normal")) {
        sqlite3_close(db);
        return NULL;
    }
    return db;
}

// -- reading --

// The typed text is searched for as it is: % and _ mean themselves.
static void bind_filter(sqlite3_stmt *statement, const char *filter)
{
    char pattern[2 * FILTER_BYTES + 3];
    size_t size = 0;
    pattern[size++] = '%';
    for (const char *at = filter; *at != '\0'; at++) {
        if (strchr("%_\\", *at) != NULL)
            pattern[size++] = '\\';
        pattern[size++] = *at;
    }
    pattern[size++] = '%';
    if (filter[0] != '\0')
        sqlite3_bind_text(statement, 1, pattern, (int)size, SQLITE_TRANSIENT);
}

static const char *where(const char *filter)
{
    return filter[0] != '\0' ? "WHERE customer LIKE ?1 ESCAPE '\\' OR city LIKE ?1 ESCAPE '\\'"
                             : "";
}

static long count_in(sqlite3 *db, const char *filter)
{
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM orders %s", where(filter));
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        return -1;
    bind_filter(statement, filter);
    long count =
        sqlite3_step(statement) == SQLITE_ROW ? (long)sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    return count;
}

long count_orders(const char *filter)
{
    sqlite3 *db = open_orders();
    long count = db != NULL ? count_in(db, filter) : -1;
    sqlite3_close(db);
    return count;
}

static void copy_column(sqlite3_stmt *statement, int column, char *out, size_t size)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    snprintf(out, size, "%s", text != NULL ? (const char *)text : "");
}

// Orders of the second half are counted from the end, so that at most half of the index is passed over.
static unsigned read_from(sqlite3 *db, const struct query *query, unsigned first, unsigned count,
                          struct order *out)
{
    bool is_from_end = first > query->count / 2;
    unsigned end = first + count < query->count ? first + count : query->count;
    const char *direction = query->is_descending != is_from_end ? "DESC" : "ASC";
    const char *by = columns[query->sorted_by];
    unsigned offset = is_from_end ? query->count - end : first;
    bool is_by_id = query->sorted_by == ID && query->filter[0] == '\0';
    char place[64] = "";
    if (is_by_id) { // numbers without gaps: no counting at all
        bool is_down = query->is_descending != is_from_end;
        snprintf(place, sizeof place, "WHERE id %s %u", is_down ? "<=" : ">",
                 is_down ? query->count - offset : offset);
        offset = 0;
    }
    char sql[640];
    snprintf(sql, sizeof sql,
             "SELECT o.id, o.customer, o.city, o.amount, o.day FROM (SELECT id FROM orders %s %s"
             " ORDER BY %s %s, id %s LIMIT %u OFFSET %u) AS p CROSS JOIN orders AS o"
             " ON o.id = p.id ORDER BY o.%s %s, o.id %s",
             where(query->filter), place, by, direction, direction, end > first ? end - first : 0,
             offset, by, direction, direction);
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        fprintf(stderr, "grid: %s\n", sqlite3_errmsg(db));
        return 0;
    }
    bind_filter(statement, query->filter);
    unsigned got = 0;
    for (; got < end - first && sqlite3_step(statement) == SQLITE_ROW; got++) {
        struct order *order = &out[is_from_end ? end - first - 1 - got : got];
        order->id = sqlite3_column_int64(statement, 0);
        copy_column(statement, 1, order->customer, sizeof order->customer);
        copy_column(statement, 2, order->city, sizeof order->city);
        order->cents = sqlite3_column_int64(statement, 3);
        copy_column(statement, 4, order->day, sizeof order->day);
    }
    sqlite3_finalize(statement);
    return got == end - first ? got : 0;
}

unsigned read_orders(const struct query *query, unsigned first, unsigned count, struct order *out)
{
    sqlite3 *db = open_orders();
    unsigned got = db != NULL ? read_from(db, query, first, count, out) : 0;
    sqlite3_close(db);
    return got;
}

// -- saving --

// False: what was typed is no amount.
static bool bind_typed(sqlite3_stmt *statement, int column, const char *typed)
{
    if (column != AMOUNT)
        return typed[0] != '\0' &&
               sqlite3_bind_text(statement, 1, typed, -1, SQLITE_TRANSIENT) == SQLITE_OK;
    char *end;
    double amount = strtod(typed, &end);
    return end != typed && *end == '\0' && amount >= 0 && amount < 1e9 &&
           sqlite3_bind_int64(statement, 1, (long long)(amount * 100 + 0.5)) == SQLITE_OK;
}

bool save_order(long long id, int column, const char *typed)
{
    sqlite3 *db = open_orders();
    char sql[128];
    snprintf(sql, sizeof sql, "UPDATE orders SET %s = ? WHERE id = ?", columns[column]);
    sqlite3_stmt *statement = NULL;
    bool is_done = db != NULL && sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
                   bind_typed(statement, column, typed) &&
                   sqlite3_bind_int64(statement, 2, id) == SQLITE_OK &&
                   sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return is_done;
}
