// The exceptions that carry something besides their arguments: StopIteration, SystemExit, ImportError,
// NameError, AttributeError, SyntaxError; and KeyError with its own text.
#include <cstring>

#include "runtime/attr.h"
#include "runtime/exceptions_layout.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

constexpr int kObject = 6;  // T_OBJECT of structmember.h

void set_field(Attached ts, Object*& field, Object* borrowed) {
    xincref(borrowed);
    replace_field(ts, field, borrowed);
}

// Takes the keyword arguments an exception knows; any other is an error in the words of
// PyArg_ParseTupleAndKeywords.
struct KeywordField {
    Name name;
    Object** field;
};
Result<void> take_keywords(Attached ts, const char* who, std::initializer_list<KeywordField> known,
                           Value* args, size_t nargs, Tuple* kwnames) {
    for (auto& k : known) set_field(ts, *k.field, nullptr);
    if (kwnames && static_cast<size_t>(kwnames->size) > known.size()) {
        return raise(ts, Exc::TypeError, "{}() takes at most {} keyword argument{} ({} given)", who,
                     known.size(), known.size() == 1 ? "" : "s", kwnames->size);
    }
    for (Index i = 0; kwnames && i < kwnames->size; ++i) {
        auto& name = static_cast<Str&>(*kwnames->item[i]);
        const KeywordField* found = nullptr;
        for (auto& k : known) {
            if (str_eq(id(k.name), name)) found = &k;
        }
        if (!found) {
            auto shown = TRY(show_str(ts, name));
            return raise(ts, Exc::TypeError, "'{}' is an invalid keyword argument for {}()", shown.view, who);
        }
        Object* value = TRY(box_in_place(ts, args[nargs + static_cast<size_t>(i)]));
        set_field(ts, *found->field, value);
    }
    return {};
}

// ---- StopIteration ----

Result<void> stop_iteration_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(base_exception_init(ts, self, args, nargs, kwnames));
    set_field(ts, static_cast<StopIterationObject&>(self).value, nargs > 0 ? args[0].object() : &none());
    return {};
}

const MemberDef stop_iteration_members[] = {
    {"value", kObject, offsetof(StopIterationObject, value), 0, "What the generator returned."},
    {},
};

constexpr TypeSpec make_stop_iteration() {
    auto s = exception_spec<StopIterationObject>("StopIteration", exception_base(Exc::Exception),
                                                 "An iterator has ended.");
    s.members = const_cast<MemberDef*>(stop_iteration_members);
    s.init = slot<stop_iteration_init>;
    return s;
}

// ---- SystemExit ----

Result<void> system_exit_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(base_exception_init(ts, self, args, nargs, kwnames));
    auto& e = static_cast<SystemExitObject&>(self);
    if (nargs == 1) {
        set_field(ts, e.code, args[0].object());
    } else if (nargs > 1) {
        set_field(ts, e.code, e.args);
    }
    return {};
}

const MemberDef system_exit_members[] = {
    {"code", kObject, offsetof(SystemExitObject, code), 0,
     "The exit status, or a message for standard error."},
    {},
};

constexpr TypeSpec make_system_exit() {
    auto s = exception_spec<SystemExitObject>("SystemExit", exception_base(Exc::BaseException),
                                              "Ends the program unless it is caught.");
    s.members = const_cast<MemberDef*>(system_exit_members);
    s.init = slot<system_exit_init>;
    return s;
}

// ---- ImportError ----

Result<void> import_error_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(base_exception_init(ts, self, args, nargs, nullptr));
    auto& e = static_cast<ImportErrorObject&>(self);
    TRY(take_keywords(ts, "ImportError", {{Name::name, &e.name}, {Name::path, &e.path}}, args, nargs,
                      kwnames));
    set_field(ts, e.msg, nargs == 1 ? args[0].object() : nullptr);
    return {};
}

Result<Ref<Object>> import_error_str(Attached ts, ImportErrorObject& self) {
    if (self.msg && is_exact(*self.msg, PyUnicode_Type)) return Ref<Object>::share(*self.msg);
    return base_exception_str(ts, self);
}

Result<Ref<Object>> import_error_reduce(Attached ts, ImportErrorObject& self) {
    if (!self.name && !self.path) {
        if (self.dict) return tuple_of(ts, {self.type, self.args, self.dict});
        return tuple_of(ts, {self.type, self.args});
    }
    Ref<Dict> state = self.dict ? TRY(dict_copy(ts, *self.dict)) : TRY(dict_new(ts));
    if (self.name) TRY(dict_set_str(ts, *state, id(Name::name), *self.name));
    if (self.path) TRY(dict_set_str(ts, *state, id(Name::path), *self.path));
    return tuple_of(ts, {self.type, self.args, state.get()});
}

const MemberDef import_error_members[] = {
    {"msg", kObject, offsetof(ImportErrorObject, msg), 0, "What went wrong."},
    {"name", kObject, offsetof(ImportErrorObject, name), 0, "The module that was to be imported."},
    {"path", kObject, offsetof(ImportErrorObject, path), 0, "The file of the module, as far as it is known."},
    {},
};
constexpr Method import_error_methods[] = {
    method<import_error_reduce>("__reduce__($self, /)", nullptr),
    {},
};

constexpr TypeSpec make_import_error() {
    auto s = exception_spec<ImportErrorObject>("ImportError", exception_base(Exc::Exception),
                                               "A module, or something in it, could not be imported.");
    s.members = const_cast<MemberDef*>(import_error_members);
    s.methods = import_error_methods;
    s.str = typed_slot<import_error_str>;
    s.init = slot<import_error_init>;
    return s;
}

// ---- NameError, AttributeError ----

Result<void> name_error_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(base_exception_init(ts, self, args, nargs, nullptr));
    return take_keywords(ts, "NameError", {{Name::name, &static_cast<NameErrorObject&>(self).name}}, args,
                         nargs, kwnames);
}

const MemberDef name_error_members[] = {
    {"name", kObject, offsetof(NameErrorObject, name), 0, "The variable that was asked for."},
    {},
};

constexpr TypeSpec make_name_error() {
    auto s = exception_spec<NameErrorObject>("NameError", exception_base(Exc::Exception),
                                             "No variable of this name has a value here.");
    s.members = const_cast<MemberDef*>(name_error_members);
    s.init = slot<name_error_init>;
    return s;
}

Result<void> attribute_error_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(base_exception_init(ts, self, args, nargs, nullptr));
    auto& e = static_cast<AttributeErrorObject&>(self);
    return take_keywords(ts, "AttributeError", {{Name::name, &e.name}, {Name::obj, &e.obj}}, args, nargs,
                         kwnames);
}

const MemberDef attribute_error_members[] = {
    {"name", kObject, offsetof(AttributeErrorObject, name), 0, "The attribute that was asked for."},
    {"obj", kObject, offsetof(AttributeErrorObject, obj), 0, "The object that was asked."},
    {},
};

constexpr TypeSpec make_attribute_error() {
    auto s =
        exception_spec<AttributeErrorObject>("AttributeError", exception_base(Exc::Exception),
                                             "The object has no such attribute, or does not let it be set.");
    s.members = const_cast<MemberDef*>(attribute_error_members);
    s.init = slot<attribute_error_init>;
    return s;
}

// ---- KeyError ----

// The only key is shown by its repr, so that KeyError('') is not an empty line.
Result<Ref<Object>> key_error_str(Attached ts, BaseException& self) {
    if (self.args->size == 1) return repr(ts, *self.args->item[0]);
    return base_exception_str(ts, self);
}

constexpr TypeSpec make_key_error() {
    auto s = exception_spec<BaseException>("KeyError", exception_base(Exc::LookupError),
                                           "The mapping has no such key.");
    s.str = typed_slot<key_error_str>;
    return s;
}

// ---- SyntaxError ----

Result<void> take_location(Attached ts, SyntaxErrorObject& e, Object& location) {
    auto t = TRY(to_tuple(ts, location));
    if (t->size < 4) {
        return raise(ts, Exc::TypeError, "function takes at least 4 arguments ({} given)", t->size);
    }
    if (t->size > 6)
        return raise(ts, Exc::TypeError, "function takes at most 6 arguments ({} given)", t->size);
    Object** const into[] = {&e.filename, &e.lineno, &e.offset, &e.text, &e.end_lineno, &e.end_offset};
    for (Index i = 0; i < 6; ++i) set_field(ts, *into[i], i < t->size ? t->item[i] : nullptr);
    if (e.end_lineno && !e.end_offset) {
        return raise(ts, Exc::TypeError, "end_offset must be provided when end_lineno is provided");
    }
    return {};
}

Result<void> syntax_error_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(base_exception_init(ts, self, args, nargs, kwnames));
    auto& e = static_cast<SyntaxErrorObject&>(self);
    if (nargs >= 1) set_field(ts, e.msg, args[0].object());
    if (nargs == 2) TRY(take_location(ts, e, *args[1].object()));
    return {};
}

// "message (file.py, line 3)", with whatever part is there.
Result<Ref<Object>> syntax_error_str(Attached ts, SyntaxErrorObject& self) {
    StrBuilder b;
    auto message = TRY(str(ts, self.msg ? *self.msg : none()));
    b.append(*message);
    bool has_file = self.filename && is_str(*self.filename);
    int64_t line = 0;
    bool has_line = self.lineno && is_exact(*self.lineno, PyLong_Type);
    if (has_line) has_line = int_fits_tag(static_cast<Int&>(*self.lineno), &line);
    if (has_file) {
        auto& file = static_cast<Str&>(*self.filename);
        Index slash = str_rfind_char(file, '/', 0, file.length);
        b.append_ascii(" (");
        b.append_range(file, slash + 1, file.length);
    }
    if (has_line) {
        b.append_ascii(has_file ? ", line " : " (line ");
        b.append_int(line);
    }
    if (has_file || has_line) b.append(')');
    return b.finish(ts);
}

const MemberDef syntax_error_members[] = {
    {"msg", kObject, offsetof(SyntaxErrorObject, msg), 0, "What is wrong."},
    {"filename", kObject, offsetof(SyntaxErrorObject, filename), 0, "The file that it is about."},
    {"lineno", kObject, offsetof(SyntaxErrorObject, lineno), 0, "The line, counted from 1."},
    {"offset", kObject, offsetof(SyntaxErrorObject, offset), 0, "The column, counted from 1."},
    {"text", kObject, offsetof(SyntaxErrorObject, text), 0, "The line itself."},
    {"end_lineno", kObject, offsetof(SyntaxErrorObject, end_lineno), 0,
     "The line in which the wrong part ends."},
    {"end_offset", kObject, offsetof(SyntaxErrorObject, end_offset), 0,
     "The column in which the wrong part ends."},
    {"print_file_and_line", kObject, offsetof(SyntaxErrorObject, print_file_and_line), 0,
     "Kept for old programs."},
    {},
};

constexpr TypeSpec make_syntax_error() {
    auto s = exception_spec<SyntaxErrorObject>("SyntaxError", exception_base(Exc::Exception),
                                               "The text is not a Python program.");
    s.members = const_cast<MemberDef*>(syntax_error_members);
    s.str = typed_slot<syntax_error_str>;
    s.init = slot<syntax_error_init>;
    return s;
}

}  // namespace

constexpr TypeSpec StopIteration_spec = make_stop_iteration();
constexpr TypeSpec SystemExit_spec = make_system_exit();
constexpr TypeSpec ImportError_spec = make_import_error();
constexpr TypeSpec NameError_spec = make_name_error();
constexpr TypeSpec AttributeError_spec = make_attribute_error();
constexpr TypeSpec KeyError_spec = make_key_error();
constexpr TypeSpec SyntaxError_spec = make_syntax_error();

}  // namespace baton
