#include "desk/member_command.h"

#include <stdio.h>
#include <stdlib.h>

static void add(tr_member_command *self, const char *name, const char *value)
{
    if (name != NULL)
        self->at[self->count++] = name;
    self->at[self->count++] = value;
}

static void add_gateway(tr_member_command *self, const tr_dev_options *options)
{
    // What is not said is the app's to know: from its variables, or by itself.
    if (options->host != NULL)
        add(self, "--host", options->host);
    if (options->port != NULL)
        add(self, "--port", options->port);
}

static void add_worker(tr_member_command *self, const tr_workshop *workshop,
                       const tr_member_state *state)
{
    static char store[TR_WORKSHOP_PATH_CAP + 16];
    (void)snprintf(store, sizeof store, "lmdb:%s/sessions", workshop->folder);
    add(self, "--store", store);
    add(self, NULL, "--build-again");
    if (state->before != NULL)
        add(self, "--state-before", state->before);
    if (state->way != NULL)
        add(self, "--state-change", state->way);
}

void tr_member_command_write(tr_member_command *out, enum tr_member_part part, unsigned program,
                             const tr_dev_options *options, const tr_workshop *workshop,
                             const tr_board *board, const tr_member_state *state)
{
    static const char *const roles[] = {"broker", "gateway", "worker"};
    static char path[TR_WORKSHOP_PATH_CAP + 16];
    static char endpoint[TR_WORKSHOP_PATH_CAP + 16];
    (void)snprintf(endpoint, sizeof endpoint, "ipc://%s/bus", workshop->folder);
    tr_workshop_program(workshop, program, path, sizeof path);
    *out = (tr_member_command){0};
    add(out, NULL, path);
    add(out, "--role", roles[part]);
    add(out, "--broker", endpoint);
    if (part != TR_MEMBER_BROKER)
        add(out, "--desk", board->folder);
    if (part == TR_MEMBER_GATEWAY)
        add_gateway(out, options);
    if (part == TR_MEMBER_WORKER)
        add_worker(out, workshop, state);
    for (char *const *at = options->of_app; *at != NULL && out->count < TR_MEMBER_ARGUMENTS_CAP - 1;
         at++)
        add(out, NULL, *at);
}

void tr_member_environment_set(void)
{
    static char options[512];
    const char *own = getenv("ASAN_OPTIONS");
    int size = snprintf(options, sizeof options, "handle_abort=1:abort_on_error=1:%s",
                        own != NULL ? own : "");
    if (size < (int)sizeof options)
        (void)setenv("ASAN_OPTIONS", options, 1);
    (void)setenv("UBSAN_OPTIONS", "print_stacktrace=1", 0);
}
