#include "tests/support/between.h"

#include <check.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/support/proxy.h"

enum { PROXIES_CAP = 64, PATH_CAP = 108 };

struct between {
    char folder[PATH_CAP];
    char starts[BETWEEN_SIDES][PATH_CAP];
    proxy *proxies[PROXIES_CAP];
    unsigned count;
    bool is_cut;
};

static const char *const names[] = {"one", "other"};

static enum between_side other_of(enum between_side side)
{
    return side == BETWEEN_ONE ? BETWEEN_OTHER : BETWEEN_ONE;
}

static void put_path(char *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put_path(char *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(out, PATH_CAP, format, arguments);
    va_end(arguments);
    ck_assert_int_lt(size, PATH_CAP);
}

static void make_folders(between *self, enum between_side side)
{
    char path[PATH_CAP];
    char real[PATH_CAP];
    put_path(path, "%s/%s", self->folder, names[side]);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    put_path(self->starts[side], "%s/of-%s", self->folder, names[side]);
    ck_assert_int_eq(mkdir(self->starts[side], 0700), 0);
    put_path(path, "%s/%s", self->starts[side], names[other_of(side)]);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    put_path(path, "%s/%s", self->starts[side], names[side]);
    put_path(real, "../%s", names[side]);
    ck_assert_int_eq(symlink(real, path), 0);
}

between *between_start(const char *folder)
{
    between *self = tr_new(between);
    put_path(self->folder, "%s", folder);
    make_folders(self, BETWEEN_ONE);
    make_folders(self, BETWEEN_OTHER);
    return self;
}

void between_stop(between **self)
{
    while ((*self)->count != 0)
        proxy_stop(&(*self)->proxies[--(*self)->count]);
    tr_free(*self);
    *self = NULL;
}

const char *between_folder(const between *self, enum between_side side)
{
    return self->starts[side];
}

const char *between_bus(enum between_side side)
{
    return side == BETWEEN_ONE ? "ipc://one/" : "ipc://other/";
}

static void cut(const between *self, proxy *at)
{
    proxy_cut(at, self->is_cut ? PROXY_THERE | PROXY_BACK : 0);
}

// The socket of that name, of this side, as the other side finds it.
static void lead_to(between *self, enum between_side side, const char *name)
{
    char seen[PATH_CAP];
    char target[PATH_CAP];
    put_path(seen, "%s/%s/%s", self->starts[other_of(side)], names[side], name);
    if (access(seen, F_OK) == 0)
        return;
    put_path(target, "ipc://%s/%s/%s", self->folder, names[side], name);
    ck_assert_uint_lt(self->count, PROXIES_CAP);
    proxy *fresh = proxy_start_at(seen, target);
    cut(self, fresh);
    self->proxies[self->count++] = fresh;
}

static void look_at(between *self, enum between_side side)
{
    char path[PATH_CAP];
    put_path(path, "%s/%s", self->folder, names[side]);
    DIR *folder = opendir(path);
    ck_assert_ptr_nonnull(folder);
    for (const struct dirent *at = readdir(folder); at != NULL; at = readdir(folder))
        if (at->d_name[0] != '.')
            lead_to(self, side, at->d_name);
    closedir(folder);
}

void between_look(between *self)
{
    look_at(self, BETWEEN_ONE);
    look_at(self, BETWEEN_OTHER);
}

static void set_cut(between *self, bool is_cut)
{
    self->is_cut = is_cut;
    for (unsigned i = 0; i < self->count; i++)
        cut(self, self->proxies[i]);
}

void between_cut(between *self)
{
    set_cut(self, true);
}

void between_heal(between *self)
{
    set_cut(self, false);
}
