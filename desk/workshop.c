#include "desk/workshop.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "desk/folder.h"
#include "troupe/err.h"

static int refuse(const char *what, const char *name)
{
    fprintf(stderr, "troupe: %s%s%s\n", what, name != NULL ? ": " : "", name != NULL ? name : "");
    return TR_EINVALID;
}

// -- sources --

static bool ends_with(const char *name, const char *const *endings)
{
    size_t size = strlen(name);
    for (; *endings != NULL; endings++) {
        size_t length = strlen(*endings);
        if (size > length && strcmp(name + size - length, *endings) == 0)
            return true;
    }
    return false;
}

static bool is_cpp(const char *name)
{
    static const char *const endings[] = {".cpp", ".cc", ".cxx", NULL};
    return ends_with(name, endings);
}

bool tr_workshop_is_source(const char *name)
{
    static const char *const endings[] = {".c", NULL};
    return ends_with(name, endings) || is_cpp(name);
}

static int keep(char **list, unsigned *count, const char *path)
{
    // What make reads as something else.
    if (strpbrk(path, " \t\n$#:%\\") != NULL)
        return refuse("this name cannot be built, since make reads its signs in another way", path);
    if (*count == TR_WORKSHOP_SOURCES_CAP)
        return refuse("more source files than 256; name a makefile's program instead", NULL);
    size_t size = strlen(path) + 1;
    list[(*count)++] = memcpy(tr_calloc(1, size), path, size);
    return 0;
}

static int add_source(tr_workshop *self, const char *path)
{
    return keep(self->sources, &self->source_count, path);
}

int tr_workshop_add_test(tr_workshop *self, const char *path)
{
    return keep(self->tests, &self->test_count, path);
}

static int add_if_source(void *arg, const char *path)
{
    return tr_workshop_is_source(path) ? add_source(arg, path) : 0;
}

// Which of several branches is compiled, only a compiler knows.
static int branch_of(const char *line)
{
    line += strspn(line, " \t");
    if (*line != '#')
        return 0;
    line += 1 + strspn(line + 1, " \t");
    return strncmp(line, "if", 2) == 0 ? 1 : strncmp(line, "endif", 5) == 0 ? -1 : 0;
}

static bool defines_main(const char *line)
{
    if (strncmp(line, "int ", 4) != 0)
        return false;
    line += 4 + strspn(line + 4, " ");
    return strncmp(line, "main", 4) == 0 && line[4 + strspn(line + 4, " ")] == '(' &&
           strchr(line, ';') == NULL;
}

static bool has_main(const char *source)
{
    FILE *file = fopen(source, "r");
    char line[512];
    bool found = false;
    int depth = 0;
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        depth += branch_of(line);
        found = depth == 0 && defines_main(line);
    }
    if (file != NULL)
        fclose(file);
    return found;
}

// The linker would name what it calls main, and objects that nobody knows.
static int refuse_programs(const tr_workshop *self)
{
    tr_buf names = {0};
    unsigned count = 0;
    for (unsigned i = 0; i < self->source_count; i++)
        if (has_main(self->sources[i]))
            tr_buf_printf(&names, "%s%s", count++ == 0 ? "" : ", ", self->sources[i]);
    if (count > 1)
        (void)fprintf(stderr,
                      "troupe: these are several programs, each of which has a main: %s; name the "
                      "files of one, as in: troupe %s %s\n",
                      tr_buf_text(&names), self->command, self->sources[0]);
    tr_buf_done(&names);
    return count > 1 ? TR_EINVALID : 0;
}

int tr_workshop_choose(tr_workshop *self, char *const *names, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (access(names[i], R_OK) != 0)
            return refuse(strerror(errno), names[i]);
        int result = add_source(self, names[i]);
        if (result < 0)
            return result;
    }
    int result = count == 0 ? tr_folder_each("test_", add_if_source, self) : 0;
    if (result == 0 && self->source_count == 0)
        return refuse("no C or C++ file in this folder; name one: troupe dev app.c", NULL);
    return result == 0 ? refuse_programs(self) : result;
}

// -- the makefile --

// Libraries besides Troupe, each said in a line `// Needs: NAME` as pkg-config calls it.
static void write_needs(tr_buf *out, const char *source)
{
    FILE *file = fopen(source, "r");
    char line[256];
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "// Needs: ", 10) == 0)
            tr_buf_printf(out, " %.*s", (int)strcspn(line + 10, "\n$#`;|&<>()\\"), line + 10);
    if (file != NULL)
        fclose(file);
}

// Beside this program lies what tells pkg-config of the library: installed, or in the folder it was built in.
static void write_pkg_config(tr_buf *out)
{
    char own[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", own, sizeof own - 1);
    own[size > 0 ? size : 0] = '\0';
    char *slash = strrchr(own, '/');
    tr_buf_printf(out, "PKG_CONFIG := pkg-config\n");
    if (slash == NULL || strpbrk(own, " \t\n$#:%\\") != NULL)
        return;
    *slash = '\0';
    tr_buf_printf(
        out,
        "PKG_CONFIG := PKG_CONFIG_PATH=%s/../lib/pkgconfig:%s/../pkgconfig:$$PKG_CONFIG_PATH "
        "pkg-config\n",
        own, own);
}

// Sanitizers make optimising dear: 1.35 s of a processor for a file of 600 lines, which are 0.55 without.
static void write_flags(const tr_workshop *self, tr_buf *out)
{
    write_pkg_config(out);
    tr_buf_printf(out, "PACKAGES := troupe-static");
    for (unsigned i = 0; i < self->source_count; i++)
        write_needs(out, self->sources[i]);
    tr_buf_printf(out,
                  "\nMODE := %s\n"
                  "FLAGS := -D_GNU_SOURCE -Wall -Wextra $(MODE) $(shell $(PKG_CONFIG) --cflags "
                  "$(PACKAGES))\n"
                  "CXXFLAGS ?= $(CFLAGS)\n"
                  "C := $(CC) -std=c17 $(FLAGS) -Werror=implicit-function-declaration "
                  "-Werror=incompatible-pointer-types -Werror=int-conversion $(CFLAGS)\n"
                  "CPP := $(CXX) -std=c++20 $(FLAGS) $(CXXFLAGS)\n"
                  "LIBS := $(shell $(PKG_CONFIG) --libs $(PACKAGES)) $(LDLIBS)\n",
                  self->is_release ? "-O2 -g"
                                   : "-O0 -g -fno-omit-frame-pointer -fsanitize=address,undefined");
}

static void write_object(const tr_workshop *self, const char *object, const char *source,
                         const char *flags, tr_buf *out)
{
    tr_buf_printf(out, "%s/%s.o: %s\n\t@$(%s)%s -MMD -MP -c $< -o $@\n-include %s/%s.d\n",
                  self->folder, object, source, is_cpp(source) ? "CPP" : "C", flags, self->folder,
                  object);
}

static void write_makefile(const tr_workshop *self, tr_buf *out)
{
    write_flags(self, out);
    bool has_cpp = false;
    tr_buf_printf(out, "%s/program:", self->folder);
    for (unsigned i = 0; i < self->source_count; i++) {
        tr_buf_printf(out, " %s/%u.o", self->folder, i);
        has_cpp |= is_cpp(self->sources[i]);
    }
    tr_buf_printf(out, "\n\t@$(%s) $(MODE) $(LDFLAGS) -o $@ $^ $(LIBS)\n", has_cpp ? "CXX" : "CC");
    for (unsigned i = 0; i < self->source_count; i++) {
        char object[16];
        snprintf(object, sizeof object, "%u", i);
        write_object(self, object, self->sources[i], "", out);
    }
}

// -- the makefile of tests --

static int write_file(const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "w");
    bool is_whole = file != NULL && fwrite(text, 1, size, file) == size;
    is_whole = file != NULL && fclose(file) == 0 && is_whole;
    return is_whole ? 0 : refuse("cannot write", path);
}

// A main that calls the app's, in its language, for names of functions are others there.
static int write_main(const tr_workshop *self, char *path, size_t cap)
{
    static const char text[] = "int app_main(int argc, char **argv);\n"
                               "int main(int argc, char **argv)\n"
                               "{\n"
                               "    return app_main(argc, argv);\n"
                               "}\n";
    bool is_c_plus_plus = false;
    for (unsigned i = 0; i < self->source_count; i++)
        is_c_plus_plus |= is_cpp(self->sources[i]) && has_main(self->sources[i]);
    snprintf(path, cap, "%s/main.%s", self->folder, is_c_plus_plus ? "cpp" : "c");
    return write_file(path, text, sizeof text - 1);
}

static void write_program(const tr_workshop *self, const char *program, const char *object,
                          bool is_linked_as_cpp, tr_buf *out)
{
    tr_buf_printf(out, "all: %s/%s\n%s/%s: %s/%s.o", self->folder, program, self->folder, program,
                  self->folder, object);
    for (unsigned i = 0; i < self->source_count; i++)
        tr_buf_printf(out, " %s/app-%u.o", self->folder, i);
    tr_buf_printf(out, "\n\t@$(%s) $(MODE) $(LDFLAGS) -o $@ $^ $(LIBS)\n",
                  is_linked_as_cpp ? "CXX" : "CC");
}

static void write_app(const tr_workshop *self, tr_buf *out)
{
    for (unsigned i = 0; i < self->source_count; i++) {
        char object[24];
        snprintf(object, sizeof object, "app-%u", i);
        write_object(self, object, self->sources[i], " -Dmain=app_main -Dtr_run=tr_test_run", out);
    }
}

static int write_tests(const tr_workshop *self, bool replays, tr_buf *out)
{
    char path[TR_WORKSHOP_PATH_CAP + 16];
    bool has_cpp = false;
    for (unsigned i = 0; i < self->source_count; i++)
        has_cpp |= is_cpp(self->sources[i]);
    tr_buf_printf(out, "all:\n");
    write_flags(self, out);
    write_app(self, out);
    for (unsigned i = 0; i < self->test_count; i++) {
        char object[24];
        char program[24];
        snprintf(object, sizeof object, "of-test-%u", i);
        snprintf(program, sizeof program, "test-%u", i);
        write_object(self, object, self->tests[i], " -I.", out);
        write_program(self, program, object, has_cpp || is_cpp(self->tests[i]), out);
    }
    if (!replays)
        return 0;
    int result = write_main(self, path, sizeof path);
    write_object(self, "main", path, "", out);
    write_program(self, "replay", "main", has_cpp, out);
    return result;
}

static const char *makefile_of(const tr_workshop *self)
{
    static char path[TR_WORKSHOP_PATH_CAP + 16];
    snprintf(path, sizeof path, "%s/Makefile", self->folder);
    return path;
}

static int make_folder(tr_workshop *self)
{
    const char *place = getenv("TMPDIR");
    if (place == NULL || place[0] != '/' || strpbrk(place, " \t\n$#:%\\") != NULL ||
        strlen(place) > 256)
        place = "/tmp";
    snprintf(self->folder, sizeof self->folder, "%s/troupe-dev-XXXXXX", place);
    if (mkdtemp(self->folder) == NULL) {
        self->folder[0] = '\0';
        return refuse(strerror(errno), place);
    }
    return 0;
}

static int keep_makefile(const tr_workshop *self, tr_buf *text)
{
    int result = write_file(makefile_of(self), tr_buf_text(text), text->size);
    tr_buf_done(text);
    return result;
}

int tr_workshop_open(tr_workshop *self)
{
    tr_buf text = {0};
    int result = make_folder(self);
    if (result < 0)
        return result;
    write_makefile(self, &text);
    return keep_makefile(self, &text);
}

int tr_workshop_open_tests(tr_workshop *self, bool replays)
{
    tr_buf text = {0};
    int result = make_folder(self);
    if (result < 0)
        return result;
    result = write_tests(self, replays, &text);
    int kept = keep_makefile(self, &text);
    return result < 0 ? result : kept;
}

const char *const *tr_workshop_command(tr_workshop *self)
{
    static char jobs[24];
    static const char *command[10];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    snprintf(jobs, sizeof jobs, "-j%ld", processors > 0 ? processors : 1);
    unsigned at = 0;
    command[at++] = "make";
    command[at++] = "--silent";
    command[at++] = "--no-print-directory";
    command[at++] = jobs;
    command[at++] = "-f";
    command[at++] = makefile_of(self);
    command[at] = NULL;
    return command;
}

// -- what came out --

int tr_workshop_take(tr_workshop *self)
{
    char linked[TR_WORKSHOP_PATH_CAP + 16];
    struct stat what;
    snprintf(linked, sizeof linked, "%s/program", self->folder);
    if (stat(linked, &what) != 0)
        return TR_ESYSTEM;
    if (what.st_mtim.tv_sec == self->made.tv_sec && what.st_mtim.tv_nsec == self->made.tv_nsec)
        return 0;
    self->made = what.st_mtim;
    char program[TR_WORKSHOP_PATH_CAP + 16];
    tr_workshop_program(self, ++self->programs, program, sizeof program);
    // The linker removes the old file before it writes: a program that runs keeps its own.
    return link(linked, program) == 0 ? 1 : TR_ESYSTEM;
}

void tr_workshop_program(const tr_workshop *self, unsigned number, char *out, size_t cap)
{
    (void)snprintf(out, cap, "%s/app-%u", self->folder, number);
}

static void tell_folder(char *path, void (*each)(void *arg, const char *folder), void *arg)
{
    char *slash = strrchr(path, '/');
    if (slash != NULL)
        *slash = '\0';
    if (slash == NULL)
        each(arg, ".");
    else if (strncmp(path, "/usr/", 5) != 0)
        each(arg, path);
}

// A file of dependencies: words, some of which are paths. Those that are not are folders of nobody.
static void tell_dependencies(const char *path, void (*each)(void *arg, const char *folder),
                              void *arg)
{
    FILE *file = fopen(path, "r");
    char word[TR_WORKSHOP_PATH_CAP];
    while (file != NULL && fscanf(file, "%511s", word) == 1)
        if (word[strlen(word) - 1] != ':' && strcmp(word, "\\") != 0)
            tell_folder(word, each, arg);
    if (file != NULL)
        fclose(file);
}

void tr_workshop_folders(const tr_workshop *self, void (*each)(void *arg, const char *folder),
                         void *arg)
{
    for (unsigned i = 0; i < self->source_count; i++) {
        char path[TR_WORKSHOP_PATH_CAP + 16];
        snprintf(path, sizeof path, "%s", self->sources[i]);
        tell_folder(path, each, arg);
        snprintf(path, sizeof path, "%s/%u.d", self->folder, i);
        tell_dependencies(path, each, arg);
    }
}

static int remove_one(const char *path, const struct stat *what, int kind, struct FTW *place)
{
    (void)what, (void)kind, (void)place;
    return remove(path);
}

void tr_workshop_close(tr_workshop *self)
{
    if (self->folder[0] != '\0')
        (void)nftw(self->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    for (unsigned i = 0; i < self->source_count; i++)
        tr_free(self->sources[i]);
    for (unsigned i = 0; i < self->test_count; i++)
        tr_free(self->tests[i]);
    *self = (tr_workshop){0};
}
