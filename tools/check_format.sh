#!/bin/sh
# The format of C is clang-format's, in the version that Debian 12 has: another one breaks lines elsewhere.
# `--fix` writes it.
set -eu
cd "$(dirname "$0")/.."
wanted=14
tool=$(command -v clang-format-$wanted || command -v clang-format || true)
version=$([ -z "$tool" ] || "$tool" --version | sed 's/.*version \([0-9]*\).*/\1/')
if [ "$version" != $wanted ]; then
    echo "skipped: the format, which needs clang-format $wanted (found: ${version:-none})"
    exit 0
fi
if [ "${1:-}" = --fix ]; then
    tools/sources.sh c h | xargs "$tool" -i
    exit
fi
bad=$(tools/sources.sh c h | xargs "$tool" --dry-run -Werror 2>&1 | sed -n 's/^\([^ :]*\):.*\[-Wclang-format-violations\]$/\1/p' | sort -u)
if [ -n "$bad" ]; then
    printf '%s\n' "$bad" | sed 's/$/: error: not formatted (make fmt)/'
    exit 1
fi
echo "ok format"
