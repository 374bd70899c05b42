// How many bytes a click writes to the store, on average: the to-do list with as many things as its
// argument says, whose things are ticked,
// ticked off, deleted and added again. A second number: what the page has as a whole.
//
//     bench_snapshot 100

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/session/snapshot_record.h"
#include "store/engine.h"
#include "testing/driver.h"
#include "troupe/test.h"

enum { HOUR_MS = 3600000 };

extern const tr_app todo_app;

typedef struct written {
    tr_images images;
    size_t bytes;
    size_t last_whole;
    unsigned count;
} written;

// As a store does, but for the disk.
static void write_page(tr_session *session, void *arg)
{
    written *self = arg;
    tr_store_op *op = tr_store_op_new(TR_STORE_SAVE, NULL, NULL);
    memcpy(op->id, session->id, sizeof op->id);
    op->ttl_ms = HOUR_MS;
    op->submitted_ms = tr_store_boot_ms();
    tr_snapshot_encode(session, &op->bytes);
    self->last_whole = op->bytes.size;
    tr_images_plan(&self->images, op);
    self->bytes += tr_store_op_record(op).size;
    self->count++;
    tr_images_keep(&self->images, op);
    tr_store_op_free(op);
}

static void note(tr_test_page *page, written *self)
{
    tr_lab_do(page->program->lab, page->n, write_page, self);
}

static void add(tr_test_page *page, unsigned thing)
{
    char text[32];
    snprintf(text, sizeof text, "Buy thing %u", thing);
    tr_test_type(page, text, .key = "new");
    tr_test_submit(page, .key = "new");
}

static void tick(tr_test_page *page, unsigned thing)
{
    char text[32];
    snprintf(text, sizeof text, "Buy thing %u", thing);
    tr_test_click(page, .text = text, .type = "checkbox");
}

static void delete (tr_test_page *page, unsigned thing)
{
    char text[40];
    snprintf(text, sizeof text, "Delete Buy thing %u", thing);
    tr_test_click(page, .text = text);
}

int main(int argc, char **argv)
{
    unsigned things = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    written self = {0};
    tr_test_page *page = tr_test_open(&todo_app, NULL);
    for (unsigned i = 0; i < things; i++)
        add(page, i);
    for (unsigned i = 0; i < 4 * things; i++) {
        unsigned thing = i / 4;
        if (i % 4 == 2)
            delete (page, thing);
        else if (i % 4 == 3)
            add(page, thing);
        else
            tick(page, thing);
        note(page, &self);
    }
    printf("%zu %zu\n", self.bytes / (self.count != 0 ? self.count : 1), self.last_whole);
    tr_images_done(&self.images);
    tr_test_close(&page);
    return 0;
}
