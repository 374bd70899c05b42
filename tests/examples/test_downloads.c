// Files as their user gets them, without a browser. No framework: what fails aborts, and says why.

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <troupe/test.h>

extern const tr_app downloads_app;

static tr_test_page *page;

static void a_note_is_what_was_typed(void)
{
    tr_test_type(page, "Buy milk", .type = "text_field");
    tr_test_click(page, .text = "Save the note");
    const tr_test_answer *answer = tr_test_download(page, "note.txt");
    assert(answer->status == 200);
    assert(strcmp(answer->type, "text/plain; charset=utf-8") == 0);
    assert(strcmp(answer->body, "Buy milk") == 0);
    assert(tr_test_download(page, "note.txt")->status == 410); // its URL is good once
}

static void a_table_has_all_of_its_rows(void)
{
    static const char last[] = "\r\n999999,999998000001\r\n";
    tr_test_click(page, .text = "A million squares");
    const tr_test_answer *answer = tr_test_download(page, "squares.csv");
    assert(answer->status == 200 && !answer->is_broken);
    size_t rows = 0;
    for (const char *at = answer->body; (at = strchr(at, '\n')) != NULL; at++)
        rows++;
    assert(rows == 1000000);
    assert(strcmp(answer->body + answer->size - strlen(last), last) == 0);
}

static void a_file_of_the_server_comes_as_it_is(void)
{
    tr_test_click(page, .text = "This program");
    const tr_test_answer *answer = tr_test_download(page, "downloads");
    assert(answer->status == 200 && memcmp(answer->body, "\177ELF", 4) == 0);
}

int main(void)
{
    static void (*const tests[])(void) = {a_note_is_what_was_typed, a_table_has_all_of_its_rows,
                                          a_file_of_the_server_comes_as_it_is};
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++) {
        page = tr_test_open(&downloads_app, NULL);
        tests[i]();
        tr_test_close(&page);
    }
    puts("ok downloads");
}
