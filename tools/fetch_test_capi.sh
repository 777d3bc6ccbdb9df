#!/usr/bin/env bash
# CPython's test_capi, which Debian's package of tests leaves out: out of the source package python3.11, into build/test_capi.
# Nothing of it is committed. Ends with 77 where the archive cannot be had.
#
#   fetch_test_capi.sh [PROGRAM...]    runs it with each program (python3.11, build/debug/tools/baton), logs in build/test_capi
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
folder=$PWD/build/test_capi
mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
sources=$folder/debian.list
. /etc/os-release
cat >"$sources" <<LIST
deb-src http://deb.debian.org/debian ${VERSION_CODENAME:-bookworm} main
deb-src http://deb.debian.org/debian-security ${VERSION_CODENAME:-bookworm}-security main
LIST
apt=(apt-get -q -o Dir::Etc::SourceList="$sources" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$folder/lists"
  -o Dir::Cache="$folder/cache" -o APT::Get::List-Cleanup=0 -o APT::Sandbox::User=root)

if [[ ! -d $folder/test ]]; then
  if ! "${apt[@]}" update >"$folder/log" 2>&1 || ! (cd "$folder" && "${apt[@]}" source --download-only --tar-only python3.11 >>"$folder/log" 2>&1); then
    echo "test_capi: the source package python3.11 cannot be had here:"
    tail -3 "$folder/log"
    exit 77
  fi
  archive=$(ls "$folder"/python3.11_*.orig.tar.*)
  mkdir -p "$folder/unpacked"
  tar -C "$folder/unpacked" --strip-components=2 --wildcards -xf "$archive" '*/Lib/test/test_capi*'
  mv "$folder/unpacked/test" "$folder/test"
fi
ls -d "$folder"/test/test_capi*

# Each program runs it in a process of its own; the last line has the counts.
for program in "$@"; do
  echo "== $program"
  (cd "$folder" && timeout 600 "$program" -c '
import pkgutil, sys, unittest
import test
test.__path__.append(sys.argv[1])
from test import test_capi
names = [f"test.test_capi.{m.name}" for m in pkgutil.iter_modules(test_capi.__path__) if m.name.startswith("test_")]
suite = unittest.defaultTestLoader.loadTestsFromNames(names)
result = unittest.TextTestRunner(verbosity=2, stream=sys.stderr).run(suite)
bad = len(result.failures) + len(result.errors)
print(f"{result.testsRun - bad - len(result.skipped)} passed, {len(result.failures)} failed, {len(result.errors)} errors, {len(result.skipped)} skipped")
' "$folder/test" 2>"$folder/$(basename "$program").log" | tail -1) || true
done
