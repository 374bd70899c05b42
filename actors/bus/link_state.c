#include "actors/bus/link_state.h"

#include "base/must.h"
#include "wire/limits.h"

void tr_bus_link_state_init(tr_bus_link_state *self, enum tr_bus_link_kind kind, bool is_answered,
                            uint64_t incarnation, uint64_t now_ms)
{
    *self = (tr_bus_link_state){.kind = kind,
                                .is_answered = is_answered,
                                .incarnation = kind == TR_LINK_PEER ? incarnation : 0,
                                .since_ms = now_ms};
}

static bool has_socket(const tr_bus_link_state *self)
{
    return self->phase == TR_LINK_DIALING || self->phase == TR_LINK_UP;
}

static bool is_owed(const tr_bus_link_state *self)
{
    return self->received != self->reported;
}

bool tr_bus_link_state_is_in_use(const tr_bus_link_state *self, bool has_pending)
{
    return self->sent != 0 || self->received != 0 || has_pending;
}

void tr_bus_link_state_dialed(tr_bus_link_state *self, uint64_t now_ms)
{
    tr_must(!has_socket(self));
    self->phase = TR_LINK_DIALING;
    self->dialed_ms = now_ms;
}

enum tr_bus_link_news tr_bus_link_state_pipe(tr_bus_link_state *self, bool can_write,
                                             uint64_t now_ms)
{
    tr_must(has_socket(self));
    if (can_write) {
        if (self->phase == TR_LINK_UP)
            return TR_LINK_NO_NEWS;
        self->phase = TR_LINK_UP;
        self->heard_ms = now_ms;
        return TR_LINK_OPENED;
    }
    if (self->kind == TR_LINK_ALIAS) {
        bool was_up = self->phase == TR_LINK_UP;
        self->phase = TR_LINK_DIALING;
        return was_up ? TR_LINK_CLOSED : TR_LINK_NO_NEWS;
    }
    bool is_lost = self->phase == TR_LINK_UP || now_ms - self->dialed_ms > TR_LINK_DIAL_DEADLINE_MS;
    return is_lost ? TR_LINK_LOST : TR_LINK_NO_NEWS;
}

void tr_bus_link_state_hung_up(tr_bus_link_state *self)
{
    if (has_socket(self))
        self->phase = TR_LINK_IDLE;
    self->sent = self->acknowledged = self->waits_since_ms = 0;
}

static enum tr_bus_link_verdict judge(const tr_bus_link_state *self, const tr_batch_head *head,
                                      bool is_only_ack)
{
    if (self->kind != TR_LINK_PEER || head->incarnation == 0)
        return TR_LINK_TAKEN; // within the process; of an older version, which does not count them
    if (head->incarnation <= self->over || head->incarnation < self->peer_incarnation)
        return TR_LINK_REFUSED;
    // Also where nothing of the peer had been heard before, so that its number is no news.
    if (head->over >= self->incarnation)
        return TR_LINK_BEGINS_ANEW;
    if (head->peer_incarnation != 0 && head->peer_incarnation != self->incarnation)
        return TR_LINK_REFUSED;
    if (self->peer_incarnation != 0 && head->incarnation > self->peer_incarnation)
        return TR_LINK_BEGINS_ANEW;
    // A batch without messages tells how many with some went before it.
    if (self->received != 0 && head->sequence != self->received + !is_only_ack)
        return TR_LINK_GAP;
    return TR_LINK_TAKEN;
}

// Batches are sent, and acknowledged, in order.
static void note_waiting(tr_bus_link_state *self, uint64_t now_ms)
{
    bool waits =
        self->kind == TR_LINK_PEER && self->is_answered && self->sent != self->acknowledged;
    self->waits_since_ms = waits ? now_ms : 0;
}

static void note_numbers(tr_bus_link_state *self, const tr_batch_head *head, bool is_only_ack,
                         uint64_t now_ms)
{
    if (!is_only_ack) {
        // A link to ourselves that was dialed anew counts from one.
        if (head->sequence < self->reported)
            self->reported = 0;
        self->received = head->sequence;
    }
    if (head->acknowledged <= self->acknowledged || head->acknowledged > self->sent)
        return;
    self->acknowledged = head->acknowledged;
    note_waiting(self, now_ms);
}

enum tr_bus_link_verdict tr_bus_link_state_on_batch(tr_bus_link_state *self,
                                                    const tr_batch_head *head, bool is_only_ack,
                                                    bool has_pending, uint64_t now_ms)
{
    enum tr_bus_link_verdict verdict = judge(self, head, is_only_ack);
    if (verdict == TR_LINK_BEGINS_ANEW)
        self->is_told_over = true;
    if (verdict != TR_LINK_TAKEN)
        return verdict;
    // Idle ends need not know of each other: either may forget the other.
    if (self->kind == TR_LINK_PEER &&
        (!is_only_ack || tr_bus_link_state_is_in_use(self, has_pending)))
        self->peer_incarnation = head->incarnation;
    if (self->kind == TR_LINK_PEER)
        self->heard_ms = now_ms;
    if (self->phase == TR_LINK_GIVEN_UP && !is_only_ack)
        self->phase = TR_LINK_IDLE; // the next conversation, which is answered as any other
    note_numbers(self, head, is_only_ack, now_ms);
    return TR_LINK_TAKEN;
}

bool tr_bus_link_state_over(tr_bus_link_state *self, uint64_t incarnation)
{
    if (self->kind != TR_LINK_PEER || self->peer_incarnation == 0 ||
        self->peer_incarnation != incarnation)
        return false;
    self->is_told_over = true;
    return true;
}

bool tr_bus_link_state_beat(tr_bus_link_state *self, uint64_t incarnation, uint64_t now_ms)
{
    if (self->kind != TR_LINK_PEER || self->peer_incarnation == 0 ||
        self->peer_incarnation != incarnation)
        return false;
    self->heard_ms = now_ms;
    return true;
}

uint64_t tr_bus_link_state_in_flight(const tr_bus_link_state *self)
{
    return self->is_answered ? self->sent - self->acknowledged : 0;
}

void tr_bus_link_state_leave(tr_bus_link_state *self, bool has_pending)
{
    self->last_before_leave = self->sent + has_pending;
}

bool tr_bus_link_state_is_awaited(const tr_bus_link_state *self)
{
    return self->kind == TR_LINK_PEER && self->is_answered &&
           self->acknowledged < self->last_before_leave;
}

bool tr_bus_link_state_is_heard(const tr_bus_link_state *self)
{
    return self->kind == TR_LINK_PEER && self->is_answered && self->heard_ms != 0;
}

bool tr_bus_link_state_has_window(const tr_bus_link_state *self)
{
    return !self->is_answered || self->sent - self->acknowledged < TR_LINK_WINDOW_BATCHES;
}

void tr_bus_link_state_head(const tr_bus_link_state *self, bool counts, tr_batch_head *out)
{
    out->sequence = self->sent + counts;
    out->acknowledged = self->received;
    out->incarnation = self->incarnation;
    out->peer_incarnation = self->peer_incarnation;
    out->over = self->over;
}

void tr_bus_link_state_said(tr_bus_link_state *self, bool counts, uint64_t now_ms)
{
    self->sent += counts;
    if (counts && self->sent == self->acknowledged + 1)
        note_waiting(self, now_ms);
    self->reported = self->received;
    self->said_ms = now_ms;
}

bool tr_bus_link_state_must_tell(const tr_bus_link_state *self, bool has_pending)
{
    return self->phase == TR_LINK_UP && !self->is_told_over &&
           tr_bus_link_state_is_in_use(self, has_pending);
}

void tr_bus_link_state_give_up(tr_bus_link_state *self, uint64_t incarnation, uint64_t now_ms)
{
    tr_must(self->kind == TR_LINK_PEER && incarnation > self->incarnation);
    if (self->peer_incarnation > self->over)
        self->over = self->peer_incarnation;
    self->peer_incarnation = 0;
    self->incarnation = incarnation;
    self->sent = self->acknowledged = self->received = self->reported = 0;
    self->last_before_leave = 0;
    self->waits_since_ms = 0;
    self->is_told_over = false;
    self->phase = TR_LINK_GIVEN_UP;
    self->since_ms = now_ms;
}

static bool is_listened_for(const tr_bus_link_state *self, bool has_pending)
{
    return self->phase == TR_LINK_UP && self->kind == TR_LINK_PEER && self->is_answered &&
           tr_bus_link_state_is_in_use(self, has_pending);
}

// A peer that was never heard of may be somebody else at that endpoint; an older version has
// acknowledged by now, and then need not be heard of again.
static bool is_silent(const tr_bus_link_state *self, bool has_pending, uint64_t now_ms)
{
    return is_listened_for(self, has_pending) &&
           (self->peer_incarnation != 0 || self->acknowledged + self->received == 0) &&
           now_ms > self->heard_ms + TR_PEER_SILENCE_MS;
}

static void was_away(tr_bus_link_state *self, uint64_t away_ms, uint64_t now_ms)
{
    uint64_t heard_ms = self->heard_ms + away_ms;
    self->heard_ms = heard_ms < now_ms ? heard_ms : now_ms;
}

static unsigned due_without_socket(const tr_bus_link_state *self, uint64_t now_ms)
{
    uint64_t since_ms = self->heard_ms > self->since_ms ? self->heard_ms : self->since_ms;
    if (self->kind == TR_LINK_PEER && self->phase == TR_LINK_GIVEN_UP)
        return now_ms >= self->since_ms + TR_LINK_GIVEN_UP_MS ? TR_LINK_DUE_FORGET : 0;
    if (is_owed(self))
        return TR_LINK_DUE_DIAL | TR_LINK_DUE_SAY;
    return self->kind == TR_LINK_PEER && now_ms >= since_ms + TR_LINK_GIVEN_UP_MS
               ? TR_LINK_DUE_FORGET
               : 0;
}

unsigned tr_bus_link_state_tick(tr_bus_link_state *self, bool has_pending, uint64_t away_ms,
                                uint64_t now_ms)
{
    if (away_ms != 0)
        was_away(self, away_ms, now_ms);
    if (!has_socket(self))
        return due_without_socket(self, now_ms);
    // Nobody speaks on a link that is not in use: its first message must not find a silence that
    // began long before.
    if (!tr_bus_link_state_is_in_use(self, has_pending))
        self->heard_ms = now_ms;
    unsigned due = 0;
    if (is_silent(self, has_pending, now_ms))
        due |= TR_LINK_DUE_LOST;
    if (is_owed(self) ||
        (is_listened_for(self, has_pending) && now_ms >= self->said_ms + TR_HEARTBEAT_MS))
        due |= TR_LINK_DUE_SAY;
    return due;
}

const char *tr_bus_link_phase_name(enum tr_bus_link_phase phase)
{
    static const char *const names[] = {"idle", "dialing", "up", "given up"};
    return names[phase];
}
