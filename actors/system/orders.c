#include "actors/system/orders.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "actors/core/core_record.h"
#include "base/log.h"
#include "troupe/err.h"
#include "wire/messages.h"

static int drain(void)
{
    tr_log(TR_LOG_INFO, "event=drain_ordered");
    return kill(getpid(), SIGTERM) == 0 ? 0 : TR_ESYSTEM;
}

static int set_log_level(tr_slice value)
{
    char name[16];
    snprintf(name, sizeof name, "%.*s", (int)(value.size < sizeof name ? value.size : 0),
             value.data != NULL ? value.data : "");
    return tr_log_level_change(name);
}

bool tr_order_take(tr_core *core, const tr_message *message)
{
    if (TR_TYPE(message) != TR_MSG_node_order)
        return false;
    const tr_msg_node_order *order = TR_BODY(message, node_order);
    if (order->what > TR_ORDER_LOG && tr_core_clerks_take(core, message))
        return true;
    int result = order->what == TR_ORDER_DRAIN ? drain()
                 : order->what == TR_ORDER_LOG ? set_log_level(order->value)
                                               : TR_EPROTOCOL;
    // An asker that cannot be reached hears nothing, which is what its deadline is for.
    (void)tr_answer(core, message, .status = result);
    return true;
}
