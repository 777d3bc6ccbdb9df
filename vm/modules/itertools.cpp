// itertools: the module. Its types are in itertools_stream.cpp, itertools_group.cpp and
// itertools_combine.cpp.
#include <cstring>

#include "runtime/native.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "vm/modules/itertools_types.h"

namespace baton {

namespace {

constexpr Method itertools_functions[] = {
    method<it_tee>("tee($module, iterable, n=2, /)",
                   "n iterators, each of which yields all items of iterable."),
    {},
};

Result<void> itertools_exec(Attached ts, Module& module) {
    Type* const types[] = {
        &it_accumulate_type(),   &it_chain_type(),
        &it_combinations_type(), &it_combinations_repeat_type(),
        &it_compress_type(),     &it_count_type(),
        &it_cycle_type(),        &it_dropwhile_type(),
        &it_filterfalse_type(),  &it_groupby_type(),
        &it_grouper_type(),      &it_islice_type(),
        &it_pairwise_type(),     &it_permutations_type(),
        &it_product_type(),      &it_repeat_type(),
        &it_starmap_type(),      &it_takewhile_type(),
        &it_tee_type(),          &it_tee_data_type(),
        &it_zip_longest_type(),
    };
    for (Type* type : types) {
        auto name = TRY(str_intern_utf8(ts, type_short_name(*type)));
        TRY(dict_set_str(ts, *module.dict, *name, *type));
    }
    return {};
}

}  // namespace

extern const ModuleSpec itertools_module;
const ModuleSpec itertools_module = {
    .name = "itertools",
    .doc = "Iterators made from other iterators, most of them without keeping items.",
    .methods = itertools_functions,
    .exec = itertools_exec,
};

}  // namespace baton
