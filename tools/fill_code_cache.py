"""Fills the cache of compiled library modules of an installation; run by the `baton` that will read it.

    baton fill_code_cache.py FOLDER

What is in FOLDER is thrown away first. Compiled is the whole library, without its tests and its programs with windows, as CPython's
package does when it is installed; the two bootstrap files of importlib besides, under names of their own, as the code that runs
before importlib.
"""
import importlib._bootstrap_external as external
import importlib.machinery
import importlib.util
import os
import shutil
import sys
import warnings

LEFT_OUT = {"test", "tests", "idlelib", "turtledemo", "tkinter", "lib-dynload", "site-packages", "dist-packages", "__pycache__"}


def store(target, code, source):
    st = os.stat(source)
    data = external._code_to_timestamp_pyc(code, int(st.st_mtime), st.st_size)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as f:
        f.write(data)


def library():
    """The names of the library's modules and packages in Python."""
    top = os.path.dirname(os.__file__)
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(f for f in folders if f not in LEFT_OUT and f.isidentifier())
        for file in files:
            name, suffix = os.path.splitext(os.path.relpath(os.path.join(folder, file), top))
            if suffix == ".py":
                yield name.removesuffix(os.sep + "__init__").replace(os.sep, ".")


def find(name):
    """Where the source of a module is; unlike importlib's find_spec, without importing the packages around it."""
    base = os.path.join(os.path.dirname(os.__file__), *name.split("."))
    for source in (os.path.join(base, "__init__.py"), base + ".py"):
        if os.path.isfile(source):
            return source
    return None


def fill(folder, names):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    sys.pycache_prefix = os.path.abspath(folder)
    warnings.simplefilter("ignore")  # of the library's own escapes
    for name in sorted(names):
        source = find(name)
        if source is None:
            continue
        loader = importlib.machinery.SourceFileLoader(name, source)
        try:
            code = loader.source_to_code(loader.get_data(source), source)
        except SyntaxError:  # a template, perhaps; whoever imports it is told
            continue
        store(importlib.util.cache_from_source(source), code, source)
    for name in ("_bootstrap", "_bootstrap_external"):
        source = os.path.join(os.path.dirname(external.__file__ or importlib.__file__), name + ".py")
        with open(source, "rb") as f:
            code = compile(f.read(), "<frozen importlib.%s>" % name, "exec", dont_inherit=True, optimize=0)
        tag = sys.implementation.cache_tag
        store("%s%s.frozen.%s.pyc" % (sys.pycache_prefix, source[:-3], tag), code, source)


if __name__ == "__main__":
    fill(sys.argv[1], library())
