#include "host/options.h"

#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/bus/routes.h"
#include "base/mem.h"
#include "base/number.h"
#include "host/environment.h"
#include "host/given.h"
#include "host/option_listen.h"
#include "host/option_rows.h"
#include "host/secrets.h"
#include "store/store.h"
#include "troupe/err.h"

enum { FIRST_ID = 256, HELP_WIDTH = 100, HELP_INDENT = 6 };

// -- help and --print-config --

// The text in lines of at most HELP_WIDTH, each indented.
static void append_wrapped(tr_buf *out, const char *text)
{
    size_t left = strlen(text);
    while (left != 0) {
        size_t size = left;
        if (size > HELP_WIDTH - HELP_INDENT) {
            size = HELP_WIDTH - HELP_INDENT;
            while (size > 1 && text[size] != ' ')
                size--;
        }
        tr_buf_printf(out, "%*s%.*s\n", HELP_INDENT, "", (int)size, text);
        size += size < left;
        text += size;
        left -= size;
    }
}

static void append_names(tr_buf *out, const tr_option_row *row)
{
    bool has_alias = *row->alias != '\0';
    tr_buf names = {0};
    if (*row->variable != '\0')
        tr_buf_printf(&names, "%s%s%s%s%s", row->variable, has_alias ? ", " : "", row->alias,
                      *row->value != '\0' ? "; default " : "", row->value);
    append_wrapped(out, tr_buf_text(&names));
    tr_buf_done(&names);
}

void tr_options_help(tr_buf *out, const char *program)
{
    tr_buf_printf(out,
                  "Usage: %s [OPTION]...\n\n"
                  "An option wins over its variable, that over Flet's, and all over the env file. "
                  "A variable\n"
                  "TROUPE_NAME may be given as TROUPE_NAME_FILE, the file that has its value.\n\n",
                  program);
    for (unsigned id = 0; id < TR_OPTION_COUNT; id++) {
        const tr_option_row *row = &tr_option_rows[id];
        if (*row->flag != '\0')
            tr_buf_printf(out, "  --%s%s%s\n", row->flag, *row->argument != '\0' ? " " : "",
                          row->argument);
        else
            tr_buf_printf(out, "  %s\n", row->variable);
        append_wrapped(out, row->help);
        append_names(out, row);
    }
}

// Two settings pick the client, and one may follow from the other; a number of threads is found
// out.
static const char *value_of(const tr_options *self, unsigned id, char number[16])
{
    static const char *const clients[] = {"html", "flutter"};
    static const char *const renderers[] = {"html", "auto", "canvaskit", "skwasm"};
    switch (id) {
    case TR_OPTION_THREADS:
        snprintf(number, 16, "%u", self->threads);
        return number;
    case TR_OPTION_CLIENT:
        return clients[self->renderer != TR_RENDERER_HTML];
    case TR_OPTION_WEB_RENDERER:
        return renderers[self->renderer];
    default:
        if (tr_option_is_secret(id))
            return self->given[id].value != NULL ? "(set)" : "";
        if (tr_option_truth(self, &tr_option_rows[id]) != NULL)
            return tr_option_truth(self, &tr_option_rows[id]);
        return self->given[id].value != NULL ? self->given[id].value : tr_option_rows[id].value;
    }
}

static void append_quoted(tr_buf *out, const char *text)
{
    bool is_word = *text != '\0' && strpbrk(text, " \"\\") == NULL;
    tr_character first;
    for (const char *at = text; *at != '\0'; at += first.size) {
        first = tr_character_of(at, strlen(at));
        is_word = is_word && !first.is_control;
    }
    if (is_word) {
        tr_buf_printf(out, "%s", text);
        return;
    }
    tr_buf_printf(out, "\"");
    while (*text != '\0') {
        size_t plain = strcspn(text, "\"\\");
        char *part = tr_copy_text(text, plain);
        tr_given_show(out, part);
        tr_free(part);
        text += plain;
        if (*text != '\0')
            tr_buf_printf(out, "\\%c", *text++);
    }
    tr_buf_printf(out, "\"");
}

void tr_options_print(const tr_options *self, tr_buf *out)
{
    char number[16];
    for (unsigned id = 0; id < TR_OPTION_COUNT; id++) {
        const tr_option_row *row = &tr_option_rows[id];
        if (*row->variable == '\0')
            continue; // it asks for something and sets nothing
        const char *source = self->given[id].source;
        tr_buf_printf(out, "%s=", *row->flag != '\0' ? row->flag : row->variable);
        char url[512];
        const char *value = value_of(self, id, number);
        if (id == TR_OPTION_STORE) {
            tr_store_public_url(value, url, sizeof url);
            value = url;
        }
        append_quoted(out, value);
        tr_buf_printf(out, " from=");
        append_quoted(out, source != NULL ? source : "default");
        tr_buf_printf(out, "\n");
    }
}

// -- from the command line --

static void fill_long_options(struct option *out, char (*names)[32])
{
    unsigned count = 0;
    for (unsigned id = 0; id < TR_OPTION_COUNT; id++) {
        const tr_option_row *row = &tr_option_rows[id];
        if (*row->flag == '\0')
            continue;
        snprintf(names[id], sizeof names[id], "--%s", row->flag);
        out[count++] =
            (struct option){row->flag, *row->argument != '\0' ? required_argument : no_argument,
                            NULL, FIRST_ID + (int)id};
    }
    out[count] = (struct option){0};
}

// What getopt_long did not take: `found` is ':' for an option that lacks its value.
static int complain_of_option(int found, char **argv, tr_buf *error)
{
    const tr_option_row *row = optopt >= FIRST_ID ? &tr_option_rows[optopt - FIRST_ID] : NULL;
    if (row != NULL && found == ':')
        tr_buf_printf(error, "--%s needs a value: %s", row->flag, row->argument);
    else if (row != NULL)
        tr_buf_printf(error, "--%s takes no value", row->flag);
    else if (optopt != 0)
        tr_given_show(error, (const char[]){'-', (char)optopt, '\0'});
    else
        tr_given_show(error, argv[optind - 1]);
    tr_buf_printf(error, "%s (see --help)", row == NULL ? " is not an option" : "");
    return TR_EINVALID;
}

static int read_command_line(tr_options *self, int argc, char **argv, tr_buf *error)
{
    static char names[TR_OPTION_COUNT][32]; // lent as sources
    struct option options[TR_OPTION_COUNT + 1];
    fill_long_options(options, names);
    optind = 0; // glibc: start anew, tests call this more than once
    opterr = 0;
    int found;
    while ((found = getopt_long(argc, argv, ":", options, NULL)) != -1) {
        if (found < FIRST_ID)
            return complain_of_option(found, argv, error);
        unsigned id = (unsigned)found - FIRST_ID;
        if (tr_given_take(self, id, optarg != NULL ? optarg : "", names[id], error) < 0)
            return TR_EINVALID;
    }
    if (optind == argc)
        return 0;
    tr_buf_printf(error, "'");
    tr_given_show(error, argv[optind]);
    tr_buf_printf(error, "' is not an option (see --help)");
    return TR_EINVALID;
}

// -- what follows --

static unsigned processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    unsigned count = (unsigned)CPU_COUNT(&set);
    return count == 0 ? 1 : count > TR_CORES_CAP ? TR_CORES_CAP : count;
}

// Roles that work on other threads, or on none to speak of.
static bool is_alone(const tr_options *self)
{
    return self->roles == TR_ROLE_BROKER || self->roles == TR_ROLE_HANDLERS;
}

static bool is_given(const tr_options *self, enum tr_option_id id)
{
    return self->given[id].value != NULL;
}

static int apply_defaults(tr_options *self, tr_buf *error)
{
    for (unsigned id = 0; id < TR_OPTION_COUNT; id++) {
        const tr_option_row *row = &tr_option_rows[id];
        if (self->given[id].value == NULL && *row->value != '\0' &&
            row->read(self, row, row->value) < 0)
            return tr_given_complain("the default", row->value, row, error);
    }
    return 0;
}

// Which client it is can be said in two ways; they may not contradict each other.
static int settle_client(tr_options *self, tr_buf *error)
{
    bool wants_flutter = self->client == TR_CLIENT_FLUTTER;
    bool is_flutter = self->renderer != TR_RENDERER_HTML;
    if (wants_flutter && !is_given(self, TR_OPTION_WEB_RENDERER))
        self->renderer = TR_RENDERER_AUTO;
    else if (is_given(self, TR_OPTION_CLIENT) && wants_flutter != is_flutter) {
        tr_buf_printf(error, "--client %s and that --web-renderer exclude each other",
                      wants_flutter ? "flutter" : "html");
        return TR_EINVALID;
    }
    return 0;
}

static int check_pool(const tr_options *self, tr_buf *error)
{
    if (tr_pool_options_check(&self->pool) == 0)
        return 0;
    tr_buf_printf(error, "--pool-threads-min %u is more than --pool-threads-max %u",
                  self->pool.threads_min, self->pool.threads_max);
    return TR_EINVALID;
}

static int check_tls(const tr_options *self, tr_buf *error)
{
    if ((self->tls_cert == NULL) == (self->tls_key == NULL))
        return 0;
    tr_buf_printf(error, "--tls-cert and --tls-key need each other");
    return TR_EINVALID;
}

static int check_brokers(const tr_options *self, tr_buf *error)
{
    if (self->broker_count != 0)
        return 0;
    const char *what = self->handlers == TR_HANDLERS_REQUIRE ? "--handlers require"
                       : self->is_check                      ? "--check"
                       : self->roles != TR_ROLE_ALL          ? "this role"
                                                             : NULL;
    if (what == NULL)
        return 0;
    tr_buf_printf(error, "%s needs --broker ENDPOINT", what);
    return TR_EINVALID;
}

static int check_user_header(const tr_options *self, tr_buf *error)
{
    if (self->user_header == NULL || self->trusted_proxies != NULL)
        return 0;
    tr_buf_printf(error, "--proxy-user-header needs --trusted-proxies: anybody could send it");
    return TR_EINVALID;
}

static int check_paths(const tr_options *self, tr_buf *error)
{
    const char *why = "health checks are answered there";
    const char *flag = NULL;
    if (strcmp(self->mount, "/health") == 0)
        flag = "--mount /health";
    else if (*self->mount == '\0' && strcmp(self->socket_path, "/health") == 0)
        flag = "--websocket-endpoint /health";
    else if (*self->mount == '\0' && strcmp(self->upload_path, "/health") == 0)
        flag = "--upload-endpoint /health";
    else if (strcmp(self->upload_path, self->socket_path) == 0) {
        flag = "--upload-endpoint";
        why = "it is the --websocket-endpoint";
    } else if (strcmp(self->download_path, self->socket_path) == 0) {
        flag = "--download-endpoint";
        why = "it is the --websocket-endpoint";
    } else if (strcmp(self->download_path, self->upload_path) == 0) {
        flag = "--download-endpoint";
        why = "it is the --upload-endpoint";
    } else if (*self->mount == '\0' && strcmp(self->download_path, "/health") == 0)
        flag = "--download-endpoint /health";
    else if (*self->mount == '\0' && strcmp(self->oauth_path, "/health") == 0)
        flag = "--oauth-callback-endpoint /health";
    else if (strcmp(self->oauth_path, self->socket_path) == 0 ||
             strcmp(self->oauth_path, self->upload_path) == 0 ||
             strcmp(self->oauth_path, self->download_path) == 0) {
        flag = "--oauth-callback-endpoint";
        why = "something else is there";
    }
    if (flag == NULL)
        return 0;
    tr_buf_printf(error, "%s is not valid: %s", flag, why);
    return TR_EINVALID;
}

// Where nothing is kept nothing can be waited for.
static int settle_durability(tr_options *self, tr_buf *error)
{
    static const char *const ways[] = {"none", "async", "sync"};
    bool has_store = self->store != NULL;
    if (!is_given(self, TR_OPTION_DURABILITY))
        self->durability = has_store ? TR_DURABILITY_ASYNC : TR_DURABILITY_NONE;
    if (self->durability == TR_DURABILITY_NONE || has_store || (self->roles & TR_ROLE_WORKER) == 0)
        return 0;
    tr_buf_printf(error, "--durability %s needs --store URL", ways[self->durability]);
    return TR_EINVALID;
}

static int complete(tr_options *self, tr_buf *error)
{
    if (apply_defaults(self, error) < 0 || settle_durability(self, error) < 0 ||
        tr_secrets_settle(self, error) < 0 || settle_client(self, error) < 0)
        return TR_EINVALID;
    if (self->threads == 0)
        self->threads = is_alone(self) ? 1 : processors();
    if (check_pool(self, error) < 0 || check_paths(self, error) < 0 || check_tls(self, error) < 0 ||
        check_user_header(self, error) < 0 || tr_option_listen_settle(self, error) < 0)
        return TR_EINVALID;
    return check_brokers(self, error);
}

int tr_options_read(tr_options *self, int argc, char **argv, tr_buf *error)
{
    *self = (tr_options){0};
    int result = read_command_line(self, argc, argv, error);
    if (result < 0)
        return result;
    if (self->is_help)
        return 0;
    // Said on the command line in one way, the other way's variable says nothing.
    bool skipped[TR_OPTION_COUNT] = {0};
    skipped[TR_OPTION_CLIENT] = is_given(self, TR_OPTION_WEB_RENDERER);
    skipped[TR_OPTION_WEB_RENDERER] =
        is_given(self, TR_OPTION_CLIENT) && self->client == TR_CLIENT_HTML;
    result = tr_environment_read(self, skipped, error);
    return result < 0 ? result : complete(self, error);
}
