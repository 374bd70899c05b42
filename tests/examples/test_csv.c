// The CSV tool as its users see it, with its sample; uploads are for a browser (tests/e2e).

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

int main(void)
{
    static void (*const tests[])(void) = {a_sample_is_read_and_shown, it_is_sorted_and_filtered,
                                          a_cell_is_edited, it_is_taken_home_as_it_is_shown};
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
