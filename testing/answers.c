#include "testing/answers.h"

#include <string.h>
#include <utlist.h>

#include "base/mem.h"
#include "testing/driver.h"
#include "testing/json.h"
#include "wire/writer.h"

static char *copy(const char *text)
{
    return tr_copy_text(text, (uint32_t)strlen(text));
}

void tr_test_reply_add(tr_test_reply **list, const char *method, tr_buf *result, const char *error)
{
    tr_test_reply *self = tr_new(tr_test_reply);
    self->method = copy(method);
    self->result = *result;
    self->error = error != NULL ? copy(error) : NULL;
    *result = (tr_buf){0};
    DL_APPEND(*list, self);
}

tr_test_reply *tr_test_reply_take(tr_test_reply **list, const char *method)
{
    tr_test_reply *at;
    DL_FOREACH (*list, at) {
        if (strcmp(at->method, method) == 0) {
            DL_DELETE(*list, at);
            return at;
        }
    }
    return NULL;
}

void tr_test_reply_free(tr_test_reply *self)
{
    if (self == NULL)
        return;
    tr_free(self->method);
    tr_free(self->error);
    tr_buf_done(&self->result);
    tr_free(self);
}

void tr_test_replies_free(tr_test_reply **list)
{
    while (*list != NULL) {
        tr_test_reply *first = *list;
        DL_DELETE(*list, first);
        tr_test_reply_free(first);
    }
}

void tr_test_answer_at(tr_test_page *page, tr_test_place at, const char *method, const char *json)
{
    tr_buf result = {0};
    if (json != NULL && tr_json_write(json, &result) < 0) {
        tr_buf_done(&result);
        tr_test_fail(page, at, "not JSON: %s", json);
    }
    tr_test_reply_add(&page->replies, method, &result, NULL);
}

void tr_test_refuse(tr_test_page *page, const char *method, const char *why)
{
    tr_test_reply_add(&page->replies, method, &(tr_buf){0}, why);
}

// As our client tells of a file that somebody chose.
static void write_file(const tr_test_file *file, unsigned number, tr_buf *out)
{
    size_t size = file->data == NULL ? 0 : file->size != 0 ? file->size : strlen(file->data);
    tr_write_map(out, 5);
    tr_write_literal(out, "id");
    tr_write_integer(out, number);
    tr_write_literal(out, "name");
    tr_write_text(out, tr_slice_of(file->name));
    tr_write_literal(out, "size");
    tr_write_integer(out, (int64_t)size);
    tr_write_literal(out, "path");
    tr_write_nil(out);
    tr_write_literal(out, "bytes");
    if (file->data != NULL)
        tr_write_bytes(out, (tr_slice){file->data, (uint32_t)size});
    else
        tr_write_nil(out);
}

void tr_test_pick_files_at(tr_test_page *page, const tr_test_file *files)
{
    tr_buf result = {0};
    uint32_t count = 0;
    while (files[count].name != NULL)
        count++;
    tr_write_array(&result, count);
    for (uint32_t i = 0; i < count; i++)
        write_file(&files[i], i + 1, &result);
    tr_test_reply_add(&page->replies, "pick_files", &result, NULL);
}
