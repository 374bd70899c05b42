#include "tests/support/postgres.h"
#include "tests/support/scratch.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FOLLOW_TRIES = 1200, FOLLOW_TRY_MS = 50 };

// Debian keeps the server's programs in a folder of each version.
static const char *program_folder(void)
{
    static char folder[256];
    glob_t found;
    if (folder[0] == '\0' && glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &found) == 0) {
        (void)snprintf(folder, sizeof folder, "%s", found.gl_pathv[found.gl_pathc - 1]);
        *strrchr(folder, '/') = '\0';
        globfree(&found);
    }
    return folder[0] != '\0' ? folder : NULL;
}

bool postgres_is_there(void)
{
    return program_folder() != NULL;
}

static int run(const char *format, ...) __attribute__((format(printf, 1, 2)));

// As the user postgres when that is needed: the server refuses root.
static int run(const char *format, ...)
{
    char command[1024];
    char line[1200];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(command, sizeof command, format, args);
    va_end(args);
    (void)snprintf(line, sizeof line, "cd / && %s%s >/dev/null 2>&1 </dev/null",
                   geteuid() == 0 ? "runuser -u postgres -- " : "", command);
    int status = system(line);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void postgres_start(postgres *self)
{
    ck_assert_int_eq(run("%s/pg_ctl -D %s/data -w -t 60 -l %s/log start", program_folder(),
                         self->folder, self->folder),
                     0);
    char path[128];
    (void)snprintf(path, sizeof path, "%s/data/postmaster.pid", self->folder);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    int pid = 0;
    ck_assert_int_eq(fscanf(file, "%d", &pid), 1);
    (void)fclose(file);
    self->pid = pid;
}

void postgres_stop(postgres *self, const char *mode)
{
    ck_assert_int_eq(
        run("%s/pg_ctl -D %s/data -w -t 60 -m %s stop", program_folder(), self->folder, mode), 0);
    self->pid = 0;
}

static void make_folder(postgres *self)
{
    memset(self, 0, sizeof *self);
    scratch_make(self->folder, sizeof self->folder, "pg");
    ck_assert_int_eq(chmod(self->folder, 0777), 0);
}

// The last line of a setting is the one that counts. What is shared by its processes lies in the
// folder, so that a killed server leaves nothing behind.
static void configure(const postgres *self)
{
    ck_assert_int_eq(
        run("sh -c 'printf \"listen_addresses = \\047\\047\\nunix_socket_directories = "
            "\\047%s\\047\\ndynamic_shared_memory_type = mmap\\n\" "
            ">>%s/data/postgresql.conf'",
            self->folder, self->folder),
        0);
}

static int make_data(const char *folder)
{
    return run("%s/initdb -D %s/data -U owner -A trust --no-sync --no-locale -E UTF8",
               program_folder(), folder);
}

// What initdb makes is always the same, and ten times the work of a copy: the first process that needs it makes it in the
// folder that the runner has for it (tests/shards.sh), the others wait for that.
static int copy_data(const char *kept, const char *folder)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/lock", kept);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_ge(lock, 0);
    ck_assert_int_eq(flock(lock, LOCK_EX), 0);
    (void)snprintf(path, sizeof path, "%s/made", kept);
    int status = access(path, F_OK) == 0 ? 0 : make_data(kept);
    if (status == 0)
        status = run("touch %s", path);
    (void)close(lock);
    return status == 0 ? run("cp -a %s/data %s/data", kept, folder) : status;
}

void postgres_up(postgres *self)
{
    const char *kept = getenv("POSTGRES_DATA");
    make_folder(self);
    ck_assert_int_eq(kept != NULL ? copy_data(kept, self->folder) : make_data(self->folder), 0);
    configure(self);
    postgres_start(self);
}

static bool is_followed(const postgres *self)
{
    return postgres_try(self, "do $$ begin if not exists (select from pg_stat_replication where "
                              "sync_state = 'sync') then raise exception 'nobody follows'; end "
                              "if; end $$");
}

void postgres_follow(postgres *self, const postgres *primary)
{
    make_folder(self);
    ck_assert_int_eq(
        run("%s/pg_basebackup -D %s/data -h %s -U owner -R -X stream -c fast --no-sync",
            program_folder(), self->folder, primary->folder),
        0);
    configure(self);
    postgres_start(self);
    postgres_run(primary, "alter system set synchronous_standby_names = '*'");
    postgres_run(primary, "select pg_reload_conf()");
    for (unsigned tries = 0; !is_followed(primary); tries++) {
        ck_assert_msg(tries < FOLLOW_TRIES, "the second server does not follow the first");
        (void)poll(NULL, 0, FOLLOW_TRY_MS);
    }
}

void postgres_promote(postgres *self)
{
    ck_assert_int_eq(run("%s/pg_ctl -D %s/data -w -t 60 promote", program_folder(), self->folder),
                     0);
}

// The segment by which a server sees that another one uses its data; it outlives a killed one.
static int segment_of(const postgres *self)
{
    char path[128];
    char line[256];
    int segment = -1;
    (void)snprintf(path, sizeof path, "%s/data/postmaster.pid", self->folder);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    for (unsigned number = 1; fgets(line, sizeof line, file) != NULL; number++)
        if (number == 7 && sscanf(line, "%*u %d", &segment) != 1)
            segment = -1;
    (void)fclose(file);
    return segment;
}

static unsigned children_of(pid_t pid, pid_t *out, unsigned cap)
{
    char path[64];
    unsigned count = 0;
    int child;
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *file = fopen(path, "r");
    while (file != NULL && count < cap && fscanf(file, "%d", &child) == 1)
        out[count++] = child;
    if (file != NULL)
        (void)fclose(file);
    return count;
}

void postgres_kill(postgres *self)
{
    pid_t children[256];
    int segment = segment_of(self);
    // It makes no new ones, and is told of none that ends.
    ck_assert_int_eq(kill(self->pid, SIGSTOP), 0);
    unsigned count = children_of(self->pid, children, sizeof children / sizeof *children);
    ck_assert_int_eq(kill(self->pid, SIGKILL), 0);
    for (unsigned i = 0; i < count; i++)
        (void)kill(children[i], SIGKILL);
    if (segment >= 0)
        (void)shmctl(segment, IPC_RMID, NULL);
    self->pid = 0;
}

void postgres_down(postgres *self)
{
    if (self->pid != 0)
        postgres_stop(self, "immediate");
    scratch_remove(self->folder);
}

const char *postgres_socket(const postgres *self)
{
    static char path[128];
    (void)snprintf(path, sizeof path, "%s/.s.PGSQL.5432", self->folder);
    return path;
}

const char *postgres_pair_url(const postgres *one, const postgres *other, const char *user)
{
    static char url[256];
    (void)snprintf(url, sizeof url, "postgres://%s@/postgres?host=%s,%s", user, one->folder,
                   other->folder);
    return url;
}

const char *postgres_url(const postgres *self, const char *user)
{
    static char url[256];
    (void)snprintf(url, sizeof url, "postgres://%s@/postgres?host=%s", user, self->folder);
    return url;
}

// The server's word on it, the caller's to free; NULL: it was fine.
static char *try_sql(const postgres *self, const char *sql)
{
    PGconn *connection = PQconnectdb(postgres_url(self, "owner"));
    PQclear(PQexec(connection, "set client_min_messages = warning"));
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);
    bool is_fine = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    char *said = is_fine ? NULL : strdup(PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
    return said;
}

bool postgres_try(const postgres *self, const char *sql)
{
    char *said = try_sql(self, sql);
    free(said);
    return said == NULL;
}

void postgres_run(const postgres *self, const char *sql)
{
    char *said = try_sql(self, sql);
    ck_assert_msg(said == NULL, "%s: %s", sql, said);
}
