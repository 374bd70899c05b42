#ifndef TR_TESTS_BETWEEN_H
#define TR_TESTS_BETWEEN_H

// A network between two processes, and nobody else, that can be cut. Their bus sockets have paths
// relative to the folder in which a process was started; to all others these lead to the sockets
// themselves, to the two, as far as the other's are concerned, to proxies.
//
//     FOLDER/one/, FOLDER/other/       the sockets of the two; everybody else is started in FOLDER
//     FOLDER/of-one/, FOLDER/of-other/ where the two are started
//
// Thread: the test's. Owns: its proxies; the folder is the caller's.

enum between_side { BETWEEN_ONE, BETWEEN_OTHER, BETWEEN_SIDES };

typedef struct between between;

between *between_start(const char *folder);
void between_stop(between **self);

// Where that one of the two is started, and its --bus.
const char *between_folder(const between *self, enum between_side side);
const char *between_bus(enum between_side side);

// Sockets that have come since have proxies from now on: now and then.
void between_look(between *self);

// Nothing of what the two say arrives; connections stay open.
void between_cut(between *self);
void between_heal(between *self);

#endif
