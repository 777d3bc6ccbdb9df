"""Fills the cache of compiled library modules of an installation; run by the `baton` that will read it.

    baton fill_code_cache.py FOLDER

What is in FOLDER is thrown away first. Compiled are the modules that start-up imports and others that many programs do; the two
bootstrap files of importlib besides, under names of their own, as the code that runs before importlib.
"""
import importlib._bootstrap_external as external
import importlib.machinery
import importlib.util
import os
import shutil
import sys

MODULES = """
__future__ _collections_abc _compat_pickle _compression _sitebuiltins _weakrefset abc argparse ast asyncio base64 bisect calendar
codecs collections collections.abc concurrent concurrent.futures concurrent.futures.thread configparser contextlib copy copyreg csv
dataclasses datetime decimal difflib dis email enum fnmatch fractions functools genericpath getopt glob hashlib heapq html http
importlib importlib.abc importlib.machinery importlib.util inspect io json json.decoder json.encoder json.scanner keyword linecache
locale logging numbers opcode operator os pathlib pickle platform posixpath pprint queue random re re._casefix re._compiler
re._constants re._parser reprlib runpy selectors shlex shutil signal site socket sre_compile stat statistics string struct subprocess
sysconfig tempfile textwrap threading timeit token tokenize traceback types typing unittest urllib urllib.parse uuid warnings weakref
zipfile encodings encodings.aliases encodings.ascii encodings.latin_1 encodings.utf_8
"""


def store(target, code, source):
    st = os.stat(source)
    data = external._code_to_timestamp_pyc(code, int(st.st_mtime), st.st_size)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as f:
        f.write(data)


def fill(folder, names):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    sys.pycache_prefix = os.path.abspath(folder)
    for name in sorted(names):
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError, AttributeError):
            continue
        loader = getattr(spec, "loader", None)
        if not isinstance(loader, importlib.machinery.SourceFileLoader) or not spec.origin.startswith(sys.prefix + "/lib/python3.11/"):
            continue
        code = loader.source_to_code(loader.get_data(spec.origin), spec.origin)
        store(importlib.util.cache_from_source(spec.origin), code, spec.origin)
    for name in ("_bootstrap", "_bootstrap_external"):
        source = os.path.join(os.path.dirname(external.__file__ or importlib.__file__), name + ".py")
        with open(source, "rb") as f:
            code = compile(f.read(), "<frozen importlib.%s>" % name, "exec", dont_inherit=True, optimize=0)
        tag = sys.implementation.cache_tag
        store("%s%s.frozen.%s.pyc" % (sys.pycache_prefix, source[:-3], tag), code, source)


if __name__ == "__main__":
    fill(sys.argv[1], set(MODULES.split()) | set(sys.modules))
