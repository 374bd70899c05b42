#include "actors/bus/socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "actors/bus/keys.h"
#include "actors/core/sanitizer.h"
#include "actors/core/system_record.h"
#include "base/mem.h"
#include "base/must.h"
#include "troupe/err.h"
#include "wire/limits.h"

#ifdef TR_TSAN
char tr_bus_fence;
#endif

// ZeroMQ's I/O threads, as its affinity option wants them.
enum { IO_DATA = 1, IO_DIALED = 2 };

// ZeroMQ hears of what was read in steps of half the mark.
enum { HIGH_WATER_MARK = 4 * TR_LINK_WINDOW_BATCHES };

void tr_bus_socket_set(void *socket, int option, int value)
{
    tr_must(zmq_setsockopt(socket, option, &value, sizeof value) == 0);
}

static void set_common_options(void *socket)
{
    tr_bus_socket_set(socket, ZMQ_LINGER, 0);
    tr_bus_socket_set(socket, ZMQ_HEARTBEAT_IVL, 1000);
    tr_bus_socket_set(socket, ZMQ_HEARTBEAT_TIMEOUT, TR_BUS_CONNECTION_SILENCE_MS);
    tr_bus_socket_set(socket, ZMQ_HEARTBEAT_TTL, TR_BUS_CONNECTION_SILENCE_MS);
    tr_bus_socket_set(socket, ZMQ_HANDSHAKE_IVL, TR_BUS_HANDSHAKE_MS);
    tr_bus_socket_set(socket, ZMQ_SNDHWM, HIGH_WATER_MARK);
    tr_bus_socket_set(socket, ZMQ_RCVHWM, HIGH_WATER_MARK);
    int64_t cap = TR_BATCH_RECEIVE_CAP_BYTES;
    tr_must(zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &cap, sizeof cap) == 0);
}

// ZeroMQ looks names up on its I/O thread, and a broker is dialed by name: while its name does not
// resolve, that thread stands still. So dialing has a thread of its own, away from data.
static void set_io_thread(const tr_system *system, void *socket, uint64_t threads)
{
    if (system->options.bus_endpoint != NULL)
        tr_must(zmq_setsockopt(socket, ZMQ_AFFINITY, &threads, sizeof threads) == 0);
}

void *tr_bus_socket_new(const tr_system *system, int type, bool is_by_name)
{
    void *socket = zmq_socket(system->zmq, type);
    if (socket == NULL)
        return NULL;
    set_common_options(socket);
    set_io_thread(system, socket, is_by_name ? IO_DIALED : IO_DATA);
    return socket;
}

static void set_key(void *socket, int option, const uint8_t *key)
{
    tr_must(zmq_setsockopt(socket, option, key, TR_BUS_KEY_BYTES) == 0);
}

void tr_bus_socket_lock(const tr_system *system, void *socket)
{
    if (system->keys == NULL)
        return;
    tr_bus_socket_set(socket, ZMQ_CURVE_SERVER, 1);
    set_key(socket, ZMQ_CURVE_SECRETKEY, system->keys->endpoints[0].secret_key);
    tr_must(zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, "troupe", strlen("troupe")) == 0);
}

// An endpoint has one of the keys that are good, and it is not told which: what does not fit is
// refused there, and ZeroMQ sends where a handshake succeeded (ZMQ_IMMEDIATE) alone.
int tr_bus_socket_dial(const tr_system *system, void *socket, const char *endpoint)
{
    const tr_bus_keys *keys = system->keys;
    bool is_inside = strncmp(endpoint, "inproc:", strlen("inproc:")) == 0;
    tr_bus_socket_set(socket, ZMQ_IMMEDIATE, 1);
    if (keys == NULL || is_inside)
        return zmq_connect(socket, endpoint) == 0 ? 0 : TR_EGONE;
    for (unsigned i = 0; i < keys->count; i++) {
        set_key(socket, ZMQ_CURVE_SERVERKEY, keys->endpoints[i].public_key);
        set_key(socket, ZMQ_CURVE_PUBLICKEY, keys->own.public_key);
        set_key(socket, ZMQ_CURVE_SECRETKEY, keys->own.secret_key);
        if (zmq_connect(socket, endpoint) != 0)
            return TR_EGONE;
    }
    return 0;
}

char *tr_bus_socket_endpoint(void *socket)
{
    char text[TR_ENDPOINT_CAP_BYTES] = "";
    size_t size = sizeof text;
    tr_must(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, text, &size) == 0);
    return tr_copy_text(text, strlen(text));
}

// ":PORT", or NULL. An IPv6 address has colons of its own, in brackets.
static const char *port_of(const char *endpoint)
{
    if (strncmp(endpoint, "tcp://", 6) != 0)
        return NULL;
    const char *colon = strrchr(endpoint + 6, ':');
    return colon != NULL && strchr(colon, ']') == NULL ? colon : NULL;
}

static const char *base_of(const tr_system *system)
{
    if (system->options.bus_endpoint != NULL)
        return system->options.bus_endpoint;
    return system->transport == TR_TRANSPORT_TCP   ? "tcp://127.0.0.1"
           : system->transport == TR_TRANSPORT_IPC ? "ipc://@"
                                                   : NULL;
}

static int write_ipc(const tr_system *system, const char *base, unsigned place, char *out)
{
    unsigned long long node = system->node;
    return place == TR_BUS_TRUNKS
               ? snprintf(out, TR_ENDPOINT_CAP_BYTES, "%stroupe-%016llx-trunks", base, node)
               : snprintf(out, TR_ENDPOINT_CAP_BYTES, "%stroupe-%016llx-%u", base, node, place);
}

int tr_bus_endpoint_outside(const tr_system *system, unsigned place,
                            char out[TR_ENDPOINT_CAP_BYTES])
{
    const char *base = base_of(system);
    out[0] = '\0';
    if (base == NULL)
        return 0;
    const char *port = port_of(base);
    int length;
    if (strncmp(base, "ipc://", 6) == 0)
        length = write_ipc(system, base, place, out);
    else if (port != NULL && place == 0)
        length = snprintf(out, TR_ENDPOINT_CAP_BYTES, "%s", base);
    else
        length = snprintf(out, TR_ENDPOINT_CAP_BYTES, "%.*s:*",
                          (int)(port != NULL ? (size_t)(port - base) : strlen(base)), base);
    return length < 0 || (size_t)length >= TR_ENDPOINT_CAP_BYTES ? TR_EINVALID : 0;
}

int tr_bus_socket_events(void *socket)
{
    int events = 0;
    size_t size = sizeof events;
    tr_must(zmq_getsockopt(socket, ZMQ_EVENTS, &events, &size) == 0);
    return events;
}

int tr_bus_socket_fd(void *socket)
{
    int fd = -1;
    size_t size = sizeof fd;
    tr_must(zmq_getsockopt(socket, ZMQ_FD, &fd, &size) == 0);
    return fd;
}

// A socket that sends fast looks only every millisecond or so for what its peer has read, and says
// "full" until then. Asking for its events makes it look: what could go must not wait for a next
// time that nobody has promised.
static bool hand_over(void *socket, zmq_msg_t *raw)
{
    for (unsigned tries = 0; tries < 2; tries++) {
        if (zmq_msg_send(raw, socket, ZMQ_DONTWAIT) >= 0)
            return true;
        tr_must(errno == EAGAIN || errno == EINTR);
        if ((tr_bus_socket_events(socket) & ZMQ_POLLOUT) == 0)
            return false;
    }
    return false;
}

bool tr_bus_socket_send(void *socket, const void *bytes, size_t size)
{
    zmq_msg_t raw;
    tr_must(zmq_msg_init_size(&raw, size) == 0);
    memcpy(zmq_msg_data(&raw), bytes, size);
    TR_BUS_RELEASE();
    if (hand_over(socket, &raw))
        return true;
    zmq_msg_close(&raw);
    return false;
}
