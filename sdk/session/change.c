#include "sdk/session/change.h"

#include <string.h>

#include "actors/core/core.h"
#include "base/mem.h"
#include "sdk/catalog/misuse.h"
#include "sdk/session/handler_table.h"
#include "sdk/tree/node_codec.h"
#include "troupe/err.h"
#include "wire/reader.h"
#include "wire/scan.h"
#include "wire/writer.h"

static bool carries_nodes(enum tr_change_what what)
{
    return what == TR_CHANGE_ADD || what == TR_CHANGE_INSERT || what == TR_CHANGE_REPLACE ||
           what == TR_CHANGE_CHILDREN || what == TR_CHANGE_PUT || what == TR_CHANGE_PUSH_VIEW ||
           what == TR_CHANGE_SET_VIEWS || what == TR_CHANGE_SHOW_DIALOG ||
           what == TR_CHANGE_ADD_OVERLAY || what == TR_CHANGE_SET_PROPS ||
           what == TR_CHANGE_PROMPT || what == TR_CHANGE_ROWS_GIVE;
}

static void encode_value(tr_buf *out, const tr_change *change)
{
    if (carries_nodes(change->what)) {
        tr_write_array(out, change->node_count);
        for (uint32_t i = 0; i < change->node_count; i++)
            tr_node_encode(change->nodes[i], tr_handler_name, out);
    } else if (change->what == TR_CHANGE_START) {
        tr_write_array(out, 2);
        tr_write_text(out, tr_handler_name(change->value.handler));
        tr_write_bytes(out, change->payload);
    } else if (change->what == TR_CHANGE_SET && change->value.kind == TR_VALUE_HANDLER &&
               change->value.payload == NULL) {
        // An array: a text would be one that the author sets.
        tr_write_array(out, 2);
        tr_write_text(out, tr_handler_name(change->value.handler));
        tr_write_bytes(out, (tr_slice){0});
    } else if (change->value.kind == TR_VALUE_HANDLER) {
        tr_handler_write(out, change->value, tr_handler_name);
    } else {
        tr_value_write(out, change->value);
    }
}

static uint64_t deadline_of(const tr_change *change)
{
    // The session has its own deadline for a method, and says more than ours could.
    if (change->what == TR_CHANGE_CALL)
        return (uint64_t)change->number + TR_ASK_DEADLINE_MS;
    if (change->what == TR_CHANGE_AWAIT_TASK)
        return change->deadline_ms;
    return change->what == TR_CHANGE_PROMPT ? TR_PROMPT_DEADLINE_MS : TR_ASK_DEADLINE_MS * 12;
}

// What no message carries never comes to the session, which says the rest.
static int refuse(const tr_change *change, int result)
{
    bool is_key = !tr_scan_is_utf8(change->key.data, change->key.size);
    bool is_name = !tr_scan_is_utf8(change->property.data, change->property.size);
    if (result != TR_EINVALID && result != TR_ETOOBIG)
        return result;
    return tr_misuse_report(&(tr_misuse){.code = result,
                                         .key = change->key,
                                         .property = change->property,
                                         .text = is_key    ? "the key is no UTF-8"
                                                 : is_name ? "the name is no UTF-8"
                                                           : NULL});
}

int tr_change_send(tr_call *call, tr_change *change, tr_buf *out_value)
{
    if (call->thread == NULL || !tr_address_is_set(call->home))
        return TR_EWRONGTHREAD;
    tr_buf value = {0};
    encode_value(&value, change);
    // No key at all and an empty key differ: the first means the page.
    tr_msg_page_change body = {.call = call->number,
                               .what = (uint16_t)(change->what | (change->is_page ? 0x8000 : 0)),
                               .key = change->key,
                               .property = change->property,
                               .number = change->number,
                               .value = {(const char *)value.data, (uint32_t)value.size}};
    uint64_t deadline_ms = deadline_of(change);
    tr_message *answer = NULL;
    int result =
        tr_pool_ask(call->thread, call->home, TR_MSG_page_change, &body, deadline_ms, &answer);
    tr_buf_done(&value);
    for (uint32_t i = 0; i < change->node_count; i++)
        tr_node_free(change->nodes[i]);
    if (result < 0)
        return refuse(change, result);
    result = (int)TR_BODY(answer, answer)->status;
    if (out_value != NULL)
        tr_buf_append(out_value, TR_BODY(answer, answer)->value.data,
                      TR_BODY(answer, answer)->value.size);
    tr_message_free(answer);
    return result;
}

static int decode_nodes(tr_slice value, tr_change *change)
{
    tr_reader in = tr_reader_of(value);
    uint32_t count = tr_reader_array(&in);
    change->nodes = tr_calloc(count, sizeof *change->nodes);
    for (uint32_t i = 0; i < count && !in.failed; i++) {
        tr_slice bytes = tr_reader_skip(&in);
        int result = in.failed ? TR_EMALFORMED
                               : tr_node_decode(bytes, TR_CONTROLS_PER_PAGE_CAP, tr_handler_find,
                                                &change->nodes[change->node_count]);
        if (result < 0)
            return result;
        // Out of the scope, if any: from here the change owns it.
        tr_node_release(change->nodes[change->node_count++]);
    }
    return in.failed ? TR_EMALFORMED : 0;
}

static bool carries_handler(enum tr_change_what what)
{
    return what == TR_CHANGE_EVERY || what == TR_CHANGE_START || what == TR_CHANGE_SUBSCRIBE ||
           what == TR_CHANGE_WATCH;
}

int tr_change_decode(const tr_msg_page_change *body, tr_change *out)
{
    *out = (tr_change){.what = (enum tr_change_what)(body->what & 0x7fff),
                       .is_page = (body->what & 0x8000) != 0,
                       .key = body->key,
                       .property = body->property,
                       .number = body->number};
    if (carries_nodes(out->what))
        return decode_nodes(body->value, out);
    tr_reader in = tr_reader_of(body->value);
    bool sets_event = out->what == TR_CHANGE_SET && out->property.size > 3 &&
                      memcmp(out->property.data, "on_", 3) == 0;
    if (sets_event && tr_reader_peek(&in) == TR_KIND_ARRAY)
        return tr_handler_read(&in, tr_handler_find, &out->payload, &out->value);
    bool is_task = out->what == TR_CHANGE_START && tr_reader_array(&in) == 2;
    out->value = tr_value_read(&in);
    if (is_task)
        out->payload = tr_reader_bytes(&in);
    if (out->value.kind == TR_VALUE_TEXT && carries_handler(out->what)) {
        const tr_handler *handler = tr_handler_find(out->value.slice);
        if (handler == NULL)
            return TR_ENOTFOUND;
        out->value = tr_value_handler(handler);
    }
    return in.failed ? TR_EMALFORMED : 0;
}
