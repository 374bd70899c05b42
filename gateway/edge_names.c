// The names of headers that libwebsockets knows, which differ from version to version.

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/edge_socket.h"
#include "gateway/head_judge.h"

enum { NAMES_CAP = 256 };

static const char *names[NAMES_CAP]; // sorted, as "host:"; methods are among them, as "get "
static size_t name_count;

static int compare(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static void find_names(void)
{
    const char *name;
    for (int token = 0; name_count < NAMES_CAP; token++) {
        name = (const char *)lws_token_to_string((enum lws_token_indexes)token);
        if (name == NULL)
            break;
        names[name_count++] = name;
    }
    qsort(names, name_count, sizeof *names, compare);
}

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

// As strcmp of the name, in small letters, and as much of the known one. They are in small letters.
static int compare_beginning(tr_slice name, const char *known)
{
    for (uint32_t i = 0; i < name.size; i++)
        if (small(name.data[i]) != known[i])
            return (unsigned char)small(name.data[i]) < (unsigned char)known[i] ? -1 : 1;
    return 0;
}

// The first of those that begin with the name, or of those behind it.
static size_t find_first(tr_slice name)
{
    size_t from = 0;
    size_t to = name_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (compare_beginning(name, names[middle]) > 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

// Besides: the path, the address' parameters, the version, and the one that is never used.
_Static_assert(TR_HEAD_FIELDS_CAP + 4 <= WSI_TOKEN_COUNT, "libwebsockets has no room for them");

enum tr_head_name tr_head_name_kind(tr_slice name)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    enum tr_head_name kind = TR_HEAD_NAME_OTHER;
    (void)pthread_once(&once, find_names);
    for (size_t i = find_first(name); i < name_count; i++) {
        if (compare_beginning(name, names[i]) != 0)
            break;
        if (strcmp(names[i] + name.size, ":") == 0)
            return TR_HEAD_NAME_KNOWN;
        kind = TR_HEAD_NAME_CUT;
    }
    return kind;
}
