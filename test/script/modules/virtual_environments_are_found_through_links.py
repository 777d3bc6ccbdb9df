# A virtual environment has a link for the interpreter: it is known by the link's name, and what it was made from by the file's.
import os
import subprocess
import sys
import tempfile
import venv

ASK = "import sys; print([sys.executable, sys.prefix, sys.base_prefix, sys._base_executable])"


def ask(command, **options):
    run = subprocess.run([*command, "-c", ASK], stdout=subprocess.PIPE, check=True, text=True, **options)
    return eval(run.stdout)


with tempfile.TemporaryDirectory() as top:
    top = os.path.realpath(top)
    venv.create(top, symlinks=True, with_pip=False)
    link = os.path.join(top, "bin", "python")
    name, prefix, base, base_name = ask([link])
    print(name == link, prefix == top, base == sys.base_prefix, os.path.realpath(base_name) == os.path.realpath(sys.executable))
    print(ask(["python"], env={**os.environ, "PATH": os.path.join(top, "bin")})[:2] == [link, top])
    print(ask(["./python"], cwd=os.path.dirname(link))[:2] == [link, top])
