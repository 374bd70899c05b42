#!/bin/sh
# Functions with a better one beside them, and what follows the locale of the process. A file that may is
# named with its rule below.
set -eu
cd "$(dirname "$0")/.."
status=0

# Lines of code that match, less the files that may have them.
refuse() {
    why=$1 pattern=$2 may=$3
    shift 3
    if tools/sources.sh c h | grep -E "^($*)/" | grep -vxE "${may:-none}" | xargs grep -nE "$pattern" /dev/null |
        grep -vE '^[^:]*:[0-9]+: *//' | sed "s|\$|    <- error: $why|" | grep .; then
        status=1
    fi
}

rooms='base|wire|metrics|actors|crypto|uploads|auth|store|sdk|gateway|broker|host|testing|commands|include'
all="$rooms|examples|tests|bench"
refuse 'no bound: snprintf, memcpy, fgets' '\b(strcpy|stpcpy|strcat|sprintf|vsprintf|gets|alloca)\(' '' "$rooms|examples"
refuse 'one state for all threads: strtok_r' '\bstrtok\(' '' "$all"
refuse 'one state for all threads: the _r one' '\b(localtime|gmtime|ctime|asctime|readdir_r|rand|srand)\(' '' "$rooms"
refuse 'a race: mkstemp' '\b(tmpnam|tempnam|mktemp)\(' '' "$all"
refuse 'takes anything for a number: strtol, strtod' '\b(atoi|atol|atoll|atof)\(' '' "$rooms"
refuse 'a hash that everybody knows, or a second kind of list: base/table.h, utlist.h' '#include <(uthash|sys/queue)\.h>' 'base/table\.h' "$rooms"
refuse 'the locale is the program'\''s' '\bsetlocale\(' '' "$rooms"
# A process that called setlocale writes and reads a decimal comma with these, or has other letters: base/number.h.
refuse 'follows the locale: base/number.h' \
    '\b(strtod|strtof|strtold|atof|vsnprintf|vfprintf|vprintf|is(space|alpha|alnum|upper|lower|print|punct|blank|cntrl|graph)|tolower|toupper|strcasecmp|strncasecmp|strcoll|strxfrm)\(' \
    'base/number\.[ch]' "$rooms"
float='%[-+0-9.*#]*[gfeaGFEA]\b'
refuse 'follows the locale: tr_format' "\b[a-z]*n?printf\([^;]*\"[^\"]*$float" 'wire/field\.c|metrics/exposition\.c|host/report\.c|host/top\.c|testing/client_compare\.c' "$rooms"
# Formats of fractions, also on a line of their own: in files that hand them to tr_format, ui_format or tr_format_list alone.
refuse 'follows the locale: tr_format' "\"[^\"]*$float" 'wire/field\.c|metrics/exposition\.c|sdk/api/form(_value)?\.c|sdk/api/build\.c|host/report\.c|host/top\.c|testing/(client_compare|json)\.c' "$rooms"
if tools/sources.sh mjs | xargs grep -nE '\.(toSorted|toReversed|toSpliced)\(' /dev/null |
    sed 's|$|    <- error: Node 18, which Debian 12 has, knows none of these|' | grep .; then
    status=1
fi
[ $status -ne 0 ] || echo "ok banned"
exit $status
