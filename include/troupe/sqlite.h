#ifndef TROUPE_SQLITE_H
#define TROUPE_SQLITE_H

// SQLite from sync handlers: a statement with its values in one call, rows in a loop, and a
// connection for each thread. Header only, and not in troupe/troupe.h: a program that includes it
// links with -lsqlite3.
//
//     static tr_sqlite notes = {
//         .file = "notes.db",
//         .schema = "CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT)"};
//
//     TR_SYNC(note_save)
//     {
//         const struct note *note = TR_PAYLOAD(ev, struct note);
//         if (tr_sqlite_run(ev, &notes, "UPDATE notes SET text = ? WHERE id = ?", note->text, note->id) < 0)
//             return;
//         ...
//     }
//
//     TR_SYNC(notes_show)
//     {
//         ui_list tiles = {0};
//         TR_SQLITE_ROWS(ev, &notes, row, "SELECT id, text FROM notes WHERE text LIKE ?", pattern)
//         {
//             ui_push(&tiles, ui_list_tile(tr_sqlite_text(row, 1)));
//         }
//         ui_set_children(ev, "notes", ui_items(&tiles));
//     }
//
// Values are numbers, flags and texts (NULL: NULL), up to 12. What goes wrong is said by tr_fail,
// with the statement, so that only what comes after it has to be left out. Without an event (NULL:
// in a source of downloads) it is said on standard error.
//
// SQLite has one writer at a time. Who writes for long (an import) does it in batches, between which
// the writes of others get through:
//
//     tr_sqlite_batch batch = {.db = &notes};
//     while (... && tr_sqlite_batch_next(ev, &batch) == 0)
//         tr_sqlite_run(ev, &notes, "INSERT ...", ...);
//     tr_sqlite_batch_end(ev, &batch);
//
// The first use on a thread opens the file (write-ahead log, 5 s of patience with other writers)
// and runs the schema; the connection is the thread's until that ends. tr_sqlite_open gives it, for
// all else that sqlite3.h has.
//
// Thread: any that may block: a sync handler's.

#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "troupe/err.h"
#include "troupe/pages/event.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define TR_SQLITE_UNUSED_ __attribute__((unused))

// A database: static, the same for all threads.
typedef struct tr_sqlite {
    const char *file;
    const char *file_variable; // of the environment, which may name another file; NULL: none
    const char *schema;        // statements that are run when it is opened; NULL: none
    pthread_mutex_t making;    // the rest is this header's
    bool has_key;
    pthread_key_t key;
} tr_sqlite;

enum { TR_SQLITE_NULL, TR_SQLITE_INTEGER, TR_SQLITE_REAL, TR_SQLITE_TEXT };

typedef struct tr_sqlite_value {
    int kind;
    int64_t integer;
    double real;
    const char *text;
} tr_sqlite_value;

// -- what programs call --

// This thread's connection. NULL, after a tr_fail: it cannot be opened.
static TR_SQLITE_UNUSED_ sqlite3 *tr_sqlite_open(tr_event *ev, tr_sqlite *self);

// Runs a statement: tr_sqlite_run(ev, &notes, "DELETE FROM notes WHERE id = ?", id). How many rows
// it has inserted, changed or deleted; TR_EREFUSED after a tr_fail.
#define tr_sqlite_run(ev, self, ...)                                                               \
    tr_sqlite_run_with((ev), (self), TR_SQLITE_GIVEN_(__VA_ARGS__, _))

// The same with values that are all texts, as many as there are (a line of a file).
static TR_SQLITE_UNUSED_ int tr_sqlite_run_texts(tr_event *ev, tr_sqlite *self, const char *sql,
                                                 const char *const *texts, uint32_t count);

// Many writes of this thread, in transactions of about 20 ms with pauses of 10 ms. What is done of
// them stands when the process dies in the middle: whoever must not see half of it looks to that.
typedef struct tr_sqlite_batch {
    tr_sqlite *db;
    int64_t began_ms; // the rest is this header's
} tr_sqlite_batch;

// Before each write: begins a transaction, and commits one that has been open for long enough. 0, or
// TR_EREFUSED after a tr_fail.
static TR_SQLITE_UNUSED_ int tr_sqlite_batch_next(tr_event *ev, tr_sqlite_batch *self);

// Commits what is open. 0, also where nothing is; TR_EREFUSED after a tr_fail.
static TR_SQLITE_UNUSED_ int tr_sqlite_batch_end(tr_event *ev, tr_sqlite_batch *self);

// The first column of the first row, as a number; `otherwise` where there is none.
#define tr_sqlite_number(ev, self, otherwise, ...)                                                 \
    tr_sqlite_number_with((ev), (self), (otherwise), TR_SQLITE_GIVEN_(__VA_ARGS__, _))

// A loop over the rows. Left by `break` it is over, too; `return` and `goto` out of it are not
// allowed.
#define TR_SQLITE_ROWS(ev, self, row, ...)                                                         \
    for (sqlite3_stmt *row = tr_sqlite_query_with((ev), (self), TR_SQLITE_GIVEN_(__VA_ARGS__, _)), \
                      *row##_is_on = row;                                                          \
         row##_is_on != NULL; sqlite3_finalize(row), row##_is_on = NULL)                           \
        while (tr_sqlite_next((ev), row))

// A text of the row, "" for NULL: until the next row.
static TR_SQLITE_UNUSED_ const char *tr_sqlite_text(sqlite3_stmt *row, int column)
{
    const unsigned char *text = sqlite3_column_text(row, column);
    return text != NULL ? (const char *)text : "";
}

// A number of the row: SQLite's own sqlite3_column_int64 and sqlite3_column_double.

// -- behind them --

static TR_SQLITE_UNUSED_ void tr_sqlite_fail(tr_event *ev, const char *why, const char *what)
{
    if (ev != NULL)
        tr_fail(ev, "SQLite: %s: %s", why, what);
    else
        fprintf(stderr, "SQLite: %s: %s\n", why, what);
}

static TR_SQLITE_UNUSED_ void tr_sqlite_close(void *db)
{
    sqlite3_close_v2((sqlite3 *)db);
}

static TR_SQLITE_UNUSED_ bool tr_sqlite_has_key(tr_sqlite *self)
{
    pthread_mutex_lock(&self->making);
    if (!self->has_key)
        self->has_key = pthread_key_create(&self->key, tr_sqlite_close) == 0;
    pthread_mutex_unlock(&self->making);
    return self->has_key;
}

static TR_SQLITE_UNUSED_ bool tr_sqlite_prepare_file(tr_event *ev, sqlite3 *db, const char *schema)
{
    sqlite3_busy_timeout(db, 5000);
    if (sqlite3_exec(db, "PRAGMA journal_mode = wal; PRAGMA synchronous = normal", NULL, NULL,
                     NULL) == SQLITE_OK &&
        (schema == NULL || sqlite3_exec(db, schema, NULL, NULL, NULL) == SQLITE_OK))
        return true;
    tr_sqlite_fail(ev, sqlite3_errmsg(db), schema != NULL ? schema : "the file");
    return false;
}

static sqlite3 *tr_sqlite_open(tr_event *ev, tr_sqlite *self)
{
    sqlite3 *db =
        tr_sqlite_has_key(self) ? (sqlite3 *)pthread_getspecific(self->key) : (sqlite3 *)NULL;
    if (db != NULL)
        return db;
    const char *other = self->file_variable != NULL ? getenv(self->file_variable) : NULL;
    const char *file = other != NULL ? other : self->file;
    if (sqlite3_open(file, &db) != SQLITE_OK)
        tr_sqlite_fail(ev, db != NULL ? sqlite3_errmsg(db) : "no memory", file);
    else if (tr_sqlite_prepare_file(ev, db, self->schema) &&
             pthread_setspecific(self->key, db) == 0)
        return db;
    sqlite3_close(db);
    return NULL;
}

static TR_SQLITE_UNUSED_ void tr_sqlite_bind(sqlite3_stmt *statement, const tr_sqlite_value *values,
                                             int count)
{
    for (int i = 0; i < count; i++)
        if (values[i].kind == TR_SQLITE_INTEGER)
            sqlite3_bind_int64(statement, i + 1, values[i].integer);
        else if (values[i].kind == TR_SQLITE_REAL)
            sqlite3_bind_double(statement, i + 1, values[i].real);
        else if (values[i].kind == TR_SQLITE_TEXT && values[i].text != NULL)
            sqlite3_bind_text(statement, i + 1, values[i].text, -1, SQLITE_TRANSIENT);
}

static TR_SQLITE_UNUSED_ sqlite3_stmt *tr_sqlite_query_with(tr_event *ev, tr_sqlite *self,
                                                            const char *sql,
                                                            const tr_sqlite_value *values,
                                                            int count)
{
    sqlite3 *db = tr_sqlite_open(ev, self);
    sqlite3_stmt *statement = NULL;
    if (db == NULL)
        return NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        tr_sqlite_fail(ev, sqlite3_errmsg(db), sql);
    } else if (sqlite3_bind_parameter_count(statement) > count) {
        tr_sqlite_fail(ev, "fewer values than places", sql);
        sqlite3_finalize(statement);
        return NULL;
    } else {
        tr_sqlite_bind(statement, values, values != NULL ? count : 0);
    }
    return statement;
}

static TR_SQLITE_UNUSED_ bool tr_sqlite_next(tr_event *ev, sqlite3_stmt *row)
{
    int code = sqlite3_step(row);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        tr_sqlite_fail(ev, sqlite3_errmsg(sqlite3_db_handle(row)), sqlite3_sql(row));
    return code == SQLITE_ROW;
}

// Runs it to its end: how many rows it has changed.
static TR_SQLITE_UNUSED_ int tr_sqlite_finish(tr_event *ev, sqlite3_stmt *statement)
{
    while (tr_sqlite_next(ev, statement))
        ;
    sqlite3 *db = sqlite3_db_handle(statement);
    int changes = sqlite3_stmt_readonly(statement) ? 0 : sqlite3_changes(db);
    return sqlite3_finalize(statement) == SQLITE_OK ? changes : (int)TR_EREFUSED;
}

static TR_SQLITE_UNUSED_ int tr_sqlite_run_with(tr_event *ev, tr_sqlite *self, const char *sql,
                                                const tr_sqlite_value *values, int count)
{
    sqlite3_stmt *statement = tr_sqlite_query_with(ev, self, sql, values, count);
    return statement != NULL ? tr_sqlite_finish(ev, statement) : (int)TR_EREFUSED;
}

static TR_SQLITE_UNUSED_ double tr_sqlite_number_with(tr_event *ev, tr_sqlite *self,
                                                      double otherwise, const char *sql,
                                                      const tr_sqlite_value *values, int count)
{
    sqlite3_stmt *row = tr_sqlite_query_with(ev, self, sql, values, count);
    if (row != NULL && tr_sqlite_next(ev, row) && sqlite3_column_type(row, 0) != SQLITE_NULL)
        otherwise = sqlite3_column_double(row, 0);
    sqlite3_finalize(row);
    return otherwise;
}

static int tr_sqlite_run_texts(tr_event *ev, tr_sqlite *self, const char *sql,
                               const char *const *texts, uint32_t count)
{
    sqlite3_stmt *statement = tr_sqlite_query_with(ev, self, sql, NULL, INT_MAX);
    if (statement == NULL)
        return TR_EREFUSED;
    for (uint32_t i = 0; i < count; i++)
        sqlite3_bind_text(statement, (int)i + 1, texts[i], -1, SQLITE_STATIC);
    return tr_sqlite_finish(ev, statement);
}

#define TR_SQLITE_MAKE_(name, type, kind_, member)                                                 \
    static inline TR_SQLITE_UNUSED_ tr_sqlite_value name(type value)                               \
    {                                                                                              \
        tr_sqlite_value made = {kind_, 0, 0, NULL};                                                \
        made.member = value;                                                                       \
        return made;                                                                               \
    }
#ifdef __cplusplus
extern "C++" {
TR_SQLITE_MAKE_(tr_sqlite_value_of, const char *, TR_SQLITE_TEXT, text)
template <class T> tr_sqlite_value tr_sqlite_value_of(T value)
{
    tr_sqlite_value made = {TR_SQLITE_INTEGER, 0, 0, NULL};
    if constexpr (std::is_convertible_v<T, const char *>)
        made = {TR_SQLITE_TEXT, 0, 0, value};
    else if constexpr (std::is_floating_point_v<T>)
        made = {TR_SQLITE_REAL, 0, value, NULL};
    else
        made.integer = static_cast<int64_t>(value);
    return made;
}
}
#define TR_SQLITE_VALUE_(value) tr_sqlite_value_of(value)
#else
TR_SQLITE_MAKE_(tr_sqlite_of_integer, int64_t, TR_SQLITE_INTEGER, integer)
TR_SQLITE_MAKE_(tr_sqlite_of_real, double, TR_SQLITE_REAL, real)
TR_SQLITE_MAKE_(tr_sqlite_of_text, const char *, TR_SQLITE_TEXT, text)
#define TR_SQLITE_VALUE_(value)                                                                    \
    _Generic((value), char *: tr_sqlite_of_text, const char *: tr_sqlite_of_text,                  \
             float: tr_sqlite_of_real, double: tr_sqlite_of_real,                                  \
             default: tr_sqlite_of_integer)(value)
#endif

// The statement, its values behind one that is not bound, and how many those are.
#define TR_SQLITE_GIVEN_(sql, ...)                                                                 \
    (sql),                                                                                         \
        TR_LIST_(const tr_sqlite_value, TR_SQLITE_EACH_(__VA_ARGS__){TR_SQLITE_NULL, 0, 0, NULL}), \
        TR_SQLITE_COUNT_(__VA_ARGS__)
#define TR_SQLITE_COUNT_(...)                                                                      \
    TR_SQLITE_PICK_(__VA_ARGS__, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, _)
#define TR_SQLITE_EACH_(...)                                                                       \
    TR_SQLITE_PICK_(__VA_ARGS__, TR_SQLITE_12_, TR_SQLITE_11_, TR_SQLITE_10_, TR_SQLITE_9_,        \
                    TR_SQLITE_8_, TR_SQLITE_7_, TR_SQLITE_6_, TR_SQLITE_5_, TR_SQLITE_4_,          \
                    TR_SQLITE_3_, TR_SQLITE_2_, TR_SQLITE_1_, TR_SQLITE_0_, _)                     \
    (__VA_ARGS__)
#define TR_SQLITE_PICK_(v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, end, name, ...) name
#define TR_SQLITE_0_(end)
#define TR_SQLITE_1_(v, ...) TR_SQLITE_VALUE_(v), TR_SQLITE_0_(__VA_ARGS__)
#define TR_SQLITE_2_(v, ...) TR_SQLITE_VALUE_(v), TR_SQLITE_1_(__VA_ARGS__)
#define TR_SQLITE_3_(v, ...) TR_SQLITE_VALUE_(v), TR_SQLITE_2_(__VA_ARGS__)
#define TR_SQLITE_4_(v, ...) TR_SQLITE_VALUE_(v), TR_SQLITE_3_(__VA_ARGS__)
#define TR_SQLITE_5_(v, ...) TR_SQLITE_VALUE_(v), TR_SQLITE_4_(__VA_ARGS__)
#define TR_SQLITE_6_(v, ...) TR_SQLITE_VALUE_(v), TR_SQLITE_5_(__VA_ARGS__)
#define TR_SQLITE_7_(v, ...) TR_SQLITE_VALUE_(v), TR_SQLITE_6_(__VA_ARGS__)
#define TR_SQLITE_8_(v, ...) TR_SQLITE_VALUE_(v), TR_SQLITE_7_(__VA_ARGS__)
#define TR_SQLITE_9_(v, ...) TR_SQLITE_VALUE_(v), TR_SQLITE_8_(__VA_ARGS__)
#define TR_SQLITE_10_(v, ...) TR_SQLITE_VALUE_(v), TR_SQLITE_9_(__VA_ARGS__)
#define TR_SQLITE_11_(v, ...) TR_SQLITE_VALUE_(v), TR_SQLITE_10_(__VA_ARGS__)
#define TR_SQLITE_12_(v, ...) TR_SQLITE_VALUE_(v), TR_SQLITE_11_(__VA_ARGS__)

#define TR_SQLITE_HELD_MS_ 20
#define TR_SQLITE_PAUSE_MS_ 10

static TR_SQLITE_UNUSED_ int64_t tr_sqlite_now_ms(void)
{
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static TR_SQLITE_UNUSED_ bool tr_sqlite_is_in_transaction(tr_event *ev, tr_sqlite *self)
{
    sqlite3 *db = tr_sqlite_open(ev, self);
    return db != NULL && sqlite3_get_autocommit(db) == 0;
}

static int tr_sqlite_batch_end(tr_event *ev, tr_sqlite_batch *self)
{
    if (!tr_sqlite_is_in_transaction(ev, self->db))
        return 0;
    return tr_sqlite_run(ev, self->db, "COMMIT") < 0 ? (int)TR_EREFUSED : 0;
}

// Others ask again after some milliseconds: without a pause they would hardly ever find it free.
static int tr_sqlite_batch_next(tr_event *ev, tr_sqlite_batch *self)
{
    if (tr_sqlite_is_in_transaction(ev, self->db)) {
        int64_t held_ms = tr_sqlite_now_ms() - self->began_ms;
        if (held_ms >= 0 && held_ms < TR_SQLITE_HELD_MS_) // clocks are set back, too
            return 0;
        if (tr_sqlite_batch_end(ev, self) < 0)
            return TR_EREFUSED;
        sqlite3_sleep(TR_SQLITE_PAUSE_MS_);
    }
    if (tr_sqlite_run(ev, self->db, "BEGIN IMMEDIATE") < 0)
        return TR_EREFUSED;
    self->began_ms = tr_sqlite_now_ms();
    return 0;
}

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
