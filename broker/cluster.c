// The cluster for programs of actors: broker and agent.

#include "troupe/actors/cluster.h"

#include <string.h>

#include "actors/bus/routes.h"
#include "actors/core/enter.h"
#include "broker/agent.h"
#include "broker/broker.h"
#include "troupe/actors/system.h"
#include "troupe/err.h"

int tr_cluster_serve(tr_core *core)
{
    TR_ENTER(core);
    return tr_broker_start(core, NULL);
}

static bool is_endpoint(const char *text)
{
    return text != NULL && (strncmp(text, "tcp://", 6) == 0 || strncmp(text, "ipc://", 6) == 0) &&
           text[6] != '\0' && strlen(text) < TR_ENDPOINT_CAP_BYTES;
}

int tr_cluster_join(tr_core *core, const tr_cluster_options *options)
{
    TR_ENTER(core);
    TR_REQUIRE(options != NULL && (options->brokers != NULL || options->broker_count == 0));
    if (tr_system_endpoint(tr_core_system(core), 0) == NULL || options->broker_count == 0)
        return TR_EINVALID;
    for (unsigned i = 0; i < options->broker_count; i++)
        if (!is_endpoint(options->brokers[i]))
            return TR_EINVALID;
    return tr_agent_start(core,
                          &(tr_agent_options){.name = options->name != NULL ? options->name : "",
                                              .roles = TR_ROLE_ACTORS,
                                              .brokers = options->brokers,
                                              .broker_count = options->broker_count});
}

void tr_cluster_leave(tr_core *core)
{
    TR_ENTER_OR(core, );
    tr_agent_leave(core);
}

unsigned tr_cluster_nodes(tr_core *core, uint64_t *out, unsigned cap)
{
    TR_ENTER_OR(core, 0);
    TR_REQUIRE_OR(out != NULL || cap == 0, 0);
    const tr_routes *routes = tr_core_routes(core);
    for (uint32_t i = 0; i < routes->member_count && i < cap; i++)
        out[i] = routes->members[i].node;
    return routes->member_count;
}
