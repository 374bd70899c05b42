#include "fuzz.h"

#include "base/buf.h"
#include "base/must.h"
#include "troupe/err.h"
#include "wire/flet.h"
#include "wire/limits.h"
#include "wire/scan.h"

static void write_again(tr_buf *out, const tr_flet_packet *packet)
{
    switch (packet->action) {
    case TR_FLET_REGISTER:
        tr_flet_write_client_register(out, packet->session_id, packet->page_name, packet->page);
        return;
    case TR_FLET_EVENT:
        tr_flet_write_client_event(out, packet->target, packet->name, packet->value);
        return;
    case TR_FLET_UPDATE:
        tr_flet_write_client_update(out, packet->target, packet->value);
        return;
    case TR_FLET_INVOKE:
        tr_flet_write_client_result(out, packet->target, packet->call_id, packet->value,
                                    packet->error);
        return;
    case TR_FLET_CHANNEL:
        tr_flet_write_channel(out, packet->target, packet->bytes);
        return;
    case TR_FLET_SEEN:
        tr_buf_append(out, (const uint8_t[]){TR_FLET_TROUPE, TR_FLET_OWN_SEEN, 0, 0, 0, 0},
                      TR_FLET_SEEN_BYTES);
        return;
    case TR_FLET_PING:
        tr_buf_append(out, (const uint8_t[]){TR_FLET_TROUPE, TR_FLET_OWN_PING}, 2);
        return;
    case TR_FLET_PATCH:
    case TR_FLET_CRASHED:
        break;
    }
    tr_never("an action that no browser may send was accepted");
}

static int same(const tr_flet_packet *a, const tr_flet_packet *b)
{
    return a->action == b->action && a->target == b->target &&
           tr_slice_equal(a->session_id, b->session_id) &&
           tr_slice_equal(a->page_name, b->page_name) && tr_slice_equal(a->page, b->page) &&
           tr_slice_equal(a->name, b->name) && tr_slice_equal(a->call_id, b->call_id) &&
           tr_slice_equal(a->value, b->value) && tr_slice_equal(a->bytes, b->bytes) &&
           tr_slice_equal(a->error, b->error);
}

static void limits_hold(const tr_flet_packet *packet)
{
    tr_must(packet->target <= INT32_MAX);
    tr_must(packet->session_id.size <= TR_SESSION_ID_CAP_BYTES);
    tr_must(packet->page_name.size <= TR_PAGE_NAME_CAP_BYTES);
    tr_must(packet->name.size <= TR_EVENT_NAME_CAP_BYTES);
    tr_must(packet->call_id.size <= TR_CALL_ID_CAP_BYTES);
}

static void value_is_msgpack(tr_slice value)
{
    tr_must(value.size == 0 || tr_scan(value.data, value.size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tr_flet_packet packet;
    (void)tr_flet_page_has((tr_slice){(const char *)data, (uint32_t)size},
                           "troupe"); // must survive
    int rc = tr_flet_read(data, size, &packet);
    tr_must(rc == 0 || rc == 1 || rc == TR_EMALFORMED || rc == TR_ETOOBIG || rc == TR_EPROTOCOL);
    if (rc != 0)
        return 0;
    limits_hold(&packet);
    value_is_msgpack(packet.value);
    value_is_msgpack(packet.page);
    (void)tr_flet_page_has(packet.page, "troupe"); // must survive
    tr_buf again = {0};
    tr_flet_packet second;
    write_again(&again, &packet);
    // The writer's heads may be longer than the input's only for a packet at the very cap.
    if (again.size <= TR_BROWSER_PACKET_CAP_BYTES) {
        tr_must(tr_flet_read(again.data, again.size, &second) == 0);
        tr_must(same(&packet, &second));
    }
    tr_buf_done(&again);
    return 0;
}
