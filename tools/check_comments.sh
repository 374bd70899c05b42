#!/bin/sh
# Comments are sentences, not decoration: no line is drawn of dashes and the like. A section's title is
# `// -- title --`.
set -eu
cd "$(dirname "$0")/.."
status=0
if tools/sources.sh c h def ts mjs sh | xargs grep -nE '^ *(//|#|\*) *[-=*#~]{3,}$|^ *(//|#).* [-=*#~]{3,}$' Makefile /dev/null |
    grep -vE ':#!' | sed 's/$/    <- error: a rule of dashes; a title is `-- title --`/' | grep .; then
    status=1
fi
[ $status -ne 0 ] || echo "ok comments"
exit $status
