#include "actors/bus/dial.h"

#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "actors/bus/bus.h"
#include "actors/bus/routes.h"
#include "actors/bus/socket.h"
#include "actors/core/core_record.h"
#include "actors/core/system_record.h"
#include "base/mem.h"
#include "troupe/err.h"
#include "wire/limits.h"

const char *tr_bus_link_endpoint(const tr_bus_link *link, char *inproc, size_t size)
{
    tr_core *self = link->core;
    if (link->is_inproc) {
        snprintf(inproc, size, "inproc://core-%u", link->index);
        return inproc;
    }
    if (link->state.kind == TR_LINK_INSIDE)
        return self->system->threads[link->index].endpoint;
    if (link->endpoint != NULL)
        return link->endpoint;
    const tr_member *member = tr_routes_find(&self->bus->routes, link->node);
    return member != NULL && member->endpoints != NULL && link->index < member->cores
               ? member->endpoints[link->index]
               : NULL;
}

// Where its trunk is to be dialed; NULL: it has its own connection.
static const char *trunk_endpoint_of(const tr_bus_link *link)
{
    if (link->state.kind != TR_LINK_PEER)
        return NULL;
    const tr_member *member = tr_routes_find(&link->core->bus->routes, link->node);
    const char *endpoint = member != NULL ? member->trunk : link->trunk_endpoint;
    uint32_t cores = member != NULL ? member->cores : link->cores;
    return endpoint != NULL && link->index < cores && tr_trunks_are_for(link->core, cores)
               ? endpoint
               : NULL;
}

static int take_trunk(tr_bus_link *link, const char *endpoint)
{
    link->trunk = tr_trunk_take(link->core, link->node, endpoint);
    if (link->trunk == NULL)
        return TR_ESYSTEM;
    link->socket = link->core->bus->to_trunks;
    return 0;
}

static int open_own(tr_bus_link *link)
{
    char inproc[64];
    const char *endpoint = tr_bus_link_endpoint(link, inproc, sizeof inproc);
    if (endpoint == NULL)
        return TR_EGONE;
    void *socket =
        tr_bus_socket_new(link->core->system, ZMQ_PUSH, link->state.kind == TR_LINK_ALIAS);
    if (socket == NULL)
        return TR_ESYSTEM;
    tr_bus_socket_set(socket, ZMQ_RECONNECT_IVL, TR_BUS_RECONNECT_MS);
    tr_bus_socket_set(socket, ZMQ_RECONNECT_IVL_MAX,
                      link->state.kind == TR_LINK_ALIAS ? (int)TR_BROKER_RECONNECT_MS
                                                        : TR_BUS_RECONNECT_CAP_MS);
    if (tr_bus_socket_dial(link->core->system, socket, endpoint) < 0) {
        zmq_close(socket);
        return TR_EGONE;
    }
    link->socket = socket;
    return 0;
}

int tr_bus_link_open(tr_bus_link *link)
{
    const char *shared = trunk_endpoint_of(link);
    return shared != NULL ? take_trunk(link, shared) : open_own(link);
}

void tr_bus_link_append_hello(const tr_bus_link *link, tr_buf *batch)
{
    tr_core *self = link->core;
    tr_msg_link_hello body = {.endpoint = tr_slice_of(self->bus->endpoint)};
    if (link->state.kind == TR_LINK_PEER)
        body.trunk = tr_trunks_endpoint(self->system);
    if (body.trunk.size != 0)
        body.cores = self->system->core_count;
    tr_message *hello = tr_message_new(TR_MSG_link_hello, &body);
    hello->from = tr_core_address(self);
    hello->to = tr_address_of(link->node, link->index, TR_SLOT_CORE);
    tr_batch_append(batch, hello);
    tr_message_free(hello);
}

static bool is_endpoint(tr_slice text)
{
    return text.size != 0 && text.size < TR_ENDPOINT_CAP_BYTES;
}

void tr_bus_link_note_endpoints(tr_bus_link *link, const tr_msg_link_hello *said)
{
    if (link->state.kind != TR_LINK_PEER || link->endpoint != NULL || !is_endpoint(said->endpoint))
        return;
    link->endpoint = tr_copy_text(said->endpoint.data, said->endpoint.size);
    if (!is_endpoint(said->trunk) || said->cores > TR_CORES_CAP)
        return;
    link->trunk_endpoint = tr_copy_text(said->trunk.data, said->trunk.size);
    link->cores = said->cores;
}

void tr_bus_link_forget_endpoints(tr_bus_link *link)
{
    tr_free(link->endpoint);
    tr_free(link->trunk_endpoint);
    link->endpoint = link->trunk_endpoint = NULL;
}
