#include "sdk/session/painting.h"

#include <utlist.h>

#include "actors/core/core.h"
#include "base/clock.h"
#include "base/mem.h"
#include "sdk/session/call.h"
#include "sdk/tree/html.h"
#include "troupe/err.h"
#include "wire/reader.h"

enum { NS_PER_MS = 1000000 };

struct tr_painting {
    tr_painting *next;
    tr_painting *prev;
    tr_session *session;
    tr_address asker;
    tr_address asked;
    uint64_t correlation;
    tr_timer deadline;
};

// -- how much of it there may be --

bool tr_paintings_may_begin(const tr_sessions *sessions)
{
    return sessions->painting_count < TR_PAINTS_PER_CORE_CAP &&
           tr_clock_ns() >= sessions->paint_due_ns;
}

void tr_paintings_spend(tr_sessions *sessions, uint64_t began_ns)
{
    const uint64_t ahead = (uint64_t)TR_PAINT_BURST_MS * NS_PER_MS * TR_PAINT_SHARE;
    uint64_t now = tr_clock_ns();
    uint64_t least = now > ahead ? now - ahead : 0;
    if (sessions->paint_due_ns < least)
        sessions->paint_due_ns = least;
    sessions->paint_due_ns += (now - began_ns) * TR_PAINT_SHARE;
}

// -- what is told --

static tr_painting *find(const tr_session *session)
{
    tr_painting *at = session->sessions->paintings;
    while (at != NULL && at->session != session)
        at = at->next;
    return at;
}

static void forget(tr_painting *self)
{
    tr_sessions *sessions = self->session->sessions;
    tr_timer_stop(&self->deadline);
    DL_DELETE(sessions->paintings, self);
    sessions->painting_count--;
    tr_free(self);
}

static tr_slice text_of(const tr_node *node, tr_prop_id prop)
{
    tr_value value = tr_node_value(node, prop);
    return value.kind == TR_VALUE_TEXT ? value.slice : (tr_slice){0};
}

// "de-AT" of the page's locale_configuration, as the client has it (client/src/controls/page.ts).
static void write_language(const tr_node *page, tr_buf *out)
{
    static const char *const parts[] = {"language_code", "script_code", "country_code"};
    tr_value value = tr_node_value(page, TR_PROP_LOCALE_CONFIGURATION);
    if (value.kind != TR_VALUE_RAW)
        return;
    tr_reader locale = tr_reader_find(value.slice, "current_locale");
    tr_slice map = tr_reader_skip(&locale);
    for (unsigned i = 0; i < sizeof parts / sizeof *parts && !locale.failed; i++) {
        tr_reader in = tr_reader_find(map, parts[i]);
        tr_value part = tr_value_read(&in);
        if (in.failed || part.kind != TR_VALUE_TEXT || part.slice.size == 0)
            continue;
        tr_buf_printf(out, "%s%.*s", out->size != 0 ? "-" : "", (int)part.slice.size,
                      part.slice.data);
    }
    if (out->size > TR_PAINT_LANGUAGE_CAP_BYTES)
        out->size = 0;
}

static void answer(const tr_painting *self, const tr_msg_paint_answer *body)
{
    tr_message question = {.from = self->asker,
                           .to = self->asked,
                           .flags = TR_FLAG_ASK,
                           .correlation = self->correlation};
    // One that cannot be told gives up at its deadline.
    (void)tr_answer_body(self->session->sessions->core, &question, TR_MSG_paint_answer, body);
}

static void tell(const tr_painting *self)
{
    tr_session *session = self->session;
    const tr_node *page = tr_tree_page(session->tree);
    const tr_node_list *views = tr_node_children(page, TR_PROP_VIEWS);
    tr_slice title = text_of(page, TR_PROP_TITLE);
    tr_buf html = {0};
    tr_buf summary = {0};
    tr_buf language = {0};
    if (views != NULL && views->count != 0)
        tr_html_write(views->at[views->count - 1], TR_PAINT_CAP_BYTES, &html, &summary);
    write_language(page, &language);
    tr_value rtl = tr_node_value(page, TR_PROP_RTL);
    answer(self, &(tr_msg_paint_answer){
                     .title = title.size <= TR_PAINT_TITLE_CAP_BYTES ? title : (tr_slice){0},
                     .summary = tr_buf_slice(&summary),
                     .language = tr_buf_slice(&language),
                     .is_rtl = rtl.kind == TR_VALUE_BOOLEAN && rtl.boolean,
                     .html = tr_buf_slice(&html)});
    tr_buf_done(&html);
    tr_buf_done(&summary);
    tr_buf_done(&language);
}

// -- its course --

// Has all ended that the page waits for to be whole?
static bool is_built(const tr_session *session)
{
    for (const tr_call *call = session->calls; call != NULL; call = call->next)
        if (!call->is_pending)
            return false;
    return true;
}

static void finish(tr_painting *self)
{
    tr_session *session = self->session;
    uint64_t began_ns = tr_clock_ns();
    if (session->given_up == NULL)
        tell(self);
    else // its build has failed, which the log says
        answer(self, &(tr_msg_paint_answer){.status = TR_EGONE});
    forget(self);
    tr_paintings_spend(session->sessions, began_ns);
    tr_actor_stop(session->actor);
}

static void on_deadline(tr_timer *timer)
{
    finish(timer->arg);
}

void tr_painting_begin(tr_session *session, const tr_message *question)
{
    tr_sessions *sessions = session->sessions;
    tr_painting *self = tr_new(tr_painting);
    self->session = session;
    self->asker = question->from;
    self->asked = question->to;
    self->correlation = question->correlation;
    tr_timer_init(&self->deadline, sessions->core, on_deadline, self);
    tr_timer_start(&self->deadline, TR_PAINT_BUILD_MS, 0);
    DL_PREPEND(sessions->paintings, self);
    sessions->painting_count++;
    tr_painting_on_turn(session);
}

void tr_painting_on_turn(tr_session *session)
{
    tr_painting *self = find(session);
    if (self != NULL && is_built(session))
        finish(self);
}

void tr_painting_end(tr_session *session)
{
    tr_painting *self = session->is_painted ? find(session) : NULL;
    if (self != NULL)
        forget(self);
}
