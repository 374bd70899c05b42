#include "sdk/perform.h"

#include "base/log.h"
#include "sdk/apply.h"
#include "troupe/err.h"

int tr_perform(tr_page *page, tr_change *change, tr_buf *out_value)
{
    int result;
    if (page->thread != NULL) {
        result = tr_change_ask(page, change, out_value);
        if (result == TR_EWRONGTHREAD)
            for (uint32_t i = 0; i < change->node_count; i++)
                tr_node_free(change->nodes[i]);
    } else {
        result = tr_session_apply(page->session, page, change, out_value);
    }
    // A handler that is over for its page was reported once; what it still tries says nothing new.
    bool is_over = page->thread != NULL && tr_pool_look(page->thread) < 0;
    bool is_look_up = change->what == TR_CHANGE_ROUTE_PART || change->what == TR_CHANGE_KEPT ||
                      change->what == TR_CHANGE_DROP_KEPT;
    if (result < 0 && result != TR_EGONE && result != TR_ECANCELLED && !is_over &&
        !(is_look_up && result == TR_ENOTFOUND))
        tr_log(TR_LOG_WARN, "event=page_misuse handler=%s key=%s property=%s error=%s text=\"%s\"",
               page->handler != NULL ? page->handler->name : "build",
               tr_log_quote(change->key.data, change->key.size),
               tr_log_quote(change->property.data, change->property.size), tr_err_name(result),
               tr_err_text(result));
    return result;
}
