// What Python sees of generators and coroutines.
#include "vm/generator_types.h"

#include <fmt/format.h>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/exceptions.h"
#include "runtime/gc.h"
#include "runtime/object_ops.h"
#include "runtime/types/str.h"
#include "vm/audit.h"
#include "vm/frame_object.h"
#include "vm/interp.h"
#include "vm/traceback.h"

namespace baton {

Result<Ref<Object>> step_result(Attached ts, Sent sent) {
    if (sent.status == SendStatus::raised) return already_raised();
    auto value = boxed_result(ts, sent.value);
    if (!value.ok() || sent.status == SendStatus::yielded) return value;
    return raise_stop_iteration(ts, value.get());
}

Result<void> prepare_throw(Attached ts, Object& type, Object* value, Object* traceback) {
    if (traceback && is_none(*traceback)) traceback = nullptr;
    if (traceback && !is_traceback(*traceback)) {
        return raise(ts, Exc::TypeError, "throw() third argument must be a traceback object");
    }
    OptRef<BaseException> e;
    if (is_type(type) && has_flag(static_cast<Type&>(type), kTypeBaseExc)) {
        auto made = make_exception(ts, static_cast<Type&>(type), value);
        if (!made.ok()) return {};  // what its class has raised instead is thrown
        e = made.take();
    } else if (is_exception(type)) {
        if (value && !is_none(*value)) {
            return raise(ts, Exc::TypeError, "instance exception may not have a separate value");
        }
        e = Ref<BaseException>::share(static_cast<BaseException&>(type));
    } else {
        return raise(ts, Exc::TypeError,
                     "exceptions must be classes or instances deriving from BaseException, not {}",
                     type_name(type));
    }
    if (traceback) set_traceback(ts, *e, OptRef<Object>::share(traceback));
    restore(ts, std::move(e).take());
    return {};
}

Result<Ref<Object>> self_itself(Attached, Object& self) {
    return Ref<Object>::share(self);
}

Result<Ref<Object>> generator_repr(Attached ts, Generator& self) {
    void* at = &self;
    auto q = TRY(str_as_utf8(ts, *self.qualname));
    const char* kind = is_coroutine(self)         ? "coroutine"
                       : is_async_generator(self) ? "async_generator"
                                                  : "generator";
    return str_format(ts, "<{} object {} at {}>", kind, q, at);
}

Result<Ref<Object>> generator_get_name(Attached, Generator& self) {
    return Ref<Object>::share(*self.name);
}
Result<Ref<Object>> generator_get_qualname(Attached, Generator& self) {
    return Ref<Object>::share(*self.qualname);
}
static Result<void> set_text(Attached ts, Str*& slot, Object* value, const char* what) {
    if (!value || !is_str(*value))
        return raise(ts, Exc::TypeError, "{} must be set to a string object", what);
    Str* old = std::exchange(slot, Ref<Str>::share(static_cast<Str&>(*value)).release());
    decref(ts, old);
    return {};
}
Result<void> generator_set_name(Attached ts, Generator& self, Object* value) {
    return set_text(ts, self.name, value, "__name__");
}
Result<void> generator_set_qualname(Attached ts, Generator& self, Object* value) {
    return set_text(ts, self.qualname, value, "__qualname__");
}
// The attribute's name, by the kind of generator.
static const char* attribute_of(const Generator& self, const char* generator, const char* coroutine,
                                const char* async) {
    return self.type == &PyGen_Type ? generator : self.type == &PyCoro_Type ? coroutine : async;
}
Result<Ref<Object>> generator_get_frame(Attached ts, Generator& self) {
    TRY(audit_attribute(ts, "object.__getattr__", self,
                        attribute_of(self, "gi_frame", "cr_frame", "ag_frame")));
    if (self.state == GenState::finished) return Ref<Object>::share(none());
    return frame_object(ts, self.frame);
}
Result<Ref<Object>> generator_get_code(Attached ts, Generator& self) {
    TRY(audit_attribute(ts, "object.__getattr__", self, attribute_of(self, "gi_code", "cr_code", "ag_code")));
    return Ref<Object>::share(*self.code);
}
Result<Ref<Object>> generator_get_delegate(Attached, Generator& self) {
    Object* d = generator_delegate(self);
    return Ref<Object>::share(d ? *d : none());
}

namespace {

Result<Ref<Object>> gen_send(Attached ts, Generator& self, Value value) {
    return step_result(ts, generator_send(ts, self, value));
}
Result<Ref<Object>> gen_throw(Attached ts, Generator& self, Object& type, Object* value, Object* traceback) {
    TRY(prepare_throw(ts, type, value, traceback));
    return step_result(ts, generator_throw_pending(ts, self, true));
}
Result<void> gen_close(Attached ts, Generator& self) {
    return generator_close(ts, self);
}

Next gen_iternext(Attached ts, Object& self) {
    Sent s = generator_send(ts, static_cast<Generator&>(self), Value(&none()));
    if (s.status == SendStatus::raised) return already_raised();
    if (s.status == SendStatus::returned && s.value == Value(&none())) return Next::done();
    auto r = step_result(ts, s);
    if (!r.ok()) return already_raised();
    return r.take();
}

Result<Ref<Object>> get_running(Attached, Generator& self) {
    return Ref<Object>::share(bool_object(self.state == GenState::running));
}
Result<Ref<Object>> get_suspended(Attached, Generator& self) {
    return Ref<Object>::share(bool_object(self.state == GenState::suspended));
}
Result<Ref<Object>> get_origin(Attached, Generator& self) {
    return Ref<Object>::share(self.origin_or_finalizer ? *self.origin_or_finalizer : none());
}

constexpr Method generator_methods[] = {
    method<gen_send>("send($self, value, /)",
                     "Resumes the generator; the yield expression at which it stands takes the value."),
    method<gen_throw>("throw($self, typ, val=None, tb=None, /)",
                      "Resumes the generator with an exception raised where it stands."),
    method<gen_close>("close($self, /)", "Ends the generator: resumes it with a GeneratorExit."),
    {},
};
constexpr GetSet generator_getset[] = {
    kGeneratorNameRow,
    kGeneratorQualnameRow,
    getter<generator_get_delegate>("gi_yieldfrom",
                                   "The iterator that a yield from passes on; None if there is none"),
    getter<get_running>("gi_running"),
    getter<generator_get_frame>("gi_frame"),
    getter<get_suspended>("gi_suspended"),
    getter<generator_get_code>("gi_code"),
    {},
};

// ---- coroutines ----

// coroutine.__await__(): an iterator over the coroutine.
struct CoroutineWrapper : Object {
    Generator* coroutine;
};
Result<Ref<Object>> coroutine_await(Attached ts, Generator& self) {
    auto w = TRY(new_gc_object<CoroutineWrapper>(ts, _PyCoroWrapper_Type));
    incref(&self);
    w->coroutine = &self;
    gc_track(ts, w.get());
    return w;
}
Result<Ref<Object>> wrapper_send(Attached ts, CoroutineWrapper& self, Value value) {
    return gen_send(ts, *self.coroutine, value);
}
Result<Ref<Object>> wrapper_throw(Attached ts, CoroutineWrapper& self, Object& type, Object* value,
                                  Object* traceback) {
    return gen_throw(ts, *self.coroutine, type, value, traceback);
}
Result<void> wrapper_close(Attached ts, CoroutineWrapper& self) {
    return generator_close(ts, *self.coroutine);
}
Next wrapper_iternext(Attached ts, Object& self) {
    return gen_iternext(ts, *static_cast<CoroutineWrapper&>(self).coroutine);
}
void wrapper_dealloc(Attached ts, CoroutineWrapper& self) {
    gc_untrack(&self);
    decref(ts, self.coroutine);
    gc_free(ts, &self, sizeof(CoroutineWrapper));
}
int wrapper_traverse(Object* self, VisitProc visit, void* arg) {
    return visit_fields<Object>(visit, arg, static_cast<CoroutineWrapper*>(self)->coroutine);
}

constexpr Method coroutine_methods[] = {
    method<gen_send>("send($self, value, /)",
                     "Sends a value into coroutine code: the await at which it stands gives it."),
    method<gen_throw>("throw($self, typ, val=None, tb=None, /)",
                      "Raises an exception in coroutine code, at the await where it stands."),
    method<gen_close>("close($self, /)", "Ends it: a GeneratorExit goes off inside coroutine code."),
    {},
};
constexpr GetSet coroutine_getset[] = {
    property_row<generator_get_name, generator_set_name>(
        "__name__", "The function's name, or what was assigned: the name of the coroutine"),
    property_row<generator_get_qualname, generator_set_qualname>(
        "__qualname__", "The name of the coroutine with what encloses its function, or what was assigned"),
    getter<generator_get_delegate>("cr_await", "What is being awaited; None if nothing is"),
    getter<get_running>("cr_running"),
    getter<generator_get_frame>("cr_frame"),
    getter<generator_get_code>("cr_code"),
    getter<get_suspended>("cr_suspended"),
    getter<get_origin>("cr_origin"),
    {},
};
}  // namespace

namespace {

// The library's own warning tells where the coroutine was made, if that was kept. False: it is not there.
Result<bool> warn_with_origin(Attached ts, Generator& g) {
    if (!interp(ts).sys_modules) return false;
    Ref<Str> name = TRY(str_intern_utf8(ts, "warnings"));
    Object* module = dict_find_str(*interp(ts).sys_modules, *name);
    if (!module) return false;
    Ref<Object> keep = Ref<Object>::share(*module);
    Ref<Str> attribute = TRY(str_intern_utf8(ts, "_warn_unawaited_coroutine"));
    OptRef<Object> function = TRY(get_attr_opt(ts, *keep, *attribute));
    if (!function) return false;
    TRY(call(ts, *function, {&g}));
    return true;
}

}  // namespace

void warn_never_awaited(Attached ts, Generator& g) {
    auto told = warn_with_origin(ts, g);
    if (told.ok() && told.take()) return;
    if (pending(ts)) write_unraisable(ts, nullptr, &g);
    auto q = str_as_utf8(ts, *g.qualname);
    if (q.ok()) {
        fmt::basic_memory_buffer<char, 200> text;
        fmt::format_to(std::back_inserter(text), "coroutine '{}' was never awaited", q.take());
        if (warn(ts, Exc::RuntimeWarning, {text.data(), text.size()}).ok()) return;
    }
    write_unraisable(ts, nullptr, &g);
}

Result<Ref<Object>> awaitable_iter(Attached ts, Object& o) {
    if (is_coroutine(o) ||
        (is_generator(o) && (static_cast<Generator&>(o).code->flags & kCodeIterableCoroutine))) {
        return Ref<Object>::share(o);
    }
    UnaryFn f = info(o).am_await;
    if (!f) return raise(ts, Exc::TypeError, "object {} can't be used in 'await' expression", type_name(o));
    auto it = TRY(f(ts, o));
    if (is_coroutine(*it) ||
        (is_generator(*it) && (static_cast<Generator&>(*it).code->flags & kCodeIterableCoroutine))) {
        return raise(ts, Exc::TypeError, "__await__() returned a coroutine");
    }
    if (!is_iterator(*it)) {
        return raise(ts, Exc::TypeError, "__await__() returned non-iterator of type '{}'", type_name(*it));
    }
    return it;
}

constinit const TypeSpec generator_spec = [] {
    auto s = generator_type_spec("generator", generator_methods, generator_getset);
    s.iter = slot<self_itself>;
    s.iternext = slot<gen_iternext>;
    return s;
}();
constinit const TypeSpec coroutine_spec = [] {
    auto s = generator_type_spec("coroutine", coroutine_methods, coroutine_getset);
    s.am_await = typed_slot<coroutine_await>;
    return s;
}();
constinit const TypeSpec coroutine_wrapper_spec = [] {
    auto s = driver_type_spec<CoroutineWrapper>("coroutine_wrapper",
                                                kDriverMethods<wrapper_send, wrapper_throw, wrapper_close>);
    s.doc = "The iterator that a coroutine's __await__() gives.";
    s.traverse = wrapper_traverse;
    s.dealloc = typed_slot<wrapper_dealloc>;
    s.iternext = slot<wrapper_iternext>;
    return s;
}();

}  // namespace baton
