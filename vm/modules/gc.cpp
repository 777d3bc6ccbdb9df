// gc: what programs see of the cycle collector.
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/audit.h"

namespace baton {

namespace {

Result<void> module_enable(Attached ts, Object&) {
    gc_state(ts).enabled = true;
    return {};
}
Result<void> module_disable(Attached ts, Object&) {
    gc_state(ts).enabled = false;
    return {};
}
Result<bool> module_isenabled(Attached ts, Object&) {
    return gc_state(ts).enabled;
}

Result<Index> module_collect(Attached ts, Object&, Opt<int> generation) {
    const int which = generation.or_else(kGenerations - 1);
    if (which < 0 || which >= kGenerations) return raise(ts, Exc::ValueError, "invalid generation");
    return gc_collect(ts, which);
}

Result<void> module_set_debug(Attached ts, Object&, int flags) {
    gc_state(ts).debug = flags;
    return {};
}
Result<Index> module_get_debug(Attached ts, Object&) {
    return gc_state(ts).debug;
}

Result<void> module_set_threshold(Attached ts, Object&, int threshold0, Opt<int> threshold1,
                                  Opt<int> threshold2) {
    auto& generation = gc_state(ts).generation;
    generation[0].threshold = threshold0;
    if (threshold1.given) generation[1].threshold = threshold1.value;
    if (threshold2.given) generation[2].threshold = threshold2.value;
    return {};
}

Result<Ref<Tuple>> numbers(Attached ts, int GcState::Generation::*field) {
    const auto& generation = gc_state(ts).generation;
    Value values[kGenerations];
    for (int i = 0; i < kGenerations; ++i) values[i] = Value::of_int(generation[i].*field);
    return tuple_from_values(ts, values, kGenerations);
}
Result<Ref<Tuple>> module_get_threshold(Attached ts, Object&) {
    return numbers(ts, &GcState::Generation::threshold);
}
Result<Ref<Tuple>> module_get_count(Attached ts, Object&) {
    return numbers(ts, &GcState::Generation::count);
}

Result<Ref<Object>> module_get_stats(Attached ts, Object&) {
    Ref<List> result = TRY(list_new(ts, 0));
    for (const GcState::Generation& generation : gc_state(ts).generation) {
        const Ref<Dict> row = TRY(dict_new(ts));
        const auto put = [&](const char* name, int64_t value) -> Result<void> {
            const Ref<Str> key = TRY(str_intern_utf8(ts, name));
            const Ref<Int> number = TRY(box_int(ts, value));
            return dict_set_str(ts, *row, *key, *number);
        };
        TRY(put("collections", generation.collections));
        TRY(put("collected", generation.collected));
        TRY(put("uncollectable", generation.uncollectable));
        TRY(list_append(ts, *result, *row));
    }
    return result;
}

Result<Ref<List>> module_get_objects(Attached ts, Object&, Object* generation) {
    TRY(audit(ts, "gc.get_objects", {generation ? generation : &none()}));
    if (generation == nullptr || is_none(*generation)) return gc_objects(ts, -1);
    const Index which = TRY(as_index(ts, *generation, Exc::OverflowError));
    if (which >= kGenerations) {
        return raise(ts, Exc::ValueError,
                     "generation parameter must be less than the number of available generations ({})",
                     kGenerations);
    }
    if (which < 0) return raise(ts, Exc::ValueError, "generation parameter cannot be negative");
    return gc_objects(ts, static_cast<int>(which));
}

Result<Ref<List>> module_get_referrers(Attached ts, Object&, Args objects) {
    const Ref<Tuple> sought = TRY(tuple_from_values(ts, objects.v, static_cast<Index>(objects.n)));
    TRY(audit(ts, "gc.get_referrers", {sought.get()}));
    return gc_referrers(ts, *sought);
}
Result<Ref<List>> module_get_referents(Attached ts, Object&, Args objects) {
    const Ref<Tuple> sources = TRY(tuple_from_values(ts, objects.v, static_cast<Index>(objects.n)));
    TRY(audit(ts, "gc.get_referents", {sources.get()}));
    return gc_referents(ts, *sources);
}

Result<bool> module_is_tracked(Attached, Object&, Object& object) {
    return object_is_gc(&object) && gc_is_tracked(&object);
}
Result<bool> module_is_finalized(Attached, Object&, Object& object) {
    return gc_is_finalized(object);
}

Result<void> module_freeze(Attached ts, Object&) {
    gc_freeze(ts);
    return {};
}
Result<void> module_unfreeze(Attached ts, Object&) {
    gc_unfreeze(ts);
    return {};
}
Result<Index> module_get_freeze_count(Attached ts, Object&) {
    return gc_freeze_count(ts);
}

constexpr Method functions[] = {
    method<module_enable>("enable($module, /)", "Lets collections start by themselves."),
    method<module_disable>("disable($module, /)", "Collections then run only when collect() is called."),
    method<module_isenabled>("isenabled($module, /)", "Whether collections start by themselves."),
    method<module_collect>("collect($module, /, generation=2)",
                           "Collects now; how many unreachable objects were found."),
    method<module_set_debug>("set_debug($module, flags, /)",
                             "Sets what the collector reports on stderr, by DEBUG_ flags."),
    method<module_get_debug>("get_debug($module, /)", "The flags that set_debug() set."),
    method<module_set_threshold>(
        "set_threshold($module, threshold0, threshold1=<unrepresentable>, "
        "threshold2=<unrepresentable>, /)",
        "Sets how many allocations, and collections of the next younger generation, start one."),
    method<module_get_threshold>("get_threshold($module, /)", "The thresholds of the three generations."),
    method<module_get_count>("get_count($module, /)", "The counts that are compared with the thresholds."),
    method<module_get_stats>("get_stats($module, /)",
                             "A dict per generation: collections, collected, uncollectable."),
    method<module_get_objects>("get_objects($module, /, generation=None)",
                               "The objects the collector tracks, of one generation or all."),
    method<module_get_referrers>("get_referrers($module, *objs)",
                                 "The tracked objects that refer to any of these."),
    method<module_get_referents>("get_referents($module, *objs)",
                                 "The objects that these refer to directly."),
    method<module_is_tracked>("is_tracked($module, obj, /)", "Whether the collector tracks the object."),
    method<module_is_finalized>("is_finalized($module, obj, /)",
                                "Whether the object's finaliser has already run."),
    method<module_freeze>("freeze($module, /)",
                          "Moves all tracked objects where the collector does not look."),
    method<module_unfreeze>("unfreeze($module, /)",
                            "Brings frozen objects back, into the oldest generation."),
    method<module_get_freeze_count>("get_freeze_count($module, /)", "How many objects are frozen."),
    {},
};

Result<void> gc_exec(Attached ts, Module& module) {
    const auto put = [&](const char* name, Object& value) -> Result<void> {
        const Ref<Str> key = TRY(str_intern_utf8(ts, name));
        return dict_set_str(ts, *module.dict, *key, value);
    };
    TRY(put("garbage", *gc_state(ts).garbage));
    TRY(put("callbacks", *gc_state(ts).callbacks));
    TRY(put("DEBUG_STATS", *small_int(kGcDebugStats)));
    TRY(put("DEBUG_COLLECTABLE", *small_int(kGcDebugCollectable)));
    TRY(put("DEBUG_UNCOLLECTABLE", *small_int(kGcDebugUncollectable)));
    TRY(put("DEBUG_SAVEALL", *small_int(kGcDebugSaveAll)));
    return put("DEBUG_LEAK", *small_int(kGcDebugCollectable | kGcDebugUncollectable | kGcDebugSaveAll));
}

}  // namespace

extern const ModuleSpec gc_module;
const ModuleSpec gc_module = {
    .name = "gc",
    .doc = "The collector of reference cycles.",
    .methods = functions,
    .exec = gc_exec,
};

}  // namespace baton
