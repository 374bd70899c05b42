#include "desk/dev_options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk/record_session.h"
#include "troupe/err.h"

static const char usage[] =
    "usage: troupe dev [FILE...] [OPTION...] [-- OPTION-OF-THE-APP...]\n"
    "Serves an app, and swaps in what is saved: open pages stay as they are.\n"
    "Without files: all C and C++ files here and in the folders below, except test_*. A line\n"
    "`// Needs: NAME` in one of them adds a library, as pkg-config calls it; CC, CFLAGS, CXX, "
    "CXXFLAGS,\n"
    "LDFLAGS and LDLIBS are used, too.\n"
    "\n"
    "  --port N          to serve it on; without it TROUPE_SERVER_PORT, or 8000\n"
    "  --host ADDRESS    to serve it at; without it TROUPE_SERVER_IP, or 127.0.0.1\n"
    "  --phone           for phones in this network, too (--host 0.0.0.0), with a QR code of the "
    "address\n"
    "  --on-layout-change WAY   when open pages have another state struct than what was compiled: "
    "ask, in the\n"
    "                    terminal and over the page, the program before serves until then (without "
    "this option);\n"
    "                    keep, by the app's migrate, or they begin anew; anew, they begin anew\n"
    "  --release         compile as for production: optimised, without sanitizers\n"
    "  --help\n";

static const char record_usage[] =
    "usage: troupe record RECORDING.rec [FILE...] [OPTION...] [-- OPTION-OF-THE-APP...]\n"
    "Serves an app as troupe dev does, and writes what people do on its pages, and what these "
    "show, until\n"
    "Ctrl-C. troupe test plays it again. A recording that is there is replaced. What is typed into "
    "fields for\n"
    "passwords is not written, nor are cookies, tokens and what the clipboard has.\n"
    "Files and options are those of troupe dev (troupe dev --help).\n";

enum { PORT = 1, HOST, PHONE, RELEASE, LAYOUT_CHANGE, HELP };

static int read_layout_change(tr_dev_options *out)
{
    if (tr_state_answer_read(optarg, &out->on_layout_change))
        return 0;
    fprintf(stderr, "troupe: --on-layout-change %s: it is one of ask, keep, anew\n", optarg);
    return TR_EINVALID;
}

static int read_one(tr_dev_options *out, int option, const char *said)
{
    if (option == PORT)
        out->port = optarg;
    else if (option == HOST)
        out->host = optarg;
    else if (option == PHONE)
        out->is_for_phones = true;
    else if (option == RELEASE)
        out->is_release = true;
    else if (option == LAYOUT_CHANGE)
        return read_layout_change(out);
    else if (option == HELP)
        return 1;
    else
        return fprintf(stderr,
                       "troupe: unknown option, or one without its value: %s; troupe dev "
                       "--help tells more\n",
                       said),
               TR_EINVALID;
    return 0;
}

static int read_options(tr_dev_options *out, int argc, char **argv)
{
    static const struct option options[] = {
        {"port", required_argument, NULL, PORT},
        {"host", required_argument, NULL, HOST},
        {"phone", no_argument, NULL, PHONE},
        {"release", no_argument, NULL, RELEASE},
        {"on-layout-change", required_argument, NULL, LAYOUT_CHANGE},
        {"help", no_argument, NULL, HELP},
        {0}};
    int option;
    int result = 0;
    optind = 0;
    opterr = 0;
    while (result == 0 && (option = getopt_long(argc, argv, "", options, NULL)) != -1)
        result = read_one(out, option, argv[optind - 1]);
    return result;
}

int tr_dev_options_read(tr_dev_options *out, int argc, char **argv)
{
    bool is_record = strcmp(argv[0], "record") == 0;
    // What stands behind "--" is the app's.
    int own = 1;
    while (own < argc && strcmp(argv[own], "--") != 0)
        own++;
    out->of_app = argv + (own < argc ? own + 1 : argc);
    int result = read_options(out, own, argv);
    if (result > 0)
        fputs(is_record ? record_usage : usage, stdout);
    if (result != 0)
        return result;
    if (is_record) {
        out->recording = optind < own ? argv[optind++] : "";
        if (!tr_desk_record_may_write(out->recording))
            return TR_EINVALID;
    }
    out->files = argv + optind;
    out->file_count = (unsigned)(own - optind);
    if (out->host == NULL && out->is_for_phones)
        out->host = "0.0.0.0";
    return 0;
}

// The app reads these itself (host/options.def).
static const char *of_environment(const char *own, const char *flet, const char *otherwise)
{
    const char *value = getenv(own) != NULL ? getenv(own) : getenv(flet);
    return value != NULL ? value : otherwise;
}

const char *tr_dev_port(const tr_dev_options *self)
{
    return self->port != NULL ? self->port
                              : of_environment("TROUPE_SERVER_PORT", "FLET_SERVER_PORT", "8000");
}

const char *tr_dev_host(const tr_dev_options *self)
{
    return self->host != NULL ? self->host
                              : of_environment("TROUPE_SERVER_IP", "FLET_SERVER_IP", "127.0.0.1");
}
