// The CSV tool as its users see it, with its sample; uploads are for a browser (tests/e2e).

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/sqlite.h>
#include <troupe/test.h>
#include <unistd.h>

extern const tr_app csv_app;

static tr_test_page *page;

static void a_sample_is_read_and_shown(void)
{
    tr_test_expect_none(page, .key = "data");
    tr_test_click(page, .text = "Use a sample");
    tr_test_expect(page, .text = "5000 of 5000 rows");
    tr_test_expect(page, .text = "Note, if any");
    tr_test_expect(page, .text = "the \"1.\"");
    tr_test_expect(page, .type = "bar_chart");
    tr_test_expect_none(page, .text = "Cancel");
}

static void it_is_sorted_and_filtered(void)
{
    tr_test_click(page, .text = "Use a sample");
    tr_test_click(page, .key = "data.sort.3");
    tr_test_click(page, .key = "data.sort.3");
    tr_test_expect(page, .has = "999.", .within = "data", .nth = 1);
    tr_test_type(page, "cork", .key = "filter");
    tr_test_advance(page, 300);
    tr_test_expect(page, .text = "1000 of 5000 rows");
    tr_test_expect_none(page, .text = "Bergen");
    tr_test_type(page, "nowhere", .key = "filter");
    tr_test_advance(page, 300);
    tr_test_expect(page, .text = "0 of 5000 rows");
}

static void a_cell_is_edited(void)
{
    tr_test_click(page, .text = "Use a sample");
    tr_test_click(page, .key = "data.1.3");
    tr_test_type(page, "much", .key = "data.edit");
    tr_test_submit(page, .key = "data.edit");
    tr_test_expect(page, .text = "A number");
    tr_test_type(page, "12.5", .key = "data.edit");
    tr_test_submit(page, .key = "data.edit");
    tr_test_expect(page, .text = "12.5", .within = "data.1.3");
}

static void it_is_taken_home_as_it_is_shown(void)
{
    tr_test_click(page, .text = "Use a sample");
    tr_test_type(page, "essen", .key = "filter");
    tr_test_advance(page, 300);
    tr_test_click(page, .key = "data.sort.1");
    tr_test_click(page, .text = "Download");
    const tr_test_answer *file = tr_test_download(page, "rows.csv");
    const char *start =
        "Number,City,Amount,\"Note, if any\"\r\n2,Essen,838.02,\"the \"\"2.\"\"\"\r\n";
    assert(file->status == 200 && strncmp(file->body, start, strlen(start)) == 0);
    unsigned lines = 0;
    for (const char *at = file->body; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert(lines == 1001);
}

// -- what imports are made of: batches --

enum { ROWS = 100000 };

static tr_sqlite db = {.file_variable = "CSV_DB",
                       .schema = "CREATE TABLE IF NOT EXISTS many (a);"
                                 "CREATE TABLE IF NOT EXISTS other (a)"};
static atomic_bool is_over;
static atomic_uint written;

static void *write_others(void *unused)
{
    while (!atomic_load(&is_over)) {
        assert(tr_sqlite_run(NULL, &db, "INSERT INTO other VALUES (1)") == 1);
        atomic_fetch_add(&written, 1);
    }
    return unused;
}

static void others_write_between_two_batches(void)
{
    pthread_t thread;
    tr_sqlite_batch batch = {.db = &db};
    unsigned meanwhile = 0;
    assert(tr_sqlite_batch_next(NULL, &batch) == 0);
    assert(pthread_create(&thread, NULL, write_others, NULL) == 0);
    for (unsigned i = 0; i < ROWS; i++) {
        assert(tr_sqlite_batch_next(NULL, &batch) == 0);
        assert(tr_sqlite_run(NULL, &db, "INSERT INTO many VALUES (?)", i) == 1);
        meanwhile = atomic_load(&written);
    }
    assert(tr_sqlite_batch_end(NULL, &batch) == 0 && tr_sqlite_batch_end(NULL, &batch) == 0);
    atomic_store(&is_over, true);
    pthread_join(thread, NULL);
    assert(meanwhile > 0);
    assert(tr_sqlite_number(NULL, &db, 0, "SELECT count(*) FROM many") == (double)ROWS);
}

// An import that nobody was left to end, and one that may still go on.
static void what_was_cut_off_is_cleared_away(void)
{
    tr_sqlite_run(NULL, &db, "CREATE TABLE import_old (c0)");
    tr_sqlite_run(NULL, &db, "INSERT INTO imports VALUES ('old', unixepoch() - 601)");
    tr_sqlite_run(NULL, &db, "CREATE TABLE import_new (c0)");
    tr_sqlite_run(NULL, &db, "INSERT INTO imports VALUES ('new', unixepoch())");
    tr_test_click(page, .text = "Use a sample");
    tr_test_expect(page, .text = "5000 of 5000 rows");
    const char *tables = "SELECT count(*) FROM sqlite_schema WHERE name = ?";
    assert(tr_sqlite_number(NULL, &db, -1, tables, "import_old") == 0);
    assert(tr_sqlite_number(NULL, &db, -1, tables, "import_new") == 1);
    assert(tr_sqlite_number(NULL, &db, -1, "SELECT count(*) FROM imports") == 1);
}

int main(void)
{
    static void (*const tests[])(void) = {a_sample_is_read_and_shown,
                                          it_is_sorted_and_filtered,
                                          a_cell_is_edited,
                                          it_is_taken_home_as_it_is_shown,
                                          others_write_between_two_batches,
                                          what_was_cut_off_is_cleared_away};
    char folder[] = "/tmp/csv-test-XXXXXX";
    char file[64];
    assert(mkdtemp(folder) != NULL);
    snprintf(file, sizeof file, "%s/csv.db", folder);
    setenv("CSV_DB", file, 1);
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++) {
        page = tr_test_open(&csv_app, NULL);
        tests[i]();
        tr_test_close(&page);
    }
    for (unsigned i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s/csv.db%s", folder,
                 ((const char *[]){"", "-wal", "-shm"})[i]);
        remove(file);
    }
    rmdir(folder);
    puts("ok csv");
}
