#include "tests/support/postgres.h"

#include <check.h>
#include <errno.h>
#include <glob.h>
#include <libpq-fe.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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

void postgres_up(postgres *self)
{
    memset(self, 0, sizeof *self);
    (void)snprintf(self->folder, sizeof self->folder, "/tmp/troupe-pg-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(self->folder));
    ck_assert_int_eq(chmod(self->folder, 0777), 0);
    ck_assert_int_eq(run("%s/initdb -D %s/data -U owner -A trust --no-sync --no-locale -E UTF8",
                         program_folder(), self->folder),
                     0);
    ck_assert_int_eq(
        run("sh -c 'printf \"listen_addresses = \\047\\047\\nunix_socket_directories = "
            "\\047%s\\047\\n\" >>%s/data/postgresql.conf'",
            self->folder, self->folder),
        0);
    postgres_start(self);
}

void postgres_down(postgres *self)
{
    if (self->pid != 0)
        postgres_stop(self, "immediate");
    char line[128];
    (void)snprintf(line, sizeof line, "rm -rf %s", self->folder);
    ck_assert_int_eq(system(line), 0);
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
