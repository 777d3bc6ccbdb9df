// The types of itertools, by file. Callers: attached threads.
#pragma once
#include "runtime/native.h"
#include "vm/vm_types.h"

namespace baton {

// itertools_stream.cpp
extern const TypeSpec it_count_spec, it_cycle_spec, it_repeat_spec, it_chain_spec, it_compress_spec,
    it_dropwhile_spec, it_takewhile_spec, it_filterfalse_spec, it_starmap_spec, it_pairwise_spec,
    it_accumulate_spec;
// itertools_group.cpp
extern const TypeSpec it_islice_spec, it_groupby_spec, it_grouper_spec, it_tee_spec, it_tee_data_spec,
    it_zip_longest_spec;
// itertools_combine.cpp
extern const TypeSpec it_product_spec, it_permutations_spec, it_combinations_spec,
    it_combinations_repeat_spec;

inline constexpr const char* kReduceDoc = "What pickle stores of it.";
inline constexpr const char* kStateDoc = "Takes over what pickle stored.";

// A reference of one's own; null stays null.
inline Object* shared(Object* o) {
    xincref(o);
    return o;
}

Result<Ref<Object>> it_tee(Attached ts, Object& module, Object& iterable, Opt<Index> n);

inline Result<Ref<Object>> return_self(Attached, Object& self) {
    return Ref<Object>::share(self);
}

}  // namespace baton
