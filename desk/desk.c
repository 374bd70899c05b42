#include "desk/desk.h"

#include <stddef.h>
#include <string.h>

#include "desk/dev.h"
#include "desk/new_app.h"
#include "desk/test.h"

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv); // of what follows `troupe`
} commands[] = {{"dev", tr_dev}, {"new", tr_new_app}, {"record", tr_dev}, {"test", tr_test}};

static const struct command *find(const char *name)
{
    for (unsigned i = 0; name != NULL && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

bool tr_desk_has(const char *command)
{
    return find(command) != NULL;
}

int tr_desk(int argc, char **argv)
{
    return find(argv[1])->run(argc - 1, argv + 1);
}
