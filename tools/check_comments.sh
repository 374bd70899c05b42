#!/bin/sh
# Comments are sentences, not decoration: no line is drawn of dashes and the like. A section's title is
# `// -- title --`. And no sentence at the start of a comment's line begins with somebody unnamed: "Who
# waits …" is "An actor that waits …".
set -eu
cd "$(dirname "$0")/.."
status=0
if tools/sources.sh c h def ts mjs sh | xargs grep -nE '^ *(//|#|\*) *[-=*#~]{3,}$|^ *(//|#).* [-=*#~]{3,}$' Makefile /dev/null |
    grep -vE ':#!' | sed 's/$/    <- error: a rule of dashes; a title is `-- title --`/' | grep .; then
    status=1
fi
if tools/sources.sh c h def ts mjs sh | xargs grep -nE '^ *(//|#|\*) (Who|Whoever|Whom|Whomever|Whatever|For what|Of what|For whom|That which) ' Makefile /dev/null |
    sed 's/$/    <- error: name the thing or the person/' | grep .; then
    status=1
fi
[ $status -ne 0 ] || echo "ok comments"
exit $status
