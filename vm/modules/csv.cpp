// _csv: the module and its dialects.
#include "vm/modules/csv.h"

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/exceptions.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "vm/import.h"
#include "vm/vm_types.h"

namespace baton {

extern const ModuleSpec csv_module;

Raised raise_csv(Attached ts, std::string_view message) {
    const Ref<Str> text = TRY(str_new_utf8(ts, message));
    return raise_type(ts, baton_csv_error_type, text.get());
}

namespace {

constexpr const char* kQuotingNames[] = {"QUOTE_MINIMAL", "QUOTE_ALL", "QUOTE_NONNUMERIC", "QUOTE_NONE"};

// ---- dialects by name ----

Result<Ref<Object>> dialect_named(Attached ts, Dict& dialects, Object& name) {
    const Found found = TRY(dict_find(ts, dialects, name));
    if (found.value == nullptr) return raise_csv(ts, "unknown dialect");
    return Ref<Object>::share(*found.value);
}
Result<Ref<Object>> registered(Attached ts, Object& name) {
    const Ref<Object> module = TRY(import_module(ts, "_csv"));
    if (!is_module(*module) || spec_of_module(static_cast<Module&>(*module)) != &csv_module)
        return raise_csv(ts, "unknown dialect");
    return dialect_named(ts, *module_state<CsvState>(static_cast<Module&>(*module)).dialects, name);
}

// ---- making ----

Result<uint32_t> one_char(Attached ts, const char* name, Object* o, uint32_t fallback, bool may_miss) {
    if (o == nullptr) return fallback;
    if (may_miss && is_none(*o)) return kNoChar;
    if (!is_str(*o)) {
        return raise(ts, Exc::TypeError, "\"{}\" must be string{}, not {}", name, may_miss ? " or None" : "",
                     type_name(*o));
    }
    if (static_cast<Str&>(*o).length != 1)
        return raise(ts, Exc::TypeError, "\"{}\" must be a 1-character string", name);
    return str_char_unchecked(static_cast<Str&>(*o), 0);
}
Result<bool> flag(Attached ts, Object* o, bool fallback) {
    if (o == nullptr) return fallback;
    return is_true(ts, *o);
}

// The fields in the order of the constructor's arguments behind `dialect`.
constexpr const char* kFields[] = {"delimiter", "doublequote", "escapechar",       "lineterminator",
                                   "quotechar", "quoting",     "skipinitialspace", "strict"};
constexpr size_t kFieldCount = sizeof kFields / sizeof *kFields;

Result<Ref<Object>> make_dialect(Attached ts, Type& cls, Object* dialect, Object* delimiter,
                                 Object* doublequote, Object* escapechar, Object* lineterminator,
                                 Object* quotechar, Object* quoting, Object* skipinitialspace,
                                 Object* strict) {
    Object* given[kFieldCount] = {delimiter, doublequote, escapechar,       lineterminator,
                                  quotechar, quoting,     skipinitialspace, strict};
    OptRef<Object> like = OptRef<Object>::share(dialect);
    if (like && is_str(*like)) like = TRY(registered(ts, *like));
    OptRef<Object> held[kFieldCount];
    if (like) {
        bool plain = is_exact(*like, baton_csv_dialect_type);
        for (Object* g : given) plain = plain && g == nullptr;
        if (plain) return std::move(like).take();
        for (size_t i = 0; i < kFieldCount; ++i) {
            if (given[i] != nullptr) continue;
            const Ref<Str> name = TRY(str_intern_utf8(ts, kFields[i]));
            held[i] = TRY(get_attr_opt(ts, *like, *name));
            given[i] = held[i].get();
        }
    }
    Ref<CsvDialect> d = TRY(new_instance<CsvDialect>(ts, cls));
    d->delimiter = TRY(one_char(ts, kFields[0], given[0], ',', false));
    d->double_quote = TRY(flag(ts, given[1], true));
    d->escape = TRY(one_char(ts, kFields[2], given[2], kNoChar, true));
    if (given[3] == nullptr) {
        d->terminator = TRY(str_new_ascii(ts, "\r\n")).release();
    } else if (is_none(*given[3])) {
        return raise(ts, Exc::TypeError, "lineterminator must be set");
    } else if (!is_str(*given[3])) {
        return raise(ts, Exc::TypeError, "\"lineterminator\" must be a string");
    } else {
        d->terminator = Ref<Str>::share(static_cast<Str&>(*given[3])).release();
    }
    d->quote = TRY(one_char(ts, kFields[4], given[4], '"', true));
    if (given[5] != nullptr) {
        if (!is_exact(*given[5], PyLong_Type))
            return raise(ts, Exc::TypeError, "\"quoting\" must be an integer");
        int overflow = 0;
        const int64_t n = int_as_int64(static_cast<Int&>(*given[5]), &overflow);
        if (overflow != 0 || n < 0 || n > 3) return raise(ts, Exc::TypeError, "bad \"quoting\" value");
        d->quoting = static_cast<CsvQuoting>(n);
    } else if (given[4] != nullptr && d->quote == kNoChar) {
        d->quoting = CsvQuoting::none;
    }
    d->skip_space = TRY(flag(ts, given[6], false));
    d->strict = TRY(flag(ts, given[7], false));
    if (d->quoting != CsvQuoting::none && d->quote == kNoChar)
        return raise(ts, Exc::TypeError, "quotechar must be set if quoting enabled");
    return d;
}
constexpr Method dialect_row = method<make_dialect>(
    "Dialect($type, dialect=None, delimiter=',', doublequote=True, escapechar=None, lineterminator='\\r\\n', "
    "quotechar='\"', quoting=QUOTE_MINIMAL, skipinitialspace=False, strict=False)",
    "");
Result<Ref<Object>> dialect_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    return boxed_result(ts, dialect_row.fn(ts, dialect_row, &cls, args, nargs, kwnames));
}
void dialect_dealloc(Attached ts, CsvDialect& self) {
    xdecref(ts, self.terminator);
    free_instance(ts, self);
}
Result<Ref<Object>> dialect_reduce(Attached ts, CsvDialect& self, Args) {
    return raise(ts, Exc::TypeError, "cannot pickle '{}' instances", type_short_name(*self.type));
}
constexpr Method dialect_methods[] = {
    method<dialect_reduce>("__reduce__($self, *args)", "Refuses: dialects are not pickled."),
    method<dialect_reduce>("__reduce_ex__($self, *args)", "Refuses: dialects are not pickled."),
    {},
};

// ---- looking at one ----

const CsvDialect& of(Object& self) {
    return static_cast<CsvDialect&>(self);
}
Result<Ref<Object>> char_object(Attached ts, uint32_t c) {
    if (c == kNoChar) return Ref<Object>::share(none());
    return str_from_char(ts, c);
}
Result<Ref<Object>> get_delimiter(Attached ts, Object& self) {
    return char_object(ts, of(self).delimiter);
}
Result<Ref<Object>> get_escapechar(Attached ts, Object& self) {
    return char_object(ts, of(self).escape);
}
Result<Ref<Object>> get_quotechar(Attached ts, Object& self) {
    return char_object(ts, of(self).quote);
}
Result<Ref<Object>> get_lineterminator(Attached, Object& self) {
    return Ref<Object>::share(*of(self).terminator);
}
Result<Ref<Object>> get_quoting(Attached ts, Object& self) {
    return box_int(ts, static_cast<int>(of(self).quoting));
}
Result<Ref<Object>> get_doublequote(Attached, Object& self) {
    return Ref<Object>::share(bool_object(of(self).double_quote));
}
Result<Ref<Object>> get_skipinitialspace(Attached, Object& self) {
    return Ref<Object>::share(bool_object(of(self).skip_space));
}
Result<Ref<Object>> get_strict(Attached, Object& self) {
    return Ref<Object>::share(bool_object(of(self).strict));
}
constexpr GetSet dialect_getset[] = {
    GetSet{"delimiter", get_delimiter, nullptr, "what stands between fields"},
    GetSet{"doublequote", get_doublequote, nullptr, "whether a quote inside quotes is doubled"},
    GetSet{"escapechar", get_escapechar, nullptr, "what takes the meaning of the next character, or None"},
    GetSet{"lineterminator", get_lineterminator, nullptr, "what a writer puts behind each row"},
    GetSet{"quotechar", get_quotechar, nullptr, "what stands around quoted fields, or None"},
    GetSet{"quoting", get_quoting, nullptr, "which fields are quoted, a QUOTE_ constant"},
    GetSet{"skipinitialspace", get_skipinitialspace, nullptr,
           "whether blanks behind a delimiter are dropped"},
    GetSet{"strict", get_strict, nullptr, "whether bad input is an error"},
    {},
};

// ---- the module ----

Result<void> register_dialect(Attached ts, Module& module, Args args, Kwargs kwargs) {
    TRY(csv_need_first(ts, args));
    Object* name = TRY(box_in_place(ts, args.v[0]));
    if (!is_str(*name)) return raise(ts, Exc::TypeError, "dialect name must be a string");
    const Ref<CsvDialect> dialect = TRY(csv_dialect(ts, args, kwargs));
    return dict_set(ts, *module_state<CsvState>(module).dialects, *name, *dialect);
}
Result<void> unregister_dialect(Attached ts, Module& module, Object& name) {
    if (!TRY(dict_del(ts, *module_state<CsvState>(module).dialects, name)))
        return raise_csv(ts, "unknown dialect");
    return {};
}
Result<Ref<Object>> get_dialect(Attached ts, Module& module, Object& name) {
    return dialect_named(ts, *module_state<CsvState>(module).dialects, name);
}
Result<Ref<Object>> list_dialects(Attached ts, Module& module) {
    return dict_keys_list(ts, *module_state<CsvState>(module).dialects);
}
Result<Index> field_size_limit(Attached ts, Module& module, Object* limit) {
    auto& state = module_state<CsvState>(module);
    const Index old = state.field_limit;
    if (limit != nullptr) {
        if (!is_exact(*limit, PyLong_Type)) return raise(ts, Exc::TypeError, "limit must be an integer");
        state.field_limit = TRY(convert_int64(ts, Value(limit), INT64_MIN, INT64_MAX, "long"));
    }
    return old;
}
constexpr Method functions[] = {
    method<csv_reader>(
        "reader($module, *args, **kwargs)",
        "reader(iterable, dialect='excel', **fmtparams): an iterator over the rows of lines of text."),
    method<csv_writer>("writer($module, *args, **kwargs)",
                       "writer(file, dialect='excel', **fmtparams): an object that writes rows to a file."),
    method<list_dialects>("list_dialects($module, /)", "The names of the registered dialects."),
    method<register_dialect>("register_dialect($module, *args, **kwargs)",
                             "register_dialect(name, dialect, **fmtparams): keep a dialect under a name."),
    method<unregister_dialect>("unregister_dialect($module, name, /)", "Forget the dialect of this name."),
    method<get_dialect>("get_dialect($module, name, /)", "The dialect of this name."),
    method<field_size_limit>(
        "field_size_limit($module, limit=None, /)",
        "How long a field may be that is read; with an argument, from now on. Returns what it was."),
    {},
};

Result<void> csv_exec(Attached ts, Module& module) {
    auto& state = module_state<CsvState>(module);
    state.dialects = TRY(dict_new(ts)).release();
    state.field_limit = 128 * 1024;
    TRY(module_add(ts, module, "_dialects", *state.dialects));
    for (int i = 0; i < 4; ++i) TRY(module_add_int(ts, module, kQuotingNames[i], i));
    const Ref<Str> version = TRY(str_new_ascii(ts, "1.0"));
    TRY(module_add(ts, module, "__version__", *version));
    TRY(module_add_type(ts, module, baton_csv_dialect_type));
    TRY(module_add(ts, module, "Reader", baton_csv_reader_type));
    TRY(module_add(ts, module, "Writer", baton_csv_writer_type));
    return module_add_type(ts, module, baton_csv_error_type);
}
int csv_traverse(Module& module, VisitProc visit, void* arg) {
    auto& state = module_state<CsvState>(module);
    return state.dialects != nullptr ? visit(state.dialects, arg) : 0;
}
void csv_clear(Attached ts, Module& module) {
    replace_field<Dict>(ts, module_state<CsvState>(module).dialects, nullptr);
}

}  // namespace

Result<Ref<CsvDialect>> csv_dialect(Attached ts, Args args, Kwargs kwargs) {
    // The first argument is the reader's; the rest is as if the type were called with it.
    const Ref<Object> made =
        TRY(boxed_result(ts, call_value(ts, baton_csv_dialect_type, args.v + 1, args.n - 1, kwargs.names)));
    return Ref<CsvDialect>::share(static_cast<CsvDialect&>(*made));
}

const TypeSpec csv_error_spec = {
    .name = "_csv.Error",
    .basicsize = sizeof(BaseException),
    .flags = kTypeBaseType,
    .base = &exception_types[static_cast<int>(Exc::Exception)],
};
const TypeSpec csv_dialect_spec = {
    .name = "_csv.Dialect",
    .doc = "How rows are written as text: what stands between fields, what quotes them.",
    .basicsize = sizeof(CsvDialect),
    .flags = kTypeBaseType,
    .methods = dialect_methods,
    .getset = dialect_getset,
    .dealloc = typed_slot<dialect_dealloc>,
    .tp_new = slot<dialect_new>,
};

const ModuleSpec csv_module = {
    .name = "_csv",
    .doc = "Reading and writing rows as lines of text; used through csv.",
    .methods = functions,
    .exec = csv_exec,
    .state_size = sizeof(CsvState),
    .traverse = csv_traverse,
    .clear = csv_clear,
};

}  // namespace baton
