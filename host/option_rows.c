#include "host/option_rows.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/bus/routes.h"
#include "auth/proxy_user.h"
#include "base/log.h"
#include "base/number.h"
#include "host/option_listen.h"
#include "host/option_lists.h"
#include "host/secrets.h"
#include "store/ranges.h"
#include "store/store.h"
#include "troupe/err.h"

enum { SECONDS_CAP = 31536000 };

static int parse_number(const char *text, unsigned low, unsigned high, unsigned *out)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || value < low || value > high)
        return TR_EINVALID;
    *out = (unsigned)value;
    return 0;
}

static int find_word(const char *text, const char *const *words, int count)
{
    for (int i = 0; i < count && words[i] != NULL; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    return TR_EINVALID;
}

// -- kinds: where the row says, in tr_options --

static void *field_of(tr_options *self, const tr_option_row *row)
{
    return (char *)self + row->field;
}

static int read_number(tr_options *self, const tr_option_row *row, const char *value)
{
    return parse_number(value, row->low, row->high, field_of(self, row));
}

static int read_seconds(tr_options *self, const tr_option_row *row, const char *value)
{
    unsigned seconds;
    if (parse_number(value, row->low, SECONDS_CAP, &seconds) < 0)
        return TR_EINVALID;
    *(uint64_t *)field_of(self, row) = (uint64_t)seconds * 1000;
    return 0;
}

static int read_text(tr_options *self, const tr_option_row *row, const char *value)
{
    *(const char **)field_of(self, row) = value;
    return *value != '\0' ? 0 : TR_EINVALID;
}

static int read_word(tr_options *self, const tr_option_row *row, const char *value)
{
    int word = find_word(value, row->words, TR_OPTION_WORDS_CAP);
    if (word < 0)
        return TR_EINVALID;
    memcpy(field_of(self, row), &word, sizeof word);
    return 0;
}

int tr_truth_find(const char *text)
{
    static const char *const words[] = {"false", "0", "no", "off", "true", "1", "yes", "on"};
    for (int i = 0; i < 8; i++)
        if (tr_compare_caseless(words[i], text) == 0)
            return i >= 4;
    return -1;
}

static int read_truth(tr_options *self, const tr_option_row *row, const char *value)
{
    int truth = *value != '\0' ? tr_truth_find(value) : 1; // an option needs no value
    *(bool *)field_of(self, row) = truth == 1;
    return truth < 0 ? TR_EINVALID : 0;
}

const char *tr_option_truth(const tr_options *self, const tr_option_row *row)
{
    if (row->read != read_truth)
        return NULL;
    return *(const bool *)((const char *)self + row->field) ? "true" : "false";
}

// -- settings with a reader of their own --

bool tr_options_is_endpoint(const char *text)
{
    if (strlen(text) >= TR_ENDPOINT_CAP_BYTES)
        return false;
    if (strncmp(text, "ipc://", 6) == 0)
        return text[6] != '\0' && strchr(text + 6, ' ') == NULL;
    if (strncmp(text, "tcp://", 6) != 0)
        return false;
    const char *colon = strrchr(text + 6, ':');
    unsigned port;
    return colon != NULL && colon != text + 6 && parse_number(colon + 1, 0, 65535, &port) == 0 &&
           strpbrk(text + 6, " /?#") == NULL;
}

static int read_role(tr_options *self, const tr_option_row *row, const char *text)
{
    static const char *const names[] = {"all", "gateway", "worker", "broker", "handlers"};
    static const uint32_t roles[] = {TR_ROLE_ALL, TR_ROLE_GATEWAY, TR_ROLE_WORKER, TR_ROLE_BROKER,
                                     TR_ROLE_HANDLERS};
    (void)row;
    char list[64];
    if (strlen(text) >= sizeof list)
        return TR_EINVALID;
    memcpy(list, text, strlen(text) + 1);
    char *rest = list;
    for (char *word; (word = strsep(&rest, ",")) != NULL;) {
        int found = find_word(word, names, 5);
        if (found < 0)
            return TR_EINVALID;
        self->roles |= roles[found];
    }
    // A broker holds no sessions and no browsers: losing one must cost nothing. A handler that
    // blocks or crashes in a handlers process must cost no session.
    uint32_t alone = self->roles & (TR_ROLE_BROKER | TR_ROLE_HANDLERS);
    return alone != 0 && self->roles != TR_ROLE_BROKER && self->roles != TR_ROLE_HANDLERS
               ? TR_EINVALID
               : 0;
}

// The list is a copy of our own (tr_options_read): each endpoint ends where its comma was.
static int read_brokers(tr_options *self, const tr_option_row *row, const char *list)
{
    (void)row;
    char *rest = (char *)(uintptr_t)list;
    for (char *one; (one = strsep(&rest, ",")) != NULL;) {
        if (!tr_options_is_endpoint(one) || self->broker_count == TR_BROKERS_CAP)
            return TR_EINVALID;
        self->brokers[self->broker_count++] = one;
    }
    return 0;
}

static int read_bus(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->bus = text;
    if (strlen(text) + 8 >= TR_ENDPOINT_CAP_BYTES || strpbrk(text, " ?#") != NULL)
        return TR_EINVALID;
    bool is_tcp = strncmp(text, "tcp://", 6) == 0 && text[6] != '\0' && text[6] != ':' &&
                  (text[6] == '[' || strchr(text + 6, ':') == NULL || tr_options_is_endpoint(text));
    return is_tcp || strncmp(text, "ipc://", 6) == 0 ? 0 : TR_EINVALID;
}

static int read_origins(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->allowed_origins = text;
    return *text == '\0' || tr_list_is_of_origins(text) ? 0 : TR_EINVALID;
}

static int read_hosts(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->allowed_hosts = text;
    return *text == '\0' || tr_list_is_of_hosts(text) ? 0 : TR_EINVALID;
}

static int read_proxies(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->trusted_proxies = text;
    return *text == '\0' || tr_list_is_of_addresses(text) ? 0 : TR_EINVALID;
}

static int read_transport(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    int transport = tr_transport_find(text);
    if (transport < 0)
        return TR_EINVALID;
    self->transport = (enum tr_transport)transport;
    return 0;
}

static int read_handler_timeout(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    unsigned seconds;
    if (parse_number(text, 0, SECONDS_CAP, &seconds) < 0)
        return TR_EINVALID;
    self->pool.deadline_ms = seconds != 0 ? (uint64_t)seconds * 1000 : TR_POOL_NO_DEADLINE;
    return 0;
}

static int read_client(tr_options *self, const tr_option_row *row, const char *text)
{
    static const char *const clients[] = {"html", "flutter"};
    (void)row;
    int client = find_word(text, clients, 2);
    if (client < 0)
        return TR_EINVALID;
    self->client = (enum tr_client)client;
    return 0;
}

static int read_renderer(tr_options *self, const tr_option_row *row, const char *text)
{
    static const char *const renderers[] = {"html", "auto", "canvaskit", "skwasm"};
    (void)row;
    int renderer = find_word(text, renderers, 4);
    if (renderer < 0)
        return TR_EINVALID;
    self->renderer = (tr_renderer)renderer;
    return 0;
}

static int read_store(tr_options *self, const tr_option_row *row, const char *text)
{
    char why[256];
    (void)row;
    self->store = text;
    // Of ranges the check before the start says which shards are the matter.
    return tr_ranges_is(text) ? 0 : tr_store_check_url(text, why, sizeof why);
}

static int read_strategy(tr_options *self, const tr_option_row *row, const char *text)
{
    static const char *const strategies[] = {"path", "hash"};
    (void)row;
    int strategy = find_word(text, strategies, 2);
    self->has_hash_routes = strategy == 1;
    return strategy < 0 ? TR_EINVALID : 0;
}

// Kept as "/a/b", or empty.
static int parse_path(const char *text, char *out, size_t cap)
{
    while (*text == '/')
        text++;
    size_t size = strlen(text);
    while (size != 0 && text[size - 1] == '/')
        size--;
    bool is_path = strspn(text, TR_MOUNT_CHARACTERS) >= size && strstr(text, "//") == NULL &&
                   strstr(text, "..") == NULL;
    if (!is_path || size + 2 > cap)
        return TR_EINVALID;
    int length = snprintf(out, cap, "%s%.*s", size != 0 ? "/" : "", (int)size, text);
    return length >= 0 ? 0 : TR_EINVALID;
}

static int read_mount(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->mount = self->mount_storage;
    return parse_path(text, self->mount_storage, sizeof self->mount_storage);
}

static int read_socket_path(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->socket_path = self->socket_storage;
    int result = parse_path(text, self->socket_storage, sizeof self->socket_storage);
    return result == 0 && *self->socket_storage == '\0' ? TR_EINVALID : result;
}

static int read_upload_path(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->upload_path = self->upload_storage;
    int result = parse_path(text, self->upload_storage, sizeof self->upload_storage);
    return result == 0 && *self->upload_storage == '\0' ? TR_EINVALID : result;
}

static int read_ancestors(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->frame_ancestors = text;
    return tr_list_is_of_ancestors(text) ? 0 : TR_EINVALID;
}

static int read_upload_origins(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->upload_origins = text;
    return *text == '\0' || tr_list_is_of_sources(text) ? 0 : TR_EINVALID;
}

static int read_frame_origins(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->frame_origins = text;
    return *text == '\0' || tr_list_is_of_sources(text) ? 0 : TR_EINVALID;
}

static int read_download_path(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->download_path = self->download_storage;
    int result = parse_path(text, self->download_storage, sizeof self->download_storage);
    return result == 0 && *self->download_storage == '\0' ? TR_EINVALID : result;
}

static int read_user_header(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->user_header = text;
    return tr_proxy_header_is_fit(text) ? 0 : TR_EINVALID;
}

static int read_oauth_path(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->oauth_path = self->oauth_storage;
    int result = parse_path(text, self->oauth_storage, sizeof self->oauth_storage);
    return result == 0 && *self->oauth_storage == '\0' ? TR_EINVALID : result;
}

static uint64_t unit_of(const char *name)
{
    static const struct {
        const char *name;
        uint64_t bytes;
    } units[] = {
        {"", 1},
        {"B", 1},
        {"KB", 1000},
        {"MB", 1000000},
        {"GB", 1000000000},
        {"TB", 1000000000000},
        {"K", 1024},
        {"M", 1u << 20},
        {"G", 1u << 30},
        {"KiB", 1024},
        {"MiB", 1u << 20},
        {"GiB", 1u << 30},
        {"TiB", 1ull << 40},
    };
    for (unsigned i = 0; i < sizeof units / sizeof *units; i++)
        if (tr_compare_caseless(units[i].name, name) == 0)
            return units[i].bytes;
    return 0;
}

static int parse_size(const char *text, uint64_t *out)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    uint64_t unit = unit_of(end + strspn(end, " "));
    if (*text < '0' || *text > '9' || errno != 0 || value == 0 || unit == 0 ||
        value > INT64_MAX / unit)
        return TR_EINVALID;
    *out = value * unit;
    return 0;
}

static int read_upload_size(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    return parse_size(text, &self->upload_size_max);
}

static int read_memory_max(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    return parse_size(text, &self->memory_max);
}

// A setting of Flet's whose other value there is not: it is said once.
static int read_always(tr_options *self, const tr_option_row *row, const char *text,
                       const char *why)
{
    int truth = tr_truth_find(text);
    if (truth == 0)
        tr_buf_printf(&self->warnings, "%s=%s has no effect: %s\n", row->variable, text, why);
    return truth < 0 ? TR_EINVALID : 0;
}

static int read_force(tr_options *self, const tr_option_row *row, const char *text)
{
    return read_always(self, row, text, "an app is always served as a web app");
}

static int read_emoji(tr_options *self, const tr_option_row *row, const char *text)
{
    return read_always(self, row, text, "emojis are always drawn in colour");
}

static int read_log(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)self;
    (void)row;
    int level = tr_log_level_find(text);
    if (level < 0)
        return TR_EINVALID;
    tr_log_level_set((enum tr_log_level)level);
    return 0;
}

static int read_log_format(tr_options *self, const tr_option_row *row, const char *text)
{
    static const char *const formats[] = {"text", "json"};
    (void)self;
    (void)row;
    int format = find_word(text, formats, 2);
    if (format < 0)
        return TR_EINVALID;
    tr_log_format_set((enum tr_log_format)format);
    return 0;
}

static int read_build_again(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    (void)text;
    self->builds_again = true;
    return 0;
}

static int read_check(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    (void)text;
    self->is_check = true;
    return 0;
}

static int read_print_config(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    (void)text;
    self->is_print_config = true;
    return 0;
}

static int read_help(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    (void)text;
    self->is_help = true;
    return 0;
}

// -- the table --

#define NUMBER(member, from, to)                                                                   \
    .read = read_number, .field = offsetof(tr_options, member), .low = (from), .high = (to)
#define SECONDS(member, from)                                                                      \
    .read = read_seconds, .field = offsetof(tr_options, member), .low = (from), .high = SECONDS_CAP
#define TRUTH(member) .read = read_truth, .field = offsetof(tr_options, member)
#define TEXT(member) .read = read_text, .field = offsetof(tr_options, member)
#define WORD(member, ...)                                                                          \
    .read = read_word, .field = offsetof(tr_options, member), .words = {__VA_ARGS__}
#define READ(function, what) .read = function, .expected = (what)

// A variable's name, and no name for a row without one.
#define VARIABLE(name) (sizeof(name) > 1 ? "TROUPE_" name : "")

#define OPTION(id, flag_, argument_, variable_, alias_, default_, needs_, kind, help_)             \
    [TR_OPTION_##id] = {.flag = flag_,                                                             \
                        .argument = argument_,                                                     \
                        .variable = VARIABLE(variable_),                                           \
                        .alias = alias_,                                                           \
                        .value = default_,                                                         \
                        .help = help_,                                                             \
                        .needs = TR_NEEDS_##needs_,                                                \
                        kind},
const tr_option_row tr_option_rows[TR_OPTION_COUNT] = {
#include "host/options.def"
};
#undef OPTION

void tr_option_expected(const tr_option_row *row, tr_buf *out)
{
    if (row->expected != NULL)
        tr_buf_printf(out, "%s", row->expected);
    else if (row->read == read_number)
        tr_buf_printf(out, "a number from %u to %u", row->low, row->high);
    else if (row->read == read_seconds)
        tr_buf_printf(out, "seconds, from %u to %u", row->low, row->high);
    else if (row->read == read_truth)
        tr_buf_printf(out, "true or false");
    else if (row->read == read_text)
        tr_buf_printf(out, "a text that is not empty");
    for (unsigned i = 0; i < TR_OPTION_WORDS_CAP && row->words[i] != NULL; i++)
        tr_buf_printf(out, "%s%s", i != 0 ? ", " : "one of ", row->words[i]);
}
