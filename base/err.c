#include "troupe/err.h"

const char *tr_err_name(int code)
{
    switch (code) {
#define TR_ERROR_NAME(name, number, text)                                                          \
    case (number):                                                                                 \
        return #name;
        TR_ERRORS(TR_ERROR_NAME)
#undef TR_ERROR_NAME
    default:
        return code >= 0 ? "TR_OK" : "TR_EUNKNOWN";
    }
}

const char *tr_err_text(int code)
{
    switch (code) {
#define TR_ERROR_TEXT(name, number, text)                                                          \
    case (number):                                                                                 \
        return text;
        TR_ERRORS(TR_ERROR_TEXT)
#undef TR_ERROR_TEXT
    default:
        return code >= 0 ? "ok" : "unknown error";
    }
}
