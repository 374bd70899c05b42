#include "testing/recorded_page.h"

#include <string.h>
#include <utlist.h>

#include "base/mem.h"
#include "base/number.h"
#include "testing/json.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum { CALLS_CAP = 256 };

// -- values --

typedef struct hiding {
    tr_secrets *secrets;
    bool is_secret;
} hiding;

static void hide(void *arg, tr_slice text, tr_buf *out)
{
    const hiding *self = arg;
    tr_buf copy = {0};
    tr_buf_append(&copy, text.data, text.size);
    tr_secrets_hide(self->secrets, tr_buf_text(&copy), self->is_secret, out);
    tr_buf_done(&copy);
}

void tr_recorded_put_value(tr_slice value, tr_secrets *secrets, bool is_secret, tr_buf *out)
{
    hiding how = {secrets, is_secret};
    tr_json_print(value, hide, &how, out);
}

// Numbers of controls are others the next time: who is meant stands instead.
static void name_controls(const tr_recorded_page *self, tr_slice value, tr_buf *out)
{
    tr_reader in = tr_reader_of(value);
    uint32_t count = tr_reader_map(&in);
    tr_write_map(out, count);
    for (uint32_t i = 0; i < count; i++) {
        tr_slice key = tr_reader_skip(&in);
        tr_slice item = tr_reader_skip(&in);
        tr_reader name = tr_reader_of(key);
        tr_reader number = tr_reader_of(item);
        const cm_value *control =
            tr_slice_is(tr_reader_text(&name), "src_id")
                ? tr_cm_find(&self->model, (uint32_t)tr_reader_integer(&number))
                : NULL;
        tr_write_raw(out, key);
        if (control == NULL) {
            tr_write_raw(out, item);
            continue;
        }
        tr_buf who = {0};
        tr_who_print(self->model.page, control, &who);
        tr_write_map(out, 1);
        tr_write_literal(out, "$control");
        tr_write_text(out, tr_buf_slice(&who));
        tr_buf_done(&who);
    }
}

void tr_recorded_page_put_json(const tr_recorded_page *self, tr_slice value, tr_secrets *secrets,
                               tr_buf *out)
{
    tr_buf named = {0};
    tr_reader in = tr_reader_of(value);
    if (tr_reader_peek(&in) == TR_KIND_MAP)
        name_controls(self, value, &named);
    else
        tr_buf_append(&named, value.data, value.size);
    tr_recorded_put_value(tr_buf_slice(&named), secrets, false, out);
    tr_buf_done(&named);
}

// -- addresses --

static bool is_sensitive(const char *name, size_t size)
{
    static const char *const words[] = {"code",     "state",   "token", "key",    "secret",
                                        "password", "session", "sig",   "ticket", "auth"};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t at = 0; at + strlen(words[i]) <= size; at++)
            if (tr_compare_caseless_n(name + at, words[i], strlen(words[i])) == 0)
                return true;
    return false;
}

static void put_route(const char *route, tr_secrets *secrets, tr_buf *line)
{
    tr_buf shown = {0};
    const char *at = route + strcspn(route, "?");
    tr_buf_append(&shown, route, (size_t)(at - route));
    while (*at != '\0') {
        tr_buf_append(&shown, at++, 1); // the mark, or what is between two
        size_t name = strcspn(at, "=&");
        size_t whole = strcspn(at, "&");
        tr_buf value = {0};
        tr_buf_append(&shown, at, name < whole ? name + 1 : whole);
        if (name < whole)
            tr_buf_append(&value, at + name + 1, whole - name - 1);
        tr_secrets_hide(secrets, tr_buf_text(&value), is_sensitive(at, name), &shown);
        tr_buf_done(&value);
        at += whole;
    }
    tr_seen_quote(tr_buf_text(&shown), line);
    tr_buf_done(&shown);
}

static const char *text_of(const cm_value *map, const char *name, tr_buf *scratch)
{
    const char *text = map->kind == CM_MAP ? tr_seen_text(tr_cm_get(map, name), scratch) : NULL;
    return text != NULL ? text : "";
}

void tr_recorded_page_say_open(tr_slice own, tr_secrets *secrets, tr_buf *line)
{
    cm_value *page = tr_cm_decode(own.data, own.size);
    tr_buf text = {0};
    const char *route = text_of(page, "route", &text);
    tr_buf_printf(line, "open ");
    put_route(route[0] != '\0' ? route : "/", secrets, line);
    tr_buf_printf(line, " %dx%d", (int)tr_seen_number(tr_cm_get(page, "width"), 1280),
                  (int)tr_seen_number(tr_cm_get(page, "height"), 800));
    if (strcmp(text_of(page, "platform_brightness", &text), "dark") == 0)
        tr_buf_printf(line, " dark");
    tr_buf_done(&text);
    tr_cm_free(page);
}

// -- events --

static void put_keys(const cm_value *data, tr_buf *line)
{
    static const char *const names[] = {"ctrl", "alt", "meta", "shift"};
    static const char *const shown[] = {"Ctrl+", "Alt+", "Meta+", "Shift+"};
    tr_buf keys = {0};
    tr_buf key = {0};
    for (unsigned i = 0; i < 4; i++)
        if (tr_seen_is(data, names[i]))
            tr_buf_printf(&keys, "%s", shown[i]);
    tr_buf_printf(&keys, "%s", text_of(data, "key", &key));
    tr_buf_printf(line, "press ");
    tr_seen_quote(tr_buf_text(&keys), line);
    tr_buf_done(&key);
    tr_buf_done(&keys);
}

static bool say_route(tr_recorded_page *self, const cm_value *data, tr_secrets *secrets,
                      tr_buf *line)
{
    tr_buf text = {0};
    const char *route = text_of(data, "route", &text);
    // The app has asked for it, and will again.
    bool is_own = self->pushed != NULL && strcmp(self->pushed, route) == 0;
    tr_free(self->pushed);
    self->pushed = NULL;
    if (!is_own) {
        tr_buf_printf(line, "go ");
        put_route(route, secrets, line);
    }
    tr_buf_done(&text);
    return !is_own;
}

// What a browser says of itself all the time, whether the app listens or not.
static bool is_idle_talk(const tr_recorded_page *self, tr_slice name)
{
    static const char *const names[] = {"resize",
                                        "media_change",
                                        "platform_brightness_change",
                                        "app_lifecycle_state_change",
                                        "locale_change",
                                        "keyboard_event"};
    char heard[80];
    (void)tr_format(heard, sizeof heard, "on_%.*s", (int)name.size, name.data);
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (tr_slice_is(name, names[i]))
            return !tr_seen_is(self->model.page, heard);
    return false;
}

static bool is_empty(tr_slice value)
{
    tr_reader in = tr_reader_of(value);
    return value.size == 0 || tr_reader_nil(&in);
}

// Is the event's data the text that is in the field?
static bool is_its_value(const cm_value *control, tr_slice value)
{
    const cm_value *own = tr_cm_get(control, "value");
    tr_reader in = tr_reader_of(value);
    if (own == NULL)
        return is_empty(value) || tr_slice_is(tr_reader_text(&in), "");
    return own->kind == CM_SCALAR && own->count == value.size &&
           memcmp(own->bytes, value.data, value.size) == 0;
}

static bool say_page_event(tr_recorded_page *self, const tr_flet_packet *packet,
                           tr_secrets *secrets, tr_buf *line)
{
    if (is_idle_talk(self, packet->name))
        return false;
    cm_value *data =
        is_empty(packet->value) ? NULL : tr_cm_decode(packet->value.data, packet->value.size);
    bool is_map = data != NULL && data->kind == CM_MAP;
    bool is_route = is_map && tr_slice_is(packet->name, "route_change");
    bool is_key = is_map && tr_slice_is(packet->name, "keyboard_event");
    bool is_said = true;
    if (is_route)
        is_said = say_route(self, data, secrets, line);
    else if (is_key)
        put_keys(data, line);
    tr_cm_free(data);
    if (is_route || is_key)
        return is_said;
    tr_buf_printf(line, "send %.*s to page", (int)packet->name.size, packet->name.data);
    return true;
}

bool tr_recorded_page_say_event(tr_recorded_page *self, const tr_flet_packet *packet,
                                tr_secrets *secrets, tr_buf *line)
{
    const cm_value *control = tr_cm_find(&self->model, packet->target);
    tr_buf who = {0};
    if (control == NULL)
        return false;
    bool is_page = packet->target == TR_ID_PAGE;
    if (is_page && !say_page_event(self, packet, secrets, line))
        return false;
    if (is_page && strncmp(tr_buf_text(line), "send ", 5) != 0)
        return true;
    tr_who_print(self->model.page, control, &who);
    const char *name = tr_buf_text(&who);
    bool is_hidden = strncmp(name, "hidden ", 7) == 0;
    bool is_click = tr_slice_is(packet->name, "click") && is_empty(packet->value);
    bool is_submit = tr_slice_is(packet->name, "submit") && is_its_value(control, packet->value);
    bool is_short = !is_page && !is_hidden && (is_click || is_submit);
    if (is_short)
        tr_buf_printf(line, "%s %s", is_click ? "click" : "submit", name);
    else if (!is_page)
        tr_buf_printf(line, "send %.*s to %s", (int)packet->name.size, packet->name.data, name);
    if (!is_short && !is_empty(packet->value)) {
        tr_buf_printf(line, ": ");
        if (tr_seen_is(control, "password"))
            tr_recorded_put_value(packet->value, secrets, true, line);
        else
            tr_recorded_page_put_json(self, packet->value, secrets, line);
    }
    tr_buf_done(&who);
    return true;
}

// -- methods --

static tr_recorded_method *method_of(tr_recorded_page *self, const char *name)
{
    for (tr_recorded_method *at = self->methods; at != NULL; at = at->next)
        if (strcmp(at->name, name) == 0)
            return at;
    tr_recorded_method *made = tr_new(tr_recorded_method);
    (void)tr_format(made->name, sizeof made->name, "%s", name);
    LL_PREPEND(self->methods, made);
    return made;
}

static void on_call(tr_recorded_page *self, const cm_value *body)
{
    const cm_value *control =
        tr_cm_find(&self->model, (uint32_t)tr_cm_integer(tr_cm_get(body, "control_id")));
    const char *wire = control != NULL ? tr_cm_text(tr_cm_get(control, "_c")) : "";
    tr_recorded_call *call = tr_new(tr_recorded_call);
    call->is_secret = strcmp(wire, "Clipboard") == 0 || strcmp(wire, "SecureStorage") == 0;
    (void)tr_format(call->name, sizeof call->name, "%s", tr_cm_text(tr_cm_get(body, "name")));
    (void)tr_format(call->id, sizeof call->id, "%s", tr_cm_text(tr_cm_get(body, "call_id")));
    if (strcmp(call->name, "push_route") == 0) {
        tr_buf text = {0};
        const cm_value *args = tr_cm_get(body, "args");
        const char *route = args != NULL ? text_of(args, "route", &text) : "";
        tr_free(self->pushed);
        self->pushed = tr_copy_text(route, strlen(route));
        tr_buf_done(&text);
    }
    if (self->call_count == CALLS_CAP) {
        tr_free(call);
        return;
    }
    self->call_count++;
    LL_PREPEND(self->calls, call);
}

static tr_recorded_call *take_call(tr_recorded_page *self, tr_slice id)
{
    tr_recorded_call *at;
    LL_FOREACH (self->calls, at) {
        if (tr_slice_is(id, at->id)) {
            LL_DELETE(self->calls, at);
            self->call_count--;
            return at;
        }
    }
    return NULL;
}

// Answers are taken in their order when it is played again: those with nothing in front of this one count.
static void put_nothings(tr_recorded_method *method, tr_buf *lines)
{
    for (; !method->is_written && method->nothings != 0; method->nothings--)
        tr_buf_printf(lines, "answer %s: null\n", method->name);
    method->is_written = true;
}

bool tr_recorded_page_say_answer(tr_recorded_page *self, const tr_flet_packet *packet,
                                 tr_secrets *secrets, tr_buf *lines)
{
    tr_recorded_call *call = take_call(self, packet->call_id);
    if (call == NULL)
        return false;
    tr_recorded_method *method = method_of(self, call->name);
    bool is_nothing = packet->error.size == 0 && is_empty(packet->value);
    bool is_said = !is_nothing || method->is_written;
    method->nothings += is_nothing && !method->is_written;
    if (is_said) {
        tr_buf why = {0};
        put_nothings(method, lines);
        tr_buf_append(&why, packet->error.data, packet->error.size);
        tr_buf_printf(lines, "%s %s: ", packet->error.size != 0 ? "refuse" : "answer", call->name);
        if (packet->error.size != 0)
            tr_seen_quote(tr_buf_text(&why), lines);
        else
            tr_recorded_put_value(packet->value, secrets, call->is_secret, lines);
        tr_buf_done(&why);
    }
    tr_free(call);
    return is_said;
}

// -- the page --

void tr_recorded_page_begin(tr_recorded_page *self, const char *session, uint64_t document,
                            tr_slice own, tr_slice whole)
{
    cm_value *packet = tr_cm_decode(whole.data + 1, whole.size - 1);
    bool has_page = tr_cm_get(packet->items[1], "page_patch") != NULL;
    bool is_same = self->is_open && document != 0 && document == self->document;
    tr_cm_free(packet);
    if (!is_same)
        self->taken = self->given = 0;
    if (!is_same && has_page)
        tr_cm_done(&self->model);
    if (has_page)
        (void)tr_cm_take(&self->model, whole.data, whole.size);
    (void)tr_cm_update(&self->model, TR_ID_PAGE, own.data, own.size);
    (void)tr_format(self->session, sizeof self->session, "%s", session);
    self->document = document;
    self->is_open = true;
    self->is_lost = false;
}

bool tr_recorded_page_take(tr_recorded_page *self, int64_t action, const cm_value *body,
                           const void *bytes, size_t size)
{
    if (action == TR_FLET_INVOKE)
        on_call(self, body);
    if (action != TR_FLET_PATCH || self->is_lost)
        return true;
    self->is_lost = tr_cm_take(&self->model, bytes, size) < 0;
    return !self->is_lost;
}

void tr_recorded_page_done(tr_recorded_page *self)
{
    while (self->calls != NULL) {
        tr_recorded_call *first = self->calls;
        LL_DELETE(self->calls, first);
        tr_free(first);
    }
    while (self->methods != NULL) {
        tr_recorded_method *first = self->methods;
        LL_DELETE(self->methods, first);
        tr_free(first);
    }
    tr_cm_done(&self->model);
    tr_shown_done(&self->shown);
    tr_free(self->pushed);
    *self = (tr_recorded_page){0};
}
