#include "brokers.h"

#include <stdio.h>
#include <string.h>

#include "actors/bus/routes.h"
#include "broker/agent.h"
#include "broker/broker.h"

static int set_up_broker(tr_core *core, void *arg)
{
    (void)arg;
    return tr_broker_start(core, NULL);
}

void broker_again(brokers *self, unsigned index)
{
    const char *endpoint =
        self->endpoints[index][0] != '\0' ? self->endpoints[index] : "tcp://127.0.0.1:*";
    self->brokers[index] = system_up_with(&(tr_system_options){.core_count = 1,
                                                               .bus_endpoint = "tcp://127.0.0.1",
                                                               .broker_endpoint = endpoint,
                                                               .setup = set_up_broker});
    snprintf(self->endpoints[index], sizeof self->endpoints[index], "%s",
             tr_system_broker_endpoint(self->brokers[index]));
}

static int set_up_node(tr_core *core, void *arg)
{
    const struct brokers_node *node = arg;
    const brokers *self = node->cluster;
    int result = self->set_up_core != NULL ? self->set_up_core(core) : 0;
    if (result < 0 || tr_core_index(core) != 0)
        return result;
    return tr_agent_start(
        core, &(tr_agent_options){.name = "node",
                                  .roles = self->roles != 0 ? self->roles : TR_ROLE_GATEWAY,
                                  .brokers = node->has_turned_list ? self->turned_list
                                                                   : self->endpoint_list,
                                  .broker_count = self->broker_count});
}

void node_again(brokers *self, unsigned index, unsigned cores)
{
    self->of_node[index] = (struct brokers_node){self, index % 2 != 0};
    self->nodes[index] = system_up_with(&(tr_system_options){.core_count = cores,
                                                             .bus_endpoint = "tcp://127.0.0.1",
                                                             .setup = set_up_node,
                                                             .arg = &self->of_node[index]});
}

void brokers_up(brokers *self, unsigned broker_count, unsigned node_count, unsigned cores)
{
    self->broker_count = broker_count;
    for (unsigned i = 0; i < broker_count; i++) {
        broker_again(self, i);
        self->endpoint_list[i] = self->turned_list[broker_count - 1 - i] = self->endpoints[i];
    }
    for (unsigned i = 0; i < node_count; i++)
        node_again(self, i, cores);
}

void brokers_down(brokers *self)
{
    for (unsigned i = 0; i < NODES_CAP; i++)
        tr_system_stop(&self->nodes[i]);
    for (unsigned i = 0; i < BROKERS_CAP; i++)
        tr_system_stop(&self->brokers[i]);
}
