// A snapshot as bytes.

#include "sdk/session/call.h"
#include "sdk/session/prompts.h"
#include "sdk/session/session_file.h"
#include "sdk/session/snapshot_record.h"
#include "sdk/session/snapshots.h"
#include "troupe/err.h"
#include "wire/scan.h"
#include "wire/writer.h"

enum { FIELDS = 7 };

void tr_interrupted_write(const tr_call *call, bool runs_again, tr_buf *out)
{
    if (!runs_again || (call->event_number == 0 && !call->is_taken_back)) {
        tr_write_literal(out, call->handler->name);
        return;
    }
    tr_write_array(out, FIELDS);
    tr_write_literal(out, call->handler->name);
    tr_write_literal(out, call->event);
    tr_write_bytes(out, tr_buf_slice(&call->data));
    tr_write_unsigned(out, call->document);
    tr_write_unsigned(out, call->event_number);
    tr_write_unsigned(out, call->target);
    // One that did not begin did not run.
    tr_write_unsigned(out, call->runs - (call->is_taken_back && call->runs != 0));
}

static bool read_fields(tr_reader *in, tr_interrupted *out)
{
    if (tr_reader_array(in) != FIELDS)
        return false;
    out->handler = tr_reader_text(in);
    out->event = tr_reader_text(in);
    out->data = tr_reader_bytes(in);
    out->document = tr_reader_unsigned(in);
    uint64_t number = tr_reader_unsigned(in);
    uint64_t target = tr_reader_unsigned(in);
    uint64_t runs = tr_reader_unsigned(in);
    out->number = (uint32_t)number;
    out->target = (uint32_t)target;
    out->runs = (uint32_t)runs;
    bool is_whole = out->data.size == 0 || tr_scan(out->data.data, out->data.size) == 0;
    return is_whole && number <= UINT32_MAX && target <= UINT32_MAX && runs <= UINT32_MAX;
}

bool tr_interrupted_read(tr_reader *in, tr_interrupted *out)
{
    *out = (tr_interrupted){0};
    if (tr_reader_peek(in) == TR_KIND_ARRAY)
        return out->has_event = read_fields(in, out) && !in->failed;
    out->handler = tr_reader_text(in);
    return !in->failed;
}

static void write_interrupted(const tr_session *session, tr_buf *out)
{
    uint32_t count = 0;
    for (const tr_call *call = session->calls; call != NULL; call = call->next)
        count++;
    tr_write_array(out, count);
    bool runs_again = session->sessions->durability != TR_DURABILITY_NONE;
    for (const tr_call *call = session->calls; call != NULL; call = call->next)
        tr_interrupted_write(call, runs_again, out);
}

void tr_snapshot_encode(const tr_session *session, tr_buf *out)
{
    tr_buf file = {0};
    tr_session_save(session, &file);
    tr_write_array(out, 3);
    write_interrupted(session, out);
    tr_prompts_write(session, out);
    tr_write_bytes(out, tr_buf_slice(&file));
    tr_buf_done(&file);
}

int tr_snapshot_read(tr_slice bytes, tr_snapshot *out)
{
    tr_reader in = tr_reader_of(bytes);
    int result = tr_scan((const uint8_t *)bytes.data, bytes.size);
    if (result < 0)
        return result;
    if (tr_reader_array(&in) != 3)
        return TR_EPROTOCOL;
    *out = (tr_snapshot){.interrupted = tr_reader_skip(&in), .prompts = tr_reader_skip(&in)};
    out->file = tr_reader_bytes(&in);
    return in.failed ? TR_EPROTOCOL : 0;
}
