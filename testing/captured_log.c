#include "testing/captured_log.h"

#include <string.h>

#include "base/lock.h"
#include "base/log.h"

enum { KEPT_BYTES = 1 << 20 };

static tr_lock lock = TR_LOCK_INIT("captured log", TR_LOCK_LOG);
static tr_buf text;
static unsigned opened;

static void hear(const char *line, size_t size)
{
    tr_lock_take(&lock);
    if (text.size + size > KEPT_BYTES && text.size >= KEPT_BYTES / 2) {
        text.size -= KEPT_BYTES / 2;
        memmove(text.data, text.data + KEPT_BYTES / 2, text.size);
    }
    tr_buf_append(&text, line, size);
    tr_lock_give(&lock);
}

void tr_captured_log_open(void)
{
    if (opened++ == 0)
        tr_log_listen(hear);
}

void tr_captured_log_close(void)
{
    if (--opened != 0)
        return;
    tr_log_listen(NULL);
    tr_lock_take(&lock);
    tr_buf_done(&text);
    tr_lock_give(&lock);
}

void tr_captured_log_copy(tr_buf *out)
{
    tr_lock_take(&lock);
    tr_buf_append(out, text.data, text.size);
    tr_lock_give(&lock);
}
