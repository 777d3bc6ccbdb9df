import importlib._bootstrap_external as external
import importlib.util
import os
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location("fill_code_cache", os.path.join(here, "..", "..", "..", "tools", "fill_code_cache.py"))
tool = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tool)

with tempfile.TemporaryDirectory() as top:
    folder = os.path.join(top, "code")
    tool.fill(folder, ["filecmp", "colorsys", "no.such.module", "sys"])
    found = sorted(f.split(".")[0] for _, _, files in os.walk(folder) for f in files)
    print(found, sys.pycache_prefix == folder)

    def replace(name, size_off):
        source = importlib.util.find_spec(name).origin
        code = compile("marker = 'from the cache'", source, "exec")
        st = os.stat(source)
        with open(importlib.util.cache_from_source(source), "wb") as f:
            f.write(external._code_to_timestamp_pyc(code, int(st.st_mtime), st.st_size + size_off))

    import colorsys
    print(colorsys.__cached__.startswith(folder), colorsys.rgb_to_hls(0, 0, 0))
    replace("filecmp", 0)
    import filecmp
    print(filecmp.marker, hasattr(filecmp, "dircmp"))
    del sys.modules["filecmp"]
    replace("filecmp", 1)
    import filecmp
    print(hasattr(filecmp, "marker"), hasattr(filecmp, "dircmp"))
