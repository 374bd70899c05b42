#include "gateway/shard_ask.h"

#include "actors/bus/routes.h"
#include "actors/core/coroutine.h"
#include "troupe/actors/coroutine.h"
#include "troupe/err.h"

enum { RETRY_MS = 25 };

static bool is_to_be_asked_again(const tr_shard_question *question, int result)
{
    bool is_gone = question->browser != NULL && *question->browser == NULL;
    bool is_late = result == TR_ETIMEOUT && !question->is_once;
    return !is_gone && (result == TR_EUNAVAILABLE || result == TR_EFULL || is_late);
}

static int status_of(const tr_message *answer)
{
    bool is_piece = answer->shape->type == TR_MSG_download_piece;
    return (int)(is_piece ? TR_BODY(answer, download_piece)->status
                          : TR_BODY(answer, answer)->status);
}

static int ask_once(tr_core *core, const tr_shard_question *question, tr_message **out)
{
    bool is_lent = tr_address_is_set(question->owner);
    tr_address owner =
        is_lent ? question->owner : tr_routes_owner(tr_core_routes(core), question->id);
    if (!tr_address_is_set(owner))
        return TR_EUNAVAILABLE; // its shard is nobody's at the moment
    tr_message *answer = NULL;
    uint64_t answer_ms = question->answer_ms != 0 ? question->answer_ms : TR_ASK_DEADLINE_MS;
    int result =
        tr_coroutine_ask(TR_NOWHERE, owner, question->type, question->body, answer_ms, &answer);
    if (result == TR_EGONE && !is_lent)
        return TR_EUNAVAILABLE; // its process went: another one may have the session
    if (result < 0)
        return result;
    result = status_of(answer);
    if (result == 0 && out != NULL)
        *out = answer;
    else
        tr_message_free(answer);
    return result;
}

int tr_shard_ask(tr_core *core, const tr_shard_question *question, tr_message **out)
{
    uint64_t end_ms = tr_core_now_ms(core) + question->patience_ms;
    int result;
    while (is_to_be_asked_again(question, result = ask_once(core, question, out)) &&
           tr_core_now_ms(core) < end_ms)
        if (tr_coroutine_sleep(RETRY_MS) < 0)
            return TR_ECANCELLED;
    return result;
}
