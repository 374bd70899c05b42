// The state machine of a link: its table.

#include "actors/bus/link_state.h"

#include <check.h>

#include "wire/limits.h"

Suite *actors_link_state_suite(void);

enum event {
    DIAL,
    PIPE_OPENS,
    PIPE_CLOSES,
    NO_PIPE_FOR_LONG,
    BATCH,
    ONLY_ACK,
    OLD_BATCH,
    GIVE_UP,
    TIME, // TR_LINK_GIVEN_UP_MS without anything
    EVENTS
};

enum { NEVER = -1, LOST = 100, FORGET = 101, REFUSED = 102 }; // NEVER: the caller may not

enum { ANY_INCARNATION = 50, NOW_MS = 100000 };

// One row a state, one column an event: the next state, or an order.
static const int after[TR_LINK_PHASES][EVENTS] = {
    [TR_LINK_IDLE] = {TR_LINK_DIALING, NEVER, NEVER, NEVER, TR_LINK_IDLE, TR_LINK_IDLE, REFUSED,
                      TR_LINK_GIVEN_UP, FORGET},
    [TR_LINK_DIALING] = {NEVER, TR_LINK_UP, TR_LINK_DIALING, LOST, TR_LINK_DIALING, TR_LINK_DIALING,
                         REFUSED, TR_LINK_GIVEN_UP, TR_LINK_DIALING},
    [TR_LINK_UP] = {NEVER, TR_LINK_UP, LOST, LOST, TR_LINK_UP, TR_LINK_UP, REFUSED,
                    TR_LINK_GIVEN_UP, TR_LINK_UP},
    [TR_LINK_GIVEN_UP] = {TR_LINK_DIALING, NEVER, NEVER, NEVER, TR_LINK_IDLE, TR_LINK_GIVEN_UP,
                          REFUSED, TR_LINK_GIVEN_UP, FORGET},
};

static tr_bus_link_state in_phase(enum tr_bus_link_phase phase)
{
    tr_bus_link_state self;
    tr_bus_link_state_init(&self, TR_LINK_PEER, true, ANY_INCARNATION, NOW_MS);
    self.over = 3;
    if (phase == TR_LINK_GIVEN_UP)
        tr_bus_link_state_give_up(&self, ANY_INCARNATION + 1, NOW_MS);
    if (phase == TR_LINK_DIALING || phase == TR_LINK_UP)
        tr_bus_link_state_dialed(&self, NOW_MS);
    if (phase == TR_LINK_UP)
        ck_assert_int_eq(tr_bus_link_state_pipe(&self, true, NOW_MS), TR_LINK_OPENED);
    ck_assert_int_eq(self.phase, phase);
    return self;
}

static int news(tr_bus_link_state *self, bool can_write, uint64_t now_ms)
{
    return tr_bus_link_state_pipe(self, can_write, now_ms) == TR_LINK_LOST ? LOST
                                                                           : (int)self->phase;
}

static int batch(tr_bus_link_state *self, uint64_t incarnation, bool is_only_ack)
{
    tr_batch_head head = {.incarnation = incarnation, .sequence = 1};
    enum tr_bus_link_verdict verdict =
        tr_bus_link_state_on_batch(self, &head, is_only_ack, false, NOW_MS + 1);
    return verdict == TR_LINK_TAKEN ? (int)self->phase : REFUSED;
}

static int apply(tr_bus_link_state *self, enum event event)
{
    switch (event) {
    case DIAL:
        tr_bus_link_state_dialed(self, NOW_MS);
        return (int)self->phase;
    case PIPE_OPENS:
        return news(self, true, NOW_MS + 1);
    case PIPE_CLOSES:
        return news(self, false, NOW_MS + 1);
    case NO_PIPE_FOR_LONG:
        return news(self, false, NOW_MS + TR_LINK_DIAL_DEADLINE_MS + 1);
    case BATCH:
        return batch(self, 4, false);
    case ONLY_ACK:
        return batch(self, 4, true);
    case OLD_BATCH:
        return batch(self, 3, false);
    case GIVE_UP:
        tr_bus_link_state_give_up(self, self->incarnation + 1, NOW_MS);
        return (int)self->phase;
    case TIME:
        return (tr_bus_link_state_tick(self, false, 0, NOW_MS + TR_LINK_GIVEN_UP_MS) &
                TR_LINK_DUE_FORGET) != 0
                   ? FORGET
                   : (int)self->phase;
    case EVENTS:
        break;
    }
    return NEVER;
}

START_TEST(every_state_answers_every_event_as_the_table_says)
{
    for (int phase = 0; phase < TR_LINK_PHASES; phase++)
        for (int event = 0; event < EVENTS; event++) {
            if (after[phase][event] == NEVER)
                continue;
            tr_bus_link_state self = in_phase((enum tr_bus_link_phase)phase);
            int is = apply(&self, (enum event)event);
            ck_assert_msg(is == after[phase][event], "%s, event %d: %d, not %d",
                          tr_bus_link_phase_name((enum tr_bus_link_phase)phase), event, is,
                          after[phase][event]);
        }
}
END_TEST

START_TEST(batches_are_judged_by_both_incarnations_and_the_sequence)
{
    static const struct {
        uint64_t incarnation, peer, sequence;
        bool is_only_ack;
        enum tr_bus_link_verdict verdict;
    } rows[] = {
        {9, 50, 6, false, TR_LINK_TAKEN},        {9, 0, 6, false, TR_LINK_TAKEN},
        {9, 49, 6, false, TR_LINK_REFUSED},      {9, 51, 6, false, TR_LINK_REFUSED},
        {8, 50, 6, false, TR_LINK_REFUSED},      {3, 50, 6, false, TR_LINK_REFUSED},
        {10, 50, 1, false, TR_LINK_BEGINS_ANEW}, {10, 0, 1, true, TR_LINK_BEGINS_ANEW},
        {9, 50, 7, false, TR_LINK_GAP},          {9, 50, 5, false, TR_LINK_GAP},
        {9, 50, 5, true, TR_LINK_TAKEN},         {9, 50, 6, true, TR_LINK_GAP},
        {0, 0, 17, false, TR_LINK_TAKEN},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        tr_bus_link_state self = in_phase(TR_LINK_UP);
        self.peer_incarnation = 9;
        self.received = 5;
        tr_batch_head head = {.incarnation = rows[i].incarnation,
                              .peer_incarnation = rows[i].peer,
                              .sequence = rows[i].sequence};
        enum tr_bus_link_verdict verdict =
            tr_bus_link_state_on_batch(&self, &head, rows[i].is_only_ack, false, NOW_MS);
        ck_assert_msg(verdict == rows[i].verdict, "row %u: %d", i, verdict);
        ck_assert_uint_eq(self.received,
                          verdict == TR_LINK_TAKEN && !rows[i].is_only_ack ? head.sequence : 5);
    }
}
END_TEST

START_TEST(a_window_that_is_full_opens_with_an_acknowledgement_that_can_be)
{
    tr_bus_link_state self = in_phase(TR_LINK_UP);
    for (unsigned i = 0; i < TR_LINK_WINDOW_BATCHES; i++) {
        ck_assert(tr_bus_link_state_has_window(&self));
        tr_bus_link_state_said(&self, true, NOW_MS);
    }
    ck_assert(!tr_bus_link_state_has_window(&self));
    tr_batch_head liar = {.incarnation = 9, .acknowledged = TR_LINK_WINDOW_BATCHES + 1};
    ck_assert_int_eq(tr_bus_link_state_on_batch(&self, &liar, true, false, NOW_MS), TR_LINK_TAKEN);
    ck_assert(!tr_bus_link_state_has_window(&self));
    liar.acknowledged = 1;
    ck_assert_int_eq(tr_bus_link_state_on_batch(&self, &liar, true, false, NOW_MS), TR_LINK_TAKEN);
    ck_assert(tr_bus_link_state_has_window(&self));
}
END_TEST

START_TEST(what_nobody_acknowledges_is_not_in_flight)
{
    tr_bus_link_state self = in_phase(TR_LINK_UP);
    tr_bus_link_state_said(&self, true, NOW_MS);
    ck_assert_uint_eq(tr_bus_link_state_in_flight(&self), 1);
    ck_assert(tr_bus_link_state_is_heard(&self));
    tr_bus_link_state_init(&self, TR_LINK_PEER, false, ANY_INCARNATION, NOW_MS);
    tr_bus_link_state_dialed(&self, NOW_MS);
    ck_assert_int_eq(tr_bus_link_state_pipe(&self, true, NOW_MS), TR_LINK_OPENED);
    tr_bus_link_state_said(&self, true, NOW_MS);
    ck_assert_uint_eq(tr_bus_link_state_in_flight(&self), 0);
    ck_assert(!tr_bus_link_state_is_heard(&self));
}
END_TEST

static void acknowledge(tr_bus_link_state *self, uint64_t up_to, uint64_t now_ms)
{
    tr_batch_head head = {.incarnation = 9, .acknowledged = up_to};
    ck_assert_int_eq(tr_bus_link_state_on_batch(self, &head, true, false, now_ms), TR_LINK_TAKEN);
}

START_TEST(who_leaves_knows_whether_all_of_before_was_heard)
{
    tr_bus_link_state self = in_phase(TR_LINK_UP);
    tr_bus_link_state_leave(&self, false);
    ck_assert(!tr_bus_link_state_is_awaited(&self));
    tr_bus_link_state_said(&self, true, NOW_MS);
    ck_assert(!tr_bus_link_state_is_awaited(&self)); // that came later
    tr_bus_link_state_leave(&self, true);            // and one more is about to go
    tr_bus_link_state_said(&self, true, NOW_MS);
    tr_bus_link_state_said(&self, true, NOW_MS);
    acknowledge(&self, 1, NOW_MS);
    ck_assert(tr_bus_link_state_is_awaited(&self));
    acknowledge(&self, 2, NOW_MS);
    ck_assert(!tr_bus_link_state_is_awaited(&self));
    tr_bus_link_state_leave(&self, false);
    ck_assert(tr_bus_link_state_is_awaited(&self));
    tr_bus_link_state_give_up(&self, ANY_INCARNATION + 1, NOW_MS);
    ck_assert(!tr_bus_link_state_is_awaited(&self));
    // Nobody waits for a peer that cannot answer.
    tr_bus_link_state_init(&self, TR_LINK_ALIAS, false, 0, NOW_MS);
    tr_bus_link_state_leave(&self, true);
    ck_assert(!tr_bus_link_state_is_awaited(&self));
}
END_TEST

START_TEST(it_is_known_since_when_nothing_was_acknowledged)
{
    tr_bus_link_state self = in_phase(TR_LINK_UP);
    ck_assert_uint_eq(self.waits_since_ms, 0);
    tr_bus_link_state_said(&self, false, NOW_MS);
    ck_assert_uint_eq(self.waits_since_ms, 0);
    tr_bus_link_state_said(&self, true, NOW_MS + 1);
    tr_bus_link_state_said(&self, true, NOW_MS + 2);
    tr_bus_link_state_said(&self, false, NOW_MS + 3);
    ck_assert_uint_eq(self.waits_since_ms, NOW_MS + 1);
    acknowledge(&self, 0, NOW_MS + 4);
    ck_assert_uint_eq(self.waits_since_ms, NOW_MS + 1);
    acknowledge(&self, 1, NOW_MS + 5);
    ck_assert_uint_eq(self.waits_since_ms, NOW_MS + 5);
    acknowledge(&self, 2, NOW_MS + 6);
    ck_assert_uint_eq(self.waits_since_ms, 0);
    tr_bus_link_state_said(&self, true, NOW_MS + 7);
    tr_bus_link_state_give_up(&self, ANY_INCARNATION + 1, NOW_MS + 8);
    ck_assert_uint_eq(self.waits_since_ms, 0);
}
END_TEST

START_TEST(an_alias_heals_and_one_within_the_process_is_dialed_anew)
{
    tr_bus_link_state self = in_phase(TR_LINK_UP);
    tr_bus_link_state_init(&self, TR_LINK_ALIAS, false, 0, NOW_MS);
    tr_bus_link_state_dialed(&self, NOW_MS);
    ck_assert_int_eq(tr_bus_link_state_pipe(&self, true, NOW_MS), TR_LINK_OPENED);
    ck_assert_int_eq(tr_bus_link_state_pipe(&self, false, NOW_MS), TR_LINK_CLOSED);
    ck_assert_int_eq(tr_bus_link_state_pipe(&self, false, 10 * NOW_MS), TR_LINK_NO_NEWS);
    ck_assert_uint_eq(tr_bus_link_state_tick(&self, true, 0, 10 * NOW_MS), 0);
    tr_bus_link_state_init(&self, TR_LINK_INSIDE, true, 0, NOW_MS);
    tr_bus_link_state_dialed(&self, NOW_MS);
    ck_assert_int_eq(tr_bus_link_state_pipe(&self, true, NOW_MS), TR_LINK_OPENED);
    ck_assert_int_eq(tr_bus_link_state_pipe(&self, false, NOW_MS), TR_LINK_LOST);
    tr_bus_link_state_hung_up(&self);
    ck_assert_int_eq(self.phase, TR_LINK_IDLE);
    ck_assert_uint_eq(tr_bus_link_state_tick(&self, false, 0, 10 * NOW_MS),
                      0); // and never forgotten
}
END_TEST

Suite *actors_link_state_suite(void)
{
    Suite *suite = suite_create("actors/bus/link_state");
    TCase *table = tcase_create("the table");
    tcase_add_test(table, every_state_answers_every_event_as_the_table_says);
    tcase_add_test(table, batches_are_judged_by_both_incarnations_and_the_sequence);
    tcase_add_test(table, a_window_that_is_full_opens_with_an_acknowledgement_that_can_be);
    tcase_add_test(table, what_nobody_acknowledges_is_not_in_flight);
    tcase_add_test(table, who_leaves_knows_whether_all_of_before_was_heard);
    tcase_add_test(table, it_is_known_since_when_nothing_was_acknowledged);
    tcase_add_test(table, an_alias_heals_and_one_within_the_process_is_dialed_anew);
    suite_add_tcase(suite, table);
    return suite;
}
