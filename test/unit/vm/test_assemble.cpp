// The assembler by itself: jumps of every length, handlers, dead code, certainty about locals.
#include "test/support/catch.h"

#include "vm/assemble.h"

using namespace baton;

namespace {

Assembler started(int nlocals = 2, std::vector<uint16_t> may_unbind = {}) {
    Assembler as;
    as.start(nlocals, nlocals, std::move(may_unbind));
    return as;
}

Op op_at(const AssembledCode& code, size_t word) {
    return opcode(code.code[word]);
}

// `count` instructions of one word that do nothing.
void fill(Assembler& as, int count) {
    for (int i = 0; i < count; ++i) as.emit(Op::NOP);
}

}  // namespace

TEST_CASE("a conditional jump that is too far becomes its opposite over a long jump") {
    Assembler as = started();
    Label far = as.label();
    as.emit_jump(Op::JLT, far, 0, 0, 1);
    fill(as, 40000);
    as.bind(far);
    as.emit_wide(Op::RETURN_CONST, 0, 0);
    AssembledCode code = as.finish();
    REQUIRE(op_at(code, 0) == Op::JNLT);
    REQUIRE(jump_distance(code.code[0]) == 2);
    REQUIRE(op_at(code, 1) == Op::JUMP);
    REQUIRE(jump_distance(code.code[1]) == 40001);
    REQUIRE(code.code[0].b == 0);
    REQUIRE(code.code[0].c == 1);
}

TEST_CASE("a loop that is too long goes back by a long jump, which polls") {
    Assembler as = started();
    as.emit_wide(Op::LOADK_T, as.next_temp(), 0);
    Label body = as.label(), next = as.label();
    BoundSet bound = as.bound();
    as.emit_jump(Op::JUMP, next);
    as.bind_loop(body, true, bound);
    fill(as, 40000);
    as.bind(next);
    as.emit_jump(Op::FORLOOP_L, body, as.temp(0), 0);
    as.emit_wide(Op::RETURN_CONST, 0, 0);
    AssembledCode code = as.finish();
    size_t loop = 40002;
    REQUIRE(op_at(code, loop) == Op::FORLOOP_L);
    REQUIRE(jump_distance(code.code[loop]) == 3);
    REQUIRE(op_at(code, loop + 2) == Op::JUMP);
    REQUIRE(op_at(code, loop + 3) == Op::JUMP_BACK);
    REQUIRE(static_cast<int>(loop) + 3 + jump_distance(code.code[loop + 3]) == 2);
    REQUIRE(jump_distance(code.code[loop + 2]) == 2);
    REQUIRE(op_at(code, loop + 4) == Op::RETURN_CONST);
}

TEST_CASE("code that nothing reaches is left out") {
    Assembler as = started();
    Label dead = as.label();
    as.emit_wide(Op::RETURN_CONST, 0, 0);
    fill(as, 3);
    as.bind(dead);
    fill(as, 3);
    REQUIRE_FALSE(as.reachable());
    REQUIRE(as.finish().code.size() == 1);
}

TEST_CASE("a jump to the next instruction is none, and a jump to a jump goes all the way") {
    Assembler as = started();
    Label here = as.label(), hop = as.label(), end = as.label();
    as.emit_jump(Op::JTRUE, hop, 0);
    as.emit_jump(Op::JUMP, here);
    as.bind(here);
    as.emit(Op::NOP);
    as.bind(hop);
    as.emit_jump(Op::JUMP, end);
    Label other = as.label();
    as.bind(other);
    as.bind(end);
    as.emit_wide(Op::RETURN_CONST, 0, 0);
    AssembledCode code = as.finish();
    REQUIRE(op_at(code, 0) == Op::JTRUE);
    REQUIRE(op_at(code, 1) == Op::NOP);
    REQUIRE(code.code.size() <= 4);
    REQUIRE(jump_distance(code.code[0]) == static_cast<int>(code.code.size()) - 1);
}

TEST_CASE("every instruction belongs to its innermost handler") {
    Assembler as = started();
    Label end = as.label();
    int outer = as.push_handler(0);
    as.emit(Op::CHECK_BOUND, 0);
    int inner = as.push_handler(0);
    as.emit(Op::CHECK_BOUND, 1);
    as.set_handler(outer);
    as.emit(Op::NOP);
    as.set_handler(-1);
    as.emit_jump(Op::JUMP, end);
    as.bind_handler(inner);
    as.set_handler(outer);
    as.emit(Op::RERAISE, as.temp(0));
    as.set_handler(-1);
    as.bind_handler(outer);
    as.emit(Op::DROP, as.temp(0), 0, 0, kTakeA);
    as.set_depth(0);
    as.bind(end);
    as.emit_wide(Op::RETURN_CONST, 0, 0);
    AssembledCode code = as.finish();
    REQUIRE(code.exceptions.size() == 4);
    REQUIRE(code.exceptions[0].handler == 5);
    REQUIRE(code.exceptions[1].start == 1);
    REQUIRE(code.exceptions[1].end == 2);
    REQUIRE(code.exceptions[1].handler == 4);
    REQUIRE(code.exceptions[2].handler == 5);
    REQUIRE(code.exceptions[3].start == 4);
    REQUIRE(code.exceptions[3].handler == 5);
}

TEST_CASE("a handler of code that cannot raise does not exist") {
    Assembler as = started();
    int handler = as.push_handler(0);
    as.emit(Op::NOP);
    as.set_handler(-1);
    as.emit_wide(Op::RETURN_CONST, 0, 0);
    as.bind_handler(handler);
    as.emit(Op::DROP, as.temp(0), 0, 0, kTakeA);
    AssembledCode code = as.finish();
    REQUIRE(code.exceptions.empty());
    REQUIRE(code.code.size() == 2);
}

TEST_CASE("a local is certain only when all ways bind it") {
    Assembler as = started();
    Label otherwise = as.label(), end = as.label();
    as.assume_bound(0);
    as.emit_jump(Op::JTRUE, otherwise, 0);
    as.emit_wide(Op::LOADI_L, 1, 5);
    REQUIRE(as.is_bound(1));
    as.emit_jump(Op::JUMP, end);
    as.bind(otherwise);
    REQUIRE_FALSE(as.is_bound(1));
    as.bind(end);
    REQUIRE_FALSE(as.is_bound(1));
    as.emit(Op::CHECK_BOUND, 1);
    REQUIRE(as.is_bound(1));
    as.emit(Op::CLEAR, 1);
    REQUIRE_FALSE(as.is_bound(1));
}

TEST_CASE("loops and handlers do not trust locals that something unbinds") {
    Assembler as = started(2, {1});
    as.assume_bound(0);
    as.assume_bound(1);
    int handler = as.push_handler(0);
    as.emit(Op::CHECK_BOUND, 0);
    as.set_handler(-1);
    Label body = as.label();
    BoundSet bound = as.bound();
    as.bind_loop(body, true, bound);
    REQUIRE(as.is_bound(0));
    REQUIRE_FALSE(as.is_bound(1));
    as.emit_jump(Op::JUMP, body);
    as.bind_handler(handler);
    REQUIRE(as.is_bound(0));
    REQUIRE_FALSE(as.is_bound(1));
    as.emit(Op::RERAISE, as.temp(0));
    REQUIRE(opcode(as.finish().code[1]) == Op::JUMP_BACK);
}

TEST_CASE("polls carry the number of instructions since the last one, long stretches get their own") {
    Assembler as = started();
    as.assume_bound(0);
    Label body = as.label();
    BoundSet bound = as.bound();
    as.bind_loop(body, true, bound);
    fill(as, 4);
    as.emit_jump(Op::JTRUE, body, 0);
    as.emit_wide(Op::RETURN_CONST, 0, 0);
    AssembledCode code = as.finish();
    REQUIRE(op_at(code, 4) == Op::JTRUE_BACK);
    REQUIRE(weight(code.code[4]) == 5);

    Assembler longer = started();
    longer.assume_bound(0);
    Label top = longer.label();
    longer.bind_loop(top, true, longer.bound());
    fill(longer, 200);
    longer.poll_if_long();
    longer.emit_jump(Op::JTRUE, top, 0);
    longer.emit_wide(Op::RETURN_CONST, 0, 0);
    code = longer.finish();
    REQUIRE(op_at(code, 200) == Op::POLL);
    REQUIRE(code.code[200].a == 201);
    REQUIRE(weight(code.code[201]) == 1);
}

TEST_CASE("inverse_jump is its own inverse") {
    for (Op op : {Op::JTRUE, Op::JLT, Op::JNGEI, Op::JIS, Op::JNONE, Op::JNOT_IN, Op::JMATCH_EXC}) {
        REQUIRE(inverse_jump(op) != op);
        REQUIRE(inverse_jump(inverse_jump(op)) == op);
    }
    REQUIRE(inverse_jump(Op::JLT_BACK) == Op::JNLT);
    REQUIRE(back_jump(Op::JUMP) == Op::JUMP_BACK);
    REQUIRE(back_jump(Op::JLTI) == Op::JLTI_BACK);
    REQUIRE(back_jump(Op::FORLOOP_T) == Op::FORLOOP_T);
}
