// Native functions: a typed C++ function plus one row.
//
// What a type or module author writes:
//     Result<void> list_insert(Attached ts, List& self, Index index, Object& object);
//     constexpr Method list_methods[] = {
//         method<list_insert>("insert($self, index, object, /)", "Puts object in front of the item at
//         index."),
//         {},
//     };
// The text is the one source of parameter names, kinds and __text_signature__; its arity is compared with the
// C++ parameters at compile time, and the converter of each argument is chosen by its C++ type (table below).
// No method checks its own argument count, and none checks the type of self.
//
// C++ parameter types       meaning
//   Object&, Object*        any object (boxed); pointer = optional, null when left out
//   Str& List& Tuple& Dict& Set& Bytes& ByteArray& Type& Int&  instance of that type, else TypeError; pointer
//   = optional Value                   the word as it came (canonical: exact small ints are tagged); nothing
//   when left out Index, int, int64_t...  through __index__, range-checked; double through __float__; bool =
//   truth Opt<T>                  an optional one of those: .given, .value, or(default) Args *args: the rest
//   of the positional arguments Kwargs                  **kwargs: all keyword arguments (only where no other
//   parameter takes keywords)
// Results: Result<Ref<T>>, Result<Value>, Result<void> (None), Result<bool>, Result<Index>, Result<int>,
// Result<double>, Value (nothing = raised).
#pragma once
#include <string_view>
#include <tuple>
#include <type_traits>

#include "runtime/box.h"
#include "runtime/raise.h"
#include "runtime/type.h"

namespace baton {

inline constexpr int kMaxParams = 18;

struct Signature {
    const char* text = nullptr;  // "insert($self, index, object, /)"
    uint8_t name_length = 0;
    uint8_t count = 0;               // named parameters without self, *args, **kwargs
    uint8_t positional_only = 0;     // the first so many take no keyword
    uint8_t positional = 0;          // the first so many may be positional
    uint8_t required = 0;            // the first so many positional ones must be given
    uint32_t required_keywords = 0;  // bit i: keyword-only parameter i must be given
    bool varargs = false, varkw = false, has_self = false, open_optional = false;
    struct Param {
        uint16_t at = 0;
        uint8_t length = 0;
    } param[kMaxParams] = {};
    constexpr std::string_view name() const { return {text, name_length}; }
    constexpr std::string_view param_name(int i) const { return {text + param[i].at, param[i].length}; }
};

consteval Signature parse_signature(const char* text) {
    Signature s;
    s.text = text;
    std::string_view t(text);
    size_t open = t.find('(');
    if (open == t.npos || t.back() != ')') throw "a signature looks like name(parameters)";
    s.name_length = static_cast<uint8_t>(open);
    size_t at = open + 1, end = t.size() - 1;
    bool first = true, keyword_only = false;
    while (at < end) {
        while (t[at] == ' ') ++at;
        size_t stop = at;
        int depth = 0;
        char quote = 0;
        while (stop < end && (t[stop] != ',' || depth > 0 || quote)) {
            char c = t[stop];
            if (quote) {
                if (c == quote) quote = 0;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '(' || c == '[' || c == '{') {
                ++depth;
            } else if (c == ')' || c == ']' || c == '}') {
                --depth;
            }
            ++stop;
        }
        std::string_view p = t.substr(at, stop - at);
        if (first && p[0] == '$') {
            s.has_self = true;
        } else if (p == "/") {
            s.positional_only = s.count;
        } else if (p == "*") {
            keyword_only = true;
        } else if (p.substr(0, 2) == "**") {
            s.varkw = true;
        } else if (p[0] == '*') {
            s.varargs = true;
            keyword_only = true;
        } else {
            if (s.count == kMaxParams) throw "too many parameters";
            size_t eq = p.find('=');
            std::string_view name = p.substr(0, eq);
            s.param[s.count].at = static_cast<uint16_t>(at);
            s.param[s.count].length = static_cast<uint8_t>(name.size());
            if (keyword_only) {
                if (eq == p.npos) s.required_keywords |= 1u << s.count;
            } else {
                ++s.positional;
                if (eq == p.npos) {
                    if (s.required != s.positional - 1) throw "required parameter after an optional one";
                    ++s.required;
                }
            }
            ++s.count;
        }
        first = false;
        at = stop + 1;
    }
    return s;
}

struct Args {
    Value* v;
    size_t n;
    Value operator[](size_t i) const { return v[i]; }
};
struct Kwargs {
    Value* v;      // one per name
    Tuple* names;  // null = none
    size_t size() const { return names ? static_cast<size_t>(names->size) : 0; }
};
template <class T>
struct Opt {
    bool given = false;
    T value{};
    T or_else(T d) const { return given ? value : d; }
};

struct Method;
using NativeFn = Value (*)(Attached ts, const Method& row, Object* self, Value* args, size_t nargs,
                           Tuple* kwnames);

enum class MethodKind : uint8_t { instance, class_method, static_method };

struct Method {
    Signature signature;
    NativeFn fn = nullptr;
    CVectorcall c_entry = nullptr;  // METH_FASTCALL|METH_KEYWORDS form: (self, args, nargs, kwnames)
    const char* doc = nullptr;
    MethodKind kind = MethodKind::instance;
};

// What PyMethodDef pointers of native functions point to; made once per row when its type or module is
// readied.
struct NativeDef : MethodDef {
    const Method* row;
};
inline constexpr int kMethNative = 0x10000;  // flag in MethodDef::flags: this is a NativeDef
inline const Method* native_row(const MethodDef& d) {
    return d.flags & kMethNative ? static_cast<const NativeDef&>(d).row : nullptr;
}

// ---- out of line (native.cpp) ----
// Distributes arguments to parameters: bound[i] points at the Value of parameter i, or is null. Raises
// TypeError in CPython's words.
Result<void> bind_arguments(Attached ts, const Signature& s, Value* args, size_t nargs, Tuple* kwnames,
                            Value** bound);
Raised raise_argument_count(Attached ts, const Signature& s, size_t given);
// "insert() argument 2 must be str, not int"
Raised raise_bad_argument(Attached ts, const Signature& s, int index, const char* expected, Value got);
Result<Index> convert_index(Attached ts,
                            Value v);  // OverflowError: Python int too large to convert to C ssize_t
Result<int64_t> convert_int64(Attached ts, Value v, int64_t min, int64_t max, const char* c_type);
Result<uint64_t> convert_uint64_mask(Attached ts, Value v);  // modulo 2**64
Result<double> convert_double(Attached ts, Value v);
Result<bool> truth(Attached ts, Value v);
Result<Ref<Float>> box_float(Attached ts, double d);
Value call_native_from_c(Attached ts, const Method& row, Object* self, Object* const* args, size_t nargs,
                         Tuple* kwnames);

struct ParamAt {
    const Signature& signature;
    int index;
};

template <class T>
struct TypeFlagOf;
#define BATON_CHECKED(T, test, what)                     \
    template <>                                          \
    struct TypeFlagOf<T> {                               \
        static bool is(const Object& o) { return test; } \
        static constexpr const char* expected = what;    \
    };
BATON_CHECKED(Str, is_str(o), "str")
BATON_CHECKED(List, is_list(o), "list")
BATON_CHECKED(Tuple, is_tuple(o), "tuple")
BATON_CHECKED(Dict, is_dict(o), "dict")
BATON_CHECKED(Bytes, is_bytes(o), "bytes")
BATON_CHECKED(Type, is_type(o), "type")
BATON_CHECKED(Int, is_int(o), "int")
BATON_CHECKED(ByteArray, is_instance_exact(o, PyByteArray_Type), "bytearray")
BATON_CHECKED(Float, is_float(o), "float")
#undef BATON_CHECKED

// Convert<P>::from(ts, slot, at, out) fills `out` (Convert<P>::Hold); pass(hold) gives the parameter.
template <class P>
struct Convert;

template <>
struct Convert<Object&> {
    using Hold = Object*;
    static bool from(Attached ts, Value* v, ParamAt, Hold& out) {
        auto r = box_in_place(ts, *v);
        if (!r.ok()) return false;
        out = r.take();
        return true;
    }
    static Object& pass(Hold h) { return *h; }
};
template <>
struct Convert<Object*> {
    using Hold = Object*;
    static bool from(Attached ts, Value* v, ParamAt at, Hold& out) {
        out = nullptr;
        return !v || Convert<Object&>::from(ts, v, at, out);
    }
    static Object* pass(Hold h) { return h; }
};
template <class T>
requires requires {
    TypeFlagOf<T>::expected;
}
struct Convert<T&> {
    using Hold = T*;
    static bool from(Attached ts, Value* v, ParamAt at, Hold& out) {
        if (v->is_int() && !std::is_same_v<T, Int>) {
            (void)raise_bad_argument(ts, at.signature, at.index, TypeFlagOf<T>::expected, *v);
            return false;
        }
        auto r = box_in_place(ts, *v);
        if (!r.ok()) return false;
        if (!TypeFlagOf<T>::is(*r.take())) {
            (void)raise_bad_argument(ts, at.signature, at.index, TypeFlagOf<T>::expected, *v);
            return false;
        }
        out = static_cast<T*>(r.take());
        return true;
    }
    static T& pass(Hold h) { return *h; }
};
template <class T>
requires requires {
    TypeFlagOf<T>::expected;
}
struct Convert<T*> {
    using Hold = T*;
    static bool from(Attached ts, Value* v, ParamAt at, Hold& out) {
        out = nullptr;
        return !v || Convert<T&>::from(ts, v, at, out);
    }
    static T* pass(Hold h) { return h; }
};
template <>
struct Convert<Value> {
    using Hold = Value;
    static bool from(Attached, Value* v, ParamAt, Hold& out) {
        out = v ? *v : Value();
        return true;
    }
    static Value pass(Hold h) { return h; }
};
template <class I>
requires std::is_integral_v<I>
struct Convert<I> {
    using Hold = I;
    static bool from(Attached ts, Value* v, ParamAt, Hold& out) {
        if constexpr (std::is_same_v<I, bool>) {
            auto r = truth(ts, *v);
            if (!r.ok()) return false;
            out = r.take();
        } else if constexpr (std::is_same_v<I, Index>) {
            if (v->is_int()) {
                out = v->as_int();
                return true;
            }
            auto r = convert_index(ts, *v);
            if (!r.ok()) return false;
            out = r.take();
        } else if constexpr (std::is_same_v<I, uint64_t>) {
            auto r = convert_uint64_mask(ts, *v);
            if (!r.ok()) return false;
            out = r.take();
        } else {
            auto r =
                convert_int64(ts, *v, std::numeric_limits<I>::min(), std::numeric_limits<I>::max(), "int");
            if (!r.ok()) return false;
            out = static_cast<I>(r.take());
        }
        return true;
    }
    static I pass(Hold h) { return h; }
};
template <>
struct Convert<double> {
    using Hold = double;
    static bool from(Attached ts, Value* v, ParamAt, Hold& out) {
        auto r = convert_double(ts, *v);
        if (!r.ok()) return false;
        out = r.take();
        return true;
    }
    static double pass(Hold h) { return h; }
};
template <class T>
struct Convert<Opt<T>> {
    using Hold = Opt<T>;
    static bool from(Attached ts, Value* v, ParamAt at, Hold& out) {
        if (!v) return true;
        out.given = true;
        return Convert<T>::from(ts, v, at, out.value);
    }
    static Opt<T> pass(Hold h) { return h; }
};

template <class R>
Value native_result(Attached ts, R&& r) {
    using T = std::remove_cvref_t<R>;
    if constexpr (std::is_same_v<T, Value>) {
        return r;
    } else {
        if (!r.ok()) [[unlikely]]
            return Value();
        if constexpr (std::is_same_v<T, Result<void>>) {
            return Value(&none());
        } else if constexpr (std::is_same_v<T, Result<bool>>) {
            return Value(&bool_object(r.take()));
        } else if constexpr (std::is_same_v<T, Result<Value>>) {
            return r.take();
        } else if constexpr (std::is_same_v<T, Result<double>>) {
            auto f = box_float(ts, r.take());
            return f.ok() ? Value(f.release()) : Value();
        } else if constexpr (std::is_same_v<T, Result<Index>> || std::is_same_v<T, Result<int>>) {
            int64_t i = r.take();
            if (fits_tag(i)) return Value::of_int(i);
            auto b = box_int(ts, i);
            return b.ok() ? Value(b.release()) : Value();
        } else {
            return unbox(ts, r.release());
        }
    }
}

template <class P>
inline constexpr bool kIsRest = std::is_same_v<P, Args> || std::is_same_v<P, Kwargs>;

template <auto F>
struct Native;
template <class R, class S, class... P, R (*F)(Attached, S, P...)>
struct Native<F> {
    static constexpr int kNamed = (0 + ... + (kIsRest<P> ? 0 : 1));
    static constexpr bool kVarargs = (false || ... || std::is_same_v<P, Args>);
    static constexpr bool kVarkw = (false || ... || std::is_same_v<P, Kwargs>);

    template <size_t... I>
    static Value run(Attached ts, [[maybe_unused]] const Method& row, S self, [[maybe_unused]] Value** bound,
                     [[maybe_unused]] Args rest, [[maybe_unused]] Kwargs kw, std::index_sequence<I...>) {
        std::tuple<typename HoldOf<P>::type...> hold{};
        bool ok = (true && ... && fill<P>(ts, row, bound, I, rest, kw, std::get<I>(hold)));
        if (!ok) [[unlikely]]
            return Value();
        return native_result(ts, F(ts, self, HoldOf<P>::pass(std::get<I>(hold))...));
    }
    template <class Q>
    struct HoldOf {
        using type = typename Convert<Q>::Hold;
        static decltype(auto) pass(type& h) { return Convert<Q>::pass(h); }
    };
    template <class Q>
    requires kIsRest<Q>
    struct HoldOf<Q> {
        using type = Q;
        static Q pass(Q& q) { return q; }
    };
    template <class Q, class H>
    static bool fill(Attached ts, [[maybe_unused]] const Method& row, [[maybe_unused]] Value** bound,
                     [[maybe_unused]] size_t i, [[maybe_unused]] Args rest, [[maybe_unused]] Kwargs kw,
                     H& out) {
        if constexpr (std::is_same_v<Q, Args>) {
            out = rest;
            return true;
        } else if constexpr (std::is_same_v<Q, Kwargs>) {
            out = kw;
            return true;
        } else {
            // *args and **kwargs stand behind the named parameters they follow; named index = i less rests
            // before it.
            constexpr bool before[] = {kIsRest<P>..., false};
            size_t named = 0;
            for (size_t k = 0; k < i; ++k) named += !before[k];
            return Convert<Q>::from(ts, bound[named], ParamAt{row.signature, static_cast<int>(named)}, out);
        }
    }
    static Value call(Attached ts, const Method& row, Object* self, Value* args, size_t nargs,
                      Tuple* kwnames) {
        Value* bound[kNamed + 1] = {};
        const Signature& s = row.signature;
        Args rest{args + nargs, 0};
        Kwargs kw{args + nargs, nullptr};
        if constexpr (kVarargs) {
            if (nargs > s.positional) rest = Args{args + s.positional, nargs - s.positional};
        }
        if constexpr (kVarkw) kw = Kwargs{args + nargs, kwnames};
        bool simple = (!kwnames || kVarkw) && nargs >= s.required && (nargs <= s.positional || kVarargs) &&
                      !s.required_keywords;
        if (simple) [[likely]] {
            size_t n = nargs < s.positional ? nargs : s.positional;
            for (size_t i = 0; i < n; ++i) bound[i] = args + i;
        } else {
            auto r = bind_arguments(ts, s, args, nargs, kwnames, bound);
            if (!r.ok()) return Value();
        }
        return run(ts, row, static_cast<S>(cast_self(self)), bound, rest, kw,
                   std::index_sequence_for<P...>{});
    }
    static decltype(auto) cast_self(Object* self) {
        if constexpr (std::is_pointer_v<S>)
            return static_cast<S>(self);
        else
            return static_cast<S>(*self);
    }
};

template <auto F>
consteval Method method(const char* text, const char* doc) {
    Method m;
    m.signature = parse_signature(text);
    if (!m.signature.has_self) throw "the first parameter is $self, $module or $type";
    if (m.signature.count != Native<F>::kNamed) throw "signature text and C++ parameters disagree";
    if (m.signature.varargs != Native<F>::kVarargs) throw "*args and Args go together";
    if (m.signature.varkw != Native<F>::kVarkw) throw "**kwargs and Kwargs go together";
    m.fn = &Native<F>::call;
    m.doc = doc;
    return m;
}
template <auto F>
consteval Method class_method(const char* text, const char* doc) {
    Method m = method<F>(text, doc);
    m.kind = MethodKind::class_method;
    return m;
}
template <auto F>
consteval Method static_method(const char* text, const char* doc) {
    Method m = method<F>(text, doc);
    m.kind = MethodKind::static_method;
    return m;
}

// ---- attributes computed by functions ----
using GetterFn = Result<Ref<Object>> (*)(Attached, Object&);
using SetterFn = Result<void> (*)(Attached, Object&, Object* value);  // null value: delete
struct GetSet {
    const char* name = nullptr;
    GetterFn get = nullptr;
    SetterFn set = nullptr;  // null: read-only
    const char* doc = nullptr;
};
// getset_row<f, g>("name", "doc") takes functions whose self is the concrete type.
template <auto G>
struct TypedGet;
template <class S, class R, R (*G)(Attached, S&)>
struct TypedGet<G> {
    static Result<Ref<Object>> get(Attached ts, Object& self) { return G(ts, static_cast<S&>(self)); }
};
template <auto G>
struct TypedSet;
template <class S, Result<void> (*G)(Attached, S&, Object*)>
struct TypedSet<G> {
    static Result<void> set(Attached ts, Object& self, Object* v) { return G(ts, static_cast<S&>(self), v); }
};
template <auto G>
consteval GetSet getter(const char* name, const char* doc = nullptr) {
    return {name, &TypedGet<G>::get, nullptr, doc};
}
template <auto G, auto T>
consteval GetSet property_row(const char* name, const char* doc = nullptr) {
    return {name, &TypedGet<G>::get, &TypedSet<T>::set, doc};
}

// ---- modules ----
struct ModuleSpec {
    const char* name;
    const char* doc = nullptr;
    const Method* methods = nullptr;                    // ends with a row without name
    Result<void> (*exec)(Attached, Module&) = nullptr;  // constants, types, state
    size_t state_size = 0;                              // zero-filled, at Module::state
    int (*traverse)(Module&, VisitProc, void*) = nullptr;
    void (*clear)(Attached, Module&) = nullptr;
};

}  // namespace baton
