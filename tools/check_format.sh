#!/usr/bin/env bash
# Every C and C++ source is as clang-format leaves it (tables and generated text apart). --fix rewrites.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
git rev-parse --git-dir >/dev/null 2>&1 || { echo "format: not a git checkout, so what belongs to it is unknown"; exit 77; }
mapfile -t files < <(git ls-files 'threadstate/*.cpp' 'threadstate/*.h' 'runtime/*.cpp' 'runtime/*.h' 'vm/*.cpp' 'vm/*.h' \
  'capi/*.cpp' 'capi/*.h' 'capi/*.c' 'test/*.cpp' 'test/*.h' 'test/*.c' 'tools/*.cpp' | grep -v -E 'capi/include/')
if [[ ${1:-} == --fix ]]; then
  clang-format -i "${files[@]}"
else
  clang-format --dry-run --Werror "${files[@]}"
  echo "format: ${#files[@]} files"
fi
