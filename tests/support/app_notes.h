#ifndef TR_TESTS_APP_NOTES_H
#define TR_TESTS_APP_NOTES_H

// What the files of the app for stories share.

#include "troupe/troupe.h"

struct notes {
    int count;
    int hits;
    int beats;
    int clicks;
    int asked;
    int lingering;
    int enough;
    char name[64];
};

// The buttons whose handlers take their time.
ui_control *app_waiting_row(void);

#endif
