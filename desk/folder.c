#include "desk/folder.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/number.h"
#include "desk/workshop.h"

typedef struct walk {
    const char *but;
    tr_folder_take *take;
    void *arg;
} walk;

static bool is_wanted(const walk *self, const char *name)
{
    return name[0] != '.' &&
           (self->but == NULL || strncmp(name, self->but, strlen(self->but)) != 0);
}

static int go_through(const walk *self, const char *folder, bool goes_down)
{
    struct dirent **entries;
    int count = scandir(folder[0] != '\0' ? folder : ".", &entries, NULL, alphasort);
    int result = 0;
    for (int i = 0; i < count; i++) {
        char path[TR_WORKSHOP_PATH_CAP];
        struct stat what;
        const char *name = entries[i]->d_name;
        (void)tr_format(path, sizeof path, "%s%s%s", folder, folder[0] != '\0' ? "/" : "", name);
        bool is_there = result == 0 && is_wanted(self, name) && stat(path, &what) == 0;
        if (is_there && S_ISDIR(what.st_mode) && goes_down)
            result = go_through(self, path, false);
        else if (is_there && S_ISREG(what.st_mode))
            result = self->take(self->arg, path);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return result;
}

int tr_folder_each(const char *but, tr_folder_take *take, void *arg)
{
    return go_through(&(walk){but, take, arg}, "", true);
}
