#include "host/check.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "actors/bus/routes.h"
#include "base/clock.h"
#include "base/lock.h"
#include "broker/agent.h"
#include "host/bus_address.h"
#include "troupe/err.h"

enum { DEADLINE_S = 3 };

typedef struct check {
    const tr_options *options;
    const char *host;
    tr_lock lock;
    pthread_cond_t changed;
    bool heard;
    bool is_alive;
    unsigned members;
} check;

static bool is_ours(const check *self, const tr_member *member)
{
    size_t length = strlen(self->host);
    return strncmp(member->name, self->host, length) == 0 && member->name[length] == ':' &&
           (member->roles & self->options->roles) == self->options->roles;
}

static void on_members(void *arg, tr_slice members)
{
    check *self = arg;
    tr_routes routes;
    tr_routes_init(&routes);
    if (tr_routes_read(&routes, members) < 0)
        return;
    tr_lock_take(&self->lock);
    self->members = routes.member_count;
    for (uint32_t i = 0; i < routes.member_count; i++)
        self->is_alive |= is_ours(self, &routes.members[i]);
    tr_lock_give(&self->lock);
    tr_routes_done(&routes);
}

// The agent tells its list even before a broker answered; only an answer counts.
static void on_answer(void *arg, tr_slice members)
{
    check *self = arg;
    on_members(self, members);
    tr_lock_take(&self->lock);
    self->heard = true;
    pthread_cond_signal(&self->changed);
    tr_lock_give(&self->lock);
}

static int set_up(tr_core *core, void *arg)
{
    check *self = arg;
    tr_agent_options options = {.name = "check",
                                .roles = 0,
                                .brokers = self->options->brokers,
                                .broker_count = self->options->broker_count,
                                .on_answer = on_answer,
                                .arg = self};
    return tr_agent_start(core, &options);
}

int tr_check(const tr_options *options, const char *host)
{
    check self = {.options = options, .host = host};
    tr_lock_init(&self.lock, "check", TR_LOCK_CHECK);
    pthread_cond_init(&self.changed, NULL);
    // Even of a broker a check is a member without roles: it must be reached for the answer.
    tr_options as_member = *options;
    as_member.roles = 0;
    char storage[TR_ENDPOINT_CAP_BYTES];
    const char *bus = NULL;
    if (tr_bus_address_find(&as_member, storage, sizeof storage, &bus) < 0) {
        puts("check: the broker's host cannot be found");
        return 1;
    }
    tr_system_options system_options = {.core_count = 1,
                                        .bus_endpoint = bus,
                                        .bus_key = options->bus_key,
                                        .insecure_bus = options->insecure_bus,
                                        .setup = set_up,
                                        .arg = &self};
    tr_system *system;
    if (tr_system_start(&system_options, &system) < 0) {
        puts("check: cannot start");
        return 1;
    }
    uint64_t until_ms = tr_clock_ms() + DEADLINE_S * 1000;
    bool wants_member = options->roles != TR_ROLE_BROKER;
    tr_lock_take(&self.lock);
    while (!self.heard || (wants_member && !self.is_alive))
        if (!tr_lock_wait(&self.lock, &self.changed, until_ms))
            break;
    bool ok = self.heard && (self.is_alive || !wants_member);
    unsigned members = self.members;
    bool heard = self.heard;
    tr_lock_give(&self.lock);
    tr_system_stop(&system);
    pthread_cond_destroy(&self.changed);
    tr_lock_done(&self.lock);
    if (!heard)
        puts("check: no broker answers");
    else
        printf("check: %s, %u members\n", ok ? "alive" : "not a member", members);
    return ok ? 0 : 1;
}
