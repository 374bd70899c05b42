#include "gateway/shard_ask.h"

#include "actors/bus/routes.h"
#include "actors/core/coroutine.h"
#include "troupe/actors/coroutine.h"
#include "troupe/err.h"

enum { RETRY_MS = 25 };

static bool is_to_be_asked_again(int result)
{
    return result == TR_EUNAVAILABLE || result == TR_EFULL || result == TR_ETIMEOUT;
}

static int ask_once(tr_core *core, tr_slice id, unsigned type, const void *body, tr_message **out)
{
    tr_address owner = tr_routes_owner(tr_core_routes(core), id);
    if (!tr_address_is_set(owner))
        return TR_EUNAVAILABLE; // its shard is nobody's at the moment
    tr_message *answer = NULL;
    int result = tr_coroutine_ask(TR_NOWHERE, owner, type, body, TR_ASK_DEADLINE_MS, &answer);
    if (result == TR_EGONE)
        return TR_EUNAVAILABLE; // its process went: another one may have the session
    if (result < 0)
        return result;
    result = (int)TR_BODY(answer, answer)->status;
    if (result == 0 && out != NULL)
        *out = answer;
    else
        tr_message_free(answer);
    return result;
}

int tr_shard_ask(tr_core *core, tr_slice id, unsigned type, const void *body, uint64_t patience_ms,
                 tr_message **out)
{
    uint64_t end_ms = tr_core_now_ms(core) + patience_ms;
    int result;
    while (is_to_be_asked_again(result = ask_once(core, id, type, body, out)) &&
           tr_core_now_ms(core) < end_ms)
        if (tr_coroutine_sleep(RETRY_MS) < 0)
            return TR_ECANCELLED;
    return result;
}
