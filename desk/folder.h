#ifndef TR_DESK_FOLDER_H
#define TR_DESK_FOLDER_H

// The files of this folder and of those in it, by name: paths from here.
//
// Thread: main. Owns: nothing.

// 0, or an error, which ends the walk.
typedef int tr_folder_take(void *arg, const char *path);

// Calls `take` for each file, in the order of names. What is hidden, and what begins with `but` (NULL: nothing), is left
// out, folders too.
int tr_folder_each(const char *but, tr_folder_take *take, void *arg);

#endif
