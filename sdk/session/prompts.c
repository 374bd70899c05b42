#include "sdk/session/prompts.h"

#include "actors/core/core.h"
#include "base/mem.h"
#include "sdk/session/open_dialogs.h"
#include "troupe/err.h"
#include "wire/writer.h"

enum { NO_ANSWER = -1 };

typedef struct tr_prompt {
    struct tr_prompt *next;
    tr_call *call;   // an async handler, which waits; or else
    tr_address from; // the call to answer, by whom
    tr_address home;
    uint64_t correlation;
    uint32_t dialog;
    int answer;
} prompt;

static prompt *add(tr_session *session, tr_node *dialog)
{
    prompt *self = tr_new(prompt);
    self->dialog = dialog->id;
    self->answer = NO_ANSWER;
    self->next = session->prompts;
    session->prompts = self;
    return self;
}

static void unlink_prompt(tr_session *session, const prompt *self)
{
    for (prompt **at = &session->prompts; *at != NULL; at = &(*at)->next)
        if (*at == self) {
            *at = self->next;
            return;
        }
}

static int show(tr_session *session, tr_node *dialog)
{
    int result = tr_dialog_show(session, dialog);
    if (result < 0 && tr_node_is_loose(dialog))
        tr_node_free(dialog);
    return result;
}

int tr_prompt_ask(tr_call *call, tr_node *dialog)
{
    tr_session *session = call->session;
    if (session->actor == NULL) {
        tr_node_free(dialog);
        return TR_EGONE;
    }
    int result = show(session, dialog);
    if (result < 0)
        return result;
    prompt *self = add(session, dialog);
    self->call = call;
    while (result == 0 && self->answer == NO_ANSWER)
        result = tr_call_wait(call);
    // Given up: nobody is to resume a handler that has gone on.
    if (self->answer == NO_ANSWER)
        unlink_prompt(session, self);
    else
        result = self->answer;
    tr_free(self);
    return result;
}

int tr_prompt_keep(tr_session *session, tr_node *dialog, const tr_message *message)
{
    int result = show(session, dialog);
    if (result < 0)
        return result;
    prompt *self = add(session, dialog);
    self->from = message->from;
    self->home = message->to;
    self->correlation = message->correlation;
    return 0;
}

static void answer_remote(tr_session *session, prompt *self, int status)
{
    tr_message message = {.from = self->from,
                          .to = self->home,
                          .flags = TR_FLAG_ASK,
                          .correlation = self->correlation};
    // One that cannot be told has ended, or gives up at its deadline.
    (void)tr_answer(session->sessions->core, &message, .status = status);
    tr_free(self);
}

void tr_prompt_answer(tr_session *session, uint32_t control, int answer)
{
    tr_node *node = tr_tree_find(session->tree, control);
    while (node != NULL && node->parent != NULL && node->parent->id != TR_ID_DIALOGS)
        node = node->parent;
    if (node == NULL || node->parent == NULL)
        return;
    tr_value open = tr_node_value(node, TR_PROP_OPEN);
    if (open.kind == TR_VALUE_BOOLEAN && open.boolean)
        (void)tr_tree_set(session->tree, node, TR_PROP_OPEN, tr_value_boolean(false));
    prompt *self = session->prompts;
    while (self != NULL && self->dialog != node->id)
        self = self->next;
    if (self == NULL)
        return;
    unlink_prompt(session, self);
    if (self->call == NULL) {
        answer_remote(session, self, answer);
        return;
    }
    self->answer = answer;
    tr_call_wake(self->call);
}

void tr_prompts_close(tr_session *session)
{
    for (const prompt *self = session->prompts; self != NULL; self = self->next) {
        tr_node *node = tr_tree_find(session->tree, self->dialog);
        if (node != NULL)
            (void)tr_tree_set(session->tree, node, TR_PROP_OPEN, tr_value_boolean(false));
    }
}

bool tr_prompts_leave_sync_at_work(const tr_session *session)
{
    uint32_t waiting = 0;
    for (const prompt *self = session->prompts; self != NULL; self = self->next)
        waiting += self->call == NULL;
    const tr_call *call = session->calls;
    while (call != NULL && (call->handler->kind != TR_HANDLER_SYNC || waiting-- != 0))
        call = call->next;
    return call != NULL;
}

void tr_prompts_write(const tr_session *session, tr_buf *out)
{
    uint32_t count = 0;
    for (const prompt *self = session->prompts; self != NULL; self = self->next)
        count++;
    tr_write_array(out, count);
    for (const prompt *self = session->prompts; self != NULL; self = self->next)
        tr_write_unsigned(out, self->dialog);
}

void tr_prompts_end(tr_session *session)
{
    for (prompt **at = &session->prompts; *at != NULL;) {
        prompt *self = *at;
        if (self->call != NULL) {
            at = &self->next;
            continue;
        }
        *at = self->next;
        answer_remote(session, self, TR_ECANCELLED);
    }
}
