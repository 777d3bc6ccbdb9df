#include "vm/modules/warnings_context.h"

#include "runtime/raise.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "vm/frame.h"

namespace baton {

namespace {

// Frames of importlib's bootstrap are nobody's code.
bool is_internal(Attached ts, const Frame& f) {
    const auto part = [&](const char* text) {
        auto wanted = str_intern_utf8(ts, text);
        if (!wanted.ok()) {
            clear_pending(ts);
            return false;
        }
        const Ref<Str> s = wanted.take();
        return str_contains(*f.code->filename, *s);
    };
    return part("importlib") && part("_bootstrap");
}

Frame* outward(Attached ts, Frame* f) {
    do {
        f = f->prev;
    } while (f != nullptr && is_internal(ts, *f));
    return f;
}

}  // namespace

Result<WarningContext> warning_context(Attached ts, Index stack_level) {
    Frame* f = rt(ts).frame;
    const bool plain = stack_level <= 0 || (f != nullptr && is_internal(ts, *f));
    while (--stack_level > 0 && f != nullptr) f = plain ? f->prev : outward(ts, f);
    Dict* globals = f != nullptr ? f->function->globals : interp(ts).sys_dict;
    Ref<Object> filename =
        f != nullptr ? Ref<Object>::share(*f->code->filename) : Ref<Object>(TRY(str_new_ascii(ts, "sys")));
    const int line = f != nullptr ? frame_line(*f) : 1;

    const Ref<Str> registry_name = TRY(str_intern_utf8(ts, "__warningregistry__"));
    Object* found = dict_find_str(*globals, *registry_name);
    Ref<Object> registry = found != nullptr ? Ref<Object>::share(*found) : Ref<Object>(TRY(dict_new(ts)));
    if (found == nullptr) TRY(dict_set_str(ts, *globals, *registry_name, *registry));
    Object* name = dict_find_str(*globals, id(Name::__name__));
    Ref<Object> module = name != nullptr && (is_none(*name) || is_str(*name))
                             ? Ref<Object>::share(*name)
                             : Ref<Object>(TRY(str_new_ascii(ts, "<string>")));
    return WarningContext{std::move(filename), line < 0 ? 0 : line, std::move(module), std::move(registry)};
}

}  // namespace baton
