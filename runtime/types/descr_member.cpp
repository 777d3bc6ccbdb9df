// member_descriptor: attributes that are fields of C structs, all T_* kinds of structmember.h.
#include <fmt/format.h>

#include <cstring>
#include <limits>

#include "runtime/attr.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/descr.h"
#include "runtime/types/descr_common.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"

namespace baton {
namespace {

enum MemberType {
    kShort = 0,
    kInt = 1,
    kLong = 2,
    kFloat = 3,
    kDouble = 4,
    kString = 5,
    kObject = 6,
    kChar = 7,
    kByte = 8,
    kUByte = 9,
    kUShort = 10,
    kUInt = 11,
    kULong = 12,
    kStringInplace = 13,
    kBool = 14,
    kObjectEx = 16,
    kLongLong = 17,
    kULongLong = 18,
    kSsize = 19,
    kNone = 20
};
constexpr int kReadOnly = 1;

template <class T>
T load(const char* at) {
    T v;
    std::memcpy(&v, at, sizeof v);
    return v;
}
template <class T>
void store(char* at, T v) {
    std::memcpy(at, &v, sizeof v);
}

template <class T>
Result<Ref<Object>> get_integer(Attached ts, const char* at) {
    T v = load<T>(at);
    if constexpr (std::is_same_v<T, unsigned long> || std::is_same_v<T, unsigned long long>) {
        return int_from_uint64(ts, v);
    } else {
        return box_int(ts, static_cast<int64_t>(v));
    }
}

Result<void> warn_truncation(Attached ts, const char* c_name) {
    fmt::memory_buffer b;
    fmt::format_to(std::back_inserter(b), "Truncation of value to {}", c_name);
    return warn(ts, Exc::RuntimeWarning, std::string_view(b.data(), b.size()));
}

// char to int: a value that does not fit is cut, with a warning. Nothing is stored when it does not even fit
// a long.
template <class T>
Result<void> set_narrow(Attached ts, char* at, Object& value, const char* c_name) {
    auto i = TRY(number_index(ts, value));
    int overflow;
    int64_t n = int_as_int64(*i, &overflow);
    if (overflow) return raise(ts, Exc::OverflowError, "Python int too large to convert to C long");
    store<T>(at, static_cast<T>(n));
    if (n != static_cast<int64_t>(static_cast<T>(n))) return warn_truncation(ts, c_name);
    return {};
}

// unsigned int and long take negative values, with a warning; so they do for anything that is not an int but
// has __index__.
Result<uint64_t> lenient_unsigned(Attached ts, Object& value, bool* warned) {
    uint64_t u;
    *warned = false;
    if (is_int(value) && int_as_uint64(static_cast<Int&>(value), &u)) return u;
    auto i = TRY(number_index(ts, value));
    int overflow;
    int64_t n = int_as_int64(*i, &overflow);
    if (overflow) return raise(ts, Exc::OverflowError, "Python int too large to convert to C long");
    *warned = true;
    return static_cast<uint64_t>(n);
}
template <class T>
Result<void> set_unsigned(Attached ts, char* at, Object& value) {
    bool warned;
    uint64_t u = TRY(lenient_unsigned(ts, value, &warned));
    store<T>(at, static_cast<T>(u));
    if (warned) TRY(warn(ts, Exc::RuntimeWarning, "Writing negative value into unsigned field"));
    if (u != static_cast<T>(u)) TRY(warn_truncation(ts, "unsigned int"));
    return {};
}

template <class T>
Result<void> set_signed(Attached ts, char* at, Object& value, const char* too_large) {
    auto i = TRY(number_index(ts, value));
    int overflow;
    int64_t n = int_as_int64(*i, &overflow);
    if (overflow) return raise(ts, Exc::OverflowError, "{}", too_large);
    store<T>(at, static_cast<T>(n));
    return {};
}

Result<void> set_ulonglong(Attached ts, char* at, Object& value) {
    if (!is_int(value))
        return set_signed<unsigned long long>(ts, at, value, "Python int too large to convert to C long");
    auto& i = static_cast<Int&>(value);
    uint64_t u;
    if (i.size < 0) return raise(ts, Exc::OverflowError, "can't convert negative int to unsigned");
    if (!int_as_uint64(i, &u)) return raise(ts, Exc::OverflowError, "int too big to convert");
    store<unsigned long long>(at, u);
    return {};
}

Raised missing(Attached ts, const MemberDef& m) {
    return raise(ts, Exc::AttributeError, "{}", m.name);
}

}  // namespace

Result<Ref<Object>> member_get(Attached ts, const char* base, const MemberDef& m) {
    const char* at = base + m.offset;
    switch (m.type) {
        case kBool:
            return Ref<Object>::share(bool_object(load<char>(at)));
        case kByte:
            return get_integer<signed char>(ts, at);
        case kUByte:
            return get_integer<unsigned char>(ts, at);
        case kShort:
            return get_integer<short>(ts, at);
        case kUShort:
            return get_integer<unsigned short>(ts, at);
        case kInt:
            return get_integer<int>(ts, at);
        case kUInt:
            return get_integer<unsigned>(ts, at);
        case kLong:
            return get_integer<long>(ts, at);
        case kULong:
            return get_integer<unsigned long>(ts, at);
        case kLongLong:
            return get_integer<long long>(ts, at);
        case kULongLong:
            return get_integer<unsigned long long>(ts, at);
        case kSsize:
            return get_integer<Index>(ts, at);
        case kFloat:
            return box_float(ts, static_cast<double>(load<float>(at)));
        case kDouble:
            return box_float(ts, load<double>(at));
        case kString: {
            auto text = load<const char*>(at);
            if (!text) return Ref<Object>::share(none());
            return str_new_utf8(ts, text);
        }
        case kStringInplace:
            return str_new_utf8(ts, at);
        case kChar:
            return str_new_latin1(ts, std::string_view(at, 1));
        case kObject: {
            auto* o = load<Object*>(at);
            return Ref<Object>::share(o ? *o : none());
        }
        case kObjectEx: {
            auto* o = load<Object*>(at);
            if (!o) {
                const auto& self = *reinterpret_cast<const Object*>(base);
                return raise(ts, Exc::AttributeError, "'{}' object has no attribute '{}'", type_name(self),
                             m.name);
            }
            return Ref<Object>::share(*o);
        }
        case kNone:
            return Ref<Object>::share(none());
        default:
            return raise(ts, Exc::SystemError, "bad memberdescr type for {}", m.name);
    }
}

Result<void> member_set(Attached ts, char* base, const MemberDef& m, Object* value) {
    char* at = base + m.offset;
    if (m.flags & kReadOnly) return raise(ts, Exc::AttributeError, "readonly attribute");
    if (!value) {
        if (m.type == kObjectEx) {
            if (!load<Object*>(at)) return missing(ts, m);
        } else if (m.type != kObject) {
            return raise(ts, Exc::TypeError, "can't delete numeric/char attribute");
        }
    }
    switch (m.type) {
        case kBool:
            if (value->type != &PyBool_Type)
                return raise(ts, Exc::TypeError, "attribute value type must be bool");
            store<char>(at, value == &bool_object(true));
            return {};
        case kByte:
            return set_narrow<signed char>(ts, at, *value, "char");
        case kUByte:
            return set_narrow<unsigned char>(ts, at, *value, "unsigned char");
        case kShort:
            return set_narrow<short>(ts, at, *value, "short");
        case kUShort:
            return set_narrow<unsigned short>(ts, at, *value, "unsigned short");
        case kInt:
            return set_narrow<int>(ts, at, *value, "int");
        case kUInt:
            return set_unsigned<unsigned>(ts, at, *value);
        case kLong:
            return set_signed<long>(ts, at, *value, "Python int too large to convert to C long");
        case kULong:
            return set_unsigned<unsigned long>(ts, at, *value);
        case kLongLong:
            return set_signed<long long>(ts, at, *value, "int too big to convert");
        case kULongLong:
            return set_ulonglong(ts, at, *value);
        case kSsize:
            if (!is_int(*value)) return raise(ts, Exc::TypeError, "an integer is required");
            return set_signed<Index>(ts, at, *value, "Python int too large to convert to C ssize_t");
        case kFloat:
        case kDouble: {
            double d = TRY(convert_double(ts, unbox_borrowed(value)));
            if (m.type == kFloat)
                store<float>(at, static_cast<float>(d));
            else
                store<double>(at, d);
            return {};
        }
        case kObject:
        case kObjectEx: {
            xincref(value);
            Object* old = load<Object*>(at);
            store<Object*>(at, value);
            xdecref(ts, old);
            return {};
        }
        case kChar: {
            if (!is_str(*value)) return raise(ts, Exc::TypeError, "bad argument type for built-in operation");
            auto text = TRY(str_as_utf8(ts, static_cast<Str&>(*value)));
            if (text.size() != 1)
                return raise(ts, Exc::TypeError, "bad argument type for built-in operation");
            *at = text[0];
            return {};
        }
        case kString:
        case kStringInplace:
        case kNone:
            return raise(ts, Exc::TypeError, "readonly attribute");
        default:
            return raise(ts, Exc::SystemError, "bad memberdescr type for {}", m.name);
    }
}

Result<Ref<Object>> descr_new_member(Attached ts, Type& owner, MemberDef& def) {
    auto d = TRY(new_descr<MemberDescr>(ts, PyMemberDescr_Type, owner, def.name));
    d->member = &def;
    return d;
}

namespace {

Result<Ref<Object>> get(Attached ts, Object& self, Object* instance, Object*) {
    auto& d = static_cast<MemberDescr&>(self);
    if (!instance) return Ref<Object>::share(self);
    TRY(check_receiver(ts, d, *instance));
    return member_get(ts, reinterpret_cast<char*>(instance), *d.member);
}
Result<void> set(Attached ts, Object& self, Object& instance, Object* value) {
    auto& d = static_cast<MemberDescr&>(self);
    TRY(check_receiver(ts, d, instance));
    return member_set(ts, reinterpret_cast<char*>(&instance), *d.member, value);
}
Result<Ref<Object>> member_repr(Attached ts, Descr& self) {
    return descr_repr(ts, self, "member");
}
Result<Ref<Object>> get_doc(Attached ts, MemberDescr& d) {
    if (!d.member->doc) return Ref<Object>::share(none());
    return str_new_utf8(ts, d.member->doc);
}

}  // namespace

extern const TypeSpec member_descr_spec;
const TypeSpec member_descr_spec = {
    .name = "member_descriptor",
    .basicsize = sizeof(MemberDescr),
    .flags = kTypeHasGc,
    .traverse = descr_traverse,
    .methods = descr_methods,
    .getset = descr_getset<get_doc>,
    .dealloc = typed_slot<descr_dealloc>,
    .repr = typed_slot<member_repr>,
    .descr_get = slot<get>,
    .descr_set = slot<set>,
};

}  // namespace baton
