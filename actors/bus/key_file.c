#include "actors/bus/key_file.h"

#include <czmq.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/must.h"
#include "troupe/err.h"

enum {
    FILE_CAP_BYTES = 4096,
    KEY_DIGITS = 40,
    FILE_MODE = 0600,
    OTHERS = 0077,
    // systemd lets one user read a credential by an access list, whose mask is the group's mode.
    OTHERS_OF_CREDENTIAL = 0037
};

static const char comment[] =
    "   The key of a Troupe cluster's bus. Whoever has it is a member: keep it secret.";

// -- making --

static char *certificate_text(void)
{
    zcert_t *certificate = zcert_new();
    tr_must(certificate != NULL);
    zconfig_t *root = zconfig_new("root", NULL);
    zconfig_set_comment(root, "%s", comment);
    zconfig_put(root, "curve/public-key", zcert_public_txt(certificate));
    zconfig_put(root, "curve/secret-key", zcert_secret_txt(certificate));
    char *text = zconfig_str_save(root);
    zconfig_destroy(&root);
    zcert_destroy(&certificate);
    return text;
}

static int write_all(int file, const char *text)
{
    size_t size = strlen(text);
    ssize_t written = write(file, text, size);
    if (written >= 0 && (size_t)written != size)
        errno = ENOSPC;
    return written == (ssize_t)size && fsync(file) == 0 ? 0 : TR_ESYSTEM;
}

int tr_bus_key_file_make(const char *path, char *why, size_t size)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    if (file < 0 && errno == EEXIST) {
        snprintf(why, size, "is there already: a key is never written over; name another file");
        return TR_EEXISTS;
    }
    char *text = file >= 0 ? certificate_text() : NULL;
    int result = file >= 0 && fchmod(file, FILE_MODE) == 0 ? write_all(file, text) : TR_ESYSTEM;
    if (result < 0)
        snprintf(why, size, "cannot be written: %s", strerror(errno));
    if (file >= 0) {
        close(file);
        if (result < 0)
            unlink(path);
        memset(text, 0, strlen(text));
        zstr_free(&text);
    }
    return result;
}

// -- reading --

static bool is_credential(const char *path)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    size_t length = folder != NULL ? strlen(folder) : 0;
    return length != 0 && strncmp(path, folder, length) == 0 && path[length] == '/';
}

static const char *why_not(const struct stat *facts, mode_t others)
{
    if (!S_ISREG(facts->st_mode))
        return "is not a file";
    if (facts->st_uid != geteuid() && facts->st_uid != 0)
        return "belongs to another user: chown it to the one that runs this process, or to root";
    if ((facts->st_mode & others) != 0)
        return "can be used by others than its owner: chmod 600 it, and make a new key if others "
               "may have read it";
    if (facts->st_size == 0 || facts->st_size > FILE_CAP_BYTES)
        return "is not a key: make one with troupe keygen";
    return NULL;
}

static bool decode(uint8_t *out, const char *text)
{
    return text != NULL && strlen(text) == KEY_DIGITS && zmq_z85_decode(out, text) != NULL;
}

// Text that has no such section would make CZMQ complain on standard output.
static zconfig_t *parse(const char *text)
{
    bool may_be_one = strstr(text, "\ncurve") != NULL && strstr(text, "secret-key") != NULL;
    return may_be_one ? zconfig_str_load(text) : NULL;
}

// The public key is there to notice a file that was damaged.
static const char *take_key(const char *text, tr_bus_secret *out)
{
    uint8_t stored[TR_BUS_KEY_BYTES];
    char derived[KEY_DIGITS + 1];
    zconfig_t *root = parse(text);
    const char *secret = root != NULL ? zconfig_get(root, "curve/secret-key", NULL) : NULL;
    const char *public = root != NULL ? zconfig_get(root, "curve/public-key", NULL) : NULL;
    const char *why = NULL;
    if (!decode(out->bytes, secret) || !decode(stored, public))
        why = "is not a key: make one with troupe keygen";
    else if (zmq_curve_public(derived, secret) != 0 || strcmp(derived, public) != 0)
        why = "is damaged: its two keys do not belong together";
    zconfig_destroy(&root);
    return why;
}

static const char *read_text(int file, char text[FILE_CAP_BYTES + 1])
{
    ssize_t got = read(file, text, FILE_CAP_BYTES);
    if (got < 0)
        return strerror(errno);
    text[got] = '\0';
    return strlen(text) == (size_t)got ? NULL : "is not a key: make one with troupe keygen";
}

static const char *read_open_file(int file, mode_t others, tr_bus_secret *out)
{
    struct stat facts;
    char text[FILE_CAP_BYTES + 1] = "";
    const char *why = fstat(file, &facts) == 0 ? why_not(&facts, others) : strerror(errno);
    if (why == NULL)
        why = read_text(file, text);
    if (why == NULL)
        why = take_key(text, out);
    explicit_bzero(text, sizeof text);
    return why;
}

static int read_file(const char *path, tr_bus_secret *out, char *why, size_t size)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    mode_t others = is_credential(path) ? OTHERS_OF_CREDENTIAL : OTHERS;
    const char *reason = file >= 0 ? read_open_file(file, others, out) : strerror(errno);
    if (reason != NULL)
        snprintf(why, size, "the bus key %s %s%s", path,
                 file >= 0 ? "" : "cannot be read: ", reason);
    if (file >= 0)
        close(file);
    return reason == NULL ? 0 : TR_EINVALID;
}

int tr_bus_keys_read(const char *files, tr_bus_keys *out, char *why, size_t size)
{
    *out = (tr_bus_keys){0};
    for (const char *at = files; at != NULL;) {
        size_t length = strcspn(at, ",");
        char path[PATH_MAX];
        if (length == 0 || length >= sizeof path || out->count == TR_BUS_KEYS_CAP) {
            snprintf(why, size, "the bus key is one file, or two with a comma between: %s", files);
            return TR_EINVALID;
        }
        snprintf(path, sizeof path, "%.*s", (int)length, at);
        if (read_file(path, &out->secrets[out->count++], why, size) < 0) {
            tr_bus_keys_wipe(out);
            return TR_EINVALID;
        }
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    tr_bus_keys_complete(out);
    return 0;
}
