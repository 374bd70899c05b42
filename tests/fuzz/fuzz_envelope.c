#include "fuzz.h"

#include <string.h>

#include "base/must.h"
#include "troupe/err.h"
#include "wire/envelope.h"

// An accepted message comes out of another batch as the same bytes.
static void survives_another_trip(const tr_message *message)
{
    tr_buf first = {0};
    tr_buf second = {0};
    tr_batch_head head = {.protocol = TR_BUS_PROTOCOL};
    tr_batch_head_append(&first, &head);
    tr_batch_append(&first, message);
    tr_batch_reader reader;
    tr_must(tr_batch_open(&reader, first.data, first.size, &head) == 0);
    tr_message *again;
    tr_must(tr_batch_next(&reader, &again) == 1);
    tr_must(again->shape == message->shape && again->flags == message->flags);
    tr_must(again->to.actor == message->to.actor && again->correlation == message->correlation);
    tr_must(tr_address_equal(again->from, message->from));
    tr_batch_head_append(&second, &head);
    tr_batch_append(&second, again);
    tr_must(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
    tr_message_free(again);
    tr_must(tr_batch_next(&reader, &again) == 0);
    tr_buf_done(&first);
    tr_buf_done(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tr_batch_reader reader;
    tr_batch_head head;
    int rc = tr_batch_open(&reader, data, size, &head);
    tr_must(rc == 0 || rc == TR_EMALFORMED || rc == TR_EPROTOCOL);
    tr_message *message;
    while ((rc = tr_batch_next(&reader, &message)) != 0) {
        tr_must(reader.at <= reader.end);
        if (rc < 0) {
            tr_must(rc == TR_ENOTFOUND || rc == TR_EMALFORMED);
            continue;
        }
        tr_buf text = {0};
        tr_message_print(message, &text);
        tr_buf_done(&text);
        survives_another_trip(message);
        tr_message_free(message);
    }
    return 0;
}
