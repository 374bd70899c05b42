#include "desk/test.h"

#include <getopt.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/number.h"
#include "desk/folder.h"
#include "desk/workshop.h"

extern char **environ;

enum { EXIT_FAILED = 1, EXIT_USAGE = 2, RECORDINGS_CAP = 256, HERE_CAP = 256 };

static const char usage[] =
    "usage: troupe test [FILE...] [OPTION...]\n"
    "Runs an app's tests, test_*.c and test_*.cpp, and plays its recordings (*.rec) again. Without "
    "files: all\n"
    "that are here and in the folders below, for the app of all other C and C++ files there. What "
    "fails is told\n"
    "with the page as text.\n"
    "\n"
    "  --write      write anew into recordings what pages show\n"
    "  --release    compile as for production: optimised, without sanitizers\n"
    "  --help\n";

typedef struct testing {
    tr_workshop workshop;
    char *names[HERE_CAP]; // of sources of the app that were named; ours
    unsigned name_count;
    char *recordings[RECORDINGS_CAP]; // ours
    unsigned recording_count;
    unsigned failed;
} testing;

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool is_recording(const char *path)
{
    size_t size = strlen(path);
    return size > 4 && strcmp(path + size - 4, ".rec") == 0;
}

static bool is_test(const char *path)
{
    return strncmp(base_of(path), "test_", 5) == 0 && tr_workshop_is_source(path);
}

static char *copy(const char *text)
{
    return tr_copy_text(text, strlen(text));
}

static int add(void *arg, const char *path)
{
    testing *self = arg;
    if (is_recording(path)) {
        if (self->recording_count == RECORDINGS_CAP)
            return fprintf(stderr, "troupe: more than 256 recordings\n"), -1;
        self->recordings[self->recording_count++] = copy(path);
        return 0;
    }
    return is_test(path) ? tr_workshop_add_test(&self->workshop, path) : 0;
}

// Those of the app are chosen by the workshop, which says what is wrong with them.
static int choose(testing *self, char **files, unsigned count)
{
    int result = 0;
    for (unsigned i = 0; i < count && result == 0; i++) {
        bool is_ours = is_recording(files[i]) || is_test(files[i]);
        if (is_ours && access(files[i], R_OK) != 0) {
            perror(files[i]);
            return -1;
        }
        if (is_ours)
            result = add(self, files[i]);
        else if (self->name_count < HERE_CAP)
            self->names[self->name_count++] = files[i];
    }
    if (result == 0 && self->recording_count == 0 && self->workshop.test_count == 0)
        result = tr_folder_each(NULL, add, self);
    if (result == 0)
        result = tr_workshop_choose(&self->workshop, self->names, self->name_count);
    if (result == 0 && self->recording_count == 0 && self->workshop.test_count == 0) {
        fprintf(stderr, "troupe: no test_*.c, test_*.cpp or *.rec here; docs/howto/testing.md says "
                        "how to write one, "
                        "troupe record makes one\n");
        result = -1;
    }
    return result;
}

// -- running --

static bool run(const char *const *command)
{
    pid_t pid;
    int status = -1;
    if (posix_spawnp(&pid, command[0], NULL, NULL, (char **)(uintptr_t)command, environ) != 0) {
        perror(command[0]);
        return false;
    }
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void run_one(testing *self, const char *program, const char *recording, const char *name)
{
    fflush(stdout);
    bool is_right = run((const char *const[]){program, recording, NULL});
    printf("%s %s\n", is_right ? "ok" : "not ok", name);
    self->failed += !is_right;
}

static int run_all(testing *self)
{
    char program[TR_WORKSHOP_PATH_CAP + 32];
    if (!run(tr_workshop_command(&self->workshop)))
        return EXIT_FAILED;
    for (unsigned i = 0; i < self->workshop.test_count; i++) {
        (void)tr_format(program, sizeof program, "%s/test-%u", self->workshop.folder, i);
        run_one(self, program, NULL, self->workshop.tests[i]);
    }
    (void)tr_format(program, sizeof program, "%s/replay", self->workshop.folder);
    for (unsigned i = 0; i < self->recording_count; i++)
        run_one(self, program, self->recordings[i], self->recordings[i]);
    return self->failed != 0 ? EXIT_FAILED : 0;
}

static int read_options(testing *self, int argc, char **argv, bool *out_help)
{
    enum { WRITE = 1, RELEASE, HELP };
    static const struct option options[] = {{"write", no_argument, NULL, WRITE},
                                            {"release", no_argument, NULL, RELEASE},
                                            {"help", no_argument, NULL, HELP},
                                            {0}};
    optind = 0;
    opterr = 0;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == WRITE)
            (void)setenv("TROUPE_REPLAY", "write", 1);
        else if (option == RELEASE)
            self->workshop.is_release = true;
        else if (option == HELP)
            *out_help = true;
        else
            return fprintf(stderr, "troupe: unknown option: %s; troupe test --help tells more\n",
                           argv[optind - 1]),
                   -1;
    }
    return 0;
}

static void done(testing *self)
{
    tr_workshop_close(&self->workshop);
    for (unsigned i = 0; i < self->recording_count; i++)
        tr_free(self->recordings[i]);
}

int tr_test(int argc, char **argv)
{
    testing self = {.workshop.command = "test"};
    bool is_help = false;
    int result = EXIT_USAGE;
    if (read_options(&self, argc, argv, &is_help) < 0)
        return EXIT_USAGE;
    if (is_help) {
        fputs(usage, stdout);
        return 0;
    }
    // What an app does not free is no failure of its tests.
    (void)setenv("ASAN_OPTIONS", "detect_leaks=0", 0);
    (void)setenv("UBSAN_OPTIONS", "print_stacktrace=1:halt_on_error=1", 0);
    if (choose(&self, argv + optind, (unsigned)(argc - optind)) == 0)
        result = tr_workshop_open_tests(&self.workshop, self.recording_count != 0) == 0
                     ? run_all(&self)
                     : EXIT_FAILED;
    done(&self);
    return result;
}
