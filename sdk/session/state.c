#include "sdk/session/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "sdk/catalog/misuse.h"
#include "sdk/session/layout.h"
#include "troupe/err.h"
#include "wire/writer.h"

void *tr_state_new(const tr_app *app)
{
    return app->state_size != 0 ? tr_calloc(1, app->state_size) : NULL;
}

static bool is_plain(const tr_app *app)
{
    return app->state.save == NULL;
}

static uint64_t layout_of(const tr_app *app)
{
    return is_plain(app) ? tr_layout_number(app->state.layout) : 0;
}

static size_t size_of(const tr_app *app)
{
    return is_plain(app) ? app->state_size : 0;
}

void tr_state_name(const tr_app *app, char *out)
{
    (void)snprintf(out, TR_STATE_NAME_CAP, "%u.%llx.%zu", app->state.version,
                   (unsigned long long)layout_of(app), size_of(app));
}

bool tr_state_migrates(const tr_app *app, const char *name)
{
    char own[TR_STATE_NAME_CAP];
    unsigned long version = strtoul(name, NULL, 10);
    tr_state_name(app, own);
    bool is_changed = version == app->state.version && is_plain(app);
    return app->state.migrate != NULL && strcmp(name, own) != 0 &&
           (version < app->state.version || is_changed);
}

void tr_state_free(void *state, void (*done)(void *state))
{
    if (state != NULL && done != NULL)
        done(state);
    tr_free(state);
}

void tr_state_write(const tr_app *app, const void *state, tr_buf *out)
{
    tr_write_array(out, 4);
    tr_write_unsigned(out, app->state.version);
    tr_write_unsigned(out, layout_of(app));
    tr_write_unsigned(out, size_of(app));
    if (is_plain(app)) {
        tr_write_bytes(out, (tr_slice){state, (uint32_t)app->state_size});
        return;
    }
    tr_buf saved = {0};
    app->state.save(state, &saved);
    tr_write_bytes(out, tr_buf_slice(&saved));
    tr_buf_done(&saved);
}

static int refuse(const char *reason, uint64_t saved, uint64_t own)
{
    tr_log(TR_LOG_WARN, "event=state_refused reason=%s saved=%llu own=%llu", reason,
           (unsigned long long)saved, (unsigned long long)own);
    return TR_EPROTOCOL;
}

static int migrate(const tr_app *app, uint64_t version, uint64_t size, tr_slice bytes, void *state)
{
    // A plain struct's bytes are read as one value, whatever version wrote it.
    tr_buf wrapped = {0};
    if (size != 0) {
        tr_write_bytes(&wrapped, bytes);
        bytes = tr_buf_slice(&wrapped);
    }
    tr_reader in = tr_reader_of(bytes);
    int result = app->state.migrate(state, (uint32_t)version, &in);
    tr_buf_done(&wrapped);
    return result < 0 || in.failed ? refuse("migrate", version, app->state.version) : 0;
}

// Reads the fields of [version, layout, size, bytes]. Before there were layouts it had three items.
typedef struct saved {
    uint64_t version, layout, size;
    tr_slice bytes;
} saved;

static int read_saved(tr_reader *in, saved *out)
{
    uint32_t items = tr_reader_array(in);
    out->version = tr_reader_unsigned(in);
    out->layout = items == 4 ? tr_reader_unsigned(in) : 0;
    out->size = tr_reader_unsigned(in);
    out->bytes = tr_reader_bytes(in);
    bool is_one = (items == 3 || items == 4) && out->version <= UINT32_MAX &&
                  (out->size == 0 || out->size == out->bytes.size);
    return in->failed || !is_one ? TR_EPROTOCOL : 0;
}

static int load(const tr_app *app, tr_slice bytes, void *state)
{
    tr_reader in = tr_reader_of(bytes);
    int result = app->state.load != NULL ? app->state.load(state, &in) : TR_EINVALID;
    return result < 0 || in.failed ? refuse("load", app->state.version, app->state.version) : 0;
}

int tr_state_read(const tr_app *app, tr_reader *in, void *state)
{
    uint64_t layout = layout_of(app);
    saved it;
    if (read_saved(in, &it) < 0)
        return TR_EPROTOCOL;
    bool is_older = it.version < app->state.version;
    bool is_changed = it.version == app->state.version && is_plain(app) && it.layout != layout;
    if ((is_older || is_changed) && app->state.migrate != NULL)
        return migrate(app, it.version, it.size, it.bytes, state);
    if (it.version != app->state.version)
        return refuse("version", it.version, app->state.version);
    if (is_plain(app) && it.bytes.size != app->state_size)
        return refuse("size", it.bytes.size, app->state_size);
    if ((it.size == 0) == is_plain(app) && app->state_size != 0)
        return refuse("form", it.size, app->state_size);
    if (is_changed)
        return refuse("layout", it.layout, layout);
    if (is_plain(app) && app->state_size != 0)
        memcpy(state, it.bytes.data, app->state_size);
    return is_plain(app) ? 0 : load(app, it.bytes, state);
}

// -- what authors write and read with --

void tr_save_integer(tr_saver *out, int64_t value)
{
    TR_GIVEN_OR(out != NULL, );
    tr_write_integer(out, value);
}

void tr_save_number(tr_saver *out, double value)
{
    TR_GIVEN_OR(out != NULL, );
    tr_write_float(out, value);
}

void tr_save_text(tr_saver *out, const char *text)
{
    TR_GIVEN_OR(out != NULL, );
    if (text == NULL)
        tr_write_nil(out);
    else
        tr_write_literal(out, text);
}

void tr_save_bytes(tr_saver *out, const void *bytes, size_t size)
{
    TR_GIVEN_OR(out != NULL && (bytes != NULL || size == 0), );
    tr_write_bytes(out, (tr_slice){bytes, (uint32_t)size});
}

int64_t tr_load_integer(tr_loader *in)
{
    TR_GIVEN_OR(in != NULL, 0);
    return tr_reader_integer(in);
}

double tr_load_number(tr_loader *in)
{
    TR_GIVEN_OR(in != NULL, 0);
    return tr_reader_number(in);
}

const char *tr_load_text(tr_loader *in, size_t *out_size)
{
    TR_GIVEN_OR(in != NULL && out_size != NULL, NULL);
    bool is_nil = !in->failed && tr_reader_nil(in);
    tr_slice text = is_nil ? (tr_slice){0} : tr_reader_text(in);
    *out_size = text.size;
    return is_nil || in->failed ? NULL : text.data;
}

const void *tr_load_bytes(tr_loader *in, size_t *out_size)
{
    TR_GIVEN_OR(in != NULL && out_size != NULL, NULL);
    tr_slice bytes = tr_reader_bytes(in);
    *out_size = bytes.size;
    return in->failed ? NULL : bytes.data;
}

bool tr_load_failed(const tr_loader *in)
{
    TR_GIVEN_OR(in != NULL, true);
    return in->failed;
}
