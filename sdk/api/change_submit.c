#include "sdk/api/change_submit.h"

#include "sdk/catalog/explain.h"
#include "sdk/catalog/misuse.h"
#include "sdk/session/change_apply.h"
#include "troupe/err.h"

bool tr_submit_is_here(const tr_call *ev)
{
    if (ev != NULL && tr_scope_is_current(&ev->scope))
        return true;
    (void)tr_misuse_report(&(tr_misuse){
        .code = TR_EWRONGTHREAD,
        .text = "a call with the ev of a handler that does not run here: it has ended, or this is "
                "another thread"});
    return false;
}

int tr_submit_take(const tr_call *ev, tr_node *const *nodes, uint32_t count)
{
    if (!tr_submit_is_here(ev))
        return TR_EWRONGTHREAD;
    for (uint32_t i = 0; i < count; i++) {
        if (nodes[i] == NULL)
            continue;
        if (!tr_scope_has(nodes[i])) {
            for (uint32_t j = 0; j < i; j++)
                tr_node_free(nodes[j]);
            return tr_explain_taken();
        }
        tr_node_release(nodes[i]);
    }
    return 0;
}

bool tr_submit_has_payload(const tr_handler *handler)
{
    if (handler == NULL || handler->kind != TR_HANDLER_WITH_PAYLOAD)
        return false;
    (void)tr_misuse_report(&(tr_misuse){
        .code = TR_EINVALID,
        .text =
            "intervals, topics and presence have no place for a payload: name the handler alone"});
    return true;
}

// The browser has gone, which is no mistake: one line tells that the handler has not noticed.
static void say_gone(tr_call *self)
{
    if (!self->is_told_gone)
        tr_log(TR_LOG_INFO, "event=page_gone%s error=TR_EGONE text=\"the page is gone: return\"",
               tr_misuse_where(self->handler));
    self->is_told_gone = true;
}

// The session has also logged misuse that it refused.
static int ask(tr_call *page, tr_change *change, tr_buf *out_value)
{
    int result = tr_change_send(page, change, out_value);
    if (result != TR_EWRONGTHREAD)
        return result;
    for (uint32_t i = 0; i < change->node_count; i++)
        tr_node_free(change->nodes[i]);
    return tr_misuse_report(
        &(tr_misuse){.code = result, .text = "a background handler has no page"});
}

int tr_submit(tr_page *page, tr_change *change, tr_buf *out_value)
{
    if (!tr_submit_is_here(page))
        return TR_EWRONGTHREAD;
    int result = page->thread != NULL ? ask(page, change, out_value)
                                      : tr_session_apply(page->session, page, change, out_value);
    if (result == TR_EGONE)
        say_gone(page);
    return result;
}
