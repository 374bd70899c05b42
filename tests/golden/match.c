#include "tests/golden/match.h"

#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "tests/golden/effects.h"
#include "troupe/err.h"
#include "wire/flet.h"

const json_t *match_message(const talk *self, size_t at)
{
    return at < json_array_size(self->messages) ? json_array_get(self->messages, at) : NULL;
}

bool match_is_from(const json_t *message, const char *direction)
{
    const char *dir = message != NULL ? view_text(message, "dir") : NULL;
    return dir != NULL && strcmp(dir, direction) == 0;
}

// A page of its own, a patch: what changes what a client holds.
static bool changes_page(const tr_buf *packet)
{
    return packet->size > 3 && packet->data[0] == TR_FLET_PACKET && packet->data[1] == 0x92 &&
           (packet->data[2] == TR_FLET_REGISTER || packet->data[2] == TR_FLET_PATCH);
}

bool match_packet(talk *self, const json_t *message, tr_buf *out)
{
    tr_buf why = {0}, shown = {0};
    compare *exact = calloc(1, sizeof *exact);
    tr_must(exact != NULL);
    exact->is_exact = true;
    exact->why = &why;
    const json_t *packet = json_object_get(message, "data_frame");
    bool good = view_bytes(out, json_object_get(message, "hex")) && out->size != 0;
    if (good && packet != NULL) {
        tr_buf payload = {0};
        good = view_bytes(&payload, json_object_get(packet, "payload"));
        tr_flet_write_channel(&shown,
                              (uint32_t)json_integer_value(json_object_get(packet, "channel_id")),
                              view_slice(&payload));
        tr_buf_done(&payload);
    } else if (good) {
        tr_buf_append(&shown, "\0", 1);
        good = view_write(&shown, json_object_get(message, "decoded"));
    }
    tr_flet_packet unused;
    if (good && out->data[0] == TR_FLET_PACKET)
        good = tr_flet_read(out->data, out->size, &unused) != TR_EMALFORMED;
    if (!good)
        talk_fail(self, "no bytes that are a packet");
    else if (!compare_packets(exact, out->data, out->size, shown.data, shown.size))
        good = talk_fail(self, "hex and decoded differ: %s", tr_buf_text(&why));
    free(exact);
    tr_buf_done(&why);
    tr_buf_done(&shown);
    return good;
}

// -- the two clients --

static bool take(talk *self, cm_client *client, const char *whose, const tr_buf *packet)
{
    return tr_cm_take(client, packet->data, packet->size) == 0 ||
           talk_fail(self, "%s packet does not fit: %s", whose, client->error);
}

static bool same_pages(talk *self, tr_buf *why)
{
    if (self->ours.page == NULL || self->recorded.page == NULL)
        return self->ours.page == self->recorded.page;
    // Names for numbers are learnt only from pages that are the same.
    unsigned ids = self->compare.id_count;
    unsigned randoms = self->compare.random_count;
    self->compare.why = why;
    self->compare.path[0] = '\0';
    bool same = compare_values(&self->compare, self->recorded.page, self->ours.page);
    if (!same) {
        self->compare.id_count = ids;
        self->compare.random_count = randoms;
    }
    return same;
}

// Takes recorded patches until the recording's client holds what ours does. Ours may say at once
// what the recording says in several packets, or leave out what changes nothing.
static bool catch_up(talk *self)
{
    tr_buf nearest = {0}; // of the differences on the way, the one that is furthest down
    size_t depth = 0;
    size_t place = self->at;
    tr_buf why = {0};
    bool same = same_pages(self, &why);
    while (!same && !talk_failed(self)) {
        while (match_is_from(match_message(self, self->at), "server"))
            if (!effects_match(self, match_message(self, self->at++)))
                break;
        tr_buf packet = {0};
        bool is_patch = match_is_from(match_message(self, self->at), "s2c") &&
                        match_packet(self, match_message(self, self->at), &packet) &&
                        changes_page(&packet);
        if (is_patch) {
            self->at++;
            self->recorded_bytes += packet.size;
            (void)take(self, &self->recorded, "the recorded", &packet); // noted
        }
        tr_buf_done(&packet);
        if (!is_patch) {
            talk_fail(self, "%s", tr_buf_text(nearest.size != 0 ? &nearest : &why));
            break;
        }
        why.size = 0;
        same = same_pages(self, &why);
        if (!same && strlen(self->compare.path) > depth) {
            depth = strlen(self->compare.path);
            place = self->at - 1;
            nearest.size = 0;
            tr_buf_append(&nearest, why.data, why.size);
        }
    }
    if (!same)
        self->at = place;
    tr_buf_done(&nearest);
    tr_buf_done(&why);
    return same;
}

static bool is_call(const tr_buf *packet)
{
    return packet->size > 3 && packet->data[0] == TR_FLET_PACKET &&
           packet->data[2] == TR_FLET_INVOKE;
}

// A recorded patch that ours left out: it must change nothing.
static bool skip_patch(talk *self, const tr_buf *packet)
{
    tr_buf why = {0};
    bool same = take(self, &self->recorded, "the recorded", packet) &&
                (same_pages(self, &why) || talk_fail(self, "%s", tr_buf_text(&why)));
    tr_buf_done(&why);
    return same;
}

static bool same_act(talk *self, const tr_buf *recorded, const tr_buf *ours)
{
    tr_buf why = {0};
    self->compare.why = &why;
    bool same =
        compare_packets(&self->compare, recorded->data, recorded->size, ours->data, ours->size) ||
        talk_fail(self, "%s", tr_buf_text(&why));
    tr_buf_done(&why);
    return same;
}

// Our packet that is no patch against the next recorded one of its kind.
static bool match_act(talk *self, const tr_buf *ours)
{
    bool is_found = false;
    bool same = true;
    while (same && !is_found) {
        const json_t *message = match_message(self, self->at);
        tr_buf packet = {0};
        if (match_is_from(message, "server")) {
            same = effects_match(self, message);
        } else if (!match_is_from(message, "s2c")) {
            same = talk_fail(self, "ours sent a packet that was not recorded");
        } else {
            same = match_packet(self, message, &packet);
            self->recorded_bytes += packet.size;
            is_found = same && !changes_page(&packet);
            same = same && (is_found ? same_act(self, &packet, ours) : skip_patch(self, &packet));
        }
        tr_buf_done(&packet);
        self->at += same;
    }
    return same;
}

static bool match_ours(talk *self, const tr_buf *ours)
{
    if (!changes_page(ours)) {
        if (is_call(ours)) {
            self->calls = realloc(self->calls, (self->call_count + 1) * sizeof *self->calls);
            tr_must(self->calls != NULL);
            self->calls[self->call_count] = (tr_buf){0};
            tr_buf_append(&self->calls[self->call_count++], ours->data, ours->size);
        }
        return match_act(self, ours);
    }
    return take(self, &self->ours, "our", ours) && catch_up(self);
}

// A message of the recording that none of our packets is for.
static bool match_left(talk *self, const json_t *message)
{
    if (match_is_from(message, "server"))
        return effects_match(self, message);
    tr_buf packet = {0};
    bool good = match_packet(self, message, &packet);
    self->recorded_bytes += packet.size;
    if (good && !changes_page(&packet))
        good = talk_fail(self, "ours did not send it");
    good = good && skip_patch(self, &packet);
    tr_buf_done(&packet);
    return good;
}

bool match_settle(talk *self)
{
    while (self->next < self->packet_count)
        if (!match_ours(self, &self->packets[self->next++]))
            return false;
    for (;; self->at++) {
        const json_t *message = match_message(self, self->at);
        if (message == NULL || match_is_from(message, "c2s"))
            return true;
        if (!match_left(self, message))
            return false;
    }
}
