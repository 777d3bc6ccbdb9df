// The module _pickle: its functions and types.
#include "runtime/attr.h"
#include "runtime/object_ops.h"
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "vm/modules/pickle.h"

namespace baton {

namespace {

// The references a state has been given, dropped when the call ends.
struct DumpState {
    Attached ts;
    PicklerState state;
    ~DumpState() {
        state.memo.clear();
        xdecref(ts, state.write);
        xdecref(ts, state.buffer_callback);
    }
    Result<void> set(Object* protocol, const Opt<bool>& fix_imports, Object* buffer_callback) {
        state.protocol = TRY(pickle_protocol(ts, protocol));
        state.bin = state.protocol > 0;
        state.fix_imports = fix_imports.or_else(true) && state.protocol < 3;
        if (!buffer_callback || is_none(*buffer_callback)) return {};
        if (state.protocol < 5) return raise(ts, Exc::ValueError, "buffer_callback needs protocol >= 5");
        state.buffer_callback = Ref<Object>::share(*buffer_callback).release();
        return {};
    }
};
struct LoadState {
    Attached ts;
    UnpicklerState state;
    ~LoadState() {
        for (Object* o : state.memo) xdecref(ts, o);
        xdecref(ts, state.read);
        xdecref(ts, state.readline);
        xdecref(ts, state.buffers);
    }
    Result<void> set(const Opt<bool>& fix_imports, Str* encoding, Str* errors, Object* buffers) {
        state.fix_imports = fix_imports.or_else(true);
        if (encoding) state.encoding = TRY(str_as_c_string(ts, *encoding));
        if (errors) state.errors = TRY(str_as_c_string(ts, *errors));
        if (buffers && !is_none(*buffers)) state.buffers = TRY(get_iter(ts, *buffers)).release();
        return {};
    }
};

Result<void> module_dump(Attached ts, Module&, Object& obj, Object& file, Object* protocol,
                         Opt<bool> fix_imports, Object* buffer_callback) {
    DumpState d{ts, {}};
    TRY(d.set(protocol, fix_imports, buffer_callback));
    OptRef<Object> write = TRY(get_attr_opt(ts, file, *TRY(str_intern_utf8(ts, "write"))));
    if (!write) return raise(ts, Exc::TypeError, "file must have a 'write' attribute");
    d.state.write = write.release();
    return pickle_dump_to_file(ts, d.state, nullptr, obj);
}
Result<Ref<Bytes>> module_dumps(Attached ts, Module&, Object& obj, Object* protocol, Opt<bool> fix_imports,
                                Object* buffer_callback) {
    DumpState d{ts, {}};
    TRY(d.set(protocol, fix_imports, buffer_callback));
    return pickle_dump(ts, d.state, nullptr, obj);
}
Result<Ref<Object>> module_load(Attached ts, Module&, Object& file, Opt<bool> fix_imports, Str* encoding,
                                Str* errors, Object* buffers) {
    LoadState l{ts, {}};
    TRY(l.set(fix_imports, encoding, errors, buffers));
    OptRef<Object> read = TRY(get_attr_opt(ts, file, *TRY(str_intern_utf8(ts, "read"))));
    OptRef<Object> readline = TRY(get_attr_opt(ts, file, *TRY(str_intern_utf8(ts, "readline"))));
    if (!read || !readline)
        return raise(ts, Exc::TypeError, "file must have 'read' and 'readline' attributes");
    l.state.read = read.release();
    l.state.readline = readline.release();
    return pickle_load(ts, l.state, nullptr, {});
}
Result<Ref<Object>> module_loads(Attached ts, Module&, Object& data, Opt<bool> fix_imports, Str* encoding,
                                 Str* errors, Object* buffers) {
    LoadState l{ts, {}};
    TRY(l.set(fix_imports, encoding, errors, buffers));
    BytesLike bytes;
    TRY(bytes.get(ts, data));
    return pickle_load(ts, l.state, nullptr, bytes.view());
}

constexpr Method functions[] = {
    method<module_dump>(
        "dump($module, /, obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)",
        "Writes the pickle of obj to a file."),
    method<module_dumps>("dumps($module, /, obj, protocol=None, *, fix_imports=True, buffer_callback=None)",
                         "The pickle of obj as bytes."),
    method<module_load>(
        "load($module, /, file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
        "The object that the next pickle of a file makes. Never load what you would not run."),
    method<module_loads>(
        "loads($module, data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
        "The object that a pickle makes. Never load what you would not run."),
    {},
};

Result<void> pickle_exec(Attached ts, Module& m) {
    for (Type* t : {&pickle_error_type(), &pickling_error_type(), &unpickling_error_type(), &pickler_type(),
                    &unpickler_type(), &pickle_buffer_type()})
        TRY(module_add_type(ts, m, *t));
    return {};
}

}  // namespace

Result<int> pickle_protocol(Attached ts, Object* protocol) {
    if (!protocol || is_none(*protocol)) return kPickleDefault;
    const Ref<Int> number = TRY(number_index(ts, *protocol));
    int overflow;
    const int64_t n = int_as_int64(*number, &overflow);
    if (n < 0) return kPickleHighest;
    if (overflow || n > kPickleHighest)
        return raise(ts, Exc::ValueError, "pickle protocol must be <= {}", kPickleHighest);
    return static_cast<int>(n);
}

extern const ModuleSpec pickle_module;
const ModuleSpec pickle_module = {
    .name = "_pickle",
    .doc = "The fast part of the module pickle.",
    .methods = functions,
    .exec = pickle_exec,
};

}  // namespace baton
