#!/usr/bin/env python3
"""Compares the sources with the tables of blocking calls in vm/modules/README.md.

    check_blocking.py [ROOT]

Two things hold, or the exit status is 1 and what is wrong is printed:

1. A function of the system that may wait (WAITS) is called only where the interpreter lock has been given away: in the closure of
   detached() and of what hands its own on to it, in functions that are called from nowhere else, or at a place that the table
   "Made while attached" names, with its reason. Each of its rows is still needed.
2. Each file of vm/modules/ that gives the lock away stands in the table "Where", with calls of the first table that it serves, and
   each row of that first table that says "released" is served by a file that does.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
ROOT = ROOT if ROOT.is_dir() else ROOT.parent.parent
README = ROOT / "vm" / "modules" / "README.md"
LAYERS = "runtime", "vm", "capi"

# Take a closure and run it without the lock; so do functions that only hand their own on to one of these.
DETACHING = "detached", "detached_long"
# A wait for a lock that is not the interpreter's.
WAITING_FOR_A_LOCK = r"\block(?:_until)?\(ts_?\b"
WAITS = """
    read write pread pwrite readv writev preadv preadv2 pwritev pwritev2 open openat close close_range dup2 dup3 lseek fstat stat lstat fstatat access faccessat
    poll ppoll select pselect epoll_wait epoll_pwait epoll_ctl nanosleep clock_nanosleep sleep usleep
    waitpid wait wait3 wait4 waitid system fsync fdatasync sync syncfs flock fcntl ioctl lockf tcdrain tcflush
    connect accept accept4 recv recvfrom recvmsg send sendto sendmsg sendfile splice copy_file_range shutdown
    getaddrinfo getnameinfo gethostbyname_r gethostbyaddr_r gethostbyname gethostbyaddr getservbyname getservbyport getprotobyname
    getservbyname_r getservbyport_r getprotobyname_r getpwnam getpwuid getpwnam_r getpwuid_r getpwent getgrnam getgrgid getgrnam_r getgrgid_r getgrent
    getgrouplist initgroups getlogin getlogin_r
    mkdir mkdirat rmdir unlink unlinkat rename renameat link linkat symlink symlinkat readlink readlinkat opendir fdopendir readdir closedir
    truncate ftruncate chdir fchdir getcwd chmod fchmod fchmodat chown fchown lchown fchownat chroot mknod mknodat mkfifo mkfifoat statvfs fstatvfs
    posix_fallocate posix_fadvise utimensat futimens getxattr setxattr listxattr removexattr realpath
    getrandom sigwait sigwaitinfo sigtimedwait pause sem_wait sem_timedwait sem_clockwait sem_open sem_unlink shm_open shm_unlink msync
    fork vfork forkpty execve fexecve posix_spawn posix_spawnp syslog dlopen dlclose fopen fclose fread fwrite fflush fgets
""".split()


def blanked(text):
    """The source with comments and literals blanked out, so that places stay the same."""
    pattern = r'//[^\n]*|/\*.*?\*/|R"\((?:.*?)\)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\''
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.DOTALL)


def closing(text, at):
    """The place behind the bracket that closes the one at `at`."""
    depth = 0
    for i in range(at, len(text)):
        if text[i] in "({[":
            depth += 1
        elif text[i] in ")}]":
            depth -= 1
            if depth == 0:
                return i + 1
    return len(text)


class Source:
    def __init__(self, path):
        self.path = path
        self.name = str(path.relative_to(ROOT))
        self.text = blanked(path.read_text(encoding="utf-8"))
        self.detached = []  # spans of what runs without the lock
        self.gives_away = False
        self.functions = []  # (name, begin, end) of each body at the outermost level of a namespace
        self.takers = []  # (name, parameter, begin, end) of those that take a closure
        for m in re.finditer(r"^(?!namespace\b|struct\b|class\b|enum\b|union\b)[\w:<>&*,~ \[\]\"]*?\b(\w+)\(", self.text, re.MULTILINE):
            end = closing(self.text, m.end() - 1)
            body = re.compile(r"[\s\w:&>,()-]*?\{").match(self.text, end)
            if body and ";" not in body.group():
                span = body.end() - 1, closing(self.text, body.end() - 1)
                self.functions.append((m.group(1), *span))
                closure = re.search(r"\bF(?:&&)? (\w+)", self.text[m.end():end])
                if closure:
                    self.takers.append((m.group(1), closure.group(1), *span))

    def line(self, at):
        return self.text.count("\n", 0, at) + 1

    def inside(self, at):
        return any(begin <= at < end for begin, end in self.detached)

    def function_at(self, at):
        around = [name for name, begin, end in self.functions if begin <= at < end]
        return around[-1] if around else ""


def calls(source, names):
    return re.finditer(r"(?<![\w>])(?<!\.)(?:::)?\b(" + "|".join(names) + r")\s*\(", source.text)


def find_detached(sources):
    for s in sources:
        s.gives_away = bool(re.search(WAITING_FOR_A_LOCK, s.text))
    todo = [(name, None) for name in DETACHING]  # None: in all files
    known = set(todo)
    while todo:
        for name, home in todo:
            for s in sources if home is None else [home]:
                for m in re.finditer(rf"\b{name}\s*(?:<[^;()]*>)?\(", s.text):
                    if not is_declaration(s, m.start(), name):
                        s.detached.append((m.end() - 1, closing(s.text, m.end() - 1)))
                        s.gives_away = True
        todo = []
        for s in sources:
            for name, closure, begin, end in s.takers:
                taker = name, None if s.path.suffix == ".h" else s
                used = [m.start() + begin for m in re.finditer(rf"\b{closure}\b", s.text[begin:end])]
                if taker not in known and used and all(s.inside(at) for at in used):
                    todo.append(taker)
                    known.add(taker)
    # Functions that are used nowhere but there belong to it.
    defined = {}
    for s in sources:
        for name, begin, end in s.functions:
            defined.setdefault(name, []).append((s, begin, end))
    uses = {name: [] for name in defined}
    for s in sources:
        for m in re.finditer(r"\b(\w+)\b", s.text):
            if m.group(1) in uses:
                uses[m.group(1)].append((s, m.start()))
    changed = True
    while changed:
        changed = False
        for name, bodies in defined.items():
            if all((begin, end) in s.detached for s, begin, end in bodies):
                continue
            used = [(s, at) for s, at in uses[name] if not is_declaration(s, at, name)]
            if used and all(s.inside(at) for s, at in used):
                for s, begin, end in bodies:
                    s.detached.append((begin, end))
                changed = True


def is_declaration(s, at, name):
    """Whether the name at `at` is that of a definition or a declaration: at the start of a line stands its type."""
    start = s.text.rfind("\n", 0, at) + 1
    before = s.text[start:at]
    return bool(re.fullmatch(r"(?!return\b|co_)[A-Za-z_][\w:<>&*,\[\] ]*[ *&>]", before)) and s.text[at + len(name):].lstrip().startswith("(")


def tables():
    text = README.read_text(encoding="utf-8")
    first = dict(re.findall(r"^\| `([\w.]+)` \| (released|kept) \|", text, re.MULTILINE))
    where, kept = {}, {}
    for file, served in re.findall(r"^\| `(\w+\.(?:cpp|h))` \| ([^|]*) \|$", text, re.MULTILINE):
        where[f"vm/modules/{file}"] = re.findall(r"`(\w+\.[\w.]+)`", served)
    for functions, file, why in re.findall(r"^\| ([^|]*) \| `([\w/]+\.(?:cpp|h|inc))` \| ([^|]+) \|$", text, re.MULTILINE):
        kept.setdefault(file, set()).update(re.findall(r"`(\w+)`", functions))
    return first, where, kept


def main():
    paths = [p for layer in LAYERS for p in sorted((ROOT / layer).rglob("*")) if p.suffix in (".cpp", ".h") and "examples" not in p.parts]
    sources = [Source(p) for p in paths]
    find_detached(sources)
    first, where, kept = tables()
    wrong = []
    needed = {file: set() for file in kept}
    for s in sources:
        for m in calls(s, WAITS):
            if not m.group().startswith("::") or s.inside(m.start()):
                continue
            if m.group(1) in kept.get(s.name, ()):
                needed[s.name].add(m.group(1))
                continue
            wrong.append(f"{s.name}:{s.line(m.start())}: {m.group(1)}() is called with the lock held, in {s.function_at(m.start())}()")
    for file, functions in kept.items():
        for function in sorted(functions - needed[file]):
            wrong.append(f"{README.name}: {file} calls no {function}() while attached")
    files = {s.name for s in sources if s.gives_away and s.name.startswith("vm/modules/")}
    wrong += [f"{README.name}: no row says what {file} gives the lock away for" for file in sorted(files - set(where))]
    wrong += [f"{README.name}: {file} does not give the lock away" for file in sorted(set(where) - files)]
    served = {call for calls_ in where.values() for call in calls_}
    wrong += [f"{README.name}: {call} is in no row of the first table" for call in sorted(served - set(first))]
    wrong += [f"{README.name}: no file serves {call}" for call, lock in first.items() if lock == "released" and call not in served]
    print("\n".join(wrong) if wrong else f"{len(first)} calls, {len(where)} files: as the tables say")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
