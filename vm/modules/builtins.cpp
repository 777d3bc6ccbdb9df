// The builtins module: its table of functions, and the types and exceptions it names.
#include <algorithm>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/audit.h"
#include "vm/interp_data.h"
#include "vm/modules/builtins_functions.h"
#include "vm/run.h"
#include "vm/vm_types.h"

namespace baton {
namespace {

Result<Value> builtin_abs(Attached ts, Object&, Value x) {
    if (x.is_int()) return int_abs(ts, x);
    return Result<Value>(TRY(absolute(ts, *x.object())));
}
Result<Ref<Str>> builtin_ascii(Attached ts, Object&, Object& obj) {
    return ascii(ts, obj);
}
Result<Ref<Str>> in_base(Attached ts, Object& number, int base) {
    auto i = TRY(number_index(ts, number));
    return int_to_text(ts, unbox_borrowed(i.get()), base, true);
}
Result<Ref<Str>> builtin_bin(Attached ts, Object&, Object& number) {
    return in_base(ts, number, 2);
}
Result<Ref<Str>> builtin_oct(Attached ts, Object&, Object& number) {
    return in_base(ts, number, 8);
}
Result<Ref<Str>> builtin_hex(Attached ts, Object&, Object& number) {
    return in_base(ts, number, 16);
}
Result<bool> builtin_callable(Attached, Object&, Object& obj) {
    return is_callable(obj);
}
Result<Ref<Str>> builtin_chr(Attached ts, Object&, Value i) {
    int64_t c;
    if (i.is_int()) {
        c = i.as_int();
    } else {
        auto index = TRY(number_index(ts, *i.object()));
        if (!int_fits_tag(*index, &c))
            return raise(ts, Exc::OverflowError, "Python int too large to convert to C int");
    }
    if (c < INT32_MIN || c > INT32_MAX)
        return raise(ts, Exc::OverflowError, "Python int too large to convert to C int");
    if (c < 0 || c > 0x10FFFF) return raise(ts, Exc::ValueError, "chr() arg not in range(0x110000)");
    return str_from_char(ts, static_cast<uint32_t>(c));
}
Result<void> builtin_delattr(Attached ts, Object&, Object& obj, Object& name) {
    if (!is_str(name))
        return raise(ts, Exc::TypeError, "attribute name must be string, not '{}'", type_name(name));
    return del_attr(ts, obj, static_cast<Str&>(name));
}
Result<Ref<Object>> builtin_divmod(Attached ts, Object&, Object& x, Object& y) {
    return divmod(ts, x, y);
}
Result<Ref<Object>> builtin_format(Attached ts, Object&, Object& value, Str* spec) {
    return format(ts, value, spec ? *spec : *str_empty());
}
Result<Ref<Str>> name_argument(Attached ts, const char* who, Object& name) {
    if (!is_str(name)) {
        if (who) return raise(ts, Exc::TypeError, "{}(): attribute name must be string", who);
        return raise(ts, Exc::TypeError, "attribute name must be string, not '{}'", type_name(name));
    }
    return Ref<Str>::share(static_cast<Str&>(name));
}
Result<Ref<Object>> builtin_getattr(Attached ts, Object&, Object& object, Object& name, Object* fallback) {
    auto attr = TRY(name_argument(ts, nullptr, name));
    if (!fallback) return get_attr(ts, object, *attr);
    auto found = TRY(get_attr_opt(ts, object, *attr));
    if (!found) return Ref<Object>::share(*fallback);
    return std::move(found).take();
}
Result<bool> builtin_hasattr(Attached ts, Object&, Object& obj, Object& name) {
    auto attr = TRY(name_argument(ts, nullptr, name));
    return has_attr(ts, obj, *attr);
}
Result<void> builtin_setattr(Attached ts, Object&, Object& obj, Object& name, Object& value) {
    auto attr = TRY(name_argument(ts, nullptr, name));
    return set_attr(ts, obj, *attr, value);
}
Result<Index> builtin_hash(Attached ts, Object&, Object& obj) {
    return hash(ts, obj);
}
// Tagged ints have no address: ids of cached small ints are their objects', others the odd word itself.
Result<Value> builtin_id(Attached ts, Object&, Value obj) {
    uintptr_t word = obj.w;
    if (obj.is_int() && obj.as_int() >= kSmallIntMin && obj.as_int() <= kSmallIntMax) {
        word = reinterpret_cast<uintptr_t>(&small_ints[obj.as_int() - kSmallIntMin]);
    }
    TRY(audit_values(ts, "builtins.id", static_cast<int64_t>(word)));
    return Result<Value>(TRY(int_from_uint64(ts, word)));
}
// Plain classes look at the type alone, so any int can stand for one that is not boxed.
bool is_plain_class(const Object& o) {
    return is_exact(o, PyType_Type);
}
bool are_plain_classes(Object& o) {
    if (!is_exact(o, PyTuple_Type)) return is_plain_class(o);
    auto& t = static_cast<Tuple&>(o);
    return std::all_of(t.item, t.item + t.size, [](Object* cls) { return is_plain_class(*cls); });
}
Result<bool> builtin_isinstance(Attached ts, Object&, Value obj, Object& cls) {
    if (obj.is_int() && are_plain_classes(cls)) return is_instance(ts, *small_int(0), cls);
    auto boxed = TRY(box(ts, obj));
    return is_instance(ts, *boxed, cls);
}
Result<bool> builtin_issubclass(Attached ts, Object&, Object& cls, Object& of) {
    return is_subclass(ts, cls, of);
}
Result<Index> builtin_len(Attached ts, Object&, Object& obj) {
    return length(ts, obj);
}
Result<Index> builtin_ord(Attached ts, Object&, Object& c) {
    Index size;
    if (is_str(c)) {
        auto& s = static_cast<Str&>(c);
        if (s.length == 1) return static_cast<Index>(str_char_unchecked(s, 0));
        size = s.length;
    } else if (is_bytes(c)) {
        auto& b = static_cast<Bytes&>(c);
        if (b.size == 1) return static_cast<unsigned char>(b.data[0]);
        size = b.size;
    } else if (is_instance_exact(c, PyByteArray_Type)) {
        auto& b = static_cast<ByteArray&>(c);
        if (b.size == 1) return static_cast<unsigned char>(b.start[0]);
        size = b.size;
    } else {
        return raise(ts, Exc::TypeError, "ord() expected string of length 1, but {} found", type_name(c));
    }
    return raise(ts, Exc::TypeError, "ord() expected a character, but string of length {} found", size);
}
Result<Ref<Object>> builtin_pow(Attached ts, Object&, Object& base, Object& exp, Object* mod) {
    return power(ts, base, exp, mod ? *mod : none());
}
Result<Ref<Str>> builtin_repr(Attached ts, Object&, Object& obj) {
    return repr(ts, obj);
}
Result<Ref<Object>> builtin_round(Attached ts, Object&, Object& number, Object* ndigits) {
    auto method = TRY(lookup_special(ts, number, id(Name::__round__)));
    if (!method)
        return raise(ts, Exc::TypeError, "type {} doesn't define __round__ method", type_name(number));
    if (!ndigits || is_none(*ndigits)) return call(ts, *method);
    return call(ts, *method, {ndigits});
}
Value builtin_build_class(Attached ts, Object&, Args args, Kwargs kwargs) {
    return build_class(ts, args.v, args.n, kwargs.names);
}

constexpr Method functions[] = {
    method<builtin_build_class>("__build_class__($module, *args, **kwargs)",
                                "What a class statement calls to make the class."),
    method<builtin_import>(
        "__import__($module, name, globals=None, locals=None, fromlist=(), level=0)",
        "What an import statement calls. Programs that import by name should use importlib.import_module()."),
    method<builtin_abs>("abs($module, x, /)", "How far x is from zero."),
    method<builtin_aiter>("aiter($module, async_iterable, /)",
                          "What __aiter__() of an asynchronous iterable gives."),
    method<builtin_all>("all($module, iterable, /)", "Whether no item of the iterable is false."),
    method<builtin_anext>(
        "anext($module, aiterator, default=<unrepresentable>, /)",
        "An awaitable of the next item; with a default it ends with that instead of StopAsyncIteration."),
    method<builtin_any>("any($module, iterable, /)", "Whether some item of the iterable is true."),
    method<builtin_ascii>("ascii($module, obj, /)", "Like repr(obj), with everything beyond ASCII escaped."),
    method<builtin_bin>("bin($module, number, /)", "The digits of number in base two, after '0b'."),
    method<builtin_breakpoint>("breakpoint($module, *args, **kws)",
                               "Call sys.breakpointhook with the arguments."),
    method<builtin_callable>(
        "callable($module, obj, /)",
        "Whether obj can be called: a function, a class, or something whose class has __call__."),
    method<builtin_chr>("chr($module, i, /)", "The character whose code point is i."),
    method<builtin_compile>("compile($module, source, filename, mode, flags=0, dont_inherit=False, "
                            "optimize=-1, *, _feature_version=-1)",
                            "Translates source text, or a tree of ast nodes, to code for exec() and eval()."),
    method<builtin_delattr>("delattr($module, obj, name, /)", "What del obj.name does."),
    method<builtin_dir>("dir($module, object=<unrepresentable>, /)",
                        "Sorted names: those of the calling scope or, with an argument, the attributes that "
                        "the object says it has."),
    method<builtin_divmod>("divmod($module, x, y, /)",
                           "Quotient and remainder of x by y, as x // y and x % y give them."),
    method<builtin_eval>("eval($module, source, globals=None, locals=None, /)",
                         "The value of an expression, given as text or compiled, with these variables."),
    method<builtin_exec>("exec($module, source, globals=None, locals=None, /, *, closure=None)",
                         "Runs statements, given as text or compiled, with these variables."),
    method<builtin_format>("format($module, value, format_spec='', /)",
                           "value as text in the form that format_spec asks of its type."),
    method<builtin_getattr>("getattr($module, object, name, default=<unrepresentable>, /)",
                            "What obj.name gives; instead of an AttributeError, default, if there is one."),
    method<builtin_globals>("globals($module, /)", "The namespace of the module whose code makes the call."),
    method<builtin_hasattr>("hasattr($module, obj, name, /)", "Whether getattr(obj, name) succeeds."),
    method<builtin_hash>(
        "hash($module, obj, /)",
        "The number by which sets and dictionaries find obj; equal objects have equal ones."),
    method<builtin_hex>("hex($module, number, /)", "The digits of number in base sixteen, after '0x'."),
    method<builtin_id>("id($module, obj, /)",
                       "A number that belongs to this object alone for as long as it exists."),
    method<builtin_input>("input($module, prompt='', /)",
                          "Writes the prompt and reads a line, which is given without its line end."),
    method<builtin_isinstance>(
        "isinstance($module, obj, class_or_tuple, /)",
        "Whether the class of obj is this class, or one of these, or derives from it."),
    method<builtin_issubclass>("issubclass($module, cls, class_or_tuple, /)",
                               "Whether cls is this class, or one of these, or derives from it."),
    method<builtin_iter>("iter($module, object, sentinel=<unrepresentable>, /)",
                         "An iterator over an iterable or, with a sentinel, over what calls give until one "
                         "gives the sentinel."),
    method<builtin_len>("len($module, obj, /)", "How many items obj holds."),
    method<builtin_locals>("locals($module, /)",
                           "The variables of the calling function, class body or module by name."),
    method<builtin_max>("max($module, *args, key=None, default=<unrepresentable>)",
                        "max(iterable) or max(a, b, ...): the biggest item, by key(item) if there is a key."),
    method<builtin_min>(
        "min($module, *args, key=None, default=<unrepresentable>)",
        "min(iterable) or min(a, b, ...): the smallest item, by key(item) if there is a key."),
    method<builtin_next>("next($module, iterator, default=<unrepresentable>, /)",
                         "What the iterator yields next; default, if given, once it has ended."),
    method<builtin_oct>("oct($module, number, /)", "The digits of number in base eight, after '0o'."),
    method<builtin_ord>("ord($module, c, /)",
                        "The code point of the only character of c; for bytes, its value."),
    method<builtin_pow>(
        "pow($module, base, exp, mod=None)",
        "base ** exp or, with mod, the remainder of that by mod without computing the whole power."),
    method<builtin_print>(
        "print($module, *args, sep=' ', end='\\n', file=None, flush=False)",
        "Writes the arguments as text, with sep between them and end behind, to file (sys.stdout if None)."),
    method<builtin_repr>(
        "repr($module, obj, /)",
        "The text that shows obj to a programmer; often an expression that makes an equal object."),
    method<builtin_round>("round($module, number, ndigits=None)",
                          "The nearest number with that many digits behind the decimal point; the nearest "
                          "int without ndigits."),
    method<builtin_setattr>("setattr($module, obj, name, value, /)", "What obj.name = value does."),
    method<builtin_sorted>("sorted($module, iterable, /, *, key=None, reverse=False)",
                           "A list of the iterable's items, smallest first, or largest first with reverse; "
                           "equal ones keep their order."),
    method<builtin_sum>("sum($module, iterable, /, start=0)",
                        "start and all items, added from left to right."),
    method<builtin_vars>("vars($module, object=<unrepresentable>, /)",
                         "The __dict__ of the object; locals() without one."),
    {},
};

struct NamedType {
    const char* name;
    Type* type;
};
const NamedType named_types[] = {
    {"bool", &PyBool_Type},
    {"bytearray", &PyByteArray_Type},
    {"bytes", &PyBytes_Type},
    {"classmethod", &PyClassMethod_Type},
    {"complex", &PyComplex_Type},
    {"dict", &PyDict_Type},
    {"enumerate", &PyEnum_Type},
    {"filter", &PyFilter_Type},
    {"float", &PyFloat_Type},
    {"frozenset", &PyFrozenSet_Type},
    {"int", &PyLong_Type},
    {"list", &PyList_Type},
    {"map", &PyMap_Type},
    {"memoryview", &PyMemoryView_Type},
    {"object", &PyBaseObject_Type},
    {"property", &PyProperty_Type},
    {"range", &PyRange_Type},
    {"reversed", &PyReversed_Type},
    {"set", &PySet_Type},
    {"slice", &PySlice_Type},
    {"staticmethod", &PyStaticMethod_Type},
    {"str", &PyUnicode_Type},
    {"super", &PySuper_Type},
    {"tuple", &PyTuple_Type},
    {"type", &PyType_Type},
    {"zip", &PyZip_Type},
};

Result<void> builtins_exec(Attached ts, Module& module) {
    Dict& d = *module.dict;
    auto put = [&](const char* name, Object& value) -> Result<void> {
        return dict_set_str(ts, d, *TRY(str_intern_utf8(ts, name)), value);
    };
    TRY(put("None", none()));
    TRY(put("Ellipsis", ellipsis()));
    TRY(put("NotImplemented", not_implemented()));
    TRY(put("False", bool_object(false)));
    TRY(put("True", bool_object(true)));
    TRY(put("__debug__", bool_object(vm_interp(ts).config.optimize == 0)));
    for (const NamedType& t : named_types) TRY(put(t.name, *t.type));
#define EXC(name, ...) TRY(put(#name, exc_type(Exc::name)));
#include "runtime/exceptions.def"
#undef EXC
    TRY(put("EnvironmentError", exc_type(Exc::OSError)));
    TRY(put("IOError", exc_type(Exc::OSError)));
    return {};
}

}  // namespace

extern const ModuleSpec builtins_module;
const ModuleSpec builtins_module = {
    .name = "builtins",
    .doc = "What every program can use without importing anything.",
    .methods = functions,
    .exec = builtins_exec,
};

}  // namespace baton
