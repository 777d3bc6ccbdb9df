// Importing, continued; marshalled values; file objects.
#include <unistd.h>

#include "capi/shared.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/tuple.h"
#include "vm/fs_text.h"
#include "vm/import.h"
#include "vm/lifecycle.h"
#include "vm/modules/marshal.h"
#include "vm/run.h"
#include "threadstate/process_state.h"

namespace baton::api {

// ---- importing ----
Object* PyImport_AddModuleObject(Attached ts, Object* name) {
    Object* found = nullptr;
    Dict& modules = *interp(ts).sys_modules;
    auto add = [&]() -> Result<void> {
        found = TRY(dict_find(ts, modules, *name)).value;
        if (found && is_module(*found)) return {};
        auto module = TRY(module_new(ts, static_cast<Str&>(*name)));
        TRY(dict_set(ts, modules, *name, *module));
        found = module.get();
        return {};
    };
    return add().ok() ? found : nullptr;  // borrowed from sys.modules
}
Object* PyImport_ImportModuleNoBlock(Attached ts, const char* name) {
    return PyImport_ImportModule(ts, name);
}
Object* PyImport_ImportModuleLevelObject(Attached ts, Object* name, Object* globals, Object* locals,
                                         Object* fromlist, int level) {
    if (!name) {
        (void)raise(ts, Exc::ValueError, "Empty module name");
        return nullptr;
    }
    if (!is_str(*name)) {
        (void)raise(ts, Exc::TypeError, "module name must be a string");
        return nullptr;
    }
    return give(import_level(ts, static_cast<Str&>(*name), globals, locals, fromlist, level));
}
Object* PyImport_ImportModuleLevel(Attached ts, const char* name, Object* globals, Object* locals,
                                   Object* fromlist, int level) {
    auto n = name_of(ts, name);
    return n ? PyImport_ImportModuleLevelObject(ts, n.get(), globals, locals, fromlist, level) : nullptr;
}
// The finder that a path has in sys.path_importer_cache, or the first that sys.path_hooks make for it; None
// is kept, too, where there is none.
Object* PyImport_GetImporter(Attached ts, Object* path) {
    auto find = [&]() -> Result<Ref<Object>> {
        Object* cache = PySys_GetObject(ts, "path_importer_cache");
        Object* hooks = PySys_GetObject(ts, "path_hooks");
        if (!cache || !hooks || !is_dict(*cache) || !is_list(*hooks))
            return raise(ts, Exc::RuntimeError, "lost sys.{}",
                         cache && is_dict(*cache) ? "path_hooks" : "path_importer_cache");
        auto known = Ref<Dict>::share(static_cast<Dict&>(*cache));
        auto all = Ref<List>::share(static_cast<List&>(*hooks));
        if (Object* found = TRY(dict_find(ts, *known, *path)).value) return Ref<Object>::share(*found);
        TRY(dict_set(ts, *known, *path, none()));  // a hook that asks again is not called for ever
        for (Index i = 0; i < all->size; ++i) {
            auto hook = Ref<Object>::share(*all->item[i]);
            auto importer = OptRef<Object>::steal(PyObject_CallOneArg(ts, hook.get(), path));
            if (importer) {
                TRY(dict_set(ts, *known, *path, *importer));
                return Ref<Object>::share(*importer);
            }
            if (!pending_is(ts, Exc::ImportError)) return already_raised();
            clear_pending(ts);
        }
        return Ref<Object>::share(none());
    };
    return give(find());
}
Object* PyImport_ReloadModule(Attached ts, Object* module) {
    return call_in_module(ts, "importlib", "reload", {module});
}
namespace {
// importlib's view of a path as __file__, and the code run in a module of that name.
Object* exec_code(Attached ts, Object* name, Object* code, Object* path, Object* cached) {
    auto run = [&]() -> Result<Ref<Object>> {
        Dict& modules = *interp(ts).sys_modules;
        Object* m = PyImport_AddModuleObject(ts, name);
        if (!m) return already_raised();
        auto module = Ref<Object>::share(*m);
        Dict& d = *static_cast<Module&>(*module).dict;
        if (!dict_find_str(d, id(Name::__builtins__)))
            TRY(dict_set_str(ts, d, id(Name::__builtins__), *interp(ts).builtins));
        Object* file = path ? path : static_cast<Code&>(*code).filename;
        TRY(dict_set_str(ts, d, id(Name::__file__), *file));
        if (cached) TRY(dict_set_str(ts, d, *TRY(str_intern_utf8(ts, "__cached__")), *cached));
        if (!run_code(ts, static_cast<Code&>(*code), d, nullptr).ok()) {
            auto held = fetch(ts);
            if (!dict_del(ts, modules, *name).ok()) clear_pending(ts);
            restore(ts, std::move(held).take());
            return already_raised();
        }
        Object* now = TRY(dict_find(ts, modules, *name)).value;
        if (now) return Ref<Object>::share(*now);
        auto text = TRY(show_repr(ts, *name));
        return raise(ts, Exc::ImportError, "Loaded module {} not found in sys.modules", text.view);
    };
    return give(run());
}
}  // namespace
Object* PyImport_ExecCodeModuleObject(Attached ts, Object* name, Object* code, Object* path, Object* cached) {
    return exec_code(ts, name, code, path, cached);
}
Object* PyImport_ExecCodeModuleWithPathnames(Attached ts, const char* name, Object* code, const char* path,
                                             const char* cached) {
    auto n = OptRef<Object>::steal(PyUnicode_FromString(ts, name));
    if (!n) return nullptr;
    auto p = path ? OptRef<Object>::steal(PyUnicode_DecodeFSDefault(ts, path)) : OptRef<Object>();
    auto c = cached ? OptRef<Object>::steal(PyUnicode_DecodeFSDefault(ts, cached)) : OptRef<Object>();
    if ((path && !p) || (cached && !c)) return nullptr;
    return exec_code(ts, n.get(), code, p.get(), c.get());
}
Object* PyImport_ExecCodeModuleEx(Attached ts, const char* name, Object* code, const char* path) {
    return PyImport_ExecCodeModuleWithPathnames(ts, name, code, path, nullptr);
}
Object* PyImport_ExecCodeModule(Attached ts, const char* name, Object* code) {
    return PyImport_ExecCodeModuleWithPathnames(ts, name, code, nullptr, nullptr);
}
int PyImport_ImportFrozenModuleObject(Attached, Object*) {
    return 0;  // not found: there are no frozen modules
}
int PyImport_ImportFrozenModule(Attached, const char*) {
    return 0;
}
long PyImport_GetMagicNumber(Attached ts) {
    auto module = OptRef<Object>::steal(PyImport_ImportModule(ts, "importlib._bootstrap_external"));
    auto number = module
                      ? OptRef<Object>::steal(PyObject_GetAttrString(ts, module.get(), "_RAW_MAGIC_NUMBER"))
                      : OptRef<Object>();
    return number ? PyLong_AsLong(ts, number.get()) : -1;
}
const char* PyImport_GetMagicTag() {
    return "cpython-311";
}
int PyImport_ExtendInittab(CInittab* table) {
    for (; table->name; ++table) {
        if (PyImport_AppendInittab(table->name, table->init) < 0) return -1;
    }
    return 0;
}

// ---- marshal ----
Object* PyMarshal_ReadObjectFromString(Attached ts, const char* data, Index size) {
    return give(marshal_read(ts, view_of(data, size)));
}
Object* PyMarshal_WriteObjectToString(Attached ts, Object* value, int) {
    return give(marshal_write(ts, *value));
}
namespace {
// Little-endian, signed.
long read_number(Attached ts, FILE* f, int bytes) {
    unsigned long v = 0;
    for (int i = 0; i < bytes; ++i) {
        const int c = getc(f);
        if (c == EOF) {
            (void)raise(ts, Exc::EOFError, "EOF read where data expected");
            return -1;
        }
        v |= static_cast<unsigned long>(c) << (8 * i);
    }
    const int unused = 64 - 8 * bytes;
    return static_cast<long>(v << unused) >> unused;
}
std::string rest_of(Attached ts, FILE* f) {
    std::string all;
    ts.detached([&] {
        char buffer[8192];
        size_t n;
        while ((n = fread(buffer, 1, sizeof buffer, f)) > 0) all.append(buffer, n);
    });
    return all;
}
}  // namespace
long PyMarshal_ReadLongFromFile(Attached ts, FILE* f) {
    return read_number(ts, f, 4);
}
int PyMarshal_ReadShortFromFile(Attached ts, FILE* f) {
    return static_cast<int>(read_number(ts, f, 2));
}
Object* PyMarshal_ReadObjectFromFile(Attached ts, FILE* f) {
    const long start = ftell(f);
    const std::string data = rest_of(ts, f);
    size_t used = data.size();
    Object* value = give(marshal_read(ts, data, &used));
    // The file stands where the value ended.
    if (used < data.size() && start >= 0) (void)fseek(f, start + static_cast<long>(used), SEEK_SET);
    return value;
}
Object* PyMarshal_ReadLastObjectFromFile(Attached ts, FILE* f) {
    return give(marshal_read(ts, rest_of(ts, f)));
}
void PyMarshal_WriteLongToFile(Attached, long value, FILE* f, int) {
    for (int i = 0; i < 4; ++i) (void)putc(static_cast<int>(value >> (8 * i) & 0xff), f);
}
void PyMarshal_WriteObjectToFile(Attached ts, Object* value, FILE* f, int) {
    auto bytes = marshal_write(ts, *value);
    if (bytes.ok()) (void)fwrite(bytes->data, 1, static_cast<size_t>(bytes->size), f);
}

// ---- file objects ----
Object* PyFile_FromFd(Attached ts, int fd, const char*, const char* mode, int buffering, const char* encoding,
                      const char* errors, const char* newline, int closefd) {
    auto open = [&]() -> Result<Ref<Object>> {
        auto text = [&](const char* s) -> Result<Ref<Object>> {
            if (!s) return Ref<Object>::share(none());
            return str_new_utf8(ts, s);
        };
        auto number = TRY(box_int(ts, fd)), size = TRY(box_int(ts, buffering));
        auto m = TRY(text(mode ? mode : "r")), e = TRY(text(encoding)), r = TRY(text(errors)),
             n = TRY(text(newline));
        auto io = TRY(import_module(ts, "io"));
        return call_method(
            ts, *io, *TRY(str_intern_utf8(ts, "open")),
            {number.get(), m.get(), size.get(), e.get(), r.get(), n.get(), &bool_object(closefd != 0)});
    };
    return give(open());
}
// n > 0: at most so many characters; 0: a line; < 0: a line without its end, EOFError when there is none.
Object* PyFile_GetLine(Attached ts, Object* f, int n) {
    if (!f) {
        (void)raise_bad_internal_call(ts, "PyFile_GetLine");
        return nullptr;
    }
    OptRef<Object> limit;
    if (n > 0) limit = OptRef<Object>::steal(PyLong_FromLong(ts, n));
    auto line = limit ? OptRef<Object>::steal(call_named(ts, f, "readline", {limit.get()}))
                      : OptRef<Object>::steal(call_named(ts, f, "readline", {}));
    if (!line) return nullptr;
    if (!is_bytes(*line) && !is_str(*line)) {
        (void)raise(ts, Exc::TypeError, "object.readline() returned non-string");
        return nullptr;
    }
    if (n >= 0) return line.release();
    const Index size = is_bytes(*line) ? static_cast<Bytes&>(*line).size : static_cast<Str&>(*line).length;
    if (size == 0) {
        (void)raise(ts, Exc::EOFError, "EOF when reading a line");
        return nullptr;
    }
    if (is_bytes(*line)) {
        auto& b = static_cast<Bytes&>(*line);
        if (b.data[size - 1] != '\n') return line.release();
        return PyBytes_FromStringAndSize(ts, b.data, size - 1);
    }
    auto& s = static_cast<Str&>(*line);
    if (str_char_unchecked(s, size - 1) != '\n') return line.release();
    return PyUnicode_Substring(ts, &s, 0, size - 1);
}
int PyFile_WriteObject(Attached ts, Object* value, Object* f, int flags) {
    if (!f) {
        (void)raise(ts, Exc::TypeError, "writeobject with NULL file");
        return -1;
    }
    auto writer = OptRef<Object>::steal(PyObject_GetAttrString(ts, f, "write"));
    if (!writer) return -1;
    auto text = OptRef<Object>::steal(flags & 1 ? PyObject_Str(ts, value) : PyObject_Repr(ts, value));
    if (!text) return -1;
    return OptRef<Object>::steal(PyObject_CallOneArg(ts, writer.get(), text.get())) ? 0 : -1;
}
int PyFile_WriteString(Attached ts, const char* text, Object* f) {
    if (!f) {
        if (!pending(ts)) (void)raise(ts, Exc::SystemError, "null file for PyFile_WriteString");
        return -1;
    }
    if (pending(ts)) return -1;
    auto s = OptRef<Object>::steal(PyUnicode_FromString(ts, text));
    return s ? PyFile_WriteObject(ts, s.get(), f, 1) : -1;
}
Object* PyFile_OpenCodeObject(Attached ts, Object* path) {
    auto mode = str_new_ascii(ts, "rb");
    return mode.ok() ? call_in_module(ts, "io", "open", {path, mode.get()}) : nullptr;
}
Object* PyFile_OpenCode(Attached ts, const char* path) {
    auto name = OptRef<Object>::steal(PyUnicode_FromString(ts, path));
    return name ? PyFile_OpenCodeObject(ts, name.get()) : nullptr;
}
Object* PyOS_FSPath(Attached ts, Object* path) {
    return give(fs_path(ts, *path));
}

}  // namespace baton::api
