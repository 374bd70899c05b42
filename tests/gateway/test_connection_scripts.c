// Every input in every state of a connection, and stories of several inputs.

#include "connection_script.h"

#include <check.h>

Suite *gateway_connection_scripts_suite(void);

typedef struct script {
    const char *before; // brings it into the state
    const char *input;
    const char *expected; // of `input` alone
    enum tr_connection_state end;
} script;

// Every state, every input.
static const script transitions[] = {
    {OPENED, "register", "open", TR_CONNECTION_REGISTERING},
    {OPENED, "event", "close4400", TR_CONNECTION_CLOSING},
    {OPENED, "update", "close4400", TR_CONNECTION_CLOSING},
    {OPENED, "result", "close4400", TR_CONNECTION_CLOSING},
    {OPENED, "pieces", "close4400", TR_CONNECTION_CLOSING},
    {OPENED, "start", "", TR_CONNECTION_OPENED},
    {OPENED, "text", "close1003", TR_CONNECTION_CLOSING},
    {OPENED, "malformed", "close1007", TR_CONNECTION_CLOSING},
    {OPENED, "unknown", "close1002", TR_CONNECTION_CLOSING},
    {OPENED, "bare", "close1002", TR_CONNECTION_CLOSING},
    {OPENED, "deep", "close1009", TR_CONNECTION_CLOSING},
    {OPENED, "big", "close1009", TR_CONNECTION_CLOSING},
    {OPENED, "empty", "", TR_CONNECTION_OPENED},
    {OPENED, "data", "", TR_CONNECTION_OPENED},
    {OPENED, "attached", "unwanted", TR_CONNECTION_OPENED},
    {OPENED, "packet", "", TR_CONNECTION_OPENED},
    {OPENED, "credit", "", TR_CONNECTION_OPENED},
    {OPENED, "close", "", TR_CONNECTION_OPENED},
    {OPENED, "gone", "close1012", TR_CONNECTION_CLOSING},
    {OPENED, "drain +50", "close1012", TR_CONNECTION_CLOSING},
    {OPENED, "writable", "", TR_CONNECTION_OPENED},
    {OPENED, "closed", "", TR_CONNECTION_CLOSED},
    {OPENED, "pong", "", TR_CONNECTION_OPENED},

    {REGISTERING, "register", "close4400", TR_CONNECTION_CLOSING},
    {REGISTERING, "event update result pieces", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "start", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "text", "close1003", TR_CONNECTION_CLOSING},
    {REGISTERING, "malformed", "close1007", TR_CONNECTION_CLOSING},
    {REGISTERING, "unknown", "close1002", TR_CONNECTION_CLOSING},
    {REGISTERING, "bare", "close1002", TR_CONNECTION_CLOSING},
    {REGISTERING, "deep", "close1009", TR_CONNECTION_CLOSING},
    {REGISTERING, "big", "close1009", TR_CONNECTION_CLOSING},
    {REGISTERING, "empty", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "data", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "attached", "send4", TR_CONNECTION_ATTACHED},
    {REGISTERING, "packet", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "credit", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "close", "pause close4001 read", TR_CONNECTION_CLOSING},
    {REGISTERING, "gone", "close1012", TR_CONNECTION_CLOSING},
    {REGISTERING, "drain +50", "close1012", TR_CONNECTION_CLOSING},
    {REGISTERING, "writable", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "closed", "", TR_CONNECTION_CLOSED},
    {REGISTERING, "pong", "", TR_CONNECTION_REGISTERING},

    {ATTACHED, "register", "detach4400 close4400", TR_CONNECTION_CLOSING},
    {ATTACHED, "event", "event1", TR_CONNECTION_ATTACHED},
    {ATTACHED, "update", "update7", TR_CONNECTION_ATTACHED},
    {ATTACHED, "result", "result7", TR_CONNECTION_ATTACHED},
    {ATTACHED, "pieces", "event1", TR_CONNECTION_ATTACHED},
    {ATTACHED, "start", "", TR_CONNECTION_ATTACHED},
    {ATTACHED, "text", "detach1003 close1003", TR_CONNECTION_CLOSING},
    {ATTACHED, "malformed", "detach1007 close1007", TR_CONNECTION_CLOSING},
    {ATTACHED, "unknown", "detach1002 close1002", TR_CONNECTION_CLOSING},
    {ATTACHED, "bare", "detach1002 close1002", TR_CONNECTION_CLOSING},
    {ATTACHED, "deep", "detach1009 close1009", TR_CONNECTION_CLOSING},
    {ATTACHED, "big", "detach1009 close1009", TR_CONNECTION_CLOSING},
    {ATTACHED, "empty", "", TR_CONNECTION_ATTACHED},
    {ATTACHED, "data", "channel1", TR_CONNECTION_ATTACHED},
    {ATTACHED, "attached", "unwanted", TR_CONNECTION_ATTACHED},
    {ATTACHED, "packet", "send9 written1", TR_CONNECTION_ATTACHED},
    {ATTACHED, "hugepacket", "detach1011 close1011", TR_CONNECTION_CLOSING},
    {ATTACHED, "credit", "", TR_CONNECTION_ATTACHED},
    {ATTACHED, "close", "pause detach4001 close4001 read", TR_CONNECTION_CLOSING},
    {ATTACHED, "oddclose", "pause detach1011 close1011 read", TR_CONNECTION_CLOSING},
    {ATTACHED, "gone", "detach1012 close1012", TR_CONNECTION_CLOSING},
    {ATTACHED, "drain +50", "leave1012", TR_CONNECTION_ATTACHED},
    {ATTACHED, "writable", "", TR_CONNECTION_ATTACHED},
    {ATTACHED, "closed", "detach1001", TR_CONNECTION_CLOSED},
    {ATTACHED, "pong", "", TR_CONNECTION_ATTACHED},
    // A session on its way: what the browser says is kept, once each, and in order.
    {ATTACHED, "moved", "unmoved", TR_CONNECTION_ATTACHED},
    {ATTACHED, "event hold update event moved event", "event1 held update7 event2 moved event3",
     TR_CONNECTION_ATTACHED},
    {ATTACHED, "hold hold 2*event moved moved", "held held event1 event2 moved unmoved",
     TR_CONNECTION_ATTACHED},
    {ATTACHED, "hold packet", "held send9 written1", TR_CONNECTION_ATTACHED},
    {ATTACHED, "hold gone event +100 moved", "held event1 moved", TR_CONNECTION_ATTACHED},
    {ATTACHED, "hold closed moved", "held detach1001 unmoved", TR_CONNECTION_CLOSED},
    {ATTACHED, "hold event close", "held pause detach4001 close4001 read", TR_CONNECTION_CLOSING},
    {ATTACHED, "hold +3999", "held", TR_CONNECTION_ATTACHED},
    {ATTACHED, "hold event +4000", "held detach1012 close1012", TR_CONNECTION_CLOSING},
    {REGISTERING, "hold", "unheld", TR_CONNECTION_REGISTERING},

    {CLOSING, "register event update result pieces start text", "", TR_CONNECTION_CLOSING},
    {CLOSING, "malformed unknown bare deep big empty data", "", TR_CONNECTION_CLOSING},
    {CLOSING, "attached", "unwanted", TR_CONNECTION_CLOSING},
    {CLOSING, "packet bigpacket hugepacket credit", "", TR_CONNECTION_CLOSING},
    {CLOSING, "close gone drain writable pong", "", TR_CONNECTION_CLOSING},
    {CLOSING, "closed", "", TR_CONNECTION_CLOSED},

    {CLOSED, "register event text malformed big", "", TR_CONNECTION_CLOSED},
    {CLOSED, "attached", "unwanted", TR_CONNECTION_CLOSED},
    {CLOSED, "packet credit close gone drain writable pong closed +999999", "",
     TR_CONNECTION_CLOSED},
};

static const script stories[] = {
    {OPENED, "noworker toomany register", "open toomany close1013", TR_CONNECTION_CLOSING},
    // There is no worker yet: its registration waits for one, and nothing more is read.
    {OPENED, "noworker register", "open wait pause", TR_CONNECTION_PLACING},
    {OPENED, "noworker register routes", "open wait pause open", TR_CONNECTION_PLACING},
    {OPENED, "noworker register worker routes", "open wait pause open read",
     TR_CONNECTION_REGISTERING},
    {OPENED, "noworker register worker routes attached", "open wait pause open read send4",
     TR_CONNECTION_ATTACHED},
    // Bytes that had been read already come behind it.
    {OPENED, "noworker register 2*event worker routes attached",
     "open wait pause open read send4 event1 event2", TR_CONNECTION_ATTACHED},
    {OPENED, "noworker register 20*event", "open wait pause close1011 read", TR_CONNECTION_CLOSING},
    {OPENED, "noworker register register", "open wait pause close4400 read", TR_CONNECTION_CLOSING},
    {OPENED, "noworker register +4999", "open wait pause", TR_CONNECTION_PLACING},
    {OPENED, "noworker register +5000", "open wait pause close1013 read", TR_CONNECTION_CLOSING},
    {OPENED, "noworker register busy routes", "open wait pause open close1013 read",
     TR_CONNECTION_CLOSING},
    {OPENED, "noworker register closed worker routes", "open wait pause", TR_CONNECTION_CLOSED},
    {OPENED, "noworker register drain +50", "open wait pause close1012 read",
     TR_CONNECTION_CLOSING},
    {OPENED, "noworker register close", "open wait pause", TR_CONNECTION_PLACING},
    {OPENED, "noworker register +4999 worker routes +4999", "open wait pause open read",
     TR_CONNECTION_REGISTERING},
    {OPENED, "noworker nomemory register", "open wait close1013", TR_CONNECTION_CLOSING},
    // The session cannot be found.
    {OPENED, "busy register", "open close1013", TR_CONNECTION_CLOSING},
    // Deadlines.
    {OPENED, "+9999", "", TR_CONNECTION_OPENED},
    {OPENED, "+10000", "close1008", TR_CONNECTION_CLOSING},
    {OPENED, "+9000 empty +1000", "close1008", TR_CONNECTION_CLOSING},
    {REGISTERING, "+4999", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "+5000", "close1013", TR_CONNECTION_CLOSING},
    {REGISTERING, "+5000 attached", "close1013 unwanted", TR_CONNECTION_CLOSING},
    {CLOSING, "+4999", "", TR_CONNECTION_CLOSING},
    {CLOSING, "+5000", "cut", TR_CONNECTION_CLOSED},
    {CLOSING, "+5000 closed", "cut", TR_CONNECTION_CLOSED},
    {ATTACHED, "start +29999", "", TR_CONNECTION_ATTACHED},
    {ATTACHED, "start +30000", "detach1008 close1008", TR_CONNECTION_CLOSING},
    // Silence: a ping, and then the end; any sign of life starts it anew.
    {ATTACHED, "+29999", "", TR_CONNECTION_ATTACHED},
    {ATTACHED, "+30000", "ping", TR_CONNECTION_ATTACHED},
    {ATTACHED, "+44999", "ping", TR_CONNECTION_ATTACHED},
    {ATTACHED, "+45000", "ping detach1006 cut", TR_CONNECTION_CLOSED},
    {ATTACHED, "+30000 pong +29999", "ping", TR_CONNECTION_ATTACHED},
    {ATTACHED, "+30000 pong +30000", "ping ping", TR_CONNECTION_ATTACHED},
    {ATTACHED, "+20000 event +29999", "event1", TR_CONNECTION_ATTACHED},
    {ATTACHED, "+30000 event +29999", "ping event1", TR_CONNECTION_ATTACHED},
    // Packets that came before the session did wait; the answer goes out first.
    {REGISTERING, "event update attached", "send4 event1 update7", TR_CONNECTION_ATTACHED},
    {REGISTERING, "15*event", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "16*event", "pause", TR_CONNECTION_REGISTERING},
    {REGISTERING, "16*event 2*credit", "pause", TR_CONNECTION_REGISTERING},
    {REGISTERING, "2*event 14*update full attached", "pause send4", TR_CONNECTION_ATTACHED},
    {REGISTERING, "4*event full attached room +5", "send4 pause event1 event2 event3 event4 read",
     TR_CONNECTION_ATTACHED},
    {REGISTERING, "20*event", "pause", TR_CONNECTION_REGISTERING},
    {REGISTERING, "21*event", "pause close1011 read", TR_CONNECTION_CLOSING},
    {REGISTERING, "nomemory event", "close1013", TR_CONNECTION_CLOSING},
    {REGISTERING, "died event attached", "send4 detach1012 close1012", TR_CONNECTION_CLOSING},
    {REGISTERING, "slow attached event close", "send4 event1 pause", TR_CONNECTION_ATTACHED},
    // A full mailbox: kept, paused, tried again until it fits.
    {ATTACHED, "full event", "pause", TR_CONNECTION_ATTACHED},
    {ATTACHED, "full event +100", "pause", TR_CONNECTION_ATTACHED},
    {ATTACHED, "full event +4 room +1", "pause event1 read", TR_CONNECTION_ATTACHED},
    {ATTACHED, "full event room event +5", "pause event1 event2 read", TR_CONNECTION_ATTACHED},
    {ATTACHED, "full event died +5", "pause detach1012 close1012 read", TR_CONNECTION_CLOSING},
    {ATTACHED, "full event closed", "pause detach1001", TR_CONNECTION_CLOSED},
    {ATTACHED, "died event", "detach1012 close1012", TR_CONNECTION_CLOSING},
    // A paused browser is pinged, which finds a dead socket, but not called silent: nobody listens.
    {ATTACHED, "full event +100000", "pause ping ping ping", TR_CONNECTION_ATTACHED},
    {ATTACHED, "full event +100000 room +5 +19994", "pause ping ping ping event1 read",
     TR_CONNECTION_ATTACHED},
    {ATTACHED, "full event +100000 room +5 +19995", "pause ping ping ping event1 read ping",
     TR_CONNECTION_ATTACHED},
    {ATTACHED, "+30000 full event +15000", "ping pause", TR_CONNECTION_ATTACHED},
    // Packets: counted when they are out, the registration answer not among them.
    {ATTACHED, "packet packet", "send9 written1 send9 written1", TR_CONNECTION_ATTACHED},
    {ATTACHED, "slow packet packet", "send9", TR_CONNECTION_ATTACHED},
    {ATTACHED, "slow packet packet writable", "send9 written1 send9", TR_CONNECTION_ATTACHED},
    {ATTACHED, "slow 3*packet quick writable", "send9 written1 send9 send9 written2",
     TR_CONNECTION_ATTACHED},
    {REGISTERING, "slow attached packet quick writable", "send4 send9 written1",
     TR_CONNECTION_ATTACHED},
    {REGISTERING, "slow attached 4*packet", "send4", TR_CONNECTION_ATTACHED},
    {REGISTERING, "slow attached 5*packet", "send4 detach1011 close1011", TR_CONNECTION_CLOSING},
    {ATTACHED, "bigpacket", "piece65536 piece65536 send5 written1", TR_CONNECTION_ATTACHED},
    {ATTACHED, "slow bigpacket writable writable writable", "piece65536 piece65536 send5 written1",
     TR_CONNECTION_ATTACHED},
    {ATTACHED, "slow 4*packet", "send9", TR_CONNECTION_ATTACHED},
    {ATTACHED, "slow 5*packet", "send9 detach1011 close1011", TR_CONNECTION_CLOSING},
    {ATTACHED, "broken packet", "send9 detach1006 broken", TR_CONNECTION_CLOSED},
    // A browser that takes nothing; progress starts the time anew.
    {ATTACHED, "slow packet +20000 pong +9999", "send9", TR_CONNECTION_ATTACHED},
    {ATTACHED, "slow packet +20000 pong +10000", "send9 detach1006 cut", TR_CONNECTION_CLOSED},
    {ATTACHED, "slow bigpacket +20000 pong writable +20000 pong writable +9999",
     "piece65536 piece65536 send5", TR_CONNECTION_ATTACHED},
    // Closing for the session: once everything is out, or the browser takes nothing.
    {ATTACHED, "slow packet close packet quick writable",
     "send9 pause written1 detach4001 close4001 read", TR_CONNECTION_CLOSING},
    {ATTACHED, "slow packet close close event +30000", "send9 pause detach1006 cut",
     TR_CONNECTION_CLOSED},
    {ATTACHED, "slow packet close closed", "send9 pause detach1001", TR_CONNECTION_CLOSED},
    // Draining.
    {ATTACHED, "drain +49", "", TR_CONNECTION_ATTACHED},
    {ATTACHED, "drain +20 drain +30", "leave1012", TR_CONNECTION_ATTACHED},
    {ATTACHED, "drain event +50", "event1 leave1012", TR_CONNECTION_ATTACHED},
    // What the browser said before its own close frame counts; what it would be told does not.
    {ATTACHED, "drain +50 event packet update closed", "leave1012 event1 update7 detach1001",
     TR_CONNECTION_CLOSED},
    {ATTACHED, "drain +50 event +5000", "leave1012 event1 detach1006 cut", TR_CONNECTION_CLOSED},
    {ATTACHED, "drain +50 text", "leave1012 detach1003", TR_CONNECTION_CLOSING},
    // Memory runs out while a message is put together.
    {ATTACHED, "nomemory start", "detach1013 close1013", TR_CONNECTION_CLOSING},
};

static void play(const script *row)
{
    script_run(row->before);
    script_done[0] = '\0';
    script_run(row->input);
    script_expect_done(row->expected);
    ck_assert_int_eq(script_connection.state, row->end);
}

START_TEST(connection_answers_every_input_in_every_state)
{
    play(&transitions[_i]);
}
END_TEST

START_TEST(connection_lives_through_stories)
{
    play(&stories[_i]);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

Suite *gateway_connection_scripts_suite(void)
{
    Suite *suite = suite_create("gateway/connection_scripts");
    TCase *cases = tcase_create("connection");
    tcase_add_checked_fixture(cases, script_set_up, script_tear_down);
    tcase_add_loop_test(cases, connection_answers_every_input_in_every_state, 0,
                        COUNT(transitions));
    tcase_add_loop_test(cases, connection_lives_through_stories, 0, COUNT(stories));
    suite_add_tcase(suite, cases);
    return suite;
}
