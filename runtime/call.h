// Calling objects.
//
// Convention (slots.h, CallFn): args[0..nargs) positional, then one value per name of kwnames. Arguments are
// borrowed; the array is the caller's scratch memory: the callee may box its Values in place (ownership
// unchanged) and may use args[-1]. Results are owned, canonical Values; nothing = raised. Every native
// boundary checks that result and pending exception agree (SystemError in CPython's words when they do not).
// Callers: attached threads, no exception pending.
#pragma once
#include <initializer_list>

#include "runtime/box.h"
#include "runtime/type.h"

namespace baton {

Value call_value(Attached ts, Object& callee, Value* args, size_t nargs, Tuple* kwnames);
inline Result<Ref<Object>> boxed_result(Attached ts, Value v) {
    if (!v) return already_raised();
    if (v.is_int()) return box(ts, v);
    return Ref<Object>::steal(v.object());
}
// Plain calls with real objects.
Result<Ref<Object>> call(Attached ts, Object& callee, std::initializer_list<Object*> args = {});
Result<Ref<Object>> call_tuple(Attached ts, Object& callee, Tuple& args,
                               Dict* kwargs);  // callee(*args, **kwargs)
// Calls with `first`, a borrowed Value, in front of the arguments: in args[-1] if the callee keeps to its own
// words, else in a copy, as args[-2] is nobody's to lend. For callees of CallFn, whose caller lends args[-1].
Value call_with_first(Attached ts, Object& callee, Value first, Value* args, size_t nargs, Tuple* kwnames);
// obj.name(args...): finds the method without making a bound method object where it can.
Result<Ref<Object>> call_method(Attached ts, Object& self, Str& name,
                                std::initializer_list<Object*> args = {});
// type(obj).name(obj, args...), as for special methods: skips the instance. Absent: OptRef is empty.
Result<OptRef<Object>> call_special(Attached ts, Object& self, Str& name,
                                    std::initializer_list<Object*> args = {});

bool is_callable(const Object& o);
// Native boundary: result and pending exception agree, or SystemError. `who` names the callee in the message.
Value check_outcome(Attached ts, Object& callee, Value result);

// Depth of C frames that a thread may nest; RecursionError "maximum recursion depth exceeded{where}". Pairs.
Result<void> enter_recursion(Attached ts, const char* where);
void leave_recursion(Attached ts);
class RecursionScope {  // TRY(scope.enter()) right after construction
  public:
    explicit RecursionScope(Attached ts) : ts_(ts) {}
    Result<void> enter(const char* where) {
        auto r = enter_recursion(ts_, where);
        entered_ = r.ok();
        return r;
    }
    ~RecursionScope() {
        if (entered_) leave_recursion(ts_);
    }

  private:
    Attached ts_;
    bool entered_ = false;
};

}  // namespace baton
