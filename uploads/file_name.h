#ifndef TR_UPLOADS_FILE_NAME_H
#define TR_UPLOADS_FILE_NAME_H

// Names of files as a browser or an app gives them, made into names that can stand in a folder of
// this server and of any machine the file is copied to: one part of a path, UTF-8, nothing hidden,
// nothing reserved (Windows' CON, NUL …), nothing that shows as something else (controls, marks of
// writing direction).
//
// Thread: any; pure.

#include <stdbool.h>

#include "troupe/slice.h"

#define TR_FILE_NAME_CAP_BYTES 200u // leaves room for a number when the name is taken (255 in all)

// The last part of a path with `/` or `\`, made safe. "" and the like become "file".
void tr_file_name_make(tr_slice given, char out[TR_FILE_NAME_CAP_BYTES + 1]);

// Is it as tr_file_name_make leaves it?
bool tr_file_name_is_safe(tr_slice name);

// Where the extension begins, with its dot; the name's size when it has none.
size_t tr_file_name_stem(tr_slice name);

#endif
