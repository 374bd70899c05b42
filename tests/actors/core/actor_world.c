#include "actor_world.h"

tr_system *actor_up(void)
{
    return system_up(1, TR_TRANSPORT_LOCAL);
}

void actor_stop_it(tr_core *core, void *arg)
{
    tr_actor *actor = tr_actor_find(core, ((script *)arg)->address);
    ck_assert_ptr_nonnull(actor);
    tr_actor_stop(actor);
    ck_assert_ptr_null(tr_actor_find(core, ((script *)arg)->address));
}
