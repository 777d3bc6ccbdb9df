// repr, str, ascii, bytes, format and dir of any object.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/thread_data.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"

namespace baton {

Result<Ref<Str>> repr(Attached ts, Object& o) {
    UnaryFn f = info(o).repr;
    if (!f) {
        return str_format(ts, "<{} object at {:#x}>", type_name(o), reinterpret_cast<uintptr_t>(&o));
    }
    RecursionScope scope(ts);
    TRY(scope.enter(" while getting the repr of an object"));
    auto text = TRY(f(ts, o));
    if (!is_str(*text)) {
        return raise(ts, Exc::TypeError, "__repr__ returned non-string (type {})", type_name(*text));
    }
    return std::move(text).cast<Str>();
}

Result<Ref<Str>> str(Attached ts, Object& o) {
    if (is_exact(o, PyUnicode_Type)) return Ref<Str>::share(static_cast<Str&>(o));
    UnaryFn f = info(o).str;
    if (!f) return repr(ts, o);
    RecursionScope scope(ts);
    TRY(scope.enter(" while getting the str of an object"));
    auto text = TRY(f(ts, o));
    if (!is_str(*text))
        return raise(ts, Exc::TypeError, "__str__ returned non-string (type {})", type_name(*text));
    return std::move(text).cast<Str>();
}

Result<Ref<Str>> ascii(Attached ts, Object& o) {
    auto text = TRY(repr(ts, o));
    if (str_is_ascii(*text)) return text;
    return str_ascii_escape(ts, *text);
}

Result<Ref<Object>> bytes_of(Attached ts, Object& o) {
    if (is_exact(o, PyBytes_Type)) return Ref<Object>::share(o);
    OptRef<Object> made = TRY(call_special(ts, o, id(Name::__bytes__)));
    if (made) {
        if (!is_bytes(*made)) {
            return raise(ts, Exc::TypeError, "__bytes__ returned non-bytes (type {})", type_name(*made));
        }
        return std::move(made).take();
    }
    return bytes_from_object(ts, o);
}

Result<Ref<Object>> format(Attached ts, Object& o, Str& spec) {
    if (spec.length == 0) {
        if (is_exact(o, PyUnicode_Type)) return Ref<Object>::share(o);
        if (is_exact(o, PyLong_Type)) return str(ts, o);
    }
    OptRef<Object> text = TRY(call_special(ts, o, id(Name::__format__), {&spec}));
    if (!text) return raise(ts, Exc::TypeError, "Type {} doesn't define __format__", type_name(o));
    if (!is_str(*text)) {
        return raise(ts, Exc::TypeError, "__format__ must return a str, not {}", type_name(*text));
    }
    return std::move(text).take();
}

// ---- objects that contain themselves ----

namespace {

Result<Ref<Int>> address_key(Attached ts, Object& o) {
    return box_int(ts, static_cast<int64_t>(reinterpret_cast<intptr_t>(&o)));
}

}  // namespace

Result<bool> enter_repr(Attached ts, Object& o) {
    Dict*& guard = rt(ts).repr_guard;
    if (!guard) {
        auto fresh = TRY(dict_new(ts));
        guard = fresh.release();
    }
    auto key = TRY(address_key(ts, o));
    Found found = TRY(dict_find(ts, *guard, *key));
    if (found.value) return false;
    TRY(dict_set(ts, *guard, *key, none()));
    return true;
}

void leave_repr(Attached ts, Object& o) {
    Dict* guard = rt(ts).repr_guard;
    if (!guard) return;
    auto keep = fetch(ts);
    auto leave = [&]() -> Result<void> {
        auto made = address_key(ts, o);
        OptRef<Object> key;
        if (made.ok()) {
            key = made.take();
        } else {
            // Without memory for a key: the one that is in there will do.
            clear_pending(ts);
            Index at = 0;
            Object *k, *v;
            while (!key && dict_next(*guard, &at, &k, &v)) {
                if (int_as_uint64_mask(static_cast<Int&>(*k)) == reinterpret_cast<uintptr_t>(&o))
                    key = Ref<Object>::share(*k);
            }
        }
        if (key) (void)TRY(dict_del(ts, *guard, *key));
        return {};
    };
    if (!leave().ok()) clear_pending(ts);
    if (keep) restore(ts, std::move(keep).take());
}

Result<Ref<List>> dir(Attached ts, Object* o) {
    if (!o) return raise(ts, Exc::SystemError, "frame does not exist");
    OptRef<Object> names = TRY(call_special(ts, *o, id(Name::__dir__)));
    if (!names) return raise(ts, Exc::TypeError, "object does not provide __dir__");
    auto list = TRY(to_list(ts, *names));
    TRY(list_sort(ts, *list, nullptr, false));
    return list;
}

}  // namespace baton
