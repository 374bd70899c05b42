#include "desk/new_app.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
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
        printf("%s%s", (at - first) % 8 == 0 ? "\n                      " : ", ", at->name);
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

static bool write_text(const char *path, const char *text, const char *name)
{
    tr_buf out = {0};
    for (const char *at = text; *at != '\0';) {
        const char *mark = strstr(at, "@NAME@");
        size_t size = mark != NULL ? (size_t)(mark - at) : strlen(at);
        tr_buf_append(&out, at, size);
        if (mark != NULL)
            tr_buf_append(&out, name, strlen(name));
        at += size + (mark != NULL ? sizeof "@NAME@" - 1 : 0);
    }
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
