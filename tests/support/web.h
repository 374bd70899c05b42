#ifndef TESTS_SUPPORT_WEB_H
#define TESTS_SUPPORT_WEB_H

// A web server on the loopback that behaves as its paths say, well or badly.
//
//     /ok /echo /missing    answers         /slow     takes the request and says nothing
//     /huge /headers        without end     /broken   what is no HTTP
//     /short                ends early      /close    ends at once
//     /loop                 leads to itself /away     leads to another scheme
//     /twice                leads to /ok
//
// Thread: a test's. Owns: its threads.

typedef struct web web;

web *web_start(void);
void web_stop(web **self);

// "http://127.0.0.1:port" + path; lent until the next call.
const char *web_url(web *self, const char *path);

// Waits until so many connections have been closed by the other end, in all; false after 10 s.
int web_wait_closed(web *self, int count);

// The most connections that were open at once.
int web_most(web *self);

#endif
