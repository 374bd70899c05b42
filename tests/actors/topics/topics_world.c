#include "topics_world.h"

static tr_system *node_up(void)
{
    return system_up_with(
        &(tr_system_options){.core_count = TOPICS_CORES, .bus_endpoint = "tcp://127.0.0.1"});
}

void topics_systems_up(topics_world *self, int which)
{
    if (which != TOPICS_APART) {
        self->first = self->second = system_up(TOPICS_CORES, (enum tr_transport)which);
        return;
    }
    tr_system *both[] = {self->first = node_up(), self->second = node_up()};
    routes_tell(self->first, both, 2);
    routes_tell(self->second, both, 2);
}

void topics_up(topics_world *self, int which)
{
    topics_systems_up(self, which);
    listener_init(&self->one);
    listener_init(&self->two);
    listener_init(&self->three);
    listener_spawn(&self->one, self->first, 0);
    listener_spawn(&self->two, self->first, 1);
    listener_spawn(&self->three, self->second, 1);
}

void topics_down(topics_world *self)
{
    if (self->second != self->first)
        tr_system_stop(&self->second);
    tr_system_stop(&self->first);
}

void topics_all_subscribe(topics_world *self, const char *topic)
{
    ok(listener_subscribe(&self->one, topic));
    ok(listener_subscribe(&self->two, topic));
    ok(listener_subscribe(&self->three, topic));
    unsigned elsewhere = self->first != self->second ? 2 : 1;
    topic_is_known(self->first, 0, topic, elsewhere);
    topic_is_known(self->first, 1, topic, elsewhere);
    topic_is_known(self->second, 1, topic, elsewhere);
}
