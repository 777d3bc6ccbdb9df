#include <cstdlib>

#include "runtime/exceptions.h"
#include "runtime/gc.h"
#include "runtime/memory.h"
#include "runtime/raise.h"
#include "runtime/slot_table.h"
#include "runtime/start.h"
#include "runtime/type_impl.h"
#include "runtime/types/bytes.h"
#include "runtime/types/str.h"

namespace baton {

bool runtime_thread_init(ThreadState& state) {
    auto& t = state.upper<RuntimeThread>();
    t.handled = &t.handled_base;
    return true;
}

void runtime_thread_clear(Attached ts, ThreadState& state) {
    auto& t = state.upper<RuntimeThread>();
    replace_field<BaseException>(ts, t.pending, nullptr);
    for (HandledException* h = t.handled; h; h = h->previous)
        replace_field<BaseException>(ts, h->exception, nullptr);
    t.handled = &t.handled_base;
    replace_field<Dict>(ts, t.repr_guard, nullptr);
    replace_field<Object>(ts, t.context, nullptr);
    replace_field<Object>(ts, state.async_gen_firstiter, nullptr);
    replace_field<Object>(ts, state.async_gen_finalizer, nullptr);
}

void runtime_thread_free(ThreadState&) {}

void runtime_process_init() {
    slots_init_process();
    str_init_process();
    bytes_init_process();
}

bool runtime_interp_init(Attached ts) {
    RuntimeInterp& in = interp(ts);
    if (!in.gc && !gc_interp_init(in)) return false;
    in.int_max_str_digits = 4300;
    runtime_init_types(ts);
    exceptions_init_process(ts);
    if (!exceptions_init_interp(ts).ok()) return false;
    return gc_interp_start(ts).ok();
}

void runtime_interp_clear(Attached ts) {
    RuntimeInterp& in = interp(ts);
    replace_field<Dict>(ts, in.sys_modules, nullptr);
    replace_field<Object>(ts, in.import_func, nullptr);
    replace_field<Object>(ts, in.error_handlers, nullptr);
    replace_field<Object>(ts, in.codec_search_path, nullptr);
    replace_field<Object>(ts, in.codec_cache, nullptr);
    gc_collect(ts, kGenerations - 1);
    replace_field<Dict>(ts, in.sys_dict, nullptr);
    replace_field<Dict>(ts, in.builtins, nullptr);
    gc_interp_clear(ts);
    gc_collect(ts, kGenerations - 1);
    exceptions_clear_interp(ts);
    // Nothing starts a collection from here on.
    in.gc->enabled = false;
}

void runtime_interp_free(InterpreterState& state) {
    auto& in = state.upper<RuntimeInterp>();
    str_clear_interned(in);
    gc_interp_free(in);
    for (uint32_t i = 0; i < in.type_data_count; ++i) std::free(in.type_data[i].subclasses.item);
    std::free(in.type_data);
    in.type_data = nullptr;
    in.type_data_count = 0;
    memory_interp_free(in);
}

namespace {
void hook_decref(Object* o) {
    decref(current_attached(), o);
}
void hook_async_exception(Attached ts, Object* exc) {
    auto keep = Ref<Object>::steal(exc);
    if (is_type(*exc))
        (void)raise_type(ts, static_cast<Type&>(*exc), nullptr);
    else
        (void)raise_type(ts, *exc->type, exc);
}
}  // namespace

void runtime_fill_hooks(Hooks& h) {
    h.thread_upper_size = sizeof(RuntimeThread);
    h.interp_upper_size = sizeof(RuntimeInterp);
    h.thread_init = runtime_thread_init;
    h.thread_clear = runtime_thread_clear;
    h.thread_free = runtime_thread_free;
    h.interp_init = runtime_interp_init;
    h.interp_clear = runtime_interp_clear;
    h.interp_free = runtime_interp_free;
    h.decref = hook_decref;
    h.run_python_async_exc = hook_async_exception;
    h.run_gc = gc_poll;
}

}  // namespace baton
