#include "runtime/raise.h"

#include <fmt/format.h>

#include <cstring>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/exceptions.h"
#include "runtime/object_ops.h"
#include "runtime/thread_data.h"
#include "runtime/types/bytes.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"

namespace baton {

Type& exc_type(Exc e) {
    return exception_types[static_cast<int>(e)];
}

namespace {

// Messages are made of our own text and of names that are UTF-8 by contract; what is not becomes U+FFFD,
// because a failure to report a failure would hide it.
Result<Ref<Str>> message_text(Attached ts, std::string_view text) {
    StrBuilder b;
    b.append_utf8(text);
    return b.finish(ts);
}

void store_pending(Attached ts, BaseException* owned) {
    replace_field(ts, rt(ts).pending, owned);
}

// Makes `earlier` the context of `e`, taking `e` out of earlier's own chain so that no cycle arises. The
// chain may already be cyclic further down (a program can do that), hence the second, slower walker.
void link_context(Attached ts, BaseException& e, BaseException& earlier) {
    if (&e == &earlier) return;
    BaseException* at = &earlier;
    BaseException* slow = &earlier;
    bool step_slow = false;
    while (auto* next = static_cast<BaseException*>(at->context)) {
        if (next == &e) {
            set_context(ts, *at, {});
            break;
        }
        at = next;
        if (at == slow) break;
        if (step_slow) slow = static_cast<BaseException*>(slow->context);
        step_slow = !step_slow;
    }
    set_context(ts, e, Ref<BaseException>::share(earlier));
}

void set_pending(Attached ts, Ref<BaseException> e) {
    if (BaseException* handled = handled_exception(ts)) link_context(ts, *e, *handled);
    store_pending(ts, e.release());
}

Raised raise_args(Attached ts, Exc e, Ref<Tuple> args) {
    auto exception = new_exception(ts, e, std::move(args));
    if (exception.ok()) set_pending(ts, exception.take());
    return already_raised();
}

// A built-in exception that keeps nothing but its arguments: making one runs no code that a call would.
bool is_plain_exception(const Type& type) {
    auto at = reinterpret_cast<uintptr_t>(&type), first = reinterpret_cast<uintptr_t>(exception_types);
    return at - first < sizeof exception_types && type.basicsize == sizeof(BaseException);
}

}  // namespace

BaseException* handled_exception(Attached ts) {
    for (HandledException* h = rt(ts).handled; h; h = h->previous) {
        if (h->exception) return h->exception;
    }
    return nullptr;
}

// ---- raising ----

Raised raise_text(Attached ts, Exc e, std::string_view message) {
    clear_pending(ts);
    auto text = TRY(message_text(ts, message));
    return raise_with(ts, e, std::move(text));
}

Raised raise_format(Attached ts, Exc e, fmt::string_view format, fmt::format_args args) {
    fmt::basic_memory_buffer<char, 240> buffer;
    fmt::vformat_to(std::back_inserter(buffer), format, args);
    return raise_text(ts, e, {buffer.data(), buffer.size()});
}

Raised raise_none(Attached ts, Exc e) {
    clear_pending(ts);
    return raise_args(ts, e, empty_tuple());
}

Raised raise_with(Attached ts, Exc e, Ref<Object> argument) {
    clear_pending(ts);
    auto args = TRY(tuple_of(ts, {argument.get()}));
    return raise_args(ts, e, std::move(args));
}

Raised raise_object(Attached ts, Ref<BaseException> exception) {
    set_pending(ts, std::move(exception));
    return already_raised();
}

Result<Ref<BaseException>> make_exception(Attached ts, Type& type, Object* value) {
    if (value && is_exception(*value)) {
        bool fits = TRY(is_subclass(ts, *value->type, type));
        if (fits) return Ref<BaseException>::share(static_cast<BaseException&>(*value));
    }
    auto made = [&]() -> Result<Ref<Object>> {
        if (!value || is_none(*value)) return call(ts, type);
        if (is_tuple(*value)) return call_tuple(ts, type, static_cast<Tuple&>(*value), nullptr);
        return call(ts, type, {value});
    }();
    auto exception = TRY(std::move(made));
    if (!is_exception(*exception)) {
        auto shown = TRY(show_repr(ts, type));
        return raise(ts, Exc::TypeError,
                     "calling {} should have returned an instance of BaseException, not {}", shown.view,
                     type_name(*exception));
    }
    return std::move(exception).cast<BaseException>();
}

Raised raise_type(Attached ts, Type& type, Object* value) {
    if (!has_flag(type, kTypeBaseExc)) {
        auto shown = TRY(show_repr(ts, type));
        return raise(ts, Exc::SystemError, "_PyErr_SetObject: exception {} is not a BaseException subclass",
                     shown.view);
    }
    clear_pending(ts);
    if (value && !is_none(*value) && !is_tuple(*value) && !is_exception(*value) && is_plain_exception(type)) {
        auto args = TRY(tuple_of(ts, {value}));
        return raise_args(ts, static_cast<Exc>(&type - exception_types), std::move(args));
    }
    auto exception = TRY(make_exception(ts, type, value));
    return raise_object(ts, std::move(exception));
}

Raised raise_no_memory(Attached ts) {
    auto* spare = static_cast<BaseException*>(interp(ts).memory_error);
    if (!spare) return already_raised();
    // The preallocated object may be in use. Its links are then another's, but raising it again is better
    // than nothing.
    if (spare->refcnt == 1) {
        set_context(ts, *spare, {});
        set_cause(ts, *spare, {});
        spare->suppress_context = 0;
        set_traceback(ts, *spare, {});
    }
    set_pending(ts, Ref<BaseException>::share(*spare));
    return already_raised();
}

Raised raise_oserror(Attached ts, int errno_value, Object* filename, Object* filename2) {
    clear_pending(ts);
    auto number = TRY(box_int(ts, errno_value));
    auto text = TRY(message_text(ts, std::strerror(errno_value)));
    Ref<Tuple> args = filename2  ? TRY(tuple_of(ts, {number.get(), text.get(), filename, &none(), filename2}))
                      : filename ? TRY(tuple_of(ts, {number.get(), text.get(), filename}))
                                 : TRY(tuple_of(ts, {number.get(), text.get()}));
    auto e = TRY(make_exception(ts, exc_type(Exc::OSError), args.get()));
    return raise_object(ts, std::move(e));
}

Raised raise_stop_iteration(Attached ts, Object* value_or_null) {
    if (!value_or_null || is_none(*value_or_null)) return raise_none(ts, Exc::StopIteration);
    return raise_with(ts, Exc::StopIteration, Ref<Object>::share(*value_or_null));
}

Raised raise_name_error(Attached ts, Str& name) {
    auto shown = TRY(show_str(ts, name));
    (void)raise(ts, Exc::NameError, "name '{}' is not defined", shown.view);
    if (pending_is(ts, Exc::NameError)) {
        auto& e = static_cast<NameErrorObject&>(*pending(ts));
        replace_field<Object>(ts, e.name, Ref<Str>::share(name).release());
    }
    return already_raised();
}

Raised raise_attribute_error(Attached ts, Object& obj, Str& name) {
    auto shown = TRY(show_str(ts, name));
    if (is_type(obj)) {
        (void)raise(ts, Exc::AttributeError, "type object '{}' has no attribute '{}'",
                    type_name(static_cast<Type&>(obj)), shown.view);
    } else {
        (void)raise(ts, Exc::AttributeError, "'{}' object has no attribute '{}'", type_name(obj), shown.view);
    }
    if (pending_is(ts, Exc::AttributeError)) {
        auto& e = static_cast<AttributeErrorObject&>(*pending(ts));
        replace_field<Object>(ts, e.name, Ref<Str>::share(name).release());
        replace_field<Object>(ts, e.obj, Ref<Object>::share(obj).release());
    }
    return already_raised();
}

Raised raise_import_error(Attached ts, Exc e, std::string_view message, Object* name, Object* path) {
    (void)raise_text(ts, e, message);
    if (pending_is(ts, e)) {
        auto& error = static_cast<ImportErrorObject&>(*pending(ts));
        if (name) replace_field<Object>(ts, error.name, Ref<Object>::share(*name).release());
        if (path) replace_field<Object>(ts, error.path, Ref<Object>::share(*path).release());
    }
    return already_raised();
}

Raised raise_unicode_decode(Attached ts, const char* encoding, std::string_view bytes, Object* source,
                            Index start, Index end, const char* reason) {
    clear_pending(ts);
    auto encoding_name = TRY(message_text(ts, encoding));
    auto object = source && source->type == &PyBytes_Type ? Ref<Object>::share(*source)
                                                          : Ref<Object>(TRY(bytes_new(ts, bytes)));
    auto from = TRY(box_int(ts, start));
    auto to = TRY(box_int(ts, end));
    auto why = TRY(message_text(ts, reason));
    auto args = TRY(tuple_of(ts, {encoding_name.get(), object.get(), from.get(), to.get(), why.get()}));
    return raise_args(ts, Exc::UnicodeDecodeError, std::move(args));
}

Raised raise_unicode_encode(Attached ts, const char* encoding, Str& text, Index start, Index end,
                            const char* reason) {
    clear_pending(ts);
    auto encoding_name = TRY(message_text(ts, encoding));
    auto from = TRY(box_int(ts, start));
    auto to = TRY(box_int(ts, end));
    auto why = TRY(message_text(ts, reason));
    auto args = TRY(tuple_of(ts, {encoding_name.get(), &text, from.get(), to.get(), why.get()}));
    return raise_args(ts, Exc::UnicodeEncodeError, std::move(args));
}

Raised raise_bad_internal_call(Attached ts, const char* function) {
    return raise(ts, Exc::SystemError, "{}: bad argument to internal function", function);
}

// ---- the pending exception ----

BaseException* pending(Attached ts) {
    return rt(ts).pending;
}

bool pending_is(Attached ts, Exc e) {
    BaseException* p = rt(ts).pending;
    return p && is_subtype(*p->type, exc_type(e));
}

OptRef<BaseException> fetch(Attached ts) {
    return OptRef<BaseException>::steal(std::exchange(rt(ts).pending, nullptr));
}

void restore(Attached ts, Ref<BaseException> exception) {
    store_pending(ts, exception.release());
}

void clear_pending(Attached ts) {
    if (BaseException* old = std::exchange(rt(ts).pending, nullptr)) decref(ts, old);
}

void chain_context(Attached ts, Ref<BaseException> earlier) {
    if (BaseException* now = rt(ts).pending) {
        link_context(ts, *now, *earlier);
    } else {
        restore(ts, std::move(earlier));
    }
}

bool exception_matches(Attached ts, Object& exception_or_type, Object& type_or_tuple) {
    if (is_tuple(type_or_tuple)) {
        auto& t = static_cast<Tuple&>(type_or_tuple);
        for (Index i = 0; i < t.size; ++i) {
            if (exception_matches(ts, exception_or_type, *t.item[i])) return true;
        }
        return false;
    }
    Object* type = is_exception(exception_or_type) ? exception_or_type.type : &exception_or_type;
    auto is_exception_class = [](Object& o) {
        return is_type(o) && has_flag(static_cast<Type&>(o), kTypeBaseExc);
    };
    if (is_exception_class(*type) && is_exception_class(type_or_tuple)) {
        return is_subtype(static_cast<Type&>(*type), static_cast<Type&>(type_or_tuple));
    }
    return type == &type_or_tuple;
}

namespace {
Result<Shown> show_text(Attached ts, Ref<Str> text) {
    auto utf8 = str_as_utf8(ts, *text);
    if (utf8.ok()) return Shown{Ref<Object>(std::move(text)), *utf8};
    clear_pending(ts);
    auto escaped = TRY(str_ascii_escape(ts, *text));
    std::string_view view = str_ascii_view(*escaped);
    return Shown{Ref<Object>(std::move(escaped)), view};
}
}  // namespace
Result<Shown> show_repr(Attached ts, Object& o) {
    auto text = TRY(repr(ts, o));
    return show_text(ts, std::move(text));
}
Result<Shown> show_str(Attached ts, Object& o) {
    auto text = TRY(str(ts, o));
    return show_text(ts, std::move(text));
}

const char* type_name(const Type& t) {
    return t.name;
}

const char* type_short_name(const Type& t) {
    if (has_flag(t, kTypeHeap)) return t.name;
    const char* dot = std::strrchr(t.name, '.');
    return dot ? dot + 1 : t.name;
}

}  // namespace baton
