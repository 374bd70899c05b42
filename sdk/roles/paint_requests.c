#include "sdk/roles/paint_requests.h"

#include "actors/core/core.h"
#include "base/client_limits.h"
#include "base/clock.h"
#include "base/mem.h"
#include "sdk/session/painting.h"
#include "sdk/session/session.h"
#include "troupe/err.h"
#include "wire/writer.h"

static bool has_room(const tr_sessions *sessions)
{
    bool is_full = sessions->memory_max != 0 && tr_mem_in_use() > sessions->memory_max;
    return sessions->shard_count != 0 && !sessions->is_draining && !is_full &&
           sessions->count < TR_SESSIONS_PER_CORE_CAP && tr_paintings_may_begin(sessions);
}

// As a browser registers, as far as its request for the page tells.
static void write_page(tr_slice route, tr_buf *out)
{
    tr_write_map(out, 2);
    tr_write_literal(out, "route");
    tr_write_text(out, route);
    tr_write_literal(out, "web");
    tr_write_boolean(out, true);
}

static tr_session *make(tr_sessions *sessions, const tr_msg_paint_request *asked)
{
    char id[TR_SESSION_ID_SIZE + 1];
    tr_buf page = {0};
    tr_session_id_make(id,
                       sessions->shards[tr_core_random(sessions->core) % sessions->shard_count]);
    write_page(asked->route, &page);
    tr_session *session =
        tr_session_paint(sessions, id,
                         &(tr_msg_session_open){.page = tr_buf_slice(&page),
                                                .client_ip = asked->client_ip,
                                                .user_agent = asked->user_agent,
                                                .browser_key = asked->browser_key,
                                                .user = asked->user,
                                                .user_name = asked->user_name,
                                                .user_email = asked->user_email,
                                                .user_groups = asked->user_groups});
    tr_buf_done(&page);
    return session;
}

void tr_paint_requests_on(tr_sessions *sessions, const tr_message *message)
{
    const tr_msg_paint_request *asked = TR_BODY(message, paint_request);
    if ((message->flags & TR_FLAG_ASK) == 0)
        return;
    uint64_t began_ns = tr_clock_ns();
    bool may =
        sessions->app->first_paint && asked->route.size <= TR_ROUTE_CAP_BYTES &&
        has_room(sessions) &&
        tr_client_may_paint(sessions->clients, asked->client_ip, tr_core_now_ms(sessions->core));
    tr_session *session = may ? make(sessions, asked) : NULL;
    if (session == NULL) {
        (void)tr_answer_body(sessions->core, message, TR_MSG_paint_answer,
                             &(tr_msg_paint_answer){.status = TR_EUNAVAILABLE});
        return;
    }
    tr_paintings_spend(sessions, began_ns);
    tr_painting_begin(session, message);
}
