#include "runtime/call.h"

#include <pthread.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "runtime/attr.h"
#include "runtime/c_stack.h"
#include "runtime/exceptions.h"
#include "runtime/memory.h"
#include "runtime/raise.h"
#include "runtime/thread_data.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

constexpr size_t kOffsetFlag = size_t{1} << 63;  // PY_VECTORCALL_ARGUMENTS_OFFSET

// Argument memory for a call with borrowed objects: canonical Values with a free word in front. The callee
// may box a tagged int in place; such a box belongs to the array and is dropped with it.
class ArgumentArray {
  public:
    explicit ArgumentArray(Attached ts) : ts_(ts) {}
    ArgumentArray(const ArgumentArray&) = delete;
    ArgumentArray& operator=(const ArgumentArray&) = delete;
    ~ArgumentArray() {
        for (size_t i = 0; i < used_; ++i) {
            if (at_[1 + i].is_object() && at_[1 + i].object() != source_[i]) decref(ts_, at_[1 + i].object());
        }
        if (at_ != inline_values_) {
            std::free(at_);
            std::free(source_);
        }
    }
    Result<void> reserve(size_t n) {
        if (n <= kInline) return {};
        auto* values = static_cast<Value*>(std::malloc((n + 1) * sizeof(Value)));
        auto** sources = static_cast<Object**>(std::malloc(n * sizeof(Object*)));
        if (!values || !sources) {
            std::free(values);
            std::free(sources);
            return raise_no_memory(ts_);
        }
        at_ = values;
        source_ = sources;
        return {};
    }
    void push(Object* borrowed) {
        int64_t i;
        bool tagged = borrowed->type == &PyLong_Type && int_fits_tag(*static_cast<Int*>(borrowed), &i);
        source_[used_] = tagged ? nullptr : borrowed;
        at_[1 + used_] = tagged ? Value::of_int(i) : Value(borrowed);
        ++used_;
    }
    Value* args() { return at_ + 1; }
    size_t size() const { return used_; }

  private:
    static constexpr size_t kInline = 8;
    Attached ts_;
    size_t used_ = 0;
    Value inline_values_[kInline + 1];
    Object* inline_source_[kInline];
    Value* at_ = inline_values_;
    Object** source_ = inline_source_;
};

CVectorcall c_vectorcall(Object& callee) {
    const Type& t = *callee.type;
    if (!has_flag(t, kTypeHasVectorcall) || info(t).native || t.vectorcall_offset <= 0) return nullptr;
    return *reinterpret_cast<CVectorcall*>(reinterpret_cast<char*>(&callee) + t.vectorcall_offset);
}

Value call_c_vectorcall(Attached ts, Object& callee, CVectorcall f, Value* args, size_t nargs,
                        Tuple* kwnames) {
    size_t all = nargs + (kwnames ? static_cast<size_t>(kwnames->size) : 0);
    auto boxed = box_all(ts, args, all);
    if (!boxed.ok()) return Value();
    // An array of boxed Values is an array of object pointers; the word in front is ours to lend.
    Object* r = f(&callee, reinterpret_cast<Object* const*>(args), nargs | kOffsetFlag, kwnames);
    Value checked = check_outcome(ts, callee, Value(r));
    return checked ? unbox(ts, checked.object()) : checked;
}

}  // namespace

namespace {

// What must stay free of the C stack: room for the deepest call chain that does not check again, and for
// raising.
constexpr std::ptrdiff_t kStackMargin = 160 * 1024;

// Learns the bounds of the calling thread's stack. A state may move to another OS thread between two calls.
[[gnu::noinline]] void find_stack(RuntimeThread& t) {
    pthread_attr_t attributes;
    void* base = nullptr;
    size_t size = 0, guard = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &base, &size);
        pthread_attr_getguardsize(&attributes, &guard);
        pthread_attr_destroy(&attributes);
    }
    t.c_stack_floor = static_cast<char*>(base) + guard;
    t.c_stack_top = static_cast<char*>(base) + size;
}

const char* stack_floor(RuntimeThread& t) {
    char* here = static_cast<char*>(__builtin_frame_address(0));
    if (here < t.c_stack_floor || here >= t.c_stack_top) find_stack(t);
    if (here < t.c_stack_floor || here >= t.c_stack_top) return nullptr;
    std::ptrdiff_t whole = t.c_stack_top - t.c_stack_floor;
    return t.c_stack_floor + (kStackMargin < whole / 4 ? kStackMargin : whole / 4);
}

bool stack_is_short(RuntimeThread& t) {
    return static_cast<char*>(__builtin_frame_address(0)) < stack_floor(t);
}

}  // namespace

const void* c_stack_floor(Attached ts) {
    return stack_floor(rt(ts));
}

Result<void> check_c_stack(Attached ts) {
    if (!stack_is_short(rt(ts))) [[likely]]
        return {};
    return raise(ts, Exc::RecursionError, "maximum recursion depth exceeded");
}

Value check_outcome(Attached ts, Object& callee, Value result) {
    bool failed = pending(ts) != nullptr;
    if (static_cast<bool>(result) != failed) [[likely]]
        return result;
    if (!result) {
        auto shown = show_repr(ts, callee);
        if (!shown.ok()) return Value();
        return raise(ts, Exc::SystemError, "{} returned NULL without setting an exception", (*shown).view);
    }
    drop(ts, result);
    auto cause = fetch(ts);
    auto shown = show_repr(ts, callee);
    if (!shown.ok()) return Value();
    (void)raise(ts, Exc::SystemError, "{} returned a result with an exception set", (*shown).view);
    if (BaseException* e = pending(ts)) {
        set_cause(ts, *e, OptRef<Object>::share(cause.get()));
        set_context(ts, *e, std::move(cause));
    }
    return Value();
}

Value call_value(Attached ts, Object& callee, Value* args, size_t nargs, Tuple* kwnames) {
    // Calls of calls through native code only are bounded by the stack; whoever runs Python code or recurses
    // into a container counts its depth besides.
    if (stack_is_short(rt(ts))) [[unlikely]] {
        return raise(ts, Exc::RecursionError,
                     "maximum recursion depth exceeded while calling a Python object");
    }
    if (CVectorcall f = c_vectorcall(callee)) return call_c_vectorcall(ts, callee, f, args, nargs, kwnames);
    CallFn f = info(callee).call;
    if (!f) [[unlikely]]
        return raise(ts, Exc::TypeError, "'{}' object is not callable", type_name(callee));
    return check_outcome(ts, callee, f(ts, callee, args, nargs, kwnames));
}

namespace {

// Functions of ours use nothing but their arguments. Others may use the word in front, or hand it on.
bool keeps_to_its_arguments(const Object& callee) {
    return callee.type == &PyCFunction_Type ||
           (has_flag(*callee.type, kTypeMethodDescriptor) && info(callee).native);
}

Value call_in_place(Attached ts, Object& callee, Value* room, size_t nargs, Tuple* kwnames) {
    const Value first = room[0];
    Value r = call_value(ts, callee, room, nargs, kwnames);
    if (first.is_int() && !(room[0] == first)) drop(ts, room[0]);  // boxed in place by the callee
    return r;
}

}  // namespace

Value call_with_first(Attached ts, Object& callee, Value first, Value* args, size_t nargs, Tuple* kwnames) {
    if (keeps_to_its_arguments(callee)) {
        const Value saved = std::exchange(args[-1], first);
        Value r = call_in_place(ts, callee, args - 1, nargs + 1, kwnames);
        args[-1] = saved;
        return r;
    }
    const size_t total = nargs + (kwnames ? static_cast<size_t>(kwnames->size) : 0);
    Value small[10];
    Value* room = small;
    if (total + 2 > std::size(small)) {
        room = static_cast<Value*>(allocate(ts, (total + 2) * sizeof(Value)));
        if (!room) return raise_no_memory(ts);
    }
    room[0] = Value();
    room[1] = first;
    std::copy_n(args, total, room + 2);
    Value r = call_in_place(ts, callee, room + 1, nargs + 1, kwnames);
    std::copy_n(room + 2, total, args);  // boxed in place, perhaps
    if (room != small) free_block(ts, room);
    return r;
}

Result<Ref<Object>> call(Attached ts, Object& callee, std::initializer_list<Object*> args) {
    ArgumentArray a(ts);
    TRY(a.reserve(args.size()));
    for (Object* o : args) a.push(o);
    return boxed_result(ts, call_value(ts, callee, a.args(), a.size(), nullptr));
}

Result<Ref<Object>> call_tuple(Attached ts, Object& callee, Tuple& args, Dict* kwargs) {
    auto nargs = static_cast<size_t>(args.size);
    auto nkw = kwargs ? static_cast<size_t>(kwargs->used) : 0;
    OptRef<Tuple> names, values;
    if (nkw) {
        // The values are kept alive by a tuple: the callee may change the dict.
        names = TRY(tuple_alloc(ts, static_cast<Index>(nkw)));
        values = TRY(tuple_alloc(ts, static_cast<Index>(nkw)));
        Index at = 0, i = 0;
        Object *key, *value;
        while (dict_next(*kwargs, &at, &key, &value)) {
            names->item[i] = Ref<Object>::share(*key).release();
            values->item[i] = Ref<Object>::share(*value).release();
            ++i;
        }
        for (i = 0; i < names->size; ++i) {
            if (!is_str(*names->item[i])) return raise(ts, Exc::TypeError, "keywords must be strings");
        }
    }
    ArgumentArray a(ts);
    TRY(a.reserve(nargs + nkw));
    for (size_t i = 0; i < nargs; ++i) a.push(args.item[i]);
    for (size_t i = 0; i < nkw; ++i) a.push(values->item[i]);
    return boxed_result(ts, call_value(ts, callee, a.args(), nargs, names.get()));
}

Result<Ref<Object>> call_method(Attached ts, Object& self, Str& name, std::initializer_list<Object*> args) {
    OptRef<Object> method;
    bool unbound = TRY(get_method(ts, self, name, &method));
    ArgumentArray a(ts);
    TRY(a.reserve(args.size() + 1));
    if (unbound) a.push(&self);
    for (Object* o : args) a.push(o);
    return boxed_result(ts, call_value(ts, *method, a.args(), a.size(), nullptr));
}

Result<OptRef<Object>> call_special(Attached ts, Object& self, Str& name,
                                    std::initializer_list<Object*> args) {
    Object* found = type_lookup(*self.type, name);
    if (!found) return OptRef<Object>();
    auto method = Ref<Object>::share(*found);
    bool unbound = has_flag(*method->type, kTypeMethodDescriptor);
    if (!unbound) {
        if (DescrGetFn get = info(*method).descr_get) method = TRY(get(ts, *method, &self, self.type));
    }
    ArgumentArray a(ts);
    TRY(a.reserve(args.size() + 1));
    if (unbound) a.push(&self);
    for (Object* o : args) a.push(o);
    auto result = TRY(boxed_result(ts, call_value(ts, *method, a.args(), a.size(), nullptr)));
    return OptRef<Object>(std::move(result));
}

bool is_callable(const Object& o) {
    return info(o).call != nullptr;
}

// ---- recursion ----

Result<void> enter_recursion(Attached ts, const char* where) {
    RuntimeThread& t = rt(ts);
    int limit = ts->interp->recursion_limit;
    if (t.c_recursion_depth + t.recursion_depth >= limit) [[unlikely]] {
        // A little above the limit is for code that handles the error, as in CPython.
        bool handling = pending(ts) != nullptr;
        if (!handling || t.c_recursion_depth + t.recursion_depth >= limit + 50) {
            return raise(ts, Exc::RecursionError, "maximum recursion depth exceeded{}", where);
        }
    }
    if (stack_is_short(t)) [[unlikely]] {
        return raise(ts, Exc::RecursionError, "maximum recursion depth exceeded{}", where);
    }
    ++t.c_recursion_depth;
    return {};
}

void leave_recursion(Attached ts) {
    --rt(ts).c_recursion_depth;
}

}  // namespace baton
