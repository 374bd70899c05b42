#include "fuzz.h"

#include "base/must.h"
#include "testing/recording.h"
#include "troupe/err.h"

// A recording that anybody may have edited.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tr_recording recording;
    tr_buf why = {0};
    int result = tr_recording_read((const char *)data, size, &recording, &why);
    tr_must(result == 0 || (result == TR_EMALFORMED && why.size != 0));
    tr_recording_done(&recording);
    tr_buf_done(&why);
    return 0;
}
