// Two processes and the broker that introduces them: one asks an actor of the other, which it knows
// by name only.

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <troupe/actors.h>
#include <unistd.h>

TR_MESSAGE(greet, 1000, (text, name));
TR_MESSAGE(greeting, 1001, (text, text));

static char broker[64];
static const char *const brokers[] = {broker};

static int join(tr_core *core, const char *name)
{
    return tr_cluster_join(
        core, &(tr_cluster_options){.name = name, .brokers = brokers, .broker_count = 1});
}

// -- the first process --

static int take_name(tr_actor *self, const void *args)
{
    (void)args;
    return tr_name_register(self, "greeter", TR_NAME_CLUSTER);
}

static void answer(tr_actor *self, tr_message *message)
{
    if (TR_TYPE(message) != TR_MSG_greet)
        return;
    tr_slice name = TR_BODY(message, greet)->name;
    char text[64];
    int size = snprintf(text, sizeof text, "Hello, %.*s!", (int)name.size, name.data);
    tr_reply(tr_actor_core(self), message, greeting, .text = {text, (uint32_t)size});
}

static int set_up_greeter(tr_core *core, void *arg)
{
    (void)arg;
    static const tr_behaviour greeter = {
        .name = "greeter", .on_start = take_name, .on_message = answer};
    int result = join(core, "the greeter's process");
    return result < 0 ? result : tr_spawn(core, &greeter, NULL, 0, NULL);
}

// -- the second one --

static void ask(void *arg)
{
    tr_address greeter;
    tr_message *message;
    int result = TR_ENOTFOUND;
    // The processes start in any order.
    for (int tries = 0; tries < 200 && result < 0; tries++) {
        result = tr_name_find("greeter", TR_NAME_CLUSTER, 5000, &greeter);
        if (result < 0)
            tr_coroutine_sleep(50);
    }
    if (result == 0)
        result = tr_coroutine_ask(TR_NOWHERE, greeter, TR_MSG_greet,
                                  &(tr_msg_greet){.name = TR_SLICE("neighbour")}, 5000, &message);
    if (result == 0) {
        tr_slice text = TR_BODY(message, greeting)->text;
        printf("%.*s\n", (int)text.size, text.data);
        tr_message_free(message);
    }
    tr_system_end(tr_core_system(arg), result < 0);
}

static int set_up_asker(tr_core *core, void *arg)
{
    (void)arg;
    int result = join(core, "the asking process");
    return result < 0 ? result : tr_coroutine_start(core, "ask", ask, core, NULL);
}

// -- the broker --

static int set_up_broker(tr_core *core, void *arg)
{
    (void)arg;
    return tr_cluster_serve(core);
}

// On one machine; between machines it would be tcp://…
static int run(int (*set_up)(tr_core *core, void *arg), const char *broker_endpoint)
{
    return tr_system_run(&(tr_system_options){.core_count = 1,
                                              .bus_endpoint = "ipc://@",
                                              .broker_endpoint = broker_endpoint,
                                              .setup = set_up});
}

int main(void)
{
    snprintf(broker, sizeof broker, "ipc://@example-cluster-%d", (int)getpid());
    pid_t others[2];
    if ((others[0] = fork()) == 0)
        return run(set_up_broker, broker);
    if ((others[1] = fork()) == 0)
        return run(set_up_greeter, NULL);
    int result = run(set_up_asker, NULL);
    for (int i = 0; i < 2; i++) {
        kill(others[i], SIGTERM);
        waitpid(others[i], NULL, 0);
    }
    return result;
}
