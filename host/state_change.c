#include "host/state_change.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "actors/bus/routes.h"
#include "base/log.h"
#include "sdk/session/state.h"
#include "wire/desk.h"
#include "wire/reader.h"

// The app of this process, with another `migrate`.
static tr_app changed;
static int (*migrate_of_app)(void *state, uint32_t version, tr_loader *in);

// Before anybody hears that the page could not be had: its browser would be given a new one.
static int migrate_or_exit(void *state, uint32_t version, tr_loader *in)
{
    int result = migrate_of_app(state, version, in);
    if (result >= 0 && !in->failed)
        return result;
    tr_log(TR_LOG_ERROR, "event=state_not_migrated version=%u code=%d read_failed=%s", version,
           result, in->failed ? "yes" : "no");
    _exit(TR_DESK_EXIT_NOT_MIGRATED);
}

static void tell(const tr_options *options, const char *name, bool may_keep)
{
    char path[1024];
    int size = snprintf(path, sizeof path, "%s/" TR_DESK_STATE_FILE, options->desk, (long)getpid());
    FILE *file = size < (int)sizeof path ? fopen(path, "we") : NULL;
    if (file == NULL)
        return; // the desk takes what it is not told for the same
    (void)fprintf(file, "%s %s\n", name, may_keep ? "yes" : "no");
    (void)fclose(file);
}

static void change(enum tr_state_change how, const tr_app **app)
{
    if (how == TR_STATE_USUAL || (*app)->state.migrate == NULL)
        return;
    changed = **app;
    migrate_of_app = changed.state.migrate;
    changed.state.migrate = how == TR_STATE_KEEP ? migrate_or_exit : NULL;
    *app = &changed;
}

int tr_state_change(const tr_options *options, const tr_app **app)
{
    char name[TR_STATE_NAME_CAP];
    const char *before = options->state_before;
    if (options->desk == NULL || (options->roles & TR_ROLE_WORKER) == 0)
        return 0;
    tr_state_name(*app, name);
    tell(options, name, before != NULL && tr_state_migrates(*app, before));
    if (before != NULL && strcmp(before, name) != 0)
        return TR_DESK_EXIT_OTHER_STATE;
    change(options->state_change, app);
    return 0;
}
