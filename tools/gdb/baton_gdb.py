"""Python's side of a stopped process or a core file, for gdb: source this file, or let gdb load it beside libbaton.

    py-bt [all]            the Python frames of the selected thread, or of all threads
    py-up, py-down [N]     select an outer, inner frame; py-frame N selects by number
    py-list [FIRST[,LAST]] source text around the selected frame's line
    py-locals              its variables
    py-print NAME|ADDRESS  a variable of it, a global one or a builtin; or the object at an address
    py-threads             every thread state: who holds the lock, who waits for it and since when, who is detached

Everything is read from memory: nothing is called in the process, which may be dead, and no descriptions of types are needed. Where
things are is told by the table baton_debug_table in the library (vm/debug_layout.cpp); the layout of objects is cp311's. Memory that
makes no sense is shown as such. Values of the C types PyObject * and so on are printed as Python would show them.
"""
import struct
import time

import gdb

MOST_ITEMS, MOST_TEXT, MOST_DEPTH, MOST_FRAMES = 20, 400, 4, 10_000

# ---- memory ----


class Unreadable(Exception):
    """Memory that cannot be read, or that cannot be what it should be."""


def read(address, size):
    if not 0 < address < 1 << 47 or size < 0 or size > 1 << 26:
        raise Unreadable(f"0x{address & (1 << 64) - 1:x}")
    try:
        return bytes(gdb.selected_inferior().read_memory(address, size))
    except gdb.error:
        raise Unreadable(f"0x{address:x}") from None


def number(address, form):
    return struct.unpack(form, read(address, struct.calcsize(form)))[0]


def reader(form):
    return lambda address: number(address, form)


u16, u32, i32, u64, i64 = map(reader, ("<H", "<I", "<i", "<Q", "<q"))


def c_text(address, most=200):
    """Zero-terminated text; by pieces, because the next page need not be there."""
    text = b""
    while len(text) < most:
        piece = read(address + len(text), min(64 - (address + len(text)) % 64, most - len(text)))
        text += piece
        if b"\0" in piece:
            break
    return text.split(b"\0")[0].decode("utf-8", "backslashreplace")


class Table:
    """Offsets and sizes by name, out of the library's table."""
    known = None

    def __init__(self, address):
        magic, version, rows, self.process = struct.unpack("<8sQQQ", read(address, 32))
        if magic != b"BATONDB\0" or version != 1 or rows > 1000:
            raise gdb.GdbError("this libbaton is of another version than these commands")
        self.address = address
        self.rows = {}
        for i in range(rows):
            name, value = struct.unpack("<40sQ", read(address + 32 + 48 * i, 48))
            self.rows[name.rstrip(b"\0").decode()] = value


def table():
    try:
        address = int(gdb.parse_and_eval("(unsigned long)&baton_debug_table"))
    except gdb.error:
        raise gdb.GdbError("Baton is not in this process") from None
    if Table.known is None or Table.known.address != address:
        Table.known = Table(address)
    return Table.known


def at(name):
    return table().rows[name]


# ---- objects: cp311's layout ----
TYPE_NAME, TYPE_FLAGS, TYPE_BASE, TYPE_DICTOFFSET, TYPE_INFO = 24, 168, 256, 288, 352
INT, LIST, TUPLE, BYTES, STR, DICT, EXCEPTION, TYPE = (1 << bit for bit in range(24, 32))


class Object:
    """An object by its address. Raises Unreadable where there cannot be one."""

    def __init__(self, address):
        self.address = address
        if address % 8:
            raise Unreadable(f"0x{address:x}")
        self.type = u64(address + 8)
        self.type_name = c_text(u64(self.type + TYPE_NAME))
        self.flags = u64(self.type + TYPE_FLAGS)
        if not self.type_name.replace(".", "").replace("_", "").isalnum() or not u64(self.type + 8):
            raise Unreadable(f"0x{address:x}")

    def bases(self):
        """Names of its type and of the bases, as static types have them."""
        at_type = self.type
        for _ in range(100):
            yield c_text(u64(at_type + TYPE_NAME))
            at_type = u64(at_type + TYPE_BASE)
            if not at_type:
                return

    def is_a(self, *names):
        return any(base in names for base in self.bases())

    def size(self, most=1 << 24):
        size = i64(self.address + 16)
        if abs(size) > most:
            raise Unreadable(f"size {size}")
        return size

    # what the common types hold

    def text(self):
        length, state = i64(self.address + 16), u32(self.address + 32)
        kind, compact, ascii_only = state >> 2 & 7, state >> 5 & 1, state >> 6 & 1
        if kind not in (1, 2, 4) or not 0 <= length < 1 << 32:
            raise Unreadable("text")
        wide = at("WideStr")
        data = u64(self.address + wide) if not compact else self.address + (48 if ascii_only else wide)
        shown = min(length, 1 << 16)
        raw = read(data, shown * kind) if shown else b""
        return raw.decode({1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}[kind], "surrogatepass")

    def integer(self):
        size = self.size(1 << 16)
        digits = struct.unpack(f"<{abs(size)}I", read(self.address + 24, 4 * abs(size))) if size else ()
        value = sum(digit << 30 * i for i, digit in enumerate(digits))
        return -value if size < 0 else value

    def items(self):
        """(addresses of the first items, whether there are more) of a list or tuple."""
        size = self.size()
        first = u64(self.address + 24) if self.flags & LIST else self.address + 24
        shown = min(size, MOST_ITEMS)
        return (struct.unpack(f"<{shown}Q", read(first, 8 * shown)) if shown else ()), size > shown

    def names(self):
        """The texts of a tuple of str."""
        size = self.size(1 << 16)
        return [Object(a).text() for a in struct.unpack(f"<{size}Q", read(self.address + 24, 8 * size))] if size else []

    def entries(self):
        """(key, value) addresses of a dict."""
        keys = u64(self.address + at("Dict.keys"))
        if not keys:
            return
        log2, count = number(keys + at("DictKeys.log2_size"), "<B"), i64(keys + at("DictKeys.count"))
        if log2 > 40 or not 0 <= count <= 1 << log2:
            raise Unreadable("dict")
        width = 1 if log2 < 8 else 2 if log2 < 16 else 4 if log2 < 32 else 8
        first, size = keys + at("DictKeys") + (width << log2), at("DictEntry")
        for i in range(count):
            key, value = u64(first + i * size + at("DictEntry.key")), u64(first + i * size + at("DictEntry.value"))
            if key and value:
                yield key, value

    def members(self):
        """Addresses of a set's members."""
        mask, entry = i64(self.address + 32), u64(self.address + 40)
        if not 0 <= mask < 1 << 32:
            raise Unreadable("set")
        for i in range(mask + 1):
            key, hash_value = struct.unpack("<Qq", read(entry + 16 * i, 16))
            if key and hash_value != -1:
                yield key

    def attributes(self):
        """(name, value word) of what is stored in an instance."""
        offset = i64(self.type + TYPE_DICTOFFSET)
        held = u64(self.address + offset) if offset > 0 else 0
        if held:
            for key, value in Object(held).entries():
                yield Object(key).text(), value
            return
        info = u64(self.type + TYPE_INFO)
        inline = u32(info + at("TypeInfo.inline_offset")) if info else 0
        keys = u64(info + at("TypeInfo.shared_keys")) if inline else 0
        if not keys:
            return
        header = self.address + inline
        for i in range(min(u16(header + at("InlineHeader.filled")), 64)):
            word = u64(header + at("InlineHeader") + 8 * i)
            if word:
                yield Object(u64(keys + at("SharedKeys.name") + 8 * i)).text(), word


class Shown:
    """Turns words and objects into text, within bounds."""

    def __init__(self):
        self.inside = []

    def value(self, word):
        """What a register holds: an int with the lowest bit set, or an object."""
        if word == 0:
            return "<unbound>"
        if word & 1:
            return str((word - (1 << 64) if word >> 63 else word) >> 1)
        return self.object(word)

    def object(self, address):
        if address in self.inside:
            return "..."
        if len(self.inside) > MOST_DEPTH:
            return "(...)"
        self.inside.append(address)
        try:
            text = self.plain(Object(address))
        except Unreadable:
            text = f"<not an object: 0x{address:x}>"
        finally:
            self.inside.pop()
        return text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + "..."

    def listed(self, addresses, more=False):
        shown = []
        for address in addresses:
            if len(shown) == MOST_ITEMS:
                more = True
                break
            shown.append(self.object(address))
        return ", ".join(shown + ["..."] * more)

    def pairs(self, entries):
        shown = []
        for key, value in entries:
            if len(shown) == MOST_ITEMS:
                shown.append("...")
                break
            shown.append(f"{self.object(key)}: {self.object(value)}")
        return "{" + ", ".join(shown) + "}"

    def plain(self, o):
        flags, name, a = o.flags, o.type_name, o.address
        if name == "NoneType":
            return "None"
        if name == "bool":
            return "True" if o.integer() else "False"
        if flags & INT:
            return str(o.integer())
        if flags & STR:
            return repr(o.text())
        if flags & BYTES:
            return repr(read(a + 32, min(o.size(), MOST_TEXT))) if o.size() else "b''"
        if flags & TUPLE:
            items, more = o.items()
            return f"({self.listed(items, more)}{',' if len(items) == 1 else ''})"
        if flags & LIST:
            return f"[{self.listed(*o.items())}]"
        if flags & DICT:
            return self.pairs(o.entries())
        if flags & EXCEPTION:
            args = u64(a + 24)
            return name + (self.object(args) if args and Object(args).size() != 1 else f"({self.listed(*Object(args).items())})" if args else "()")
        if flags & TYPE:
            return f"<class '{c_text(u64(a + TYPE_NAME))}'>"
        return self.by_name(o) or self.instance(o)

    def by_name(self, o):
        name, a = o.type_name, o.address
        if o.is_a("float"):
            return repr(number(a + 16, "<d"))
        if o.is_a("complex"):
            return repr(complex(*struct.unpack("<dd", read(a + 16, 16))))
        if o.is_a("set", "frozenset"):
            text = self.listed(o.members())
            return f"frozenset({{{text}}})" if o.is_a("frozenset") else f"{{{text}}}" if text else "set()"
        if o.is_a("bytearray"):
            return f"bytearray({read(u64(a + 40), min(o.size(), MOST_TEXT)) if o.size() else b''!r})"
        if name == "function":
            return f"<function {Object(u64(a + at('Function.qualname'))).text()} at 0x{a:x}>"
        if name == "method":
            return f"<bound method {self.object(u64(a + 16))} of {self.object(u64(a + 24))}>"
        if name == "builtin_function_or_method":
            return f"<built-in function {c_text(u64(u64(a + 16)))}>"
        if name == "code":
            return f"<code {Object(u64(a + at('Code.qualname'))).text()} of {Object(u64(a + at('Code.filename'))).text()}>"
        if name == "cell":
            return f"<cell: {self.value(u64(a + at('Cell.value')))}>"
        if name in ("generator", "coroutine", "async_generator"):
            return f"<{name} {Object(u64(a + at('Generator.qualname'))).text()} at 0x{a:x}>"
        if o.is_a("module"):
            for key, value in Object(u64(a + 16)).entries():
                if Object(key).text() == "__name__":
                    return f"<module {self.object(value)}>"
        return None

    def instance(self, o):
        shown = []
        for name, word in o.attributes():
            if len(shown) == MOST_ITEMS:
                shown.append("...")
                break
            shown.append(f"{name}={self.value(word)}")
        return f"<{o.type_name}({', '.join(shown)}) at 0x{o.address:x}>"


# ---- frames ----


class Frame:
    """An activation of Python code."""

    def __init__(self, address):
        self.address = address
        self.code = u64(address + at("Frame.code"))
        self.name = Object(u64(self.code + at("Code.name"))).text()
        self.filename = Object(u64(self.code + at("Code.filename"))).text()

    def line(self):
        """The line of the instruction it stands at; 0: unknown."""
        code = self.code
        word = (u64(self.address + at("Frame.pc")) - u64(code + at("Code.code"))) // at("Instr")
        rows, size = u64(code + at("Code.positions")), at("PositionEntry")
        count = u32(code + at("Code.npositions"))
        if count > 1 << 24:
            raise Unreadable("positions")
        low, high = 0, count
        while low < high:
            middle = (low + high) // 2
            if u32(rows + middle * size + at("PositionEntry.start")) <= word:
                low = middle + 1
            else:
                high = middle
        for i in range(low - 1, -1, -1):  # instructions without a line count to the one before them
            line = i32(rows + i * size + at("PositionEntry.line"))
            if line >= 0:
                return line
        return 0

    def describe(self):
        try:
            return f'File "{self.filename}", line {self.line()}, in {self.name}'
        except Unreadable as e:
            return f'File "{self.filename}", line unknown ({e}), in {self.name}'

    def variables(self):
        """(name, word) of the variables, cells opened; a module's and a class's are in a dict."""
        code, register = self.code, self.address + at("Frame")
        names = Object(u64(code + at("Code.varnames"))).names()
        count = i32(code + at("Code.nlocals"))
        for i, name in enumerate(names[:count]):
            word = u64(register + 8 * i)
            if word:
                yield name, word
        for kind in "Code.cellvars", "Code.freevars":
            for name in Object(u64(code + at(kind))).names():
                cell = u64(register + 8 * count)
                count += 1
                word = u64(cell + at("Cell.value")) if cell and not cell & 1 else 0
                if word:
                    yield name, word
        space = u64(self.address + at("Frame.locals"))
        if space and Object(space).flags & DICT:
            for key, value in Object(space).entries():
                yield Object(key).text(), value

    def look_up(self, name):
        """The word of a variable, global or builtin; None: there is none."""
        for key, word in self.variables():
            if key == name:
                return word
        function = u64(self.address + at("Frame.function"))
        for space in u64(function + at("Function.globals")), u64(function + at("Function.globals") + 8):
            for key, value in Object(space).entries():
                if Object(key).text() == name:
                    return value
        return None


def frames_from(address):
    """(Frames innermost first, what is wrong with the next one or None)."""
    frames, seen = [], set()
    while address and len(frames) < MOST_FRAMES:
        if address in seen:
            return frames, f"the frame at 0x{address:x} comes again"
        seen.add(address)
        try:
            frames.append(Frame(address))
            address = u64(address + at("Frame.prev"))
        except Unreadable as e:
            return frames, f"no frame can be read at 0x{address:x} ({e})"
    return frames, None


# ---- threads ----


class ThreadState:
    def __init__(self, address, interpreter):
        self.address, self.interpreter = address, interpreter
        self.id = u64(address + at("ThreadState.id"))
        self.native = u64(address + at("ThreadState.native_thread_id"))
        self.phase = number(address + at("ThreadState.phase"), "<B")
        self.seat = address + at("ThreadState.seat")
        self.top = u64(address + at("ThreadState.upper") + at("RuntimeThread.frame"))

    def attached(self):
        return self.phase in (at("Phase.attached"), at("Phase.cleared_attached"))

    def name(self):
        return c_text(self.address + at("ThreadState.name"), 32)

    def frames(self):
        return frames_from(self.top)


def linked(first, next_offset):
    seen = set()
    while first and first not in seen and len(seen) < 100_000:
        seen.add(first)
        yield first
        first = u64(first + next_offset)


def interpreters():
    return linked(u64(table().process + at("ProcessState.interpreters")), at("InterpreterState.next"))


def states():
    for interpreter in interpreters():
        for address in linked(u64(interpreter + at("InterpreterState.threads")), at("ThreadState.next")):
            yield ThreadState(address, interpreter)


def state_of(thread):
    """The thread state of gdb's thread: the attached one before others, one with frames before others; or None."""
    if thread is None:
        raise gdb.GdbError("no thread is selected: is the program running?")
    own = [s for s in states() if s.native == (thread.ptid[1] or thread.ptid[0])]
    own.sort(key=lambda s: (s.attached(), s.top != 0))
    return own[-1] if own else None


class Selection:
    """The Python frame that py-up and py-down move over; the innermost again when the program went on."""
    place = None

    @classmethod
    def frames(cls):
        state = state_of(gdb.selected_thread())
        if state is None:
            raise gdb.GdbError("this thread has no thread state")
        found, wrong = state.frames()
        if not found:
            raise gdb.GdbError(wrong or "this thread runs no Python code")
        return found

    @classmethod
    def get(cls):
        """(frames, number of the selected one)."""
        found = cls.frames()
        places = [(found[-1].address, frame.address) for frame in found]
        return found, places.index(cls.place) if cls.place in places else 0

    @classmethod
    def select(cls, found, i):
        cls.place = (found[-1].address, found[i].address)
        print(f"#{i} {found[i].describe()}")
        print_line(found[i])

    @classmethod
    def forget(cls, _event=None):
        cls.place = None

gdb.events.cont.connect(Selection.forget)


def source(filename):
    try:
        with open(filename, encoding="utf-8", errors="replace") as f:
            return f.read().split("\n")
    except (OSError, ValueError):
        return None


def print_line(frame):
    text, line = source(frame.filename) or [], frame.line()
    if 0 < line <= len(text) and text[line - 1].strip():
        print("    " + text[line - 1].strip())


def print_frames(state):
    if state.top == 0:
        print("  (no Python code)")
        return
    found, wrong = state.frames()
    for i, frame in enumerate(found):
        print(f"#{i} {frame.describe()}")
        try:
            print_line(frame)
        except Unreadable:
            pass
    if wrong:
        print(f"  ({wrong})")


# ---- commands ----


def command(name, kind=gdb.COMMAND_STACK):
    def register(function):
        class Command(gdb.Command):
            __doc__ = function.__doc__

            def __init__(self):
                super().__init__(name, kind, gdb.COMPLETE_NONE)

            def invoke(self, argument, from_tty):
                try:
                    function(argument.strip())
                except Unreadable as e:
                    raise gdb.GdbError(f"{name}: memory makes no sense at {e}") from None
        Command()
        return function
    return register


def count_of(argument):
    if argument and not argument.lstrip("-").isdecimal():
        raise gdb.GdbError(f"not a number: {argument}")
    return int(argument or 1)


@command("py-bt")
def back_trace(argument):
    """Shows the Python frames of the selected thread, innermost first; py-bt all: of every thread."""
    if argument == "all":
        for state in states():
            print(f"Thread {state.native} ({state.name() or 'no name'}), interpreter {i64(state.interpreter + at('InterpreterState.id'))}")
            print_frames(state)
    elif argument:
        raise gdb.GdbError("py-bt [all]")
    else:
        state = state_of(gdb.selected_thread())
        if state is None:
            raise gdb.GdbError("this thread has no thread state")
        print_frames(state)


@command("py-up")
def go_up(argument):
    """Selects the frame that called the selected Python frame, or the N-th above it."""
    found, i = Selection.get()
    if i == len(found) - 1:
        raise gdb.GdbError("this is the outermost Python frame")
    Selection.select(found, min(i + count_of(argument), len(found) - 1))


@command("py-down")
def go_down(argument):
    """Selects the frame that the selected Python frame called, or the N-th below it."""
    found, i = Selection.get()
    if i == 0:
        raise gdb.GdbError("this is the innermost Python frame")
    Selection.select(found, max(i - count_of(argument), 0))


@command("py-frame")
def go_to(argument):
    """Selects a Python frame by the number that py-bt shows; without one, shows the selected frame."""
    found, i = Selection.get()
    chosen = count_of(argument) if argument else i
    if not 0 <= chosen < len(found):
        raise gdb.GdbError(f"there are {len(found)} Python frames")
    Selection.select(found, chosen)


@command("py-list", gdb.COMMAND_FILES)
def list_source(argument):
    """Shows source text around the line of the selected Python frame; py-list FIRST, py-list FIRST,LAST: those lines."""
    found, i = Selection.get()
    frame = found[i]
    text = source(frame.filename)
    if text is None:
        raise gdb.GdbError(f"cannot read {frame.filename}")
    line = frame.line()
    first, last = line - 5, line + 4
    if argument:
        ends = [count_of(part) for part in argument.split(",")]
        first, last = ends[0], ends[1] if len(ends) > 1 else ends[0] + 9
    for n in range(max(first, 1), min(last, len(text)) + 1):
        print(f"{'>' if n == line else ' '}{n:5}  {text[n - 1]}".rstrip())


@command("py-locals", gdb.COMMAND_DATA)
def show_locals(argument):
    """Shows the variables of the selected Python frame."""
    found, i = Selection.get()
    for name, word in found[i].variables():
        print(f"{name} = {Shown().value(word)}")


@command("py-print", gdb.COMMAND_DATA)
def print_object(argument):
    """Shows a variable of the selected Python frame, a global one or a builtin; or the object at an address."""
    if not argument:
        raise gdb.GdbError("py-print NAME or ADDRESS")
    if argument.isidentifier():
        try:
            found, i = Selection.get()
            word = found[i].look_up(argument)
        except gdb.GdbError:  # no Python code runs: then it is the program's
            word = None
        if word is not None:
            print(f"{argument} = {Shown().value(word)}")
            return
    try:
        address = int(gdb.parse_and_eval(argument))
    except gdb.error as e:
        raise gdb.GdbError(f"{argument}: no variable, and no address ({e})") from None
    print(Shown().object(address & (1 << 64) - 1))


def since(moment):
    """How long somebody waits, where this is the clock that it was read from."""
    connection = getattr(gdb.selected_inferior(), "connection", None)
    waited = time.monotonic_ns() - moment
    if connection is not None and connection.type == "native" and waited >= 0:
        return f" for {waited / 1e6:.1f} ms"
    return f" since {moment / 1e9:.6f} s of the monotonic clock"


@command("py-threads", gdb.COMMAND_STATUS)
def show_threads(argument):
    """Shows every thread state: whether it holds the lock, waits for it (and since when) or is detached, and where it is."""
    numbers = {(t.ptid[1] or t.ptid[0]): t.num for t in gdb.selected_inferior().threads()}
    modes = ["ticks", "timed", "fair"]
    for interpreter in interpreters():
        gil = u64(interpreter + at("InterpreterState.gil"))
        holder = u64(gil + at("Gil.word")) & ~at("Gil.word.flags")
        mode = number(gil + at("Gil.settings.mode"), "<B")
        waits = {}
        for place, waiter in enumerate(linked(u64(gil + at("Gil.head")), at("Waiter.next"))):
            waits[u64(waiter + at("Waiter.seat"))] = place, i64(waiter + at("Waiter.waits_since"))
        print(f"Interpreter {i64(interpreter + at('InterpreterState.id'))}: lock {u32(gil + at('Gil.id'))}, "
              f"mode {modes[mode] if mode < 3 else mode}, {'held' if holder else 'free'}, {len(waits)} waiting")
        for state in states():
            if state.interpreter != interpreter:
                continue
            if state.seat == holder:
                what = "holds the lock"
            elif state.seat in waits:
                place, moment = waits[state.seat]
                what = f"waits for the lock{since(moment)}, {place + 1}. in the queue"
            elif state.attached():
                what = "attached, without the lock"
            else:
                what = "detached"
            print(f"  Thread {numbers.get(state.native, '-')} (LWP {state.native}) {state.name()}".rstrip() + f": {what}")
            found, wrong = state.frames() if state.top else ([], None)
            if found:
                print(f"      {found[0].describe()}")
            elif wrong:
                print(f"      ({wrong})")


# ---- values of C and C++ programs that have descriptions of types ----
C_NAMES = ["", "Var", "Type", "Long", "Float", "List", "Tuple", "Dict", "Set", "Bytes", "Unicode", "BaseException"]
OUR_NAMES = ["Object", "Type", "Int", "Float", "List", "Tuple", "Dict", "Set", "Bytes", "Str", "BaseException", "Module", "Function", "Code"]
OBJECT_TYPES = {"_object", "_typeobject", *(f"Py{n}Object" for n in C_NAMES), *("baton::" + n for n in OUR_NAMES)}


class Printer:
    def __init__(self, text):
        self.to_string = lambda: text


def printer_of(value):
    """gdb asks this for every value it prints. A value that was optimised out is left to gdb."""
    try:
        plain = value.type.strip_typedefs().unqualified()
        if plain.code == gdb.TYPE_CODE_PTR:
            target = plain.target().unqualified()
            names = {str(target), target.name, target.strip_typedefs().name, target.strip_typedefs().tag}
            if not names & OBJECT_TYPES:
                return None
            address = int(value)
            return Printer(Shown().object(address) if address else "NULL")
        if plain.name == "baton::Value":
            return Printer(Shown().value(int(value["w"])))
    except (gdb.error, gdb.GdbError):
        return None
    return None


gdb.pretty_printers[:] = [p for p in gdb.pretty_printers if getattr(p, "__name__", "") != "printer_of"] + [printer_of]
