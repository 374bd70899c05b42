#include "host/command.h"
#include "host/option_rows.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/bus/key_file.h"
#include "base/log.h"
#include "base/number.h"
#include "host/bus_trust.h"
#include "host/cluster_metrics.h"
#include "host/options.h"
#include "host/report.h"
#include "host/session_report.h"
#include "host/top.h"
#include "troupe/err.h"

enum {
    EXIT_UNSEEN = 1,
    EXIT_USAGE = 2,
    TIMEOUT_MS = 3000,
    INTERVAL_MS = 1000,
    SESSIONS_LISTED = 100,
    SESSIONS_CAP = 1000000
};
static const double SECONDS_CAP = 3600;

static const char usage[] =
    "usage: troupe new NAME [OPTION...]            a folder with an app (troupe new --help)\n"
    "       troupe dev [FILE.c...] [OPTION...]     serve it while it is written (troupe dev "
    "--help)\n"
    "       troupe record NAME.rec [FILE.c...]     the same, and write what people do in a "
    "browser\n"
    "       troupe test [FILE...] [--write]        run its tests, and its recordings again\n"
    "       troupe keygen FILE                     a key for the bus\n"
    "       troupe COMMAND --bus ENDPOINT [OPTION...]\n"
    "Looks at running Troupe processes, over the bus, and gives them orders.\n"
    "\n"
    "commands:\n"
    "  ps                actors, coroutines, links of every core thread\n"
    "  nodes             a line per core thread\n"
    "  dead-letters      the last messages that could not be delivered\n"
    "  metrics           of all processes, as Prometheus reads them\n"
    "  top               a line per process, again and again; once where it is no terminal\n"
    "  sessions          who has how many, and some of them: their ages, their sizes\n"
    "  shards            who owns which part of the sessions, and which has no owner\n"
    "  evict SESSION     puts one session out of memory, into the store; named by how its id "
    "begins,\n"
    "                    at least six characters, as sessions and the log show them\n"
    "  drain NODE        has one process hand its work over and end, as SIGTERM does\n"
    "  log LEVEL         what all log from now on: debug, info, warn or error\n"
    "  keygen FILE       makes a key for the bus of one cluster; all its processes get this file\n"
    "\n"
    "options:\n"
    "  --bus ENDPOINT    a broker, or any process that others reach: tcp://HOST:PORT, ipc://NAME\n"
    "                    (TROUPE_BROKER); all that it knows of are shown\n"
    "  --bus-key FILE    the cluster's key (TROUPE_BUS_KEY)\n"
    "  --insecure-bus    it has none, and other machines reach it\n"
    "  --node PREFIX     only processes whose node number or name begins so\n"
    "  --tree            ps: children below their supervisors\n"
    "  --sample SECONDS  measure the actors' time for so long first; top: the interval (1)\n"
    "  --limit N         sessions: how many are listed (100)\n"
    "  --end             evict: ends it for good, in the store, too\n"
    "  --json            one JSON value\n"
    "  --timeout SECONDS for each answer (3)\n"
    "  --help\n";

typedef enum command {
    PS,
    NODES,
    DEAD_LETTERS,
    METRICS,
    TOP,
    SESSIONS,
    SHARDS,
    EVICT,
    DRAIN,
    LOG,
    KEYGEN,
    COMMANDS
} command;
static const struct {
    const char *name;
    const char *argument; // NULL: it has none
} commands[COMMANDS] = {{"ps", NULL},      {"nodes", NULL},      {"dead-letters", NULL},
                        {"metrics", NULL}, {"top", NULL},        {"sessions", NULL},
                        {"shards", NULL},  {"evict", "SESSION"}, {"drain", "NODE"},
                        {"log", "LEVEL"},  {"keygen", "FILE"}};

typedef struct wish {
    command what;
    bool is_tree;
    bool is_json;
    bool is_help;
    bool is_end;      // of evict
    const char *file; // of keygen
    tr_inspection_options inspection;
} wish;

static int complain(const char *what, const char *value)
{
    fprintf(stderr, "troupe: %s%s%s; troupe --help tells more\n", what, value != NULL ? ": " : "",
            value != NULL ? value : "");
    return TR_EINVALID;
}

static int read_seconds(const char *text, uint64_t *out_ms)
{
    char *end;
    errno = 0;
    double seconds = tr_number_parse(text, &end);
    if (errno != 0 || end == text || *end != '\0' || !(seconds > 0 && seconds <= SECONDS_CAP))
        return TR_EINVALID;
    *out_ms = (uint64_t)(seconds * 1000 + 0.5);
    return *out_ms != 0 ? 0 : TR_EINVALID;
}

static int read_limit(const char *text, uint32_t *out)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || value > SESSIONS_CAP)
        return TR_EINVALID;
    *out = (uint32_t)value;
    return 0;
}

static int read_options(wish *out, int argc, char **argv)
{
    enum { BUS = 1, KEY, INSECURE, NODE, TREE, SAMPLE, LIMIT, END, JSON, TIMEOUT, HELP };
    static const struct option options[] = {
        {"bus", required_argument, NULL, BUS},     {"node", required_argument, NULL, NODE},
        {"bus-key", required_argument, NULL, KEY}, {"insecure-bus", no_argument, NULL, INSECURE},
        {"tree", no_argument, NULL, TREE},         {"sample", required_argument, NULL, SAMPLE},
        {"json", no_argument, NULL, JSON},         {"timeout", required_argument, NULL, TIMEOUT},
        {"limit", required_argument, NULL, LIMIT}, {"end", no_argument, NULL, END},
        {"help", no_argument, NULL, HELP},         {0}};
    optind = 0; // anew, for tests
    opterr = 0;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        int result = 0;
        switch (option) {
        case BUS:
            out->inspection.endpoint = optarg;
            break;
        case KEY:
            out->inspection.bus_key = optarg;
            break;
        case INSECURE:
            out->inspection.insecure_bus = true;
            break;
        case NODE:
            out->inspection.node = optarg;
            break;
        case TREE:
            out->is_tree = true;
            break;
        case SAMPLE:
            result = read_seconds(optarg, &out->inspection.sample_ms);
            break;
        case LIMIT:
            if (read_limit(optarg, &out->inspection.sessions_max) < 0)
                return complain("not a number from 0 to 1000000", optarg);
            break;
        case END:
            out->is_end = true;
            break;
        case JSON:
            out->is_json = true;
            break;
        case TIMEOUT:
            result = read_seconds(optarg, &out->inspection.timeout_ms);
            break;
        case HELP:
            out->is_help = true;
            break;
        default:
            return complain("unknown option, or one without its value", argv[optind - 1]);
        }
        if (result < 0)
            return complain("not a number of seconds", optarg);
    }
    return 0;
}

static int read_argument(wish *out, int argc, char **argv)
{
    const char *wanted = commands[out->what].argument;
    int have = argc - optind - 1;
    if (out->what == KEYGEN && have != 1)
        return complain("keygen takes the name of one file", NULL);
    if (wanted != NULL && have == 0)
        return complain("missing behind the command", wanted);
    if (have > (wanted != NULL))
        return complain("one command is enough", argv[argc - 1]);
    tr_inspection_options *inspection = &out->inspection;
    inspection->has_order = out->what == DRAIN || out->what == LOG || out->what == EVICT;
    if (out->is_end && out->what != EVICT)
        return complain("--end is of evict", NULL);
    if (out->what == KEYGEN) {
        out->file = argv[optind + 1];
    } else if (out->what == EVICT) {
        inspection->order = out->is_end ? TR_ORDER_END : TR_ORDER_EVICT;
        inspection->order_value = argv[optind + 1];
        inspection->is_order_for_session = true;
    } else if (out->what == DRAIN) {
        inspection->node = argv[optind + 1];
        inspection->order = TR_ORDER_DRAIN;
        inspection->is_order_for_one = true;
    } else if (out->what == LOG) {
        inspection->order = TR_ORDER_LOG;
        inspection->order_value = argv[optind + 1];
        if (tr_log_level_find(argv[optind + 1]) < 0)
            return complain("not debug, info, warn or error", argv[optind + 1]);
    }
    return 0;
}

static int read_command(wish *out, int argc, char **argv)
{
    if (optind == argc)
        return complain("which command?", NULL);
    const char *name = argv[optind];
    for (out->what = PS; out->what < COMMANDS; out->what++)
        if (strcmp(name, commands[out->what].name) == 0)
            return read_argument(out, argc, argv);
    return complain("unknown command", name);
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : NULL;
}

static void read_environment(tr_inspection_options *out)
{
    const char *insecure = variable("TROUPE_INSECURE_BUS");
    if (out->endpoint == NULL)
        out->endpoint = variable("TROUPE_BROKER");
    if (out->bus_key == NULL)
        out->bus_key = variable("TROUPE_BUS_KEY");
    out->insecure_bus |= insecure != NULL && tr_truth_find(insecure) == 1;
}

static int read_wish(wish *out, int argc, char **argv)
{
    *out = (wish){.inspection = {.timeout_ms = TIMEOUT_MS, .sessions_max = SESSIONS_LISTED}};
    int result = read_options(out, argc, argv);
    if (result < 0 || out->is_help)
        return result;
    result = read_command(out, argc, argv);
    if (result < 0 || out->what == KEYGEN)
        return result;
    read_environment(&out->inspection);
    if (out->inspection.endpoint == NULL)
        return complain("--bus ENDPOINT is missing", NULL);
    if (!tr_options_is_endpoint(out->inspection.endpoint))
        return complain("not an endpoint (tcp://HOST:PORT, ipc://NAME)", out->inspection.endpoint);
    bool *sections = out->inspection.sections;
    if (out->what == PS)
        sections[TR_INSPECT_ACTORS] = sections[TR_INSPECT_CHILDREN] =
            sections[TR_INSPECT_COROUTINES] = sections[TR_INSPECT_LINKS] =
                sections[TR_INSPECT_BUSY] = true;
    sections[TR_INSPECT_HOSTING] =
        out->what == SESSIONS || out->what == SHARDS || out->what == EVICT;
    sections[TR_INSPECT_SESSIONS] = out->what == SESSIONS;
    sections[TR_INSPECT_SHARDS] = out->what == SHARDS;
    sections[TR_INSPECT_METRICS] = out->what == METRICS || out->what == TOP;
    sections[TR_INSPECT_DEAD_LETTERS] =
        out->what == DEAD_LETTERS || (out->what == PS && out->is_json);
    return 0;
}

static void tell_evicted(const wish *self, const tr_inspection *seen, tr_buf *out)
{
    const tr_seen_core *core = &seen->cores[seen->obedient];
    tr_buf_printf(out, "%s: %s %s core %" PRIu64 "\n", self->inspection.order_value,
                  self->is_end ? "ended for good, at"
                               : "in the store, and no longer in the memory of",
                  core->name, core->core);
}

static int show(const wish *self, const tr_inspection *seen)
{
    tr_buf text = {0};
    if (self->what == METRICS)
        tr_cluster_metrics(seen, &text);
    else if (self->what == EVICT && seen->obeyed != 0)
        tell_evicted(self, seen, &text);
    else if (self->inspection.has_order && seen->obeyed != 0)
        tr_buf_printf(&text, "%u told\n", seen->obeyed);
    else if (self->inspection.has_order)
        return EXIT_UNSEEN; // why, the failures say
    else if (self->what == SESSIONS)
        (self->is_json ? tr_report_sessions_json : tr_report_sessions)(&text, seen);
    else if (self->what == SHARDS)
        (self->is_json ? tr_report_shards_json : tr_report_shards)(&text, seen);
    else if (self->is_json)
        tr_report_json(&text, seen);
    else if (self->what == PS)
        tr_report_ps(&text, seen, self->is_tree);
    else if (self->what == NODES)
        tr_report_nodes(&text, seen);
    else
        tr_report_dead_letters(&text, seen);
    fwrite(text.data, 1, text.size, stdout);
    tr_buf_done(&text);
    return fflush(stdout) == 0 ? 0 : EXIT_UNSEEN;
}

static int make_key(const char *path)
{
    char why[256];
    if (tr_bus_key_file_make(path, why, sizeof why) < 0) {
        fprintf(stderr, "troupe: %s %s\n", path, why);
        return EXIT_USAGE;
    }
    printf("%s: a key for the bus of one cluster. Give all its processes this file, and nobody "
           "else: --bus-key FILE or TROUPE_BUS_KEY\n",
           path);
    return fflush(stdout) == 0 ? 0 : EXIT_UNSEEN;
}

static int check_trust(const tr_inspection_options *inspection)
{
    tr_buf why = {0};
    int result = tr_bus_trust_towards(inspection->bus_key, inspection->insecure_bus,
                                      inspection->endpoint, &why);
    if (result < 0)
        fprintf(stderr, "troupe: %s\n", tr_buf_text(&why));
    tr_buf_done(&why);
    return result;
}

int tr_command(int argc, char **argv)
{
    wish wanted;
    if (read_wish(&wanted, argc, argv) < 0)
        return EXIT_USAGE;
    if (wanted.is_help) {
        fputs(usage, stdout);
        return 0;
    }
    if (wanted.file != NULL)
        return make_key(wanted.file);
    if (check_trust(&wanted.inspection) < 0)
        return EXIT_USAGE;
    // A failure on the way is told once, in plain words.
    tr_log_level_set(TR_LOG_ERROR);
    if (wanted.what == TOP) {
        uint64_t interval_ms = wanted.inspection.sample_ms;
        wanted.inspection.sample_ms = 0;
        return tr_top(&wanted.inspection, interval_ms != 0 ? interval_ms : INTERVAL_MS);
    }
    tr_inspection seen;
    int result = tr_inspect(&wanted.inspection, &seen);
    if (result == TR_ENOTFOUND)
        fprintf(stderr, "troupe: the host of %s cannot be found\n", wanted.inspection.endpoint);
    else if (result < 0)
        fprintf(stderr, "troupe: %s\n", tr_err_text(result));
    int code = result < 0 ? EXIT_UNSEEN : 0;
    if (code == 0 && seen.is_answered && seen.count != 0)
        code = show(&wanted, &seen);
    else if (code == 0 && seen.is_answered) {
        fprintf(stderr, "troupe: no process whose number or name begins with %s\n",
                wanted.inspection.node != NULL ? wanted.inspection.node : "");
        code = EXIT_UNSEEN;
    }
    if (seen.failures.size != 0) {
        fprintf(stderr, "%s", tr_buf_text(&seen.failures));
        code = EXIT_UNSEEN;
    }
    tr_inspection_done(&seen);
    return code;
}
