// The functions of the builtins module, by family; builtins.cpp has the table.
// Callers: attached threads.
#pragma once
#include "runtime/native.h"

namespace baton {

// builtins_code.cpp: source text, code and namespaces
// Source text given as str, bytes or another buffer. The views live as long as `keep`.
struct SourceText {
    std::string_view text;
    bool is_text = false;
    OptRef<Object> keep;
};
// TypeError "who() arg 1 must be a what object".
Result<void> source_text(Attached ts, Object& source, const char* who, const char* what, SourceText* out);
// A file name given as str, bytes or os.PathLike.
Result<Ref<Str>> source_filename(Attached ts, Object& filename);
Result<Ref<Object>> builtin_compile(Attached ts, Object& module, Object& source, Object& filename, Str& mode,
                                    Opt<int> flags, Opt<bool> dont_inherit, Opt<int> optimize,
                                    Opt<int> feature_version);
Result<Ref<Object>> builtin_eval(Attached ts, Object& module, Object& source, Object* globals,
                                 Object* locals);
Result<void> builtin_exec(Attached ts, Object& module, Object& source, Object* globals, Object* locals,
                          Object* closure);
Result<Ref<Object>> builtin_globals(Attached ts, Object& module);
Result<Ref<Object>> builtin_locals(Attached ts, Object& module);
Result<Ref<Object>> builtin_vars(Attached ts, Object& module, Object* object);
Result<Ref<Object>> builtin_dir(Attached ts, Object& module, Object* object);
Result<Ref<Object>> builtin_import(Attached ts, Object& module, Object& name, Object* globals, Object* locals,
                                   Object* fromlist, Opt<int> level);
Result<Ref<Object>> builtin_breakpoint(Attached ts, Object& module, Args args, Kwargs kwargs);

// builtins_async.cpp: asynchronous iteration
Result<Ref<Object>> builtin_aiter(Attached ts, Object& module, Object& async_iterable);
Result<Ref<Object>> builtin_anext(Attached ts, Object& module, Object& aiterator, Object* fallback);
extern const TypeSpec anext_awaitable_spec;

// builtins_io.cpp: print, input, open
Result<void> builtin_print(Attached ts, Object& module, Args objects, Object* sep, Object* end, Object* file,
                           Opt<bool> flush);
Result<Ref<Object>> builtin_input(Attached ts, Object& module, Object* prompt);

// builtins_iterate.cpp: everything that loops
Result<bool> builtin_all(Attached ts, Object& module, Object& iterable);
Result<bool> builtin_any(Attached ts, Object& module, Object& iterable);
Result<Ref<Object>> builtin_iter(Attached ts, Object& module, Object& object, Object* sentinel);
Result<Ref<Object>> builtin_next(Attached ts, Object& module, Object& iterator, Object* fallback);
Result<Value> builtin_max(Attached ts, Object& module, Args args, Object* key, Object* fallback);
Result<Value> builtin_min(Attached ts, Object& module, Args args, Object* key, Object* fallback);
Result<Value> builtin_sum(Attached ts, Object& module, Object& iterable, Object* start);
Result<Ref<Object>> builtin_sorted(Attached ts, Object& module, Object& iterable, Object* key,
                                   Opt<bool> reverse);

}  // namespace baton
