#include "gateway/paint.h"

#include <stdio.h>
#include <utlist.h>

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "actors/core/coroutine.h"
#include "base/mem.h"
#include "gateway/browser_facts.h"
#include "gateway/edge.h"
#include "gateway/state.h"
#include "troupe/err.h"
#include "wire/limits.h"

struct tr_paint {
    tr_core *core;
    tr_gateway *gateway; // NULL once it stopped
    tr_socket *socket;   // NULL once it is closed
    tr_paint *next;
    tr_paint *prev;
    char *route;
    tr_browser_facts *facts;
    char ip[TR_CLIENT_IP_CAP_BYTES];
};

static void leave(tr_paint *self)
{
    if (self->gateway == NULL)
        return;
    DL_DELETE(self->gateway->first_paint, self);
    self->gateway->paints--;
}

static void paint_free(tr_paint *self)
{
    tr_free(self->route);
    tr_free(self->facts);
    tr_free(self);
}

static int ask(const tr_paint *self, tr_message **out)
{
    const tr_browser_facts *facts = self->facts;
    tr_address place = tr_routes_place(tr_core_routes(self->core), tr_core_node(self->core),
                                       tr_core_index(self->core), tr_core_random(self->core));
    if (!tr_address_is_set(place))
        return TR_EUNAVAILABLE;
    tr_msg_paint_request body = {.route = tr_slice_of(self->route),
                                 .client_ip = tr_slice_of(self->ip),
                                 .user_agent = tr_slice_of(facts->user_agent),
                                 .browser_key = tr_slice_of(facts->browser_key),
                                 .user = tr_slice_of(facts->user.id),
                                 .user_name = tr_slice_of(facts->user.name),
                                 .user_email = tr_slice_of(facts->user.email),
                                 .user_groups = tr_slice_of(facts->user.groups)};
    return tr_coroutine_ask(TR_NOWHERE, place, TR_MSG_paint_request, &body, TR_PAINT_WAIT_MS, out);
}

// The answer's texts, as far as they are what a page may say; NULL: there is nothing.
static const tr_painted *read(const tr_message *message, tr_painted *out)
{
    const tr_msg_paint_answer *answer = TR_BODY(message, paint_answer);
    // The last tags of what was cut off are behind that.
    bool is_fit = answer->html.size <= 2 * TR_PAINT_CAP_BYTES;
    if (answer->status < 0 || answer->html.size == 0 || !is_fit)
        return NULL;
    *out = (tr_painted){.title = answer->title,
                        .summary = answer->summary,
                        .language = answer->language,
                        .html = answer->html,
                        .is_rtl = answer->is_rtl};
    return out;
}

static void run(void *arg)
{
    tr_paint *self = arg;
    tr_painted painted;
    tr_message *answer = NULL;
    int result = ask(self, &answer);
    if (self->socket != NULL)
        tr_socket_paint(self->socket, result == 0 ? read(answer, &painted) : NULL);
    tr_message_free(answer);
    leave(self);
    paint_free(self);
}

int tr_paint_begin(tr_gateway *gateway, const tr_paint_request *request, tr_paint **out)
{
    if (gateway->paints >= TR_PAINTS_PER_CORE_CAP)
        return TR_EFULL;
    const tr_edge_client *client = request->client;
    tr_browser_facts *facts = tr_browser_facts_of(client);
    if (facts == NULL)
        return TR_EFULL;
    tr_paint *self = tr_new(tr_paint);
    self->core = gateway->core;
    self->gateway = gateway;
    self->socket = client->socket;
    self->facts = facts;
    self->route = tr_copy_text(request->route.data, request->route.size);
    snprintf(self->ip, sizeof self->ip, "%s", client->ip);
    DL_PREPEND(gateway->first_paint, self);
    gateway->paints++;
    *out = self; // before it runs: it may be answered at once
    int result = tr_coroutine_start(self->core, "paint", run, self, NULL);
    if (result < 0) {
        leave(self);
        paint_free(self);
        *out = NULL;
    }
    return result;
}

void tr_paint_on_gone(tr_paint *self)
{
    self->socket = NULL;
}

void tr_paints_end(tr_gateway *gateway)
{
    for (tr_paint *at = gateway->first_paint; at != NULL; at = at->next)
        at->gateway = NULL;
    gateway->first_paint = NULL;
    gateway->paints = 0;
}
