#include "testing/lab.h"

#include <stdlib.h>
#include <string.h>

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "actors/system/loop.h"
#include "actors/system/post.h"
#include "base/clock.h"
#include "base/must.h"
#include "broker/agent.h"
#include "sdk/roles/sessions_role.h"
#include "sdk/session/call.h"
#include "sdk/session/prompts.h"
#include "sdk/session/session.h"
#include "sdk/tree/encode.h"
#include "troupe/actors/system.h"
#include "uploads/upload_url.h"
#include "wire/flet.h"
#include "wire/reader.h"

struct lab {
    tr_system *system;
    tr_sessions_options options;
    lab_connection connections[LAB_CONNECTIONS]; // the core thread's
    lab_connection seen[LAB_CONNECTIONS];        // as the last errand left them: the test's
    tr_actor *actors[LAB_CONNECTIONS];
    tr_address sessions[LAB_CONNECTIONS];
    bool is_busy; // is the core thread, after the errand?
    void (*errand)(lab *self, tr_core *core);
    // Its arguments and result.
    unsigned n;
    const void *bytes;
    size_t size;
    const char *session_id;
    const char *client_ip;
    const char *user_agent;
    tr_slice page;
    bool newest_wins;
    unsigned code; // of a detach
    void (*fn)(tr_session *session, void *arg);
    void *fn_arg;
    void (*touch)(lab_connection *connection, void *arg);
    void (*posted)(tr_core *core, void *arg);
    lab_watcher *watcher;
    void *watcher_arg;
    int result;
    tr_buf *why;
};

static void on_core(tr_core *core, void *arg)
{
    lab *self = arg;
    if (self->errand != NULL)
        self->errand(self, core);
    memcpy(self->seen, self->connections, sizeof self->seen);
    self->is_busy = tr_core_is_busy(core);
}

static void post(lab *self)
{
    tr_must(tr_system_call(self->system, 0, on_core, self) == 0);
}

// The second errand is behind the first one's turn. A turn has an end: what is ready may take more of them. What never
// rests is not waited for.
static void run(lab *self, void (*errand)(lab *self, tr_core *core))
{
    enum { TURNS_CAP = 100 };
    self->errand = errand;
    post(self);
    self->errand = NULL;
    unsigned turns = 0;
    do
        post(self);
    while (self->is_busy && ++turns < TURNS_CAP);
}

// -- the connection's side --

typedef struct connection_args {
    lab *lab;
    unsigned n;
} connection_args;

static int on_start(tr_actor *actor, const void *args)
{
    *(connection_args *)tr_actor_state(actor) = *(const connection_args *)args;
    return 0;
}

static void take_id(lab_connection *connection, const tr_packet *answer)
{
    tr_reader in = tr_reader_of(
        (tr_slice){(const char *)answer->bytes + TR_PACKET_HEADROOM + 1, answer->size - 1});
    tr_reader_array(&in);
    tr_reader_integer(&in);
    tr_reader value = tr_reader_find(tr_reader_skip(&in), "session_id");
    tr_slice id = tr_reader_text(&value);
    if (value.failed)
        return;
    tr_must(id.size < sizeof connection->session_id);
    memcpy(connection->session_id, id.data, id.size);
    connection->session_id[id.size] = '\0';
}

static void take(lab *self, unsigned n, tr_packet *packet)
{
    lab_connection *connection = &self->connections[n];
    if (self->watcher != NULL)
        self->watcher(self->watcher_arg, n, tr_packet_data(packet), packet->size);
    if (tr_cm_take(&connection->page, tr_packet_data(packet), packet->size) < 0)
        connection->is_broken = true;
}

static void on_message(tr_actor *actor, tr_message *message)
{
    const connection_args *args = tr_actor_state(actor);
    lab *self = args->lab;
    if (self->actors[args->n] != actor)
        return;
    lab_connection *connection = &self->connections[args->n];
    switch (message->shape->type) {
    case TR_MSG_session_attached:
        self->sessions[args->n] = message->from;
        connection->is_attached = true;
        take_id(connection, TR_BODY(message, session_attached)->answer);
        take(self, args->n, TR_BODY(message, session_attached)->answer);
        break;
    case TR_MSG_browser_packet:
        take(self, args->n, TR_BODY(message, browser_packet)->packet);
        connection->packets++;
        connection->owed++;
        if (connection->is_slow)
            break;
        connection->owed = 0;
        (void)tr_send(tr_actor_core(actor), tr_actor_address(actor), message->from,
                      browser_packet_written, .packets = 1);
        break;
    case TR_MSG_browser_credit:
        connection->credits += TR_BODY(message, browser_credit)->packets;
        break;
    case TR_MSG_browser_close:
        connection->close_code = TR_BODY(message, browser_close)->code;
        break;
    default:
        break;
    }
}

static const tr_behaviour behaviour = {.name = "lab connection",
                                       .state_size = sizeof(connection_args),
                                       .on_start = on_start,
                                       .on_message = on_message};

static void open_on_core(lab *self, tr_core *core)
{
    tr_address own;
    connection_args args = {self, self->n};
    lab_connection *connection = &self->connections[self->n];
    if (self->actors[self->n] != NULL)
        tr_actor_stop(self->actors[self->n]);
    self->actors[self->n] = NULL;
    // A tab without a session is a new one, with no page in it.
    if (self->session_id == NULL || self->session_id[0] == '\0')
        tr_cm_done(&connection->page);
    bool is_slow = connection->is_slow;
    cm_client page = connection->page;
    *connection = (lab_connection){.page = page, .is_slow = is_slow};
    tr_must(tr_spawn(core, &behaviour, &args, 0, &own) == 0);
    self->actors[self->n] = tr_actor_find(core, own);
    self->result =
        tr_send(core, own, tr_address_of(own.node, 0, TR_SLOT_SESSIONS), session_open,
                .session_id = tr_slice_of(self->session_id), .page = self->page,
                .client_ip = tr_slice_of(self->client_ip),
                .user_agent = tr_slice_of(self->user_agent), .newest_wins = self->newest_wins);
}

static void detach_on_core(lab *self, tr_core *core)
{
    (void)tr_send(core, tr_actor_address(self->actors[self->n]), self->sessions[self->n],
                  session_detach, .code = (uint16_t)self->code);
    self->connections[self->n].is_attached = false;
}

// As the gateway hands them on.
static void packet_on_core(lab *self, tr_core *core)
{
    tr_flet_packet packet;
    self->result = tr_flet_read(self->bytes, self->size, &packet);
    if (self->result != 0 || !self->connections[self->n].is_attached)
        return;
    tr_address from = tr_actor_address(self->actors[self->n]);
    tr_address to = self->sessions[self->n];
    if (packet.action == TR_FLET_EVENT)
        (void)tr_send(core, from, to, browser_event, .target = packet.target, .name = packet.name,
                      .data = packet.value);
    else if (packet.action == TR_FLET_UPDATE)
        (void)tr_send(core, from, to, browser_update, .target = packet.target,
                      .props = packet.value);
    else if (packet.action == TR_FLET_INVOKE)
        (void)tr_send(core, from, to, browser_result, .target = packet.target,
                      .call_id = packet.call_id, .result = packet.value, .error = packet.error);
    else if (packet.action == TR_FLET_CHANNEL)
        (void)tr_send(core, from, to, browser_channel, .channel = packet.target,
                      .payload = packet.bytes);
}

static void written_on_core(lab *self, tr_core *core)
{
    lab_connection *connection = &self->connections[self->n];
    (void)tr_send(core, tr_actor_address(self->actors[self->n]), self->sessions[self->n],
                  browser_packet_written, .packets = connection->owed);
    connection->owed = 0;
}

static tr_session *session_of(lab *self, tr_core *core, unsigned n)
{
    tr_actor *actor = tr_actor_find(core, self->sessions[n]);
    return actor != NULL ? *(tr_session **)tr_actor_state(actor) : NULL;
}

static void compare_on_core(lab *self, tr_core *core)
{
    tr_session *session = session_of(self, core, self->n);
    lab_connection *connection = &self->connections[self->n];
    cm_client fresh = {0};
    tr_buf page = {0};
    self->result = 0;
    if (connection->is_broken)
        tr_buf_printf(self->why, "a packet did not fit: %s", connection->page.error);
    else if (session == NULL)
        tr_buf_printf(self->why, "no session");
    else {
        tr_tree_encode_page(session->tree, &page, TR_ENCODE_EXPLICIT);
        tr_must(tr_cm_take_page(&fresh, page.data, page.size) == 0);
        self->result = tr_cm_same(connection->page.page, fresh.page, self->why);
    }
    tr_cm_done(&fresh);
    tr_buf_done(&page);
}

static void end_on_core(lab *self, tr_core *core)
{
    tr_session *session = session_of(self, core, self->n);
    if (session != NULL)
        tr_session_end(session);
    self->connections[self->n].is_attached = false;
}

static void do_on_core(lab *self, tr_core *core)
{
    self->fn(session_of(self, core, self->n), self->fn_arg);
}

static void touch_on_core(lab *self, tr_core *core)
{
    (void)core;
    self->touch(&self->connections[self->n], self->fn_arg);
}

static void posted_on_core(lab *self, tr_core *core)
{
    self->posted(core, self->fn_arg);
}

static void look_for_sync_calls(lab *self, tr_core *core)
{
    const tr_sessions *sessions = tr_core_role(core, TR_ROLE_SLOT_SDK);
    self->result = 0;
    for (const tr_session *s = sessions->by_id; s != NULL && self->result == 0; s = s->by_id.next)
        self->result = tr_prompts_leave_sync_at_work(s);
}

static void count_on_core(lab *self, tr_core *core)
{
    self->result = (int)tr_sessions_count(core);
}

static void count_packets_on_core(lab *self, tr_core *core)
{
    (void)core;
    self->result = (int)self->connections[self->n].packets;
}

static int set_up(tr_core *core, void *arg)
{
    lab *self = arg;
    static const tr_agent_options agent = {.name = "lab", .roles = TR_ROLE_WORKER};
    int result = tr_sessions_start(core, &self->options);
    return result < 0 ? result : tr_agent_start(core, &agent);
}

// -- the test's side --

static lab *start(const tr_sessions_options *sessions, bool held_clock)
{
    lab *self = calloc(1, sizeof *self);
    tr_must(self != NULL);
    self->options = *sessions;
    tr_system_options options = {
        .core_count = 1, .setup = set_up, .arg = self, .held_clock = held_clock};
    tr_must(tr_system_start(&options, &self->system) == 0);
    run(self, NULL);
    return self;
}

const tr_upload_settings tr_lab_downloads = {.path = "/download"};

lab *tr_lab_start(const tr_app *app, uint64_t session_timeout_ms)
{
    return start(&(tr_sessions_options){.app = app, .timeout_ms = session_timeout_ms}, false);
}

lab *tr_lab_start_held(const tr_app *app, uint64_t session_timeout_ms)
{
    return tr_lab_start_held_stored(app, session_timeout_ms, NULL);
}

lab *tr_lab_start_held_stored(const tr_app *app, uint64_t session_timeout_ms, const char *store)
{
    return start(&(tr_sessions_options){.app = app,
                                        .timeout_ms = session_timeout_ms,
                                        .downloads = &tr_lab_downloads,
                                        .store = store,
                                        .runs_background = true},
                 true);
}

lab *tr_lab_start_stored(const tr_app *app, const char *store)
{
    return start(&(tr_sessions_options){.app = app, .timeout_ms = 3600000, .store = store}, true);
}

int tr_lab_advance(lab *self, uint64_t ms)
{
    return tr_system_advance(self->system, ms);
}

bool tr_lab_is_busy(lab *self)
{
    run(self, look_for_sync_calls);
    return self->result != 0;
}

void tr_lab_touch(lab *self, unsigned n, void (*fn)(lab_connection *connection, void *arg),
                  void *arg)
{
    self->n = n;
    self->touch = fn;
    self->fn_arg = arg;
    run(self, touch_on_core);
}

void tr_lab_stop(lab **self)
{
    tr_system_stop(&(*self)->system);
    for (unsigned i = 0; i < LAB_CONNECTIONS; i++)
        tr_cm_done(&(*self)->connections[i].page);
    free(*self);
    *self = NULL;
}

void tr_lab_open(lab *self, unsigned n, const char *session_id, bool newest_wins)
{
    static const char ours[] = "\x82\xa5route\xa1/\xa5width\xcd\x05\x00";
    self->n = n;
    self->session_id = session_id;
    self->newest_wins = newest_wins;
    self->page = (tr_slice){ours, sizeof ours - 1};
    self->client_ip = "127.0.0.1";
    self->user_agent = NULL;
    run(self, open_on_core);
}

void tr_lab_register(lab *self, unsigned n, const void *bytes, size_t size, const char *client_ip,
                     const char *user_agent)
{
    tr_flet_packet packet;
    tr_must(tr_flet_read(bytes, size, &packet) == 0 && packet.action == TR_FLET_REGISTER);
    char id[TR_SESSION_ID_CAP_BYTES + 1] = "";
    if (packet.session_id.size != 0)
        memcpy(id, packet.session_id.data, packet.session_id.size);
    self->n = n;
    self->session_id = id;
    self->newest_wins = tr_flet_page_has(packet.page, "troupe") != 0;
    self->page = packet.page;
    self->client_ip = client_ip;
    self->user_agent = user_agent;
    run(self, open_on_core);
}

void tr_lab_watch(lab *self, lab_watcher *watcher, void *arg)
{
    run(self, NULL);
    self->watcher = watcher;
    self->watcher_arg = arg;
}

void tr_lab_do(lab *self, unsigned n, void (*fn)(tr_session *session, void *arg), void *arg)
{
    self->n = n;
    self->fn = fn;
    self->fn_arg = arg;
    run(self, do_on_core);
}

void tr_lab_on_core(lab *self, void (*fn)(tr_core *core, void *arg), void *arg)
{
    self->posted = fn;
    self->fn_arg = arg;
    run(self, posted_on_core);
}

void tr_lab_slow(lab *self, unsigned n, bool is_slow)
{
    run(self, NULL);
    self->connections[n].is_slow = is_slow;
    run(self, NULL);
}

void tr_lab_detach_with(lab *self, unsigned n, unsigned code)
{
    self->code = code;
    self->n = n;
    run(self, detach_on_core);
}

void tr_lab_detach(lab *self, unsigned n)
{
    tr_lab_detach_with(self, n, 1001);
}

int tr_lab_packet(lab *self, unsigned n, const void *bytes, size_t size)
{
    self->n = n;
    self->bytes = bytes;
    self->size = size;
    run(self, packet_on_core);
    return self->result;
}

void tr_lab_event(lab *self, unsigned n, uint32_t target, const char *event)
{
    tr_buf packet = {0};
    tr_flet_write_client_event(&packet, target, tr_slice_of(event), (tr_slice){0});
    tr_must(tr_lab_packet(self, n, packet.data, packet.size) == 0);
    tr_buf_done(&packet);
}

void tr_lab_written(lab *self, unsigned n)
{
    self->n = n;
    run(self, written_on_core);
}

const lab_connection *tr_lab_look(lab *self, unsigned n)
{
    run(self, NULL);
    return &self->seen[n];
}

bool tr_lab_wait_for_packets(lab *self, unsigned n, unsigned packets)
{
    uint64_t deadline = tr_clock_ms() + 10000;
    self->n = n;
    do
        run(self, count_packets_on_core);
    while ((unsigned)self->result < packets && tr_clock_ms() < deadline);
    return (unsigned)self->result >= packets;
}

bool tr_lab_is_same(lab *self, unsigned n, tr_buf *why)
{
    self->n = n;
    self->why = why;
    run(self, compare_on_core);
    return self->result == 1;
}

uint32_t tr_lab_session_count(lab *self)
{
    run(self, count_on_core);
    return (uint32_t)self->result;
}

void tr_lab_end_session(lab *self, unsigned n)
{
    self->n = n;
    run(self, end_on_core);
}
