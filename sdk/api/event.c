// The functions of troupe/pages/event.h and troupe/controls/events.h.

#include "base/number.h"
#include "troupe/controls/events.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/random.h"
#include "crypto/digest.h"
#include "sdk/api/change_submit.h"
#include "sdk/catalog/misuse.h"
#include "sdk/catalog/record.h"
#include "sdk/tree/key_lookup.h"
#include "wire/reader.h"

const char *tr_event_name(const tr_event *ev)
{
    return tr_submit_is_here(ev) && ev->event != NULL ? ev->event : "";
}

const char *tr_event_trace(const tr_event *ev)
{
    return tr_submit_is_here(ev) && ev->scope.trace != NULL ? ev->scope.trace : "";
}

const char *tr_event_key(const tr_event *ev)
{
    if (!tr_submit_is_here(ev))
        return "";
    // Looked up once, and kept in the event: hence the cast.
    tr_event *self = (tr_event *)(uintptr_t)ev;
    if (self->key.data != NULL)
        return (const char *)self->key.data;
    if (self->session != NULL) {
        const tr_node *node = tr_tree_find(self->session->tree, self->target);
        tr_slice key = node != NULL ? tr_node_key(node) : (tr_slice){0};
        tr_buf_append(&self->key, key.data, key.size);
    } else if (self->target != 0) {
        tr_change change = {.what = TR_CHANGE_KEY, .number = self->target};
        (void)tr_change_send(self, &change, &self->key);
    }
    return tr_buf_text(&self->key);
}

// What an event that may be run again is known by, and nothing else is.
static void name_event(const tr_event *ev, tr_buf *out)
{
    uint8_t random[TR_DIGEST_BYTES];
    if (ev->event_number != 0) {
        tr_buf_printf(out, "%" PRIx64 " %" PRIx32 " %s", ev->document, ev->event_number,
                      ev->handler->name);
        return;
    }
    tr_random_bytes(random, sizeof random);
    tr_buf_append(out, random, sizeof random);
}

const char *tr_event_idempotency_key(tr_event *ev)
{
    if (!tr_submit_is_here(ev))
        return "";
    if (ev->idempotency_key.size == 0) {
        tr_buf name = {0};
        uint8_t digest[TR_DIGEST_BYTES];
        name_event(ev, &name);
        tr_digest(tr_buf_slice(&name), digest);
        tr_buf_done(&name);
        for (unsigned i = 0; i < TR_DIGEST_BYTES; i++)
            tr_buf_printf(&ev->idempotency_key, "%02x", digest[i]);
    }
    return tr_buf_text(&ev->idempotency_key);
}

ui_handle tr_event_control(const tr_event *ev)
{
    TR_GIVEN_OR(ev != NULL, (ui_handle){0});
    return tr_naming_of_id(ev->target);
}

static tr_value value_of(const tr_event *ev)
{
    if (!tr_submit_is_here(ev) || ev->is_payload || ev->data.size == 0)
        return TR_NIL;
    tr_reader in = tr_reader_of(tr_buf_slice(&ev->data));
    return tr_value_read(&in);
}

static tr_value field_of(const tr_event *ev, const char *name)
{
    if (!tr_submit_is_here(ev) || ev->is_payload)
        return TR_NIL;
    tr_reader field = tr_reader_find(tr_buf_slice(&ev->data), name);
    return tr_value_read(&field);
}

// A text of the event, as the author has it. Asked for again it is the same one.
struct tr_event_kept {
    struct tr_event_kept *next;
    const char *source;
    char text[];
};

static const char *keep_text(const tr_event *ev, tr_value value, const char *otherwise)
{
    if (value.kind != TR_VALUE_TEXT)
        return otherwise;
    tr_event *self = (tr_event *)(uintptr_t)ev;
    for (const struct tr_event_kept *at = self->texts; at != NULL; at = at->next)
        if (at->source == value.slice.data)
            return at->text;
    struct tr_event_kept *kept =
        tr_scratch_take(&self->results, sizeof *kept + value.slice.size + 1);
    if (kept == NULL) {
        tr_misuse_say("event_misread", "on=%s error=TR_ETOOBIG", tr_event_name(ev));
        return otherwise;
    }
    kept->next = self->texts;
    kept->source = value.slice.data;
    memcpy(kept->text, value.slice.data, value.slice.size);
    self->texts = kept;
    return kept->text;
}

const char *tr_event_text(const tr_event *ev, const char *otherwise)
{
    return keep_text(ev, value_of(ev), otherwise);
}

double tr_event_number(const tr_event *ev, double otherwise)
{
    return tr_value_as_number(value_of(ev), otherwise);
}

int tr_event_boolean(const tr_event *ev, int otherwise)
{
    tr_value value = value_of(ev);
    return value.kind == TR_VALUE_BOOLEAN ? value.boolean : otherwise;
}

const char *tr_event_field_text(const tr_event *ev, const char *name, const char *otherwise)
{
    return keep_text(ev, field_of(ev, name), otherwise);
}

double tr_event_field_number(const tr_event *ev, const char *name, double otherwise)
{
    return tr_value_as_number(field_of(ev, name), otherwise);
}

int tr_event_field_boolean(const tr_event *ev, const char *name, int otherwise)
{
    tr_value value = field_of(ev, name);
    return value.kind == TR_VALUE_BOOLEAN ? value.boolean : otherwise;
}

const void *tr_event_payload(const tr_event *ev, size_t *out_size)
{
    TR_GIVEN_OR(ev != NULL && out_size != NULL, NULL);
    bool is_here = tr_submit_is_here(ev);
    const tr_buf *payload = is_here && ev->is_payload ? &ev->data : &ev->payload;
    *out_size = is_here ? payload->size : 0;
    return *out_size != 0 ? payload->data : NULL;
}

const void *tr_payload_read(tr_event *ev, size_t size)
{
    size_t given = 0;
    const void *payload = tr_event_payload(ev, &given);
    if (payload != NULL && given == size)
        return payload;
    tr_misuse_say("payload_misread", "on=%s bytes=%zu wanted=%zu", tr_event_name(ev), given, size);
    return NULL;
}

const char *tr_payload_text(tr_event *ev)
{
    size_t size = 0;
    const char *text = tr_event_payload(ev, &size);
    if (text != NULL && memchr(text, '\0', size) == text + size - 1)
        return text;
    tr_misuse_say("payload_misread", "on=%s bytes=%zu wanted=text", tr_event_name(ev), size);
    return NULL;
}

static bool has_payload(const char *event, unsigned record)
{
    for (unsigned i = 0; i < tr_generated_event_class_count; i++)
        if (tr_generated_event_classes[i].record == record &&
            strcmp(tr_generated_event_classes[i].event, event) == 0)
            return true;
    return false;
}

static const char *record_name(int number)
{
    for (unsigned i = 0; i < tr_generated_event_class_count; i++)
        if (number > 0 && tr_generated_event_classes[i].record == (unsigned)number)
            return tr_generated_records[number].name;
    return "?";
}

const void *tr_event_read(tr_event *ev, int number)
{
    int result = TR_EWRONGTYPE;
    const void *payload = NULL;
    if (!tr_submit_is_here(ev))
        return NULL;
    if (!ev->is_payload && has_payload(tr_event_name(ev), (unsigned)number))
        payload =
            tr_record_read_struct(tr_buf_slice(&ev->data), (unsigned)number, &ev->results, &result);
    if (payload == NULL)
        tr_misuse_say("event_misread", "on=%s as=tr_ev_%s error=%s", tr_event_name(ev),
                      record_name(number), tr_err_name(result));
    return payload;
}

// False: it is nothing, or something else, and `out` is undefined.
static bool read_value(tr_event *ev, enum tr_read kind, void *out)
{
    if (!tr_submit_is_here(ev) || ev->is_payload || ev->data.size == 0)
        return false;
    tr_reader in = tr_reader_of(tr_buf_slice(&ev->data));
    return tr_reader_peek(&in) != TR_KIND_NIL &&
           tr_record_read(&in, (tr_reading){.kind = (uint8_t)kind}, &ev->results, out) == 0;
}

const char *tr_event_date(tr_event *ev)
{
    const char *date;
    return read_value(ev, TR_READ_DATE, &date) ? date : NULL;
}

int64_t tr_event_duration(tr_event *ev, int64_t otherwise)
{
    int64_t duration;
    return read_value(ev, TR_READ_DURATION, &duration) ? duration : otherwise;
}

const char *const *tr_event_texts(tr_event *ev)
{
    const char *const *texts;
    return read_value(ev, TR_READ_TEXTS, &texts) ? texts : NULL;
}

int tr_sleep(tr_event *ev, uint64_t milliseconds)
{
    if (!tr_submit_is_here(ev))
        return TR_EWRONGTHREAD;
    if (ev->thread == NULL)
        return tr_call_sleep(ev, milliseconds);
    tr_texts_on_wait(&ev->scope.texts);
    return tr_pool_sleep(ev->thread, milliseconds);
}

void(tr_fail)(tr_event *ev, const char *format, ...)
{
    char reason[1001];
    va_list args;
    va_start(args, format);
    tr_format_list(reason, sizeof reason, format, args);
    va_end(args);
    if (!tr_submit_is_here(ev))
        return;
    tr_change change = {
        .what = TR_CHANGE_FAIL, .is_page = true, .value = tr_value_text(tr_slice_of(reason))};
    if (ev->thread != NULL && !tr_address_is_set(ev->home))
        tr_misuse_say("handler_failed", "reason=%s",
                      tr_log_quote(reason, (unsigned)strlen(reason)));
    else
        (void)tr_submit(ev, &change, NULL); // a page that is gone has nobody to tell
}
