#ifndef TR_TESTS_GATEWAY_CONNECTION_SCRIPT_H
#define TR_TESTS_GATEWAY_CONNECTION_SCRIPT_H

// A tiny interpreter: a test is a script of inputs to one connection, and its actions are noted as
// words.

#include <check.h>

#include "gateway/connection.h"

extern tr_connection script_connection;
extern uint64_t script_now_ms;
extern char script_done[8192]; // its actions, one word each
extern int script_open_result;
extern int script_deliver_result;
extern int script_send_result;
extern const tr_connection_limits script_limits;

void script_give(const void *bytes, size_t size, bool is_first, bool is_last, size_t more);

void script_on_event(void);

void script_on_much_credit(void);

void script_on_hold(void);

void script_on_moved_with_all(void);

// Lets time script_pass as a timer would: the script_connection hears of it when it asked to.
void script_pass(uint64_t span_ms);

void script_run(const char *script);

void script_set_up(void);

void script_tear_down(void);

void script_expect_done(const char *expected);

#define OPENED ""
#define REGISTERING "register"
#define ATTACHED "register attached"
#define CLOSING "register attached malformed"
#define CLOSED "register attached closed"

#endif
