#ifndef TR_TESTING_CLIENT_VALUE_H
#define TR_TESTING_CLIENT_VALUE_H

// How the model's values are made and changed. Lists and maps own what is put into them; what is
// taken out is the caller's. Serials count the objects of one client.

#include "testing/client_model.h"

cm_value *tr_cm_new(enum cm_kind kind, uint32_t *serials);
void tr_cm_insert(cm_value *list, uint32_t at, cm_value *item);
cm_value *tr_cm_take_item(cm_value *list, uint32_t at);
cm_pair *tr_cm_find_pair(const cm_value *map, const char *key);
void tr_cm_put(cm_value *map, const char *key, cm_value *value);
cm_value *tr_cm_take_pair(cm_value *map, const char *key);
void tr_cm_read_key(tr_reader *reader, char *key, size_t size);
cm_value *tr_cm_read(tr_reader *reader, uint32_t *serials);

#endif
