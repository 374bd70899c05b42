// The functions of troupe/pages/page.h: each makes a tr_change, which is applied at once on the
// session's thread, or travels there from a sync handler.

#include "troupe/pages/page.h"
#include "base/number.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "actors/core/core.h"
#include "base/mem.h"
#include "sdk/api/argument.h"
#include "sdk/api/change_submit.h"
#include "sdk/api/given_list.h"
#include "sdk/catalog/misuse.h"
#include "sdk/catalog/tables.h"
#include "troupe/actors/presence.h"
#include "troupe/actors/system.h"
#include "troupe/actors/topics.h"
#include "troupe/pages/task.h"
#include "wire/scan.h"

static int with_nodes(tr_page *page, enum tr_change_what what, const char *key,
                      const char *property, int64_t number, ui_control **nodes, uint32_t count)
{
    int result = tr_submit_take(page, nodes, count);
    if (result < 0)
        return result;
    tr_change change = {.what = what,
                        .is_page = key == NULL,
                        .key = tr_slice_of(key),
                        .property = tr_slice_of(property),
                        .number = number,
                        .nodes = nodes,
                        .node_count = count};
    return tr_submit(page, &change, NULL);
}

int ui_add(tr_page *page, ui_control *control)
{
    return ui_add_to(page, NULL, control);
}

int ui_add_to(tr_page *page, const char *key, ui_control *control)
{
    return control != NULL ? with_nodes(page, TR_CHANGE_ADD, key, NULL, 0, &control, 1) : 0;
}

int ui_insert(tr_page *page, const char *key, uint32_t position, ui_control *control)
{
    return control != NULL ? with_nodes(page, TR_CHANGE_INSERT, key, NULL, position, &control, 1)
                           : 0;
}

int ui_replace(tr_page *page, const char *key, ui_control *control)
{
    return control != NULL ? with_nodes(page, TR_CHANGE_REPLACE, key, NULL, 0, &control, 1)
                           : ui_remove(page, key);
}

int ui_remove(tr_page *page, const char *key)
{
    return with_nodes(page, TR_CHANGE_REMOVE, key, NULL, 0, NULL, 0);
}

int ui_move(tr_page *page, const char *key, uint32_t position)
{
    return with_nodes(page, TR_CHANGE_MOVE, key, NULL, position, NULL, 0);
}

int ui_clear(tr_page *page, const char *key)
{
    return with_nodes(page, TR_CHANGE_CLEAR, key, NULL, 0, NULL, 0);
}

int ui_put(tr_page *page, const char *key, const char *property, ui_control *control)
{
    return with_nodes(page, TR_CHANGE_PUT, key, property, 0, &control, control != NULL ? 1 : 0);
}

int ui_set_children(tr_page *page, const char *key, ui_control **children)
{
    return ui_set_list(page, key, NULL, children);
}

int ui_set_list(tr_page *page, const char *key, const char *property, ui_control **children)
{
    // The caller's array is const to it in spirit: NULLs are squeezed out in a copy.
    uint32_t count;
    int ended = tr_given_list_count(children, &count);
    if (ended < 0)
        return ended;
    ui_control **nodes = tr_calloc(count, sizeof *nodes);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++)
        if (children[i] != NULL)
            nodes[kept++] = children[i];
    int result = with_nodes(page, TR_CHANGE_CHILDREN, key, property, 0, nodes, kept);
    tr_free(nodes);
    return result;
}

static int set(tr_page *page, const char *key, const char *property, tr_value value)
{
    tr_change change = {.what = property != NULL ? TR_CHANGE_SET : TR_CHANGE_SET_TEXT,
                        .is_page = key == NULL,
                        .key = tr_slice_of(key),
                        .property = tr_slice_of(property),
                        .value = value};
    return tr_submit(page, &change, NULL);
}

int ui_set_text(tr_page *page, const char *key, const char *text)
{
    return set(page, key, NULL, tr_value_text(tr_argument_text(text != NULL ? text : "")));
}

int(ui_set_textf)(tr_page *page, const char *key, const char *format, ...)
{
    char small[256];
    char *text = small;
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int length = tr_format_list(small, sizeof small, format, args);
    va_end(args);
    if (length < 0) {
        va_end(again);
        return TR_EINVALID;
    }
    if ((size_t)length >= sizeof small) {
        text = tr_alloc((size_t)length + 1);
        tr_format_list(text, (size_t)length + 1, format, again);
    }
    va_end(again);
    int result = set(page, key, NULL, tr_value_text((tr_slice){text, (uint32_t)length}));
    if (text != small)
        tr_free(text);
    return result;
}

int ui_set_number(tr_page *page, const char *key, const char *property, double value)
{
    // Whole numbers are right for properties of either type.
    bool is_whole =
        value >= -2147483648.0 && value <= 2147483647.0 && value == (double)(int64_t)value;
    return set(page, key, property,
               is_whole ? tr_value_integer((int64_t)value) : tr_value_number(value));
}

int ui_set_bool(tr_page *page, const char *key, const char *property, bool value)
{
    return set(page, key, property, tr_value_boolean(value));
}

int ui_set_string(tr_page *page, const char *key, const char *property, const char *value)
{
    return set(page, key, property, value != NULL ? tr_value_text(tr_slice_of(value)) : TR_NIL);
}

int ui_unset(tr_page *page, const char *key, const char *property)
{
    return set(page, key, property, TR_NIL);
}

static int set_written(tr_page *page, const char *key, const char *property, const void *argument,
                       enum tr_arg kind)
{
    if (argument == NULL)
        return ui_unset(page, key, property);
    tr_buf written = {0};
    int result = TR_EINVALID;
    if (tr_argument_write_pointer(&written, argument, kind, 0)) { // else it is said in the log
        tr_reader in = tr_reader_of(tr_buf_slice(&written));
        result = set(page, key, property, tr_value_read(&in));
    }
    tr_buf_done(&written);
    return result;
}

int ui_set_value(tr_page *page, const char *key, const char *property, const void *value)
{
    return set_written(page, key, property, value, TR_ARG_VALUE);
}

int ui_set_pairs(tr_page *page, const char *key, const char *property, const char *const *pairs)
{
    return set_written(page, key, property, pairs, TR_ARG_PAIRS);
}

int(ui_on)(tr_page *page, const char *key, const char *event, const tr_handler *handler)
{
    char property[TR_EVENT_NAME_CAP_BYTES + 4];
    int length = snprintf(property, sizeof property, "on_%s", event);
    if (length < 0 || (size_t)length >= sizeof property)
        return tr_misuse_refuse(TR_EINVALID, "an event's name has at most 64 bytes");
    return set(page, key, property, tr_value_handler(handler));
}

static tr_value get(tr_page *page, const char *key, const char *property, tr_buf *storage)
{
    tr_change change = {.what = TR_CHANGE_GET,
                        .is_page = key == NULL,
                        .key = tr_slice_of(key),
                        .property = tr_slice_of(property)};
    if (tr_submit(page, &change, storage) < 0)
        return TR_NIL;
    tr_reader in = tr_reader_of(tr_buf_slice(storage));
    return tr_value_read(&in);
}

int ui_get_text(tr_page *page, const char *key, const char *property, char *out, size_t size)
{
    TR_GIVEN(page != NULL && (out != NULL || size == 0));
    tr_buf storage = {0};
    tr_value value = get(page, key, property, &storage);
    tr_slice text = value.kind == TR_VALUE_TEXT ? value.slice : (tr_slice){0};
    if (size != 0) {
        size_t kept = text.size < size ? text.size : size - 1;
        if (kept != 0)
            memcpy(out, text.data, kept);
        out[kept] = '\0';
    }
    tr_buf_done(&storage);
    return (int)text.size;
}

double ui_get_number(tr_page *page, const char *key, const char *property, double otherwise)
{
    tr_buf storage = {0};
    double number = tr_value_as_number(get(page, key, property, &storage), otherwise);
    tr_buf_done(&storage);
    return number;
}

bool ui_get_bool(tr_page *page, const char *key, const char *property, bool otherwise)
{
    tr_buf storage = {0};
    tr_value value = get(page, key, property, &storage);
    tr_buf_done(&storage);
    return value.kind == TR_VALUE_BOOLEAN ? value.boolean : otherwise;
}

int tr_update(tr_page *page)
{
    tr_change change = {.what = TR_CHANGE_UPDATE, .is_page = true};
    return tr_submit(page, &change, NULL);
}

int tr_update_control(tr_page *page, const char *key)
{
    tr_change change = {.what = TR_CHANGE_UPDATE, .key = tr_slice_of(key)};
    return tr_submit(page, &change, NULL);
}

static int listen(tr_page *page, enum tr_change_what what, const char *topic, uint64_t number,
                  const tr_handler *handler)
{
    if (tr_submit_has_payload(handler))
        return TR_EINVALID;
    tr_change change = {.what = what,
                        .is_page = true,
                        .property = tr_slice_of(topic),
                        .number = (int64_t)number,
                        .value = tr_value_handler(handler)};
    return tr_submit(page, &change, NULL);
}

static int check_topic(const char *topic)
{
    bool is_topic = topic != NULL && *topic != '\0' && strlen(topic) <= TR_TOPIC_NAME_CAP_BYTES &&
                    tr_scan_is_utf8(topic, strlen(topic));
    return is_topic ? 0
                    : tr_misuse_refuse(TR_EINVALID, "a topic's name has 1 to 128 bytes of UTF-8");
}

static int subscribe(tr_page *page, const char *topic, const tr_handler *handler, unsigned queue)
{
    int result = check_topic(topic);
    if (result < 0)
        return result;
    if (queue == 0 || queue > TR_TOPIC_QUEUE_CAP)
        return tr_misuse_refuse(TR_EINVALID, "a topic's queue has 1 to 1024 messages");
    return listen(page, TR_CHANGE_SUBSCRIBE, topic, queue, handler);
}

int(tr_subscribe)(tr_page *page, const char *topic, const tr_handler *handler)
{
    return subscribe(page, topic, handler, 1);
}

int(tr_subscribe_queued)(tr_page *page, const char *topic, const tr_handler *handler,
                         unsigned message_count)
{
    return subscribe(page, topic, handler, message_count);
}

static int publish(tr_event *ev, const char *topic, enum tr_topic_audience audience,
                   const void *payload, size_t size)
{
    // A background handler has no page; on a pool thread it is known by its address.
    tr_address from = ev->home;
    int result = check_topic(topic);
    if (result < 0)
        return result;
    if (size > TR_TOPIC_PAYLOAD_CAP_BYTES)
        return tr_misuse_refuse(TR_ETOOBIG, "at most 1 MiB is published at once");
    if (ev->thread == NULL) {
        if (ev->session->actor == NULL)
            return TR_EGONE;
        from = tr_actor_address(ev->session->actor);
    }
    return tr_topic_publish(from, topic, audience, payload, size);
}

int tr_publish(tr_event *ev, const char *topic, const void *payload, size_t size)
{
    TR_GIVEN(ev != NULL && (payload != NULL || size == 0));
    return publish(ev, topic, TR_TO_ALL, payload, size);
}

int tr_publish_others(tr_event *ev, const char *topic, const void *payload, size_t size)
{
    TR_GIVEN(ev != NULL && (payload != NULL || size == 0));
    return publish(ev, topic, TR_TO_OTHERS, payload, size);
}

// -- presence --

static int join(tr_page *page, const char *topic, const void *meta, size_t size, bool stays)
{
    int result = check_topic(topic);
    if (result < 0)
        return result;
    if (size > TR_PRESENCE_META_CAP_BYTES)
        return tr_misuse_refuse(TR_ETOOBIG, "at most 256 bytes are what one says of itself");
    tr_change change = {.what = TR_CHANGE_JOIN,
                        .is_page = true,
                        .property = tr_slice_of(topic),
                        .number = stays,
                        .value = tr_value_bytes((tr_slice){meta, (uint32_t)size})};
    return tr_submit(page, &change, NULL);
}

int tr_presence_join(tr_page *page, const char *topic, const void *meta, size_t size)
{
    TR_GIVEN(page != NULL && (meta != NULL || size == 0));
    return join(page, topic, meta, size, false);
}

int tr_presence_stay(tr_page *page, const char *topic, const void *meta, size_t size)
{
    TR_GIVEN(page != NULL && (meta != NULL || size == 0));
    return join(page, topic, meta, size, true);
}

int tr_presence_leave(tr_page *page, const char *topic)
{
    int result = check_topic(topic);
    if (result < 0)
        return result;
    tr_change change = {.what = TR_CHANGE_LEAVE, .is_page = true, .property = tr_slice_of(topic)};
    return tr_submit(page, &change, NULL);
}

int(tr_presence_watch)(tr_page *page, const char *topic, const tr_handler *handler)
{
    int result = check_topic(topic);
    return result < 0 ? result : listen(page, TR_CHANGE_WATCH, topic, 0, handler);
}

typedef struct telling {
    void (*each)(void *arg, const char *who, const void *meta, size_t size);
    void *arg;
} telling;

static void tell_one(void *arg, tr_address who, tr_slice meta)
{
    const telling *to = arg;
    char name[40];
    _Alignas(max_align_t) char aligned[TR_PRESENCE_META_CAP_BYTES];
    snprintf(name, sizeof name, "%llx-%llx", (unsigned long long)who.node,
             (unsigned long long)who.actor);
    if (meta.size > sizeof aligned) // another version's
        meta.size = 0;
    if (meta.size != 0)
        memcpy(aligned, meta.data, meta.size);
    to->each(to->arg, name, aligned, meta.size);
}

int(tr_presence_list)(tr_page *page, const char *topic,
                      void (*each)(void *arg, const char *who, const void *meta, size_t size),
                      void *arg)
{
    TR_GIVEN(page != NULL && each != NULL);
    telling to = {each, arg};
    int result = check_topic(topic);
    if (result < 0)
        return result;
    if (page->thread != NULL && !tr_address_is_set(page->home)) // a background handler
        return tr_topic_present(topic, TR_ASK_DEADLINE_MS, tell_one, &to);
    // A handler that goes on though its waits say that the process ends.
    if (page->thread == NULL && page->session->actor == NULL)
        return TR_ECANCELLED;
    // The process that has the page is asked: it told the handler who came or went, and the one that
    // a sync handler runs in may not have heard of it yet.
    uint64_t node =
        page->thread != NULL ? page->home.node : tr_core_node(page->session->sessions->core);
    tr_msg_presence_find body = {.topic = tr_slice_of(topic)};
    tr_message *list = NULL;
    result = tr_wait_ask(page, tr_address_of(node, 0, TR_SLOT_TOPICS), TR_MSG_presence_find, &body,
                         TR_ASK_DEADLINE_MS, &list);
    if (result < 0)
        return result;
    // Only now: what `each` builds is the handler's again.
    result = tr_topic_read_present(list, tell_one, &to);
    tr_message_free(list);
    return result;
}
