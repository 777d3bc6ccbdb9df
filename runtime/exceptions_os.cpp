// OSError: its arguments, the choice of a subclass by errno, and its text.
#include <cerrno>

#include "runtime/allocate_instance.h"
#include "runtime/exceptions_layout.h"
#include "runtime/object_ops.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

struct ErrnoClass {
    int number;
    Exc type;
};
constexpr ErrnoClass kErrnoClasses[] = {
    {EAGAIN, Exc::BlockingIOError},
    {EALREADY, Exc::BlockingIOError},
    {EINPROGRESS, Exc::BlockingIOError},
    {EPIPE, Exc::BrokenPipeError},
    {ESHUTDOWN, Exc::BrokenPipeError},
    {ECHILD, Exc::ChildProcessError},
    {ECONNABORTED, Exc::ConnectionAbortedError},
    {ECONNREFUSED, Exc::ConnectionRefusedError},
    {ECONNRESET, Exc::ConnectionResetError},
    {EEXIST, Exc::FileExistsError},
    {ENOENT, Exc::FileNotFoundError},
    {EISDIR, Exc::IsADirectoryError},
    {ENOTDIR, Exc::NotADirectoryError},
    {EINTR, Exc::InterruptedError},
    {EACCES, Exc::PermissionError},
    {EPERM, Exc::PermissionError},
    {ESRCH, Exc::ProcessLookupError},
    {ETIMEDOUT, Exc::TimeoutError},
};
static_assert(EWOULDBLOCK == EAGAIN);

Result<void> os_error_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames);
Result<Ref<Object>> os_error_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames);

// A subclass that overrides __init__ but not __new__ gets its fields set by __init__; all others by __new__,
// which must see the arguments anyway to choose the class.
bool fields_set_by_init(const Type& cls) {
    const TypeInfo& slots = info(cls);
    return slots.init != &os_error_init && slots.tp_new == &os_error_new;
}

void set_field(Attached ts, Object*& field, Object* borrowed) {
    xincref(borrowed);
    replace_field(ts, field, borrowed);
}

// Precondition: args are boxed.
Result<void> fill(Attached ts, OSErrorObject& self, Value* args, size_t nargs) {
    Object *filename = nullptr, *filename2 = nullptr;
    size_t kept = nargs;
    if (nargs >= 2 && nargs <= 5) {
        set_field(ts, self.myerrno, args[0].object());
        set_field(ts, self.strerror, args[1].object());
        if (nargs > 2) filename = args[2].object();
        if (nargs > 4) filename2 = args[4].object();
        if (filename && !is_none(*filename)) {
            if (self.type == &exc_type(Exc::BlockingIOError) && is_number(*filename)) {
                self.written = TRY(as_index(ts, *filename, Exc::ValueError));
            } else {
                set_field(ts, self.filename, filename);
                if (filename2 && !is_none(*filename2)) set_field(ts, self.filename2, filename2);
                kept = 2;  // args without the names, for compatibility with two-argument unpacking
            }
        }
    }
    return set_args(ts, self, args, kept);
}

Result<Ref<Object>> os_error_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Type* type = &cls;
    TRY(box_all(ts, args, nargs));
    bool by_init = fields_set_by_init(cls);
    if (!by_init) {
        TRY(reject_keywords(ts, cls, kwnames));
        int64_t number;
        if (type == &exc_type(Exc::OSError) && nargs >= 2 && nargs <= 5 && is_int(*args[0].object()) &&
            int_fits_tag(static_cast<Int&>(*args[0].object()), &number)) {
            for (auto& row : kErrnoClasses) {
                if (row.number == number) type = &exc_type(row.type);
            }
        }
    }
    auto self = TRY(new_instance<OSErrorObject>(ts, *type));
    self->written = -1;
    self->args = empty_tuple().release();
    if (!by_init) TRY(fill(ts, *self, args, nargs));
    gc_track(ts, self.get());
    return self;
}

Result<void> os_error_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    if (!fields_set_by_init(*self.type)) return {};
    TRY(reject_keywords(ts, *self.type, kwnames));
    TRY(box_all(ts, args, nargs));
    return fill(ts, static_cast<OSErrorObject&>(self), args, nargs);
}

Result<Ref<Object>> os_error_str(Attached ts, OSErrorObject& self) {
    if (!self.filename && !(self.myerrno && self.strerror)) return base_exception_str(ts, self);
    auto number = TRY(str(ts, self.myerrno ? *self.myerrno : none()));
    auto text = TRY(str(ts, self.strerror ? *self.strerror : none()));
    StrBuilder b;
    b.append_ascii("[Errno ");
    b.append(*number);
    b.append_ascii("] ");
    b.append(*text);
    if (self.filename) {
        auto name = TRY(repr(ts, *self.filename));
        b.append_ascii(": ");
        b.append(*name);
    }
    if (self.filename && self.filename2) {
        auto name = TRY(repr(ts, *self.filename2));
        b.append_ascii(" -> ");
        b.append(*name);
    }
    return b.finish(ts);
}

// The file names that fill() took out of args are put back.
Result<Ref<Object>> os_error_reduce(Attached ts, OSErrorObject& self) {
    Ref<Tuple> args = Ref<Tuple>::share(*self.args);
    if (args->size == 2 && self.filename) {
        Object** two = args->item;
        if (self.filename2) {
            args = TRY(tuple_of(ts, {two[0], two[1], self.filename, &none(), self.filename2}));
        } else {
            args = TRY(tuple_of(ts, {two[0], two[1], self.filename}));
        }
    }
    if (self.dict) return tuple_of(ts, {self.type, args.get(), self.dict});
    return tuple_of(ts, {self.type, args.get()});
}

Result<Ref<Object>> get_written(Attached ts, OSErrorObject& self) {
    if (self.written == -1) return raise(ts, Exc::AttributeError, "characters_written");
    return box_int(ts, self.written);
}
Result<void> set_written(Attached ts, OSErrorObject& self, Object* value) {
    if (!value) {
        if (self.written == -1) return raise(ts, Exc::AttributeError, "characters_written");
        self.written = -1;
        return {};
    }
    self.written = TRY(as_index(ts, *value, Exc::ValueError));
    return {};
}

constexpr int kObject = 6;  // T_OBJECT of structmember.h
const MemberDef os_error_members[] = {
    {"errno", kObject, offsetof(OSErrorObject, myerrno), 0,
     "The number of the error, as in the module errno."},
    {"strerror", kObject, offsetof(OSErrorObject, strerror), 0, "What the number means."},
    {"filename", kObject, offsetof(OSErrorObject, filename), 0, "The file that it is about."},
    {"filename2", kObject, offsetof(OSErrorObject, filename2), 0, "The other file, where two take part."},
    {},
};
constexpr Method os_error_methods[] = {
    method<os_error_reduce>("__reduce__($self, /)", nullptr),
    {},
};
constexpr GetSet os_error_getset[] = {
    property_row<get_written, set_written>("characters_written",
                                           "number of characters written before exception"),
    {},
};

constexpr TypeSpec make_os_error() {
    auto s = exception_spec<OSErrorObject>("OSError", exception_base(Exc::Exception),
                                           "The operating system refused.");
    s.members = const_cast<MemberDef*>(os_error_members);
    s.methods = os_error_methods;
    s.getset = os_error_getset;
    s.str = typed_slot<os_error_str>;
    s.init = slot<os_error_init>;
    s.tp_new = slot<os_error_new>;
    return s;
}

}  // namespace

constexpr TypeSpec OSError_spec = make_os_error();

}  // namespace baton
