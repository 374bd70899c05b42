#include "desk/crash_place.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

// The folder of a source, with a slash at its end.
static bool write_folder(const char *source, char out[PATH_MAX])
{
    char *slash = realpath(source, out) != NULL ? strrchr(out, '/') : NULL;
    if (slash != NULL)
        slash[1] = '\0';
    return slash != NULL;
}

static bool is_frame(const char *line)
{
    line += strspn(line, " ");
    return line[0] == '#' && strspn(line + 1, "0123456789") != 0;
}

// Up to the line's number; a column may follow it.
static size_t size_of_place(const char *path)
{
    for (const char *at = strchr(path, ':'); at != NULL; at = strchr(at + 1, ':')) {
        size_t digits = strspn(at + 1, "0123456789");
        if (digits != 0)
            return (size_t)(at - path) + 1 + digits;
    }
    return 0;
}

static const char *find_in(const char *line, const char *folder)
{
    const char *path = strstr(line, folder);
    // Troupe's may lie below the author's folder, too.
    bool is_own = path != NULL && strstr(path, "/include/troupe/") == NULL;
    return is_own && size_of_place(path) != 0 ? path : NULL;
}

static const char *find_own(const char *line, char *const *sources, unsigned count)
{
    char folder[PATH_MAX];
    const char *found = NULL;
    for (unsigned i = 0; i < count && found == NULL; i++)
        if (write_folder(sources[i], folder))
            found = find_in(line, folder);
    return found;
}

static void write_place(const char *path, char *out, size_t size)
{
    char here[PATH_MAX];
    size_t skip = realpath(".", here) != NULL ? strlen(here) : 0;
    bool is_here = skip != 0 && strncmp(path, here, skip) == 0 && path[skip] == '/';
    const char *shown = is_here ? path + skip + 1 : path;
    (void)tr_format(out, size, "%.*s", (int)size_of_place(shown), shown);
}

// Another backtrace follows the first one, of who had the memory before.
bool tr_crash_place(const tr_last_lines *lines, char *const *sources, unsigned count, char *out,
                    size_t size)
{
    bool any = false;
    for (unsigned i = 0; i < lines->count && (!any || is_frame(lines->at[i])); i++) {
        any |= is_frame(lines->at[i]);
        const char *path = any ? find_own(lines->at[i], sources, count) : NULL;
        if (path != NULL)
            return write_place(path, out, size), true;
    }
    return false;
}
