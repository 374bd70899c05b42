#include "tests/golden/client_ops.h"

#include <string.h>

#include "base/must.h"
#include "tests/golden/match.h"
#include "wire/flet.h"
#include "wire/limits.h"

// Sends it as ours, when it is what was recorded.
static void send(talk *self, const tr_buf *ours)
{
    const json_t *message = match_message(self, self->at);
    tr_buf packet = {0}, why = {0};
    if (!match_is_from(message, "c2s")) {
        talk_fail(self, "the client's message was not recorded");
        return;
    }
    if (match_packet(self, message, &packet)) {
        self->compare.why = &why;
        if (!compare_packets(&self->compare, packet.data, packet.size, ours->data, ours->size))
            talk_fail(self, "the op says another message: %s", tr_buf_text(&why));
    }
    tr_flet_packet read;
    if (!talk_failed(self) && tr_flet_read(packet.data, packet.size, &read) == 0 &&
        read.action == TR_FLET_UPDATE)
        (void)tr_cm_update(&self->recorded, read.target, read.value.data, read.value.size);
    if (!talk_failed(self) && tr_flet_read(ours->data, ours->size, &read) == 0 &&
        read.action == TR_FLET_UPDATE)
        (void)tr_cm_update(&self->ours, read.target, read.value.data, read.value.size);
    tr_buf_done(&packet);
    tr_buf_done(&why);
    if (talk_failed(self))
        return;
    self->at++;
    if (read.action != TR_FLET_REGISTER)
        tr_must(tr_lab_packet(self->lab, 0, ours->data, ours->size) >= 0);
}

// The client's address as the network knows it; the recording's answer has it.
static const char *known_of_client(const talk *self, const char *key, const char *otherwise)
{
    for (size_t i = self->at; match_message(self, i) != NULL; i++) {
        const json_t *body = json_array_get(json_object_get(match_message(self, i), "decoded"), 1);
        const char *text = view_text(json_object_get(body, "page_patch"), key);
        if (text != NULL)
            return text;
    }
    return otherwise;
}

static void register_client(talk *self, const json_t *op)
{
    const char *given = view_text(op, "session_id");
    bool is_current = given != NULL && strcmp(given, "$current") == 0;
    json_t *page = json_copy((json_t *)self->client_page);
    json_object_update(page, json_object_get(op, "page"));
    json_t *body =
        json_pack("[i{ss ss so}]", TR_FLET_REGISTER, "session_id",
                  is_current ? tr_lab_look(self->lab, 0)->session_id : (given != NULL ? given : ""),
                  "page_name", "", "page", page);
    tr_buf packet = {0};
    tr_buf_append(&packet, "\0", 1);
    if (!view_write(&packet, body))
        talk_fail(self, "an ill-formed page");
    else
        send(self, &packet);
    if (!talk_failed(self))
        tr_lab_register(self->lab, 0, packet.data, packet.size,
                        known_of_client(self, "client_ip", "127.0.0.1"),
                        known_of_client(self, "client_user_agent", NULL));
    json_decref(body);
    tr_buf_done(&packet);
}

static uint32_t target_of(talk *self, const json_t *op)
{
    uint32_t id = talk_find(self, view_text(op, "target"));
    if (id == 0)
        talk_fail(self, "no control is named '%s'",
                  view_text(op, "target") != NULL ? view_text(op, "target") : "?");
    return id;
}

static void client_event(talk *self, const json_t *op)
{
    tr_buf data = {0}, packet = {0};
    uint32_t target = target_of(self, op);
    const char *name = view_text(op, "name");
    if (target == 0 || name == NULL || !view_write(&data, json_object_get(op, "data"))) {
        talk_fail(self, "an ill-formed event");
    } else {
        tr_flet_write_client_event(&packet, target, tr_slice_of(name), view_slice(&data));
        send(self, &packet);
    }
    tr_buf_done(&data);
    tr_buf_done(&packet);
}

static void client_update(talk *self, const json_t *op)
{
    tr_buf props = {0}, packet = {0};
    uint32_t target = target_of(self, op);
    if (target == 0 || !view_write(&props, json_object_get(op, "props"))) {
        talk_fail(self, "an ill-formed update");
    } else {
        tr_flet_write_client_update(&packet, target, view_slice(&props));
        send(self, &packet);
    }
    tr_buf_done(&props);
    tr_buf_done(&packet);
}

// The answer to the oldest call.
static void client_result(talk *self, const json_t *op)
{
    if (self->call_count == 0) {
        talk_fail(self, "ours has called no method");
        return;
    }
    tr_buf call = self->calls[0];
    memmove(self->calls, self->calls + 1, --self->call_count * sizeof *self->calls);
    cm_value *model = tr_cm_decode(call.data + 1, call.size - 1);
    cm_value *body = model->items[1];
    uint32_t control = (uint32_t)tr_cm_integer(tr_cm_get(body, "control_id"));
    char id[TR_CALL_ID_CAP_BYTES + 1];
    strncpy(id, tr_cm_text(tr_cm_get(body, "call_id")), sizeof id - 1);
    id[sizeof id - 1] = '\0';
    tr_buf result = {0}, packet = {0};
    if (!view_write(&result, json_object_get(op, "result"))) {
        talk_fail(self, "an ill-formed result");
    } else {
        tr_flet_write_client_result(&packet, control, tr_slice_of(id), view_slice(&result),
                                    tr_slice_of(view_text(op, "error")));
        send(self, &packet);
    }
    tr_cm_free(model);
    tr_buf_done(&call);
    tr_buf_done(&result);
    tr_buf_done(&packet);
}

static void client_packet(talk *self, const json_t *op)
{
    tr_buf payload = {0}, packet = {0};
    if (!view_bytes(&payload, json_object_get(op, "payload"))) {
        talk_fail(self, "an ill-formed packet");
    } else {
        tr_flet_write_channel(&packet,
                              (uint32_t)json_integer_value(json_object_get(op, "channel_id")),
                              view_slice(&payload));
        send(self, &packet);
    }
    tr_buf_done(&payload);
    tr_buf_done(&packet);
}

static const cm_value *find_type(const cm_value *at, const char *type)
{
    const cm_value *found = NULL;
    if (at->kind == CM_MAP && strcmp(tr_cm_text(tr_cm_get(at, "_c")), type) == 0)
        return at;
    for (uint32_t i = 0; at->kind != CM_SCALAR && i < at->count && found == NULL; i++)
        found = find_type(at->kind == CM_LIST ? at->items[i] : at->pairs[i].value, type);
    return found;
}

static void click_button(talk *self, const json_t *op)
{
    (void)op;
    const cm_value *component = find_type(self->ours.page, "C");
    const cm_value *button = component != NULL ? find_type(component, "Button") : NULL;
    if (button == NULL) {
        talk_fail(self, "the page has no component with a button");
        return;
    }
    tr_buf packet = {0};
    tr_flet_write_client_event(&packet, (uint32_t)tr_cm_integer(tr_cm_get(button, "_i")),
                               TR_SLICE("click"), (tr_slice){0});
    send(self, &packet);
    tr_buf_done(&packet);
}

static void disconnect(talk *self, const json_t *op)
{
    (void)op;
    tr_lab_detach(self->lab, 0);
}

static const struct {
    const char *name;
    bool is_message; // one that was recorded
    void (*run)(talk *self, const json_t *op);
} client_ops[] = {
    {"register", true, register_client},
    {"client_event", true, client_event},
    {"client_update", true, client_update},
    {"client_result", true, client_result},
    {"data_frame_from_client", true, client_packet},
    {"click_button_of_component", true, click_button},
    {"disconnect", false, disconnect},
};

enum { CLIENT_OP_COUNT = sizeof client_ops / sizeof *client_ops };

bool client_ops_run(talk *self, const char *name, const json_t *op)
{
    for (unsigned i = 0; i < CLIENT_OP_COUNT; i++) {
        if (strcmp(client_ops[i].name, name) != 0)
            continue;
        if (!client_ops[i].is_message || match_settle(self))
            client_ops[i].run(self, op);
        return true;
    }
    return false;
}
