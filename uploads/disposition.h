#ifndef TR_UPLOADS_DISPOSITION_H
#define TR_UPLOADS_DISPOSITION_H

// The header that has a browser save a file under a name (RFC 6266), also one that is not ASCII
// (RFC 8187).
//
// Thread: any; pure.

#include "base/buf.h"

// `attachment; filename="a_b.txt"; filename*=UTF-8''a%C3%A4b.txt` for a name as of
// uploads/file_name.h; without the second form where the first says all of it.
void tr_disposition_write(const char *name, tr_buf *out);

#endif
