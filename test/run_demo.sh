#!/usr/bin/env bash
# Builds the host of capi/examples against an installed Baton, as a user would, and runs it.
#
#   run_demo.sh ROOT [arguments of line_pool]
set -euo pipefail
examples=$(dirname "$(readlink -f "$0")")/../capi/examples
root=$(readlink -f "$1")
shift
config=$root/bin/baton-config
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The host embeds the library; the extension needs the headers only. Unquoted: these are lists of options.
gcc -O2 -Wall -Wextra "$examples"/line_pool.c "$examples"/handoffs.c -o "$folder/line_pool" \
  $("$config" --embed --cflags --ldflags) -lpthread
gcc -O2 -Wall -Wextra -shared -fPIC "$examples/pipe_reader.c" -o "$folder/pipe_reader$("$config" --extension-suffix)" \
  $("$config" --cflags)
cp "$examples/line_pool.py" "$folder"

if (($# > 0)); then
  "$folder/line_pool" "$folder" "$@"
  exit
fi
echo "== mode fair, all files of the standard library"
BATON_GIL=fair "$folder/line_pool" "$folder"
for mode in timed ticks; do
  echo
  echo "== mode $mode, 200 files"
  BATON_GIL=$mode "$folder/line_pool" "$folder" -n 200
done

# The program uses the public interface only, so CPython runs it too, where its development package is installed.
if flags=$(pkg-config --cflags --libs python-3.11-embed 2>/dev/null); then
  mkdir "$folder/cpython"
  gcc -O2 -Wall -Wextra "$examples/line_pool.c" -o "$folder/cpython/line_pool" $flags -lpthread
  gcc -O2 -Wall -Wextra -shared -fPIC "$examples/pipe_reader.c" -o "$folder/cpython/pipe_reader.so" \
    $(pkg-config --cflags python-3.11)
  cp "$examples/line_pool.py" "$folder/cpython"
  echo
  echo "== the same program on CPython 3.11, 200 files"
  PYTHONDONTWRITEBYTECODE=1 "$folder/cpython/line_pool" "$folder/cpython" -n 200
fi
