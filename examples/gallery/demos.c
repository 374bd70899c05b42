// Which groups and demos there are, and the code of a demo as it is
// shown.

#include "gallery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The linker's names for where a section begins and ends.
extern const struct group __start_gallery_groups[];
extern const struct group __stop_gallery_groups[];
extern const struct demo __start_gallery_demos[];
extern const struct demo __stop_gallery_demos[];

// In the order of their files, which is not that of the linker.
static const struct demo *demos[DEMO_CAP + 1];

static int by_place(const void *a, const void *b)
{
    const struct demo *one = *(const struct demo *const *)a;
    const struct demo *other = *(const struct demo *const *)b;
    int order = one->group->order - other->group->order;
    return order != 0 ? order : one->line - other->line;
}

__attribute__((constructor)) static void sort_demos(void)
{
    unsigned count = 0;
    for (const struct demo *demo = __start_gallery_demos;
         demo < __stop_gallery_demos; demo++) {
        if (count == DEMO_CAP)
            abort();
        demos[count++] = demo;
    }
    qsort(demos, count, sizeof *demos, by_place);
}

const struct demo *demo_at(unsigned index)
{
    return index < DEMO_CAP ? demos[index] : NULL;
}

const struct group *group_at(unsigned index)
{
    for (const struct group *group = __start_gallery_groups;
         group < __stop_gallery_groups; group++)
        if (group->order == (int)index + 1)
            return group;
    return NULL;
}

char *demo_path(const struct demo *demo, char out[TEXT_BYTES])
{
    int size = snprintf(
        out, TEXT_BYTES, "/%s/%s", demo->group->path, demo->id);
    for (int i = 0; i < size && i < TEXT_BYTES - 1; i++)
        if (out[i] == '_')
            out[i] = '-';
    return out;
}

const struct group *group_find(const char *path)
{
    for (const struct group *group = __start_gallery_groups;
         group < __stop_gallery_groups; group++)
        if (strcmp(group->path, path) == 0)
            return group;
    return NULL;
}

const struct demo *demo_find(const char *group, const char *name)
{
    char wanted[2 * TEXT_BYTES + 2];
    snprintf(wanted, sizeof wanted, "/%s/%s", group, name);
    char path[TEXT_BYTES];
    const struct demo *demo;
    for (unsigned i = 0; (demo = demo_at(i)) != NULL; i++)
        if (strcmp(demo_path(demo, path), wanted) == 0)
            return demo;
    return NULL;
}

// In the source a demo is what lies between the end of the definition
// before it, "}" in the first column, and its own: its handlers
// first, then DEMO(…) and the function's body.
char *demo_code(const struct demo *demo)
{
    const char *source = demo->group->source;
    char head[TEXT_BYTES + 16];
    snprintf(head, sizeof head, "\nDEMO(%s,", demo->id);
    const char *start = strstr(source, head);
    if (start == NULL) {
        snprintf(head, sizeof head, "\nDEMO_INSIDE(%s,", demo->id);
        start = strstr(source, head);
    }
    const char *body = start != NULL ? strstr(start, "\n{\n") : NULL;
    const char *end = body != NULL ? strstr(body, "\n}\n") : NULL;
    if (end == NULL)
        return strdup("");

    // Back to where the demo before ends, or to where the group is
    // named.
    const char *own = start;
    for (const char *at = source; at < start; at++)
        if (strncmp(at, "\nDEMO", 5) == 0 ||
            strncmp(at, "\nGROUP(", 7) == 0) {
            const char *close =
                strstr(at, at[1] == 'G' ? ";\n" : "\n}\n");
            own =
                close != NULL ? close + (at[1] == 'G' ? 2 : 3) : own;
        }
    if (own > start)
        own = start;
    own += strspn(own, "\n");

    size_t handlers = own < start ? (size_t)(start + 1 - own) : 0;
    char *out = NULL;
    if (asprintf(&out,
            "%.*sstatic ui_control *%s(tr_event *ev)%.*s\n}\n",
            (int)handlers, own, demo->id, (int)(end - body),
            body) < 0)
        abort();
    return out;
}
