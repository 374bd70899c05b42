// The views of a session in its file: nil, or [address, [[path, address, title, number] ...]].

#include "base/mem.h"
#include "sdk/session/views_record.h"
#include "troupe/err.h"
#include "wire/writer.h"

static char root[] = "/";

char *tr_view_text(tr_slice text)
{
    if (tr_slice_is(text, root))
        return root;
    return tr_copy_text(text.data != NULL ? text.data : "", text.size);
}

void tr_view_text_free(char *text)
{
    if (text != root)
        tr_free(text);
}

void tr_layer_done(tr_layer *self)
{
    tr_view_text_free(self->path);
    tr_view_text_free(self->location);
    tr_view_text_free(self->title);
    *self = (tr_layer){0};
}

void tr_views_free(tr_session *session)
{
    tr_views *self = session->views;
    if (self == NULL)
        return;
    for (unsigned i = 0; i < self->count; i++)
        tr_layer_done(&self->at[i]);
    tr_free(self->at);
    tr_view_text_free(self->location);
    tr_free(self);
    session->views = NULL;
}

static void write_text(const char *text, tr_buf *out)
{
    if (text != NULL)
        tr_write_literal(out, text);
    else
        tr_write_nil(out);
}

void tr_views_write(const tr_session *session, tr_buf *out)
{
    const tr_views *self = session->views;
    if (self == NULL) {
        tr_write_nil(out);
        return;
    }
    tr_write_array(out, 2);
    write_text(self->location, out);
    tr_write_array(out, self->count);
    for (unsigned i = 0; i < self->count; i++) {
        tr_write_array(out, 4);
        write_text(self->at[i].path, out);
        write_text(self->at[i].location, out);
        write_text(self->at[i].title, out);
        tr_write_unsigned(out, self->at[i].number);
    }
}

static char *read_text(tr_reader *in)
{
    if (tr_reader_nil(in))
        return NULL;
    tr_slice text = tr_reader_text(in);
    return in->failed ? NULL : tr_view_text(text);
}

int tr_views_read(tr_session *session, tr_reader *in)
{
    if (tr_reader_nil(in))
        return 0;
    tr_views *self = session->views = tr_new(tr_views);
    if (tr_reader_array(in) != 2)
        return TR_EPROTOCOL;
    self->location = read_text(in);
    uint32_t count = tr_reader_array(in);
    if (in->failed || count > TR_LAYERS_CAP)
        return TR_EPROTOCOL;
    self->at = count != 0 ? tr_calloc(count, sizeof *self->at) : NULL;
    self->cap = count;
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        uint32_t items = tr_reader_array(in);
        if (items < 3 || items > 4)
            return TR_EPROTOCOL;
        tr_layer *layer = &self->at[self->count++];
        layer->path = read_text(in);
        layer->location = read_text(in);
        layer->title = read_text(in);
        layer->number = items == 4 ? tr_reader_unsigned(in) : i + 1;
        self->numbers = layer->number > self->numbers ? layer->number : self->numbers;
        if (layer->path == NULL || layer->location == NULL)
            return TR_EPROTOCOL;
    }
    return in->failed ? TR_EPROTOCOL : 0;
}
