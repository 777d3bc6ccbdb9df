#include "vm/disassemble.h"

#include <fmt/format.h>

#include <vector>

#include "runtime/types/bytes.h"
#include "runtime/types/str.h"
#include "vm/opcode.h"

namespace baton {

namespace {

std::string text_of(const Object& o) {
    if (o.type != &str_type()) return "?";
    const Str& s = static_cast<const Str&>(o);
    std::string out;
    for (Index i = 0; i < s.length; ++i) {
        uint32_t c = str_char_unchecked(s, i);
        if (c >= 0x20 && c < 0x7F && c != '\\' && c != '\'')
            out += static_cast<char>(c);
        else if (c == '\n')
            out += "\\n";
        else
            out += fmt::format("\\u{{{:x}}}", c);
    }
    return out;
}

std::string name_at(const Tuple& names, int i) {
    return i >= 0 && i < names.size ? text_of(*names.item[i]) : fmt::format("name{}?", i);
}

std::string constant_text(const Object& o) {
    if (&o == &none()) return "None";
    if (&o == &bool_object(true)) return "True";
    if (&o == &bool_object(false)) return "False";
    if (&o == &ellipsis()) return "...";
    if (o.type == &int_type()) {
        int64_t v;
        if (int_fits_tag(static_cast<const Int&>(o), &v)) return fmt::format("{}", v);
        return "<int>";
    }
    if (o.type == &float_type()) return fmt::format("{}", static_cast<const Float&>(o).value);
    if (o.type == &complex_type()) {
        const Complex& c = static_cast<const Complex&>(o);
        return fmt::format("({}+{}j)", c.real, c.imag);
    }
    if (o.type == &str_type()) return "'" + text_of(o) + "'";
    if (o.type == &bytes_type()) {
        std::string out = "b'";
        for (unsigned char c : bytes_view(static_cast<const Bytes&>(o))) {
            if (c >= 0x20 && c < 0x7F && c != '\\' && c != '\'')
                out += static_cast<char>(c);
            else
                out += fmt::format("\\x{:02x}", c);
        }
        return out + "'";
    }
    if (o.type == &tuple_type()) {
        const Tuple& t = static_cast<const Tuple&>(o);
        std::string out = "(";
        for (Index i = 0; i < t.size; ++i)
            out += constant_text(*t.item[i]) + (i + 1 < t.size || t.size == 1 ? ", " : "");
        return out + ")";
    }
    if (is_code(o)) return "<code " + text_of(*static_cast<const Code&>(o).qualname) + ">";
    return fmt::format("<{}>", type_name(o));
}

std::string register_text(const Code& c, uint16_t r) {
    if (r < c.nlocals) return name_at(*c.varnames, r);
    if (r < c.free_base()) return "cell:" + name_at(*c.cellvars, r - c.cell_base());
    if (r < c.temp_base()) return "free:" + name_at(*c.freevars, r - c.free_base());
    return fmt::format("t{}", r - c.temp_base());
}

std::string operand_text(const Code& c, uint32_t at, Operand kind, uint16_t v, bool take) {
    const Instr& i = c.code[at];
    switch (kind) {
        case Operand::None_:
            return "";
        case Operand::Src:
            return register_text(c, v) + (take ? "!" : "");
        case Operand::DstT:
        case Operand::DstL:
        case Operand::Use:
        case Operand::Local:
        case Operand::Base:
        case Operand::Cell:
            return register_text(c, v);
        case Operand::Imm:
            return fmt::format("#{}", static_cast<int16_t>(v));
        case Operand::Count:
            return v == kNoRegister ? "-" : fmt::format("{}", v);
        case Operand::Name:
            return "." + name_at(*c.names, v);
        case Operand::Const:
            return fmt::format("const{}", v);
        case Operand::Jump:
        case Operand::WJump:
            return fmt::format("->{}", static_cast<int64_t>(at) + jump_distance(i));
        case Operand::WName:
            return "." + name_at(*c.names, i.bc());
        case Operand::WImm:
            return fmt::format("#{}", i.bc());
        case Operand::WConst:
            return i.bc() >= 0 && i.bc() < c.consts->size ? constant_text(*c.consts->item[i.bc()]) : "const?";
    }
    return "";
}

void append_instruction(std::string& out, const Code& c, uint32_t at) {
    const Instr& i = c.code[at];
    const OpInfo& info = op_info(i);
    bool function = static_cast<Op>(i.op) == Op::MAKE_FUNCTION;
    std::string operands;
    auto add = [&](const std::string& text) {
        if (text.empty()) return;
        if (!operands.empty()) operands += ", ";
        operands += text;
    };
    add(operand_text(c, at, info.a, i.a, (i.flags & kTakeA) != 0));
    add(operand_text(c, at, info.b, i.b, (i.flags & kTakeB) != 0));
    if (!is_wide(info.b)) add(operand_text(c, at, info.c, i.c, (i.flags & kTakeC) != 0));
    if (info.has_extra) {
        Extra x = extra_of(&c.code[at]);
        bool names = static_cast<Op>(i.op) != Op::UNPACK_EX;
        add(names && x.x >= 0 && x.x < c.consts->size ? constant_text(*c.consts->item[x.x])
                                                      : fmt::format("{}+{}", x.x, x.y));
    }
    if (function && i.flags) add(fmt::format("parts={}", i.flags));
    bool arithmetic = info.a == Operand::DstT || info.a == Operand::DstL;
    if (!function && arithmetic && !info.has(op_trait::Poll) && (i.flags & kInplace)) add("in-place");
    if (info.has(op_trait::Poll) && weight(i)) add(fmt::format("weight={}", weight(i)));
    out +=
        fmt::format("{:5} {:2} {}{}{}\n", at, c.depth[at], info.name, operands.empty() ? "" : " ", operands);
}

}  // namespace

std::string disassemble(const Code& c) {
    std::string out =
        fmt::format("code {} (line {}): {} locals, {} cells, {} free, {} temps, flags {:#x}\n",
                    text_of(*c.qualname), c.firstlineno, c.nlocals, c.ncells, c.nfrees, c.max_depth, c.flags);
    int line = -2;
    for (uint32_t at = 0; at < c.nwords;) {
        if (int here = code_line(c, at); here != line) {
            line = here;
            out += line < 0 ? "  no line\n" : fmt::format("  line {}\n", line);
        }
        if (c.code[at].op >= kOpCount) {
            out += fmt::format("{:5} ?\n", at);
            break;
        }
        append_instruction(out, c, at);
        at += static_cast<uint32_t>(instr_size(c.code[at]));
    }
    for (uint32_t k = 0; k < c.nexceptions; ++k) {
        const ExceptionEntry& e = c.exceptions[k];
        out += fmt::format("  words {}-{}: handler {}, depth {}\n", e.start, e.end, e.handler, e.depth);
    }
    return out;
}

std::string disassemble_all(const Code& code) {
    std::string out;
    std::vector<const Code*> pending = {&code};
    while (!pending.empty()) {
        const Code* c = pending.back();
        pending.pop_back();
        out += disassemble(*c) + "\n";
        for (Index i = c->consts->size; i-- > 0;)
            if (is_code(*c->consts->item[i])) pending.push_back(static_cast<const Code*>(c->consts->item[i]));
    }
    return out;
}

}  // namespace baton
