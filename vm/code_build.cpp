#include "vm/code_build.h"

#include <cstring>

#include "runtime/call.h"
#include "runtime/raise.h"
#include "runtime/types/bytes.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/code_bytes.h"
#include "vm/code_tables.h"
#include "vm/opcode.h"
#include "vm/verify.h"

namespace baton {

std::string code_words(const Code& c) {
    std::vector<Instr> words(c.code, c.code + c.nwords);
    empty_caches(words);
    return {reinterpret_cast<const char*>(words.data()), words.size() * sizeof(Instr)};
}

namespace {

// What is given; null and -1 where replace() leaves it.
struct Given {
    int argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, firstlineno;
    Bytes *code, *linetable, *exceptiontable;
    Tuple *consts, *names, *varnames, *freevars, *cellvars;
    Str *filename, *name, *qualname;
};

Result<void> check_count(Attached ts, int n, const char* name) {
    if (n < 0) return raise(ts, Exc::ValueError, "code: {} must not be negative", name);
    return {};
}

// Names are interned, as the compiler's are.
Result<Ref<Tuple>> name_table(Attached ts, Tuple& given) {
    auto names = TRY(tuple_alloc(ts, given.size));
    for (Index i = 0; i < given.size; ++i) {
        Object& o = *given.item[i];
        if (!is_str(o))
            return raise(ts, Exc::TypeError, "name tuples must contain only strings, not '{}'", type_name(o));
        names->item[i] = TRY(str_intern(ts, Ref<Str>::share(static_cast<Str&>(o)))).release();
    }
    return tuple_finish(ts, std::move(names));
}

Raised malformed(Attached ts, const char* what) {
    return raise(ts, Exc::ValueError, "code: {} is malformed", what);
}

Result<Ref<Code>> build(Attached ts, const Given& g) {
    TRY(check_count(ts, g.argcount, "argcount"));
    TRY(check_count(ts, g.posonlyargcount, "posonlyargcount"));
    TRY(check_count(ts, g.kwonlyargcount, "kwonlyargcount"));
    TRY(check_count(ts, g.nlocals, "nlocals"));
    TRY(check_count(ts, g.stacksize, "stacksize"));
    if (g.nlocals != g.varnames->size)
        return raise(ts, Exc::ValueError, "code: co_nlocals != len(co_varnames)");
    int params =
        g.argcount + g.kwonlyargcount + ((g.flags & kCodeVarArgs) != 0) + ((g.flags & kCodeVarKeywords) != 0);
    if (g.posonlyargcount > g.argcount || params > g.nlocals)
        return raise(ts, Exc::ValueError, "code: co_varnames is too small");

    std::string_view bytes = bytes_view(*g.code);
    // Without any instructions: a function in another language, described by what compiled extensions put
    // together.
    const bool foreign = bytes.empty();
    std::vector<Instr> words(bytes.size() / sizeof(Instr));
    if (bytes.size() % sizeof(Instr) != 0) return malformed(ts, "co_code");
    if (!words.empty()) std::memcpy(static_cast<void*>(words.data()), bytes.data(), bytes.size());
    if (!foreign && !empty_caches(words)) return malformed(ts, "co_code");
    std::vector<ExceptionEntry> exceptions;
    if (!foreign && !decode_exceptions(bytes_view(*g.exceptiontable), &exceptions))
        return malformed(ts, "co_exceptiontable");
    std::vector<PositionEntry> positions;
    if (!foreign && !decode_positions(bytes_view(*g.linetable), g.firstlineno,
                                      static_cast<uint32_t>(words.size()), &positions))
        return malformed(ts, "co_linetable");
    std::vector<uint16_t> depth;
    if (!foreign && !find_depths(words, exceptions, g.stacksize, &depth)) return malformed(ts, "co_code");

    auto names = TRY(name_table(ts, *g.names));
    auto varnames = TRY(name_table(ts, *g.varnames));
    auto cellvars = TRY(name_table(ts, *g.cellvars));
    auto freevars = TRY(name_table(ts, *g.freevars));
    CodeParts p;
    p.code = words;
    p.depth = depth;
    p.exceptions = exceptions;
    p.positions = positions;
    p.argcount = g.argcount;
    p.posonlyargcount = g.posonlyargcount;
    p.kwonlyargcount = g.kwonlyargcount;
    p.flags = g.flags;
    p.max_depth = g.stacksize;
    p.firstlineno = g.firstlineno;
    p.consts = g.consts;
    p.names = names.get();
    p.varnames = varnames.get();
    p.cellvars = cellvars.get();
    p.freevars = freevars.get();
    p.filename = g.filename;
    p.name = g.name;
    p.qualname = g.qualname;
    if (foreign) return code_new_foreign(ts, p);
    auto made = TRY(code_new(ts, p));
    std::string wrong = verify_code(*made, true);
    if (!wrong.empty()) return raise(ts, Exc::ValueError, "code: {}", wrong);
    return made;
}

}  // namespace

Result<Ref<Code>> code_replace(Attached ts, Code& self, Opt<int> argcount, Opt<int> posonlyargcount,
                               Opt<int> kwonlyargcount, Opt<int> nlocals, Opt<int> stacksize, Opt<int> flags,
                               Opt<int> firstlineno, Bytes* code, Tuple* consts, Tuple* names,
                               Tuple* varnames, Tuple* freevars, Tuple* cellvars, Str* filename, Str* name,
                               Str* qualname, Bytes* linetable, Bytes* exceptiontable) {
    const struct {
        const Opt<int>& given;
        const char* name;
    } numbers[] = {
        {argcount, "argcount"},
        {posonlyargcount, "posonlyargcount"},
        {kwonlyargcount, "kwonlyargcount"},
        {nlocals, "nlocals"},
        {stacksize, "stacksize"},
        {flags, "flags"},
        {firstlineno, "firstlineno"},
    };
    for (const auto& n : numbers) {
        if (n.given.given && n.given.value < 0)
            return raise(ts, Exc::ValueError, "co_{} must be a positive integer", n.name);
    }
    auto table = [&](Bytes* given, std::string own) -> Result<Ref<Bytes>> {
        if (given) return Ref<Bytes>::share(*given);
        return bytes_new(ts, own);
    };
    const bool foreign = code && code->size == 0;
    const int has_locals = foreign && varnames ? static_cast<int>(varnames->size) : self.nlocals;
    Ref<Bytes> words = TRY(table(code, code_words(self)));
    Ref<Bytes> lines = TRY(table(linetable, encode_positions(self)));
    Ref<Bytes> handlers = TRY(table(exceptiontable, encode_exceptions(self)));
    return build(ts, {.argcount = argcount.or_else(self.argcount),
                      .posonlyargcount = posonlyargcount.or_else(self.posonlyargcount),
                      .kwonlyargcount = kwonlyargcount.or_else(self.kwonlyargcount),
                      .nlocals = nlocals.or_else(has_locals),
                      .stacksize = stacksize.or_else(self.max_depth),
                      .flags = flags.or_else(self.flags),
                      .firstlineno = firstlineno.or_else(self.firstlineno),
                      .code = words.get(),
                      .linetable = lines.get(),
                      .exceptiontable = handlers.get(),
                      .consts = consts ? consts : self.consts,
                      .names = names ? names : self.names,
                      .varnames = varnames ? varnames : self.varnames,
                      .freevars = freevars ? freevars : self.freevars,
                      .cellvars = cellvars ? cellvars : self.cellvars,
                      .filename = filename ? filename : self.filename,
                      .name = name ? name : self.name,
                      .qualname = qualname ? qualname : self.qualname});
}

namespace {

Result<Ref<Code>> make_code(Attached ts, Type&, int argcount, int posonlyargcount, int kwonlyargcount,
                            int nlocals, int stacksize, int flags, Bytes& code, Tuple& consts, Tuple& names,
                            Tuple& varnames, Str& filename, Str& name, Str& qualname, int firstlineno,
                            Bytes& linetable, Bytes& exceptiontable, Tuple* freevars, Tuple* cellvars) {
    auto none_given = TRY(tuple_alloc(ts, 0));
    auto empty = tuple_finish(ts, std::move(none_given));
    return build(ts, {.argcount = argcount,
                      .posonlyargcount = posonlyargcount,
                      .kwonlyargcount = kwonlyargcount,
                      .nlocals = nlocals,
                      .stacksize = stacksize,
                      .flags = flags,
                      .firstlineno = firstlineno,
                      .code = &code,
                      .linetable = &linetable,
                      .exceptiontable = &exceptiontable,
                      .consts = &consts,
                      .names = &names,
                      .varnames = &varnames,
                      .freevars = freevars ? freevars : empty.get(),
                      .cellvars = cellvars ? cellvars : empty.get(),
                      .filename = &filename,
                      .name = &name,
                      .qualname = &qualname});
}
constexpr Method make_code_row = method<make_code>(
    "code($type, argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, "
    "constants, "
    "names, varnames, filename, name, qualname, firstlineno, linetable, exceptiontable, freevars=(), "
    "cellvars=(), /)",
    "");

}  // namespace

Result<Ref<Object>> code_construct(Attached ts, Type& type, Value* args, size_t nargs, Tuple* kwnames) {
    return boxed_result(ts, make_code_row.fn(ts, make_code_row, &type, args, nargs, kwnames));
}

}  // namespace baton
