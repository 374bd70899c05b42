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

// -- code --

// Lines at the left margin of a source: a function, a handler, a macro, with the comment above.
struct definition {
    const char *start;
    int size;
    const char *name;
    int name_size;
};

enum { DEFINITION_CAP = 128 };

static int word_size(const char *text)
{
    return (int)strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM"
                             "NOPQRSTUVWXYZ_0123456789");
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static const char *name_in(const char *line)
{
    if (begins(line, "#define "))
        return line + 8;
    if (begins(line, "TR_ASYNC(") || begins(line, "TR_SYNC("))
        return strchr(line, '(') + 1;
    const char *name =
        begins(line, "static ") ? strchr(line, '(') : NULL;
    while (name != NULL && word_size(name - 1) != 0)
        name--;
    return name;
}

static const char *end_of(const char *start)
{
    const char *end = start[0] == '#' ? strchr(start, '\n')
                                      : strstr(start, "\n}\n");
    while (end != NULL && start[0] == '#' && end[-1] == '\\')
        end = strchr(end + 1, '\n');
    return end == NULL ? start + strlen(start)
                       : end + (start[0] == '#' ? 1 : 3);
}

// The definitions between two places of a source. Returns how many.
static unsigned definitions(
    const char *source, const char *until, struct definition *out)
{
    unsigned count = 0;
    const char *comment = NULL;
    for (const char *line = source;
         line < until && count < DEFINITION_CAP;) {
        const char *name = name_in(line);
        const char *next =
            name != NULL ? end_of(line) : strchr(line, '\n') + 1;
        if (name != NULL) {
            const char *start = comment != NULL ? comment : line;
            out[count++] = (struct definition){
                start, (int)(next - start), name, word_size(name)};
        }
        comment = !begins(line, "//") ? NULL
                  : comment != NULL   ? comment
                                      : line;
        line = next;
    }
    return count;
}

static bool uses(
    const char *code, const struct definition *definition)
{
    for (; *code != '\0'; code++) {
        int size = word_size(code);
        if (size == definition->name_size &&
            strncmp(code, definition->name, (size_t)size) == 0)
            return true;
        code += size > 0 ? size - 1 : 0;
    }
    return false;
}

static const char *head_of(const struct demo *demo)
{
    char head[TEXT_BYTES];
    snprintf(head, sizeof head, "\n%s(%s,",
        demo->tunes_itself ? "DEMO_INSIDE" : "DEMO", demo->id);
    return strstr(demo->group->source, head);
}

// A demo's own function as it is written, and before it what it uses
// of its file.
char *demo_code(const struct demo *demo)
{
    const char *head = head_of(demo);
    const char *body = head != NULL ? strstr(head, "\n{\n") : NULL;
    const char *end = body != NULL ? strstr(body, "\n}\n") : NULL;
    if (end == NULL)
        return strdup("");
    char *code = NULL;
    if (asprintf(&code, "static ui_control *%s(tr_event *ev)%.*s\n}",
            demo->id, (int)(end - body), body) < 0)
        abort();
    struct definition list[DEFINITION_CAP];
    for (unsigned i =
             definitions(demo->group->source, head + 1, list);
         i-- > 0;) {
        if (!uses(code, &list[i]))
            continue;
        char *longer = NULL;
        if (asprintf(&longer, "%.*s\n%s", list[i].size, list[i].start,
                code) < 0)
            abort();
        free(code);
        code = longer;
    }
    return code;
}
