#include "desk/new_app.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/number.h"
#include "desk/templates.h"

enum { EXIT_CANNOT = 1, EXIT_USAGE = 2, NAME_CAP = 64, PATH_CAP = 256 };

static const char usage[] =
    "usage: troupe new NAME [--cpp | --example EXAMPLE]\n"
    "Makes a folder NAME with an app that builds at once, its test and its makefile.\n"
    "\n"
    "  --cpp               in C++20 instead of C\n"
    "  --example EXAMPLE   one of Troupe's examples instead of a small app:";

static int refuse(const char *what, const char *value)
{
    fprintf(stderr, "troupe: %s: %s; troupe new --help tells more\n", what, value);
    return EXIT_USAGE;
}

static void print_usage(void)
{
    fputs(usage, stdout);
    const tr_template *first = tr_templates + 2;
    for (const tr_template *at = first; at->name != NULL; at++)
        printf("%s%s%s", at == first ? "" : ",",
               (at - first) % 8 == 0 ? "\n                      " : " ", at->name);
    printf("\n");
}

static const tr_template *find(const char *name)
{
    for (const tr_template *at = tr_templates; at->name != NULL; at++)
        if (strcmp(at->name, name) == 0)
            return at;
    return NULL;
}

// It becomes a folder, a program and a word of a makefile.
static bool is_name(const char *name)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    size_t size = strlen(name);
    return size != 0 && size <= NAME_CAP && name[0] != '-' && strspn(name, letters) == size &&
           strcmp(name, "build") != 0;
}

// Where the headers are that belong to this program: below its prefix, or in the folder it was built in.
static bool find_headers(char out[PATH_MAX])
{
    static const char *const from_here[] = {"../include", "../../include", "../../../include"};
    char own[PATH_MAX];
    char path[PATH_MAX + 32];
    ssize_t size = readlink("/proc/self/exe", own, sizeof own - 1);
    own[size > 0 ? size : 0] = '\0';
    char *slash = strrchr(own, '/');
    if (slash == NULL)
        return false;
    *slash = '\0';
    for (unsigned i = 0; i < sizeof from_here / sizeof *from_here; i++) {
        (void)tr_format(path, sizeof path, "%s/%s/troupe", own, from_here[i]);
        if (realpath(path, out) != NULL)
            return *strrchr(out, '/') = '\0', true;
    }
    return false;
}

// A line of compile_flags.txt. Compilers look into /usr/include by themselves, and in their order.
static const char *include_line(void)
{
    static char line[PATH_MAX + 8];
    char headers[PATH_MAX];
    bool is_found = find_headers(headers) && strcmp(headers, "/usr/include") != 0;
    if (is_found)
        (void)tr_format(line, sizeof line, "-I%s\n", headers);
    return is_found ? line : "";
}

typedef struct mark {
    const char *text;
    const char *value;
} mark;

// The next of the marks in a text; NULL: there is none.
static const mark *next_mark(const mark *marks, const char *text, const char **out_at)
{
    const mark *found = NULL;
    for (; marks->text != NULL; marks++) {
        const char *at = strstr(text, marks->text);
        if (at != NULL && (found == NULL || at < *out_at)) {
            found = marks;
            *out_at = at;
        }
    }
    return found;
}

static void fill(const char *text, const mark *marks, tr_buf *out)
{
    const char *at = NULL;
    const mark *found;
    while ((found = next_mark(marks, text, &at)) != NULL) {
        tr_buf_append(out, text, (size_t)(at - text));
        tr_buf_append(out, found->value, strlen(found->value));
        text = at + strlen(found->text);
    }
    tr_buf_append(out, text, strlen(text));
}

static bool write_text(const char *path, const char *text, const char *name)
{
    tr_buf out = {0};
    fill(text, (const mark[]){{"@NAME@", name}, {"@INCLUDE@", include_line()}, {0}}, &out);
    FILE *file = fopen(path, "wx");
    bool is_whole = file != NULL && fwrite(out.data, 1, out.size, file) == out.size;
    if (file != NULL && fclose(file) != 0)
        is_whole = false;
    tr_buf_done(&out);
    return is_whole;
}

static bool write_file(const tr_template_file *file, const char *name)
{
    char path[PATH_CAP];
    snprintf(path, sizeof path, "%s/%s", name, file->path);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return false;
    *slash = '/';
    return write_text(path, file->text, name);
}

static int make(const char *name, const tr_template *template)
{
    if (mkdir(name, 0777) != 0) {
        fprintf(stderr, "troupe: the folder %s cannot be made: %s\n", name, strerror(errno));
        return EXIT_CANNOT;
    }
    for (const tr_template_file *file = template->files; file->path != NULL; file++)
        if (!write_file(file, name)) {
            fprintf(stderr, "troupe: %s/%s cannot be written: %s\n", name, file->path,
                    strerror(errno));
            return EXIT_CANNOT;
        }
    printf("%s is there:\n\n    cd %s\n    make dev     # serve it while you write\n"
           "    make test    # its tests\n",
           name, name);
    return 0;
}

int tr_new_app(int argc, char **argv)
{
    enum { EXAMPLE = 1, CPP, HELP };
    static const struct option options[] = {{"example", required_argument, NULL, EXAMPLE},
                                            {"cpp", no_argument, NULL, CPP},
                                            {"help", no_argument, NULL, HELP},
                                            {0}};
    const char *from = NULL;
    int option;
    optind = 0;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == HELP) {
            print_usage();
            return 0;
        }
        if (option != EXAMPLE && option != CPP)
            return refuse("unknown option, or one without its value", argv[optind - 1]);
        if (from != NULL)
            return refuse("one of --cpp and --example, once", argv[optind - 1]);
        from = option == CPP ? "cpp" : optarg;
    }
    if (argc - optind != 1)
        return refuse("one name", argc == optind ? "is missing" : argv[optind + 1]);
    const tr_template *template = find(from != NULL ? from : "app");
    if (template == NULL)
        return refuse("there is no such example", from);
    if (!is_name(argv[optind]))
        return refuse("not a name of letters, digits, - and _", argv[optind]);
    return make(argv[optind], template);
}
