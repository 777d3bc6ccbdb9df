// opcode: our instruction set in the form of the library's module of that name, which describes CPython's.
// With it dis lists the instructions of our code objects. The operands stand in the words of co_code
// themselves, which dis takes for caches; _register_code shows them.
#include "runtime/native.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "vm/code_tables.h"
#include "vm/opcode.h"

namespace baton {
namespace {

constexpr int kNumbers = 256;  // of the first byte of an instruction
// Names that dis and programs about code objects ask for and that are no instructions of ours: numbers that
// do not occur, from the top.
constexpr const char* kForeign[] = {"CACHE",     "EXTENDED_ARG",  "LOAD_CONST",    "LOAD_GLOBAL",
                                    "BINARY_OP", "JUMP_BACKWARD", "COPY_FREE_VARS"};
// Names by which programs that watch returns look for two of ours (coverage does).
constexpr struct {
    const char* name;
    Op op;
} kAliases[] = {{"RETURN_VALUE", Op::RETURN}, {"YIELD_VALUE", Op::YIELD}};
static_assert(kOpCount + static_cast<int>(std::size(kForeign)) <= kNumbers);

class Table {
  public:
    Table(Attached ts, Module& module) : ts_(ts), module_(module) {}

    Result<void> put(const char* name, Object& value) {
        const Ref<Str> key = TRY(str_intern_utf8(ts_, name));
        return dict_set_str(ts_, *module_.dict, *key, value);
    }
    Result<void> number(const char* name, int64_t value) {
        const Ref<Int> boxed = TRY(box_int(ts_, value));
        return put(name, *boxed);
    }
    Result<void> empty_list(const char* name) {
        const Ref<List> list = TRY(list_new(ts_));
        return put(name, *list);
    }
    Result<void> texts(const char* name, std::span<const char* const> items) {
        const Ref<List> list = TRY(list_new(ts_));
        for (const char* item : items) {
            const Ref<Str> text = TRY(str_intern_utf8(ts_, item));
            TRY(list_append(ts_, *list, *text));
        }
        return put(name, *list);
    }

    // opname, opmap and what dis has to skip behind each instruction.
    Result<void> instructions() {
        const Ref<List> names = TRY(list_new(ts_)), skipped = TRY(list_new(ts_));
        const Ref<Dict> numbers = TRY(dict_new(ts_)), formats = TRY(dict_new(ts_));
        for (int i = 0; i < kNumbers; ++i) {
            const int foreign = kNumbers - 1 - i;
            const bool ours = i < kOpCount, named = ours || foreign < static_cast<int>(std::size(kForeign));
            const Ref<Str> name = named
                                      ? TRY(str_intern_utf8(ts_, ours ? op_infos[i].name : kForeign[foreign]))
                                      : TRY(str_format(ts_, "<{}>", i));
            const int units = ours ? kUnitsPerWord * (1 + op_infos[i].words()) - 1 : 0;
            const Ref<Int> number = TRY(box_int(ts_, i)), count = TRY(box_int(ts_, units));
            TRY(list_append(ts_, *names, *name));
            TRY(list_append(ts_, *skipped, *count));
            if (named) TRY(dict_set_str(ts_, *numbers, *name, *number));
            if (!units) continue;
            const Ref<Dict> format = TRY(dict_new(ts_));
            const Ref<Str> part = TRY(str_intern_utf8(ts_, "operands"));
            TRY(dict_set_str(ts_, *format, *part, *count));
            TRY(dict_set_str(ts_, *formats, *name, *format));
        }
        for (const auto& alias : kAliases) {
            const Ref<Str> name = TRY(str_intern_utf8(ts_, alias.name));
            const Ref<Int> number = TRY(box_int(ts_, static_cast<int>(alias.op)));
            TRY(dict_set_str(ts_, *numbers, *name, *number));
        }
        TRY(put("opname", *names));
        TRY(put("opmap", *numbers));
        TRY(put("_inline_cache_entries", *skipped));
        return put("_cache_format", *formats);
    }

  private:
    Attached ts_;
    Module& module_;
};

Result<void> opcode_exec(Attached ts, Module& module) {
    Table t(ts, module);
    TRY(t.instructions());
    TRY(t.number("HAVE_ARGUMENT", kNumbers));  // none has one byte for it
    TRY(t.number("EXTENDED_ARG", kNumbers - 2));
    for (const char* name : {"hasconst", "hasname", "hasjrel", "hasjabs", "haslocal", "hascompare", "hasfree",
                             "hasnargs", "_nb_ops", "_specialized_instructions"})
        TRY(t.empty_list(name));
    const Ref<Dict> none_specialized = TRY(dict_new(ts));
    TRY(t.put("_specializations", *none_specialized));
    constexpr const char* kComparisons[] = {"<", "<=", "==", "!=", ">", ">="};
    TRY(t.texts("cmp_op", kComparisons));
    constexpr const char* kAll[] = {"cmp_op",        "hasconst",     "hasname", "hasjrel", "hasjabs",
                                    "haslocal",      "hascompare",   "hasfree", "opname",  "opmap",
                                    "HAVE_ARGUMENT", "EXTENDED_ARG", "hasnargs"};
    return t.texts("__all__", kAll);
}

}  // namespace

extern const ModuleSpec opcode_module;
const ModuleSpec opcode_module = {
    .name = "opcode",
    .doc = "The instructions of the register machine: names, numbers, and how long they are.",
    .exec = opcode_exec,
};

}  // namespace baton
