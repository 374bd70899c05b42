#include "testing/recorder.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "testing/recorded_page.h"
#include "testing/recorder_file.h"
#include "wire/scan.h"

enum { ARRIVALS_CAP = 8 };

// A browser that has registered, until it is answered.
typedef struct arrival {
    uint64_t connection; // 0: none
    uint64_t document;
    tr_buf page; // msgpack: what it says of itself
} arrival;

struct tr_recorder {
    tr_recorder_file out;
    tr_recorded_page pages[TR_RECORDING_PAGES_CAP];
    arrival arrivals[ARRIVALS_CAP];
    unsigned next_arrival;
    bool has_left_out; // pages after the fourth
    // A text that is being typed, or a value that is being dragged.
    tr_recorded_page *typing;
    uint32_t typed_into;
    tr_buf typed_step; // "type #new: "
    tr_buf typed;      // msgpack
    bool is_secret;
};

bool tr_recorder_may_write(const char *path)
{
    char head[sizeof TR_RECORDING_HEAD] = "";
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return true;
    size_t size = fread(head, 1, sizeof head - 1, file);
    (void)fclose(file);
    return size == 0 || strcmp(head, TR_RECORDING_HEAD) == 0;
}

tr_recorder *tr_recorder_open(const char *path, const char *what)
{
    tr_recorder *self = tr_new(tr_recorder);
    if (!tr_recorder_file_open(&self->out, path, what)) {
        tr_free(self);
        return NULL;
    }
    for (unsigned i = 0; i < TR_RECORDING_PAGES_CAP; i++)
        self->pages[i].number = i + 1;
    return self;
}

uint32_t tr_recorder_steps(const tr_recorder *self)
{
    return self->out.steps;
}

// -- steps --

static void end_typing(tr_recorder *self)
{
    if (self->typing == NULL)
        return;
    self->typing = NULL;
    tr_buf line = {0};
    tr_buf_printf(&line, "%s", tr_buf_text(&self->typed_step));
    tr_recorded_put_value(tr_buf_slice(&self->typed), &self->out.secrets, self->is_secret, &line);
    tr_recorder_file_line(&self->out, &line);
}

// What the pages showed until now belongs in front of a step, unless it comes so soon that they may still be about to.
static void begin_step(tr_recorder *self, const tr_recorded_page *page, uint64_t now_ms)
{
    end_typing(self);
    bool is_settled = tr_recorder_file_wait(&self->out, now_ms) || page == NULL;
    for (unsigned i = 0; i < TR_RECORDING_PAGES_CAP; i++)
        if (self->pages[i].is_open && is_settled)
            tr_recorder_file_shows(&self->out, &self->pages[i]);
    if (page != NULL)
        tr_recorder_file_page(&self->out, page->number);
}

static void put_step(tr_recorder *self, tr_recorded_page *page, tr_buf *line, uint64_t now_ms)
{
    begin_step(self, page, now_ms);
    self->out.steps++;
    tr_recorder_file_line(&self->out, line);
}

static void put_typing(tr_recorder *self, tr_recorded_page *page, const cm_value *control,
                       const char *verb, tr_slice value, uint64_t now_ms)
{
    begin_step(self, page, now_ms);
    self->out.steps++;
    self->typing = page;
    self->typed_into = (uint32_t)tr_cm_integer(tr_cm_get(control, "_i"));
    self->is_secret = tr_seen_is(control, "password");
    self->typed_step.size = self->typed.size = 0;
    tr_buf_printf(&self->typed_step, "%s ", verb);
    tr_who_print(page->model.page, control, &self->typed_step);
    tr_buf_printf(&self->typed_step, ": ");
    tr_buf_append(&self->typed, value.data, value.size);
}

static bool is_one_of(const cm_value *control, const char *const *wires)
{
    for (; *wires != NULL; wires++)
        if (strcmp(tr_cm_text(tr_cm_get(control, "_c")), *wires) == 0)
            return true;
    return false;
}

// The value alone, as people type or choose it.
static bool only_value(tr_slice props, tr_slice *out)
{
    tr_reader in = tr_reader_of(props);
    if (tr_reader_peek(&in) != TR_KIND_MAP || tr_reader_map(&in) != 1 ||
        !tr_slice_is(tr_reader_text(&in), "value"))
        return false;
    *out = tr_reader_skip(&in);
    return !in.failed;
}

static void on_value(tr_recorder *self, tr_recorded_page *page, const cm_value *control,
                     tr_slice value, uint64_t now_ms)
{
    static const char *const fields[] = {"TextField", "CupertinoTextField", "SearchBar",
                                         "AutoComplete", NULL};
    static const char *const sliders[] = {"Slider", "CupertinoSlider", NULL};
    tr_reader in = tr_reader_of(value);
    bool is_typed = is_one_of(control, fields) && tr_reader_peek(&in) == TR_KIND_TEXT;
    uint32_t id = (uint32_t)tr_cm_integer(tr_cm_get(control, "_i"));
    if (self->typing == page && self->typed_into == id &&
        (is_typed || is_one_of(control, sliders))) {
        self->typed.size = 0;
        tr_buf_append(&self->typed, value.data, value.size);
        tr_recorder_file_pass(&self->out, now_ms);
        return;
    }
    put_typing(self, page, control, is_typed ? "type" : "choose", value, now_ms);
}

static void on_update(tr_recorder *self, tr_recorded_page *page, const tr_flet_packet *packet,
                      uint64_t now_ms)
{
    const cm_value *control = tr_cm_find(&page->model, packet->target);
    tr_slice value;
    if (control == NULL)
        return;
    if (packet->target == TR_ID_PAGE && tr_flet_page_has(packet->value, "route") != 0)
        ; // the event that follows says so, too
    else if (only_value(packet->value, &value))
        on_value(self, page, control, value, now_ms);
    else {
        tr_buf line = {0};
        tr_buf_printf(&line, "set ");
        tr_who_print(page->model.page, control, &line);
        tr_buf_printf(&line, ": ");
        tr_recorded_page_put_json(page, packet->value, &self->out.secrets, &line);
        put_step(self, page, &line, now_ms);
    }
    (void)tr_cm_update(&page->model, packet->target, packet->value.data, packet->value.size);
}

// What the step before says already: the field's own "change" and "select".
static bool is_said(const tr_recorder *self, const tr_recorded_page *page,
                    const tr_flet_packet *packet)
{
    return self->typing == page && self->typed_into == packet->target &&
           (tr_slice_is(packet->name, "change") || tr_slice_is(packet->name, "select")) &&
           (packet->value.size == 0 ||
            (packet->value.size == self->typed.size &&
             memcmp(packet->value.data, self->typed.data, packet->value.size) == 0));
}

static void on_event(tr_recorder *self, tr_recorded_page *page, const tr_flet_packet *packet,
                     uint64_t now_ms)
{
    tr_buf line = {0};
    if (is_said(self, page, packet) ||
        !tr_recorded_page_say_event(page, packet, &self->out.secrets, &line))
        return;
    put_step(self, page, &line, now_ms);
}

static void on_answer(tr_recorder *self, tr_recorded_page *page, const tr_flet_packet *packet,
                      uint64_t now_ms)
{
    tr_buf lines = {0};
    if (!tr_recorded_page_say_answer(page, packet, &self->out.secrets, &lines))
        return;
    put_step(self, page, &lines, now_ms);
}

// -- connections --

static tr_recorded_page *page_of(tr_recorder *self, uint64_t connection)
{
    for (unsigned i = 0; i < TR_RECORDING_PAGES_CAP; i++)
        if (self->pages[i].connection == connection)
            return &self->pages[i];
    return NULL;
}

static void on_arrival(tr_recorder *self, uint64_t connection, const tr_flet_packet *packet)
{
    arrival *it = &self->arrivals[self->next_arrival++ % ARRIVALS_CAP];
    tr_flet_resume resume = {0};
    it->connection = connection;
    it->document = tr_flet_page_resume(packet->page, &resume) ? resume.document : 0;
    it->page.size = 0;
    tr_buf_append(&it->page, packet->page.data, packet->page.size);
}

void tr_recorder_from_browser(tr_recorder *self, uint64_t connection, uint32_t number,
                              const void *bytes, size_t size, uint64_t now_ms)
{
    tr_flet_packet packet;
    if (tr_flet_read(bytes, size, &packet) != 0)
        return;
    if (packet.action == TR_FLET_REGISTER) {
        on_arrival(self, connection, &packet);
        return;
    }
    tr_recorded_page *page = page_of(self, connection);
    if (page == NULL || (number != 0 && number <= page->taken))
        return;
    page->taken = number;
    if (packet.action == TR_FLET_EVENT)
        on_event(self, page, &packet, now_ms);
    else if (packet.action == TR_FLET_UPDATE)
        on_update(self, page, &packet, now_ms);
    else if (packet.action == TR_FLET_INVOKE)
        on_answer(self, page, &packet, now_ms);
}

static tr_recorded_page *page_of_session(tr_recorder *self, tr_slice session)
{
    tr_recorded_page *unused = NULL;
    for (unsigned i = TR_RECORDING_PAGES_CAP; i-- > 0;) {
        if (self->pages[i].is_open && tr_slice_is(session, self->pages[i].session))
            return &self->pages[i];
        if (!self->pages[i].is_open)
            unused = &self->pages[i];
    }
    return unused;
}

// Its page is there: a new one, or one that its browser comes back to.
static void on_registered(tr_recorder *self, arrival *from, const cm_value *body, tr_slice whole,
                          uint64_t now_ms)
{
    char session[64];
    tr_buf line = {0};
    (void)tr_format(session, sizeof session, "%s", tr_cm_text(tr_cm_get(body, "session_id")));
    tr_recorded_page *page = page_of_session(self, tr_slice_of(session));
    if (page == NULL) {
        if (!self->has_left_out)
            tr_recorder_file_remark(&self->out, "pages after the fourth are left out");
        self->has_left_out = true;
        return;
    }
    bool is_back = page->is_open;
    if (is_back)
        tr_buf_printf(&line, "return");
    else
        tr_recorded_page_say_open(tr_buf_slice(&from->page), &self->out.secrets, &line);
    put_step(self, page, &line, now_ms);
    page->connection = from->connection;
    tr_recorded_page_begin(page, session, from->document, tr_buf_slice(&from->page), whole);
}

static arrival *arrival_of(tr_recorder *self, uint64_t connection)
{
    for (unsigned i = 0; i < ARRIVALS_CAP; i++)
        if (self->arrivals[i].connection == connection)
            return &self->arrivals[i];
    return NULL;
}

void tr_recorder_to_browser(tr_recorder *self, uint64_t connection, uint32_t number,
                            const void *bytes, size_t size, uint64_t now_ms)
{
    if (size < 2 || *(const uint8_t *)bytes != TR_FLET_PACKET ||
        tr_scan((const char *)bytes + 1, size - 1) != 0)
        return;
    cm_value *packet = tr_cm_decode((const char *)bytes + 1, size - 1);
    arrival *from = arrival_of(self, connection);
    tr_recorded_page *page = page_of(self, connection);
    bool is_packet = packet->kind == CM_LIST && packet->count == 2;
    int64_t action = is_packet ? tr_cm_integer(packet->items[0]) : 0;
    if (action == TR_FLET_REGISTER && from != NULL) {
        on_registered(self, from, packet->items[1], (tr_slice){bytes, (uint32_t)size}, now_ms);
        from->connection = 0;
    } else if (page != NULL && (number == 0 || number > page->given)) {
        page->given = number;
        if (action == TR_FLET_CRASHED)
            tr_recorder_file_remark(&self->out, "the session failed here");
        if (action != TR_FLET_REGISTER &&
            !tr_recorded_page_take(page, action, packet->items[1], bytes, size))
            tr_recorder_file_remark(&self->out, "this page could not be followed any more");
    }
    tr_cm_free(packet);
}

void tr_recorder_gone(tr_recorder *self, uint64_t connection)
{
    tr_recorded_page *page = page_of(self, connection);
    arrival *from = arrival_of(self, connection);
    if (page != NULL)
        page->connection = 0;
    if (from != NULL)
        from->connection = 0;
}

void tr_recorder_close(tr_recorder **self, uint64_t now_ms)
{
    tr_recorder *it = *self;
    if (it == NULL)
        return;
    *self = NULL;
    if (it->out.steps != 0)
        begin_step(it, NULL, now_ms);
    for (unsigned i = 0; i < TR_RECORDING_PAGES_CAP; i++)
        tr_recorded_page_done(&it->pages[i]);
    for (unsigned i = 0; i < ARRIVALS_CAP; i++)
        tr_buf_done(&it->arrivals[i].page);
    tr_buf_done(&it->typed_step);
    tr_buf_done(&it->typed);
    tr_recorder_file_close(&it->out);
    tr_free(it);
}
