// What Python sees of code objects.
//
// co_code has our words as they are. Byte offsets that Python code meets (tb_lasti, co_lines, the index of
// co_positions times two) are offsets into it, so that traceback.py indexes co_positions rightly.
#include <cstring>

#include "runtime/call.h"
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/code_build.h"
#include "vm/code_tables.h"
#include "vm/opcode.h"

namespace baton {

namespace {

void code_dealloc(Attached ts, Code& self) {
    if (self.weakreflist) weakref_clear_all(ts, self);
    Object* owned[] = {self.consts,   self.names,    self.varnames, self.cellvars,
                       self.freevars, self.filename, self.name,     self.qualname};
    for (Object* o : owned) xdecref(ts, o);
    free_block(ts, self.block);
    free_small(ts, &self, sizeof(Code));
}

Result<Ref<Object>> code_repr(Attached ts, Code& self) {
    void* at = &self;
    auto file = TRY(str_as_utf8(ts, *self.filename));
    auto name = TRY(str_as_utf8(ts, *self.name));
    return str_format(ts, "<code object {} at {}, file \"{}\", line {}>", name, at, file, self.firstlineno);
}

// Constants are equal when values and types are, in tuples and frozensets too, and signs of zeros.
Result<bool> same_constant(Attached ts, Object& a, Object& b) {
    if (&a == &b) return true;
    if (a.type != b.type) return false;
    if (is_exact(a, PyTuple_Type)) {
        auto &x = static_cast<Tuple&>(a), &y = static_cast<Tuple&>(b);
        if (x.size != y.size) return false;
        for (Index i = 0; i < x.size; ++i) {
            if (!TRY(same_constant(ts, *x.item[i], *y.item[i]))) return false;
        }
        return true;
    }
    if (is_exact(a, PyFloat_Type)) {
        return std::memcmp(&static_cast<Float&>(a).value, &static_cast<Float&>(b).value, sizeof(double)) == 0;
    }
    if (is_exact(a, PyComplex_Type)) {
        return std::memcmp(&static_cast<Complex&>(a).real, &static_cast<Complex&>(b).real,
                           2 * sizeof(double)) == 0;
    }
    return equal(ts, a, b);
}

// Instructions without their cache words.
bool same_instructions(const Code& a, const Code& b) {
    if (a.nwords != b.nwords) return false;
    for (uint32_t i = 0; i < a.nwords; i += static_cast<uint32_t>(instr_size(a.code[i]))) {
        size_t fixed = op_info(a.code[i]).has_extra ? 2 : 1;
        if (std::memcmp(&a.code[i], &b.code[i], fixed * sizeof(Instr)) != 0) return false;
    }
    return true;
}
bool same_tables(const Code& a, const Code& b) {
    return encode_positions(a) == encode_positions(b) && encode_exceptions(a) == encode_exceptions(b);
}

Result<Ref<Object>> code_compare(Attached ts, Object& left, Object& right, CompareOp op) {
    if ((op != CompareOp::eq && op != CompareOp::ne) || !is_code(left) || !is_code(right)) {
        return Ref<Object>::share(not_implemented());
    }
    auto &a = static_cast<Code&>(left), &b = static_cast<Code&>(right);
    bool same = a.argcount == b.argcount && a.posonlyargcount == b.posonlyargcount &&
                a.kwonlyargcount == b.kwonlyargcount && a.flags == b.flags &&
                a.firstlineno == b.firstlineno && str_eq(*a.name, *b.name) && same_instructions(a, b) &&
                same_tables(a, b);
    Object* pairs[][2] = {
        {a.names, b.names}, {a.varnames, b.varnames}, {a.cellvars, b.cellvars}, {a.freevars, b.freevars}};
    for (auto& pair : pairs) same = same && TRY(equal(ts, *pair[0], *pair[1]));
    same = same && TRY(same_constant(ts, *a.consts, *b.consts));
    return Ref<Object>::share(bool_object(same == (op == CompareOp::eq)));
}

Result<Hash> code_hash(Attached ts, Code& self) {
    Object* parts[] = {self.name, self.consts, self.names, self.varnames, self.cellvars, self.freevars};
    uint64_t h = static_cast<uint64_t>(self.argcount) ^ static_cast<uint64_t>(self.posonlyargcount) << 8 ^
                 static_cast<uint64_t>(self.kwonlyargcount) << 16 ^ static_cast<uint64_t>(self.flags) << 24;
    for (Object* p : parts) h = h * 1000003 ^ static_cast<uint64_t>(TRY(hash(ts, *p)));
    auto r = static_cast<Hash>(h);
    return r == -1 ? -2 : r;
}

// ---- attributes ----
template <auto Field>
Result<Ref<Object>> object_field(Attached, Code& self) {
    return Ref<Object>::share(*(self.*Field));
}
template <auto Field>
Result<Ref<Object>> int_field(Attached ts, Code& self) {
    return box_int(ts, self.*Field);
}
Result<Ref<Object>> code_bytes(Attached ts, Code& self) {
    return bytes_new(ts, code_words(self));
}
template <auto Encode>
Result<Ref<Object>> encoded_table(Attached ts, Code& self) {
    return bytes_new(ts, Encode(self));
}

Result<Ref<Object>> int_or_none(Attached ts, int64_t i) {
    if (i < 0) return Ref<Object>::share(none());
    return box_int(ts, i);
}

Result<Ref<Tuple>> position_tuple(Attached ts, const PositionEntry& p) {
    auto line = TRY(int_or_none(ts, p.line));
    auto end_line = TRY(int_or_none(ts, p.end_line));
    auto column = TRY(int_or_none(ts, p.column));
    auto end_column = TRY(int_or_none(ts, p.end_column));
    return tuple_of(ts, {line.get(), end_line.get(), column.get(), end_column.get()});
}

// One tuple (line, end line, column, end column) per code unit.
Result<Ref<Object>> code_positions(Attached ts, Code& self) {
    auto all = TRY(list_new(ts));
    uint32_t word = 0;
    for (uint32_t i = 0; i < self.npositions; ++i) {
        uint32_t end = i + 1 < self.npositions ? self.positions[i + 1].start : self.nwords;
        auto t = TRY(position_tuple(ts, self.positions[i]));
        for (; word < end; ++word)
            for (int unit = 0; unit < kUnitsPerWord; ++unit) TRY(list_append(ts, *all, *t));
    }
    return get_iter(ts, *all);
}

// Ranges of equal line: (start, end, line) in byte offsets.
Result<Ref<Object>> code_lines(Attached ts, Code& self) {
    auto all = TRY(list_new(ts));
    if (self.npositions == 1 && self.positions[0].line < 0) return get_iter(ts, *all);  // nothing is known
    for (uint32_t i = 0; i < self.npositions;) {
        uint32_t start = self.positions[i].start;
        int32_t line = self.positions[i].line;
        while (i < self.npositions && self.positions[i].line == line) ++i;
        uint32_t end = i < self.npositions ? self.positions[i].start : self.nwords;
        if (start == end) continue;
        auto from = TRY(box_int(ts, int64_t{start} * kBytesPerWord));
        auto to = TRY(box_int(ts, int64_t{end} * kBytesPerWord));
        auto at = TRY(int_or_none(ts, line));
        auto t = TRY(tuple_of(ts, {from.get(), to.get(), at.get()}));
        TRY(list_append_owned(ts, *all, std::move(t)));
    }
    return get_iter(ts, *all);
}

// The name of a variable by the number of its register.
Result<Ref<Object>> varname_of(Attached ts, Code& self, int oparg) {
    int i = oparg;
    for (Tuple* names : {self.varnames, self.cellvars, self.freevars}) {
        if (i >= 0 && i < names->size) return Ref<Object>::share(*names->item[i]);
        i -= static_cast<int>(names->size);
    }
    return raise(ts, Exc::IndexError, "tuple index out of range");
}

constexpr Method code_methods[] = {
    method<varname_of>("_varname_from_oparg($self, /, oparg)", "The name of the variable in a register."),
    method<code_positions>("co_positions($self, /)", nullptr),
    method<code_lines>("co_lines($self, /)", nullptr),
    method<code_replace>(
        "replace($self, /, *, co_argcount=-1, co_posonlyargcount=-1, co_kwonlyargcount=-1, co_nlocals=-1, "
        "co_stacksize=-1, co_flags=-1, co_firstlineno=-1, co_code=None, co_consts=None, co_names=None, "
        "co_varnames=None, co_freevars=None, co_cellvars=None, co_filename=None, co_name=None, "
        "co_qualname=None, co_linetable=None, co_exceptiontable=None)",
        "This code object with some of its fields replaced."),
    {},
};

constexpr GetSet code_getset[] = {
    getter<int_field<&Code::argcount>>("co_argcount"),
    getter<int_field<&Code::posonlyargcount>>("co_posonlyargcount"),
    getter<int_field<&Code::kwonlyargcount>>("co_kwonlyargcount"),
    getter<int_field<&Code::max_depth>>("co_stacksize"),
    getter<int_field<&Code::nlocals>>("co_nlocals"),
    getter<int_field<&Code::flags>>("co_flags"),
    getter<int_field<&Code::firstlineno>>("co_firstlineno"),
    getter<object_field<&Code::consts>>("co_consts"),
    getter<object_field<&Code::names>>("co_names"),
    getter<object_field<&Code::varnames>>("co_varnames"),
    getter<object_field<&Code::cellvars>>("co_cellvars"),
    getter<object_field<&Code::freevars>>("co_freevars"),
    getter<object_field<&Code::filename>>("co_filename"),
    getter<object_field<&Code::name>>("co_name"),
    getter<object_field<&Code::qualname>>("co_qualname"),
    getter<code_bytes>("co_code"),
    getter<encoded_table<encode_positions>>("co_linetable"),
    getter<encoded_table<encode_lnotab>>("co_lnotab"),
    getter<encoded_table<encode_exceptions>>("co_exceptiontable"),
    {},
};

}  // namespace

const TypeSpec code_spec = {
    .name = "code",
    .doc =
        "A function's body, class body or module, compiled. Its arguments fit one version of the compiler.",
    .basicsize = sizeof(Code),
    .weaklistoffset = offsetof(Code, weakreflist),
    .methods = code_methods,
    .getset = code_getset,
    .dealloc = typed_slot<code_dealloc>,
    .repr = typed_slot<code_repr>,
    .hash = typed_slot<code_hash>,
    .richcompare = slot<code_compare>,
    .tp_new = slot<code_construct>,
};

}  // namespace baton
