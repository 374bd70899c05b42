// How many bytes a page is in the store: the to-do list with as many things as its argument says.
//
//     bench_snapshot 100

#include <stdio.h>
#include <stdlib.h>

#include "sdk/session/snapshot_record.h"
#include "testing/driver.h"
#include "troupe/test.h"

extern const tr_app todo_app;

static void take_size(tr_session *session, void *arg)
{
    tr_buf bytes = {0};
    tr_snapshot_encode(session, &bytes);
    *(size_t *)arg = bytes.size;
    tr_buf_done(&bytes);
}

int main(int argc, char **argv)
{
    unsigned things = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    size_t bytes = 0;
    tr_test_page *page = tr_test_open(&todo_app, NULL);
    for (unsigned i = 0; i < things; i++) {
        char text[32];
        snprintf(text, sizeof text, "Buy thing %u", i);
        tr_test_type(page, text, .key = "new");
        tr_test_submit(page, .key = "new");
    }
    tr_lab_do(page->program->lab, page->n, take_size, &bytes);
    printf("%zu\n", bytes);
    tr_test_close(&page);
    return 0;
}
