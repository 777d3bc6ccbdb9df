// _sre: the module.
#include <cstdlib>

#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/tuple.h"
#include "vm/modules/sre.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

Result<Ref<Object>> sre_compile(Attached ts, Object&, Object& pattern, int flags, List& code, Index groups,
                                Dict& groupindex, Tuple& indexgroup) {
    Ref<SrePattern> p = TRY(new_gc_object<SrePattern>(ts, sre_pattern_type()));
    p->size = code.size;
    p->pattern = Ref<Object>::share(pattern).release();
    p->groupindex = Ref<Dict>::share(groupindex).release();
    p->indexgroup = Ref<Tuple>::share(indexgroup).release();
    p->flags = flags;
    p->groups = groups;
    p->is_bytes = is_none(pattern) ? -1 : is_str(pattern) ? 0 : 1;
    p->weakreflist = nullptr;
    p->code_size = static_cast<size_t>(code.size);
    // A failure op at the end stops code that does not end by itself.
    p->code = static_cast<uint32_t*>(std::calloc(p->code_size + 1, sizeof(uint32_t)));
    if (p->code == nullptr) return raise_no_memory(ts);
    for (Index i = 0; i < code.size; ++i) {
        const Ref<Int> word = TRY(number_index(ts, *code.item[i]));
        uint64_t value;
        if (!int_as_uint64(*word, &value) || value > UINT32_MAX) {
            return raise(ts, Exc::OverflowError, "regular expression code size limit exceeded");
        }
        p->code[i] = static_cast<uint32_t>(value);
    }
    if (groups < 0 || indexgroup.size != groups + 1) return raise(ts, Exc::RuntimeError, "invalid SRE code");
    gc_track(ts, p.get());
    return p;
}
Result<Index> sre_getcodesize(Attached, Object&) {
    return sizeof(uint32_t);
}
Result<bool> sre_ascii_iscased(Attached, Object&, int c) {
    return sre_iscased_ascii(static_cast<uint32_t>(c));
}
Result<bool> sre_unicode_iscased(Attached, Object&, int c) {
    return sre_iscased_unicode(static_cast<uint32_t>(c));
}
Result<Index> sre_ascii_tolower(Attached, Object&, int c) {
    return static_cast<Index>(sre_lower_ascii(static_cast<uint32_t>(c)));
}
Result<Index> sre_unicode_tolower(Attached, Object&, int c) {
    return static_cast<Index>(sre_lower_unicode(static_cast<uint32_t>(c)));
}

constexpr Method functions[] = {
    method<sre_compile>("compile($module, /, pattern, flags, code, groups, groupindex, indexgroup)", nullptr),
    method<sre_getcodesize>("getcodesize($module, /)", nullptr),
    method<sre_ascii_iscased>("ascii_iscased($module, character, /)", nullptr),
    method<sre_unicode_iscased>("unicode_iscased($module, character, /)", nullptr),
    method<sre_ascii_tolower>("ascii_tolower($module, character, /)", nullptr),
    method<sre_unicode_tolower>("unicode_tolower($module, character, /)", nullptr),
    {},
};

Result<void> sre_exec(Attached ts, Module& module) {
    TRY(module_add_int(ts, module, "MAGIC", 20220615));
    TRY(module_add_int(ts, module, "CODESIZE", sizeof(uint32_t)));
    TRY(module_add_int(ts, module, "MAXREPEAT", 0xffffffffLL));
    return module_add_int(ts, module, "MAXGROUPS", 0x3fffffff);
}

}  // namespace

extern const ModuleSpec sre_module;
const ModuleSpec sre_module = {
    .name = "_sre",
    .doc = "The engine of the re module.",
    .methods = functions,
    .exec = sre_exec,
};

}  // namespace baton
