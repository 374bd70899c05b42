#ifndef TR_TESTS_SDK_SESSION_ROWS_WORLD_H
#define TR_TESTS_SDK_SESSION_ROWS_WORLD_H

// Apps with a list of a million rows that are built on demand, and one browser that looks at it.
//
// Thread: a test's.

#include "testing/lab.h"
#include "troupe/troupe.h"

typedef struct rows_world {
    lab *here;
    const lab_connection *browser;
    unsigned builds;  // calls of the handler
    unsigned built;   // rows it made
    uint32_t shift;   // the subject of row 0
    unsigned refuses; // so many calls of the handler give nothing
    int results[4];   // of the calls that a handler made
} rows_world;

extern rows_world rows;

extern const tr_app rows_app; // with a header, and a button for each change
extern const tr_app rows_slow_app;
extern const tr_app rows_from_before_app; // reads first, and gives what it read 20 ms later
extern const tr_app rows_sync_app;
extern const tr_app rows_rebuilt_app;

// Whether the browser asks for rows: Flet's own client does not.
void rows_start(const tr_app *which, bool can_ask);
// Ends it; the browser's page has to be the session's.
void rows_end(void);

// Of the browser's page. Lent.
cm_value *rows_by_key(const char *key);
uint32_t rows_id_of(const char *key);
cm_value *rows_children(void);
// The text of the n-th child, of which the first may be the header.
const char *rows_text_of(uint32_t n);
int64_t rows_first(void);

// An event of the list with numbers by name.
void rows_send(const char *event, unsigned count, const char *const *names, const double *values);
void rows_ask(double first, double count);
void rows_click(const char *key);

#endif
