#include "vm/assemble.h"

#include "threadstate/check.h"

namespace baton {

void BoundSet::add(int r) {
    size_t w = static_cast<size_t>(r) / 64;
    if (w >= words_.size()) words_.resize(w + 1);
    words_[w] |= uint64_t{1} << (r % 64);
}

void BoundSet::remove(int r) {
    size_t w = static_cast<size_t>(r) / 64;
    if (w < words_.size()) words_[w] &= ~(uint64_t{1} << (r % 64));
}

void BoundSet::remove_all(const std::vector<uint16_t>& registers) {
    for (uint16_t r : registers) remove(r);
}

void BoundSet::intersect(const BoundSet& o) {
    if (o.all_) return;
    if (all_) {
        *this = o;
        return;
    }
    if (words_.size() > o.words_.size()) words_.resize(o.words_.size());
    for (size_t i = 0; i < words_.size(); ++i) words_[i] &= o.words_[i];
}

void Assembler::start(int nlocals, int temp_base, std::vector<uint16_t> may_unbind) {
    nlocals_ = nlocals;
    temp_base_ = temp_base;
    may_unbind_ = std::move(may_unbind);
}

Label Assembler::label() {
    labels_.emplace_back();
    return {static_cast<int>(labels_.size()) - 1};
}

void Assembler::reference(Label l, int depth) {
    Target& t = labels_[static_cast<size_t>(l.id)];
    if (t.depth < 0) t.depth = depth;
    DCHECK(t.depth == depth);
    if (!t.referenced)
        t.bound = bound_;
    else
        t.bound.intersect(bound_);
    t.referenced = true;
}

void Assembler::bind(Label l) {
    Target& t = labels_[static_cast<size_t>(l.id)];
    DCHECK(t.item < 0);
    // A jump to what follows it is none, but its line counts.
    int size = static_cast<int>(items_.size());
    if (reachable_ == false && size > 0 && last_bind_ < size) {
        Item& last = items_.back();
        if (static_cast<Op>(last.instr.op) == Op::JUMP && last.target == l.id) {
            last.instr = {static_cast<uint8_t>(Op::NOP), 0, 0, 0, 0};
            last.target = -1;
            last.mark = true;
        }
    }
    t.item = size;
    last_bind_ = size;
    if (t.referenced) {
        if (reachable_) {
            DCHECK(t.depth == depth_);
            bound_.intersect(t.bound);
        } else {
            bound_ = t.bound;
        }
        depth_ = t.depth;
        reachable_ = true;
    } else {
        if (!reachable_ && t.dead_depth >= 0) depth_ = t.dead_depth;
        t.depth = depth_;
    }
}

void Assembler::bind_loop(Label l, bool entered, const BoundSet& bound) {
    Target& t = labels_[static_cast<size_t>(l.id)];
    t.item = static_cast<int>(items_.size());
    last_bind_ = t.item;
    t.depth = depth_;
    t.referenced = true;
    reachable_ = entered;
    if (entered) {
        bound_ = bound;
        bound_.remove_all(may_unbind_);
    }
    since_poll_ = 0;
}

void Assembler::note_bound(const Instr& i) {
    const OpInfo& info = op_info(i);
    if (info.a == Operand::DstL && i.a < nlocals_) bound_.add(i.a);
    if (info.b == Operand::DstL && i.b < nlocals_) bound_.add(i.b);
    switch (static_cast<Op>(i.op)) {
        case Op::CHECK_BOUND:
            bound_.add(i.a);
            break;
        case Op::CLEAR:
            bound_.remove(i.a);
            break;
        case Op::MAKE_CELL:
            if (i.b != kNoRegister) bound_.remove(i.b);
            break;
        default:
            break;
    }
}

void Assembler::push(Item item) {
    const OpInfo& info = op_info(item.instr);
    if (info.has(op_trait::Raises) && handler_ >= 0) {
        Handler& h = handlers_[static_cast<size_t>(handler_)];
        Target& t = labels_[static_cast<size_t>(h.label.id)];
        t.referenced = true;
    }
    ++since_poll_;
    if (info.has(op_trait::Poll)) {
        if (static_cast<Op>(item.instr.op) == Op::POLL) {
            item.instr.a = static_cast<uint16_t>(since_poll_ < 0xFFFF ? since_poll_ : 0xFFFF);
        } else {
            int weight = since_poll_ < kMaxWeight ? since_poll_ : kMaxWeight;
            item.instr.flags = static_cast<uint8_t>((item.instr.flags & 7) | weight << 3);
        }
        since_poll_ = 0;
    }
    item.handler = handler_;
    item.depth = static_cast<uint16_t>(depth_);
    item.pos = position_;
    items_.push_back(item);
}

void Assembler::emit(Op op, uint16_t a, uint16_t b, uint16_t c, uint8_t flags, Extra x) {
    Item item{};
    item.instr = {static_cast<uint8_t>(op), flags, a, b, c};
    item.extra = x;
    Instr both[2] = {item.instr, std::bit_cast<Instr>(x)};
    StackEffect e = stack_effect(both);
    DCHECK(depth_ >= e.pops);
    if (reachable_) push(item);
    depth_ += e.pushes - e.pops;
    if (depth_ > max_depth_) max_depth_ = depth_;
    if (reachable_) {
        note_bound(item.instr);
        if (op_info(op).has(op_trait::Ends)) {
            reachable_ = false;
            bound_ = BoundSet::everything();
        }
    }
}

void Assembler::mark() {
    if (!reachable_) return;
    Item item{};
    item.instr.op = static_cast<uint8_t>(Op::NOP);
    item.handler = handler_;
    item.depth = static_cast<uint16_t>(depth_);
    item.mark = true;
    item.pos = position_;
    items_.push_back(item);
}

void Assembler::emit_wide(Op op, uint16_t a, int32_t bc, uint8_t flags) {
    Instr i;
    i.set_bc(bc);
    emit(op, a, i.b, i.c, flags);
}

void Assembler::emit_jump(Op op, Label target, uint16_t a, uint16_t b, uint16_t c, uint8_t flags) {
    Target& t = labels_[static_cast<size_t>(target.id)];
    if (t.item >= 0) op = back_jump(op);
    Item item{};
    item.instr = {static_cast<uint8_t>(op), flags, a, b, c};
    item.target = target.id;
    StackEffect e = stack_effect(&item.instr);
    int taken_depth = depth_ - e.pops + e.jump_pushes;
    if (taken_depth > max_depth_) max_depth_ = taken_depth;
    if (reachable_) {
        if (t.item < 0) reference(target, taken_depth);
        DCHECK(t.depth == taken_depth);
        push(item);
    } else {
        t.dead_depth = taken_depth;
    }
    depth_ += e.pushes - e.pops;
    if (reachable_ && op_info(op).has(op_trait::Ends)) {
        reachable_ = false;
        bound_ = BoundSet::everything();
    }
}

void Assembler::emit_jump_unlined(Label target) {
    ast::Pos pos = position_;
    no_position();
    emit_jump(Op::JUMP, target);
    position_ = pos;
}

int Assembler::push_handler(int depth) {
    Label l = label();
    BoundSet bound = bound_;
    bound.remove_all(may_unbind_);
    handlers_.push_back({l, depth, std::move(bound)});
    handler_ = static_cast<int>(handlers_.size()) - 1;
    return handler_;
}

void Assembler::bind_handler(int handler) {
    Handler& h = handlers_[static_cast<size_t>(handler)];
    Target& t = labels_[static_cast<size_t>(h.label.id)];
    DCHECK(!reachable_);
    t.item = static_cast<int>(items_.size());
    last_bind_ = t.item;
    depth_ = h.depth + 1;
    if (depth_ > max_depth_) max_depth_ = depth_;
    t.depth = depth_;
    reachable_ = t.referenced;
    bound_ = reachable_ ? h.bound : BoundSet::everything();
}

void Assembler::poll_if_long() {
    if (since_poll_ >= kMaxWeight - 6) emit(Op::POLL);
}

// Which items are come to other than from the item before.
std::vector<bool> Assembler::targets() const {
    std::vector<bool> is_target(items_.size() + 1);
    auto note = [&](int label) {
        const Target& t = labels_[static_cast<size_t>(label)];
        if (t.item >= 0 && t.item <= static_cast<int>(items_.size()))
            is_target[static_cast<size_t>(t.item)] = true;
    };
    for (const Item& item : items_)
        if (item.target >= 0) note(item.target);
    for (const Handler& h : handlers_)
        if (labels_[static_cast<size_t>(h.label.id)].referenced) note(h.label.id);
    return is_target;
}

bool Assembler::falls_through(size_t item) const {
    return !op_info(items_[item].instr).has(op_trait::Ends);
}

// An instruction of no line that can only be come to from the one before it belongs to that one's line.
void Assembler::inherit_lines() {
    const std::vector<bool> is_target = targets();
    // The only jump to an item, kSeveral, or none.
    constexpr int kNobody = -1, kSeveral = -2;
    std::vector<int> from(items_.size() + 1, kNobody);
    for (size_t k = 0; k < items_.size(); ++k) {
        if (items_[k].target < 0) continue;
        int& source = from[static_cast<size_t>(labels_[static_cast<size_t>(items_[k].target)].item)];
        source = source == kNobody ? static_cast<int>(k) : kSeveral;
    }
    for (const Handler& h : handlers_) {
        const Target& t = labels_[static_cast<size_t>(h.label.id)];
        if (t.referenced && t.item >= 0) from[static_cast<size_t>(t.item)] = kSeveral;
    }
    for (size_t k = 1; k < items_.size(); ++k) {
        if (items_[k].pos.lineno >= 0) continue;
        if (!is_target[k] && falls_through(k - 1))
            items_[k].pos = items_[k - 1].pos;
        else if (from[k] >= 0 && from[k] < static_cast<int>(k) && !falls_through(k - 1))
            items_[k].pos = items_[static_cast<size_t>(from[k])].pos;
    }
}

// The return at the end of a body, of no line, is copied to where the body is left from, so that it has the
// line that has run last.
void Assembler::copy_exits() {
    const size_t size = items_.size();
    auto exit_at = [&](int label) -> const Item* {
        const int at = labels_[static_cast<size_t>(label)].item;
        if (at < 0 || at >= static_cast<int>(size)) return nullptr;
        const Item& item = items_[static_cast<size_t>(at)];
        return static_cast<Op>(item.instr.op) == Op::RETURN_CONST && item.pos.lineno < 0 ? &item : nullptr;
    };
    std::vector<Item> copies;
    for (size_t k = 0; k < size; ++k) {
        if (items_[k].target < 0) continue;
        const Item* exit = exit_at(items_[k].target);
        if (!exit || items_[k].pos.lineno < 0) continue;
        Item copy = *exit;
        copy.pos = items_[k].pos;
        if (static_cast<Op>(items_[k].instr.op) == Op::JUMP) {
            items_[k] = copy;
            continue;
        }
        Label here = label();
        Target& t = labels_[static_cast<size_t>(here.id)];
        t.item = static_cast<int>(size + copies.size());
        t.depth = copy.depth;
        t.referenced = true;
        items_[k].target = here.id;
        copies.push_back(copy);
    }
    // What is left of the return is for what runs into it, if anything does.
    const std::vector<bool> is_target = targets();
    for (size_t k = 1; k < size; ++k) {
        Item& item = items_[k];
        if (static_cast<Op>(item.instr.op) != Op::RETURN_CONST || item.pos.lineno >= 0 || is_target[k])
            continue;
        if (falls_through(k - 1))
            item.pos = items_[k - 1].pos;
        else
            item.mark = true;  // and of no line: it goes away
    }
    items_.insert(items_.end(), copies.begin(), copies.end());
}

// Takes out the marks that tell no line of their own: the instruction before or after is of the same line.
// Only what cannot be jumped over counts as beside.
void Assembler::drop_marks() {
    const std::vector<bool> is_target = targets();
    std::vector<int> moved(items_.size() + 1);
    size_t kept = 0;
    int line_before = -1;
    for (size_t k = 0; k < items_.size(); ++k) {
        moved[k] = static_cast<int>(kept);
        if (is_target[k]) line_before = -1;
        const Item& item = items_[k];
        const int line = item.pos.lineno;
        if (item.mark) {
            bool idle = line < 0 || line == line_before;
            if (!idle && k + 1 < items_.size()) {
                Item& next = items_[k + 1];
                if (next.pos.lineno < 0 && !is_target[k + 1]) next.pos = item.pos;
                idle = next.pos.lineno == line;
            }
            if (idle) continue;
        }
        line_before = op_info(item.instr).jumps() ? -1 : line;
        if (kept != k) items_[kept] = item;
        ++kept;
    }
    moved[items_.size()] = static_cast<int>(kept);
    items_.resize(kept);
    for (Target& t : labels_)
        if (t.item >= 0) t.item = moved[static_cast<size_t>(t.item)];
}

// A jump to an unconditional forward jump goes where that one goes, unless a line would be lost.
void Assembler::thread_jumps() {
    for (size_t k = 0; k < items_.size(); ++k) {
        Item& item = items_[k];
        if (item.target < 0) continue;
        for (int hops = 0; hops < 8; ++hops) {
            int at = labels_[static_cast<size_t>(item.target)].item;
            if (at <= static_cast<int>(k) || at >= static_cast<int>(items_.size())) break;
            const Item& there = items_[static_cast<size_t>(at)];
            if (static_cast<Op>(there.instr.op) != Op::JUMP || there.target == item.target) break;
            if (there.pos.lineno >= 0 && there.pos.lineno != item.pos.lineno) break;
            item.target = there.target;
        }
    }
}

int Assembler::item_size(const Item& item, bool far) const {
    int size = instr_size(item.instr);
    if (!far) return size;
    // A loop: over two jumps. A condition: its opposite over one.
    return size + (op_info(item.instr).c == Operand::Jump ? 2 : 1);
}

std::vector<int> Assembler::layout(std::vector<bool>& far) const {
    std::vector<int> at(items_.size() + 1);
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t k = 0; k < items_.size(); ++k) at[k + 1] = at[k] + item_size(items_[k], far[k]);
        for (size_t k = 0; k < items_.size(); ++k) {
            const Item& item = items_[k];
            if (item.target < 0 || far[k]) continue;
            int distance = at[static_cast<size_t>(labels_[static_cast<size_t>(item.target)].item)] - at[k];
            Instr probe = item.instr;
            if (!set_jump_distance(probe, distance)) {
                far[k] = true;
                changed = true;
            }
        }
    }
    return at;
}

void Assembler::place(AssembledCode& out, const Item& item, const Instr* words, int count) const {
    auto start = static_cast<uint32_t>(out.code.size());
    out.code.insert(out.code.end(), words, words + count);
    out.depth.insert(out.depth.end(), static_cast<size_t>(count), item.depth);
    PositionEntry p{start, item.pos.lineno, item.pos.end_lineno, item.pos.col_offset,
                    item.pos.end_col_offset};
    if (p.line < 0) p.end_line = p.column = p.end_column = -1;
    if (out.positions.empty() || out.positions.back().line != p.line ||
        out.positions.back().column != p.column || out.positions.back().end_line != p.end_line ||
        out.positions.back().end_column != p.end_column)
        out.positions.push_back(p);
}

AssembledCode Assembler::finish() {
    DCHECK(!reachable_);
    inherit_lines();
    copy_exits();
    drop_marks();
    thread_jumps();
    std::vector<bool> far(items_.size());
    std::vector<int> at = layout(far);
    AssembledCode out;
    out.max_depth = max_depth_;
    out.too_large = temp_base_ + max_depth_ >= kNoRegister;
    out.code.reserve(static_cast<size_t>(at.back()));
    out.depth.reserve(static_cast<size_t>(at.back()));
    int running = -1;  // handler of the last table entry, while it is still growing
    for (size_t k = 0; k < items_.size(); ++k) {
        const Item& item = items_[k];
        Instr words[12] = {item.instr};
        int size = instr_size(item.instr);
        if (op_info(item.instr).has_extra) words[1] = std::bit_cast<Instr>(item.extra);
        int count = item_size(item, far[k]);
        if (item.target >= 0) {
            int distance = at[static_cast<size_t>(labels_[static_cast<size_t>(item.target)].item)] - at[k];
            Op jump = distance > 0 ? Op::JUMP : Op::JUMP_BACK;
            auto weight = static_cast<uint8_t>(jump == Op::JUMP ? 0 : 1 << 3);
            if (!far[k]) {
                set_jump_distance(words[0], distance);
            } else if (count == size + 2) {
                set_jump_distance(words[0], size + 1);
                words[size] = {static_cast<uint8_t>(Op::JUMP), 0, 0, 0, 0};
                words[size].set_bc(2);
                words[size + 1] = {static_cast<uint8_t>(jump), weight, 0, 0, 0};
                words[size + 1].set_bc(distance - size - 1);
            } else {
                words[0].op = static_cast<uint8_t>(inverse_jump(static_cast<Op>(words[0].op)));
                words[0].flags &= 7;
                set_jump_distance(words[0], size + 1);
                words[size] = {static_cast<uint8_t>(jump), weight, 0, 0, 0};
                words[size].set_bc(distance - size);
            }
        }
        int handler = item.handler;
        // Nothing that is covered can raise: the handler's code has not been emitted.
        if (handler >= 0 &&
            !labels_[static_cast<size_t>(handlers_[static_cast<size_t>(handler)].label.id)].referenced)
            handler = -1;
        if (handler >= 0) {
            auto start = static_cast<uint32_t>(at[k]), end = static_cast<uint32_t>(at[k + 1]);
            if (handler == running) {
                out.exceptions.back().end = end;
            } else {
                const Handler& h = handlers_[static_cast<size_t>(handler)];
                auto code = static_cast<uint32_t>(
                    at[static_cast<size_t>(labels_[static_cast<size_t>(h.label.id)].item)]);
                out.exceptions.push_back({start, end, code, static_cast<uint16_t>(h.depth)});
            }
        }
        running = handler;
        place(out, item, words, count);
        // What the widened jump is made of runs after its operands have been taken.
        if (far[k]) {
            StackEffect e = stack_effect(words);
            int fall = item.depth - e.pops + e.pushes, taken = item.depth - e.pops + e.jump_pushes;
            auto n = out.depth.size();
            out.depth[n - 1] = static_cast<uint16_t>(taken);
            if (count == size + 2) out.depth[n - 2] = static_cast<uint16_t>(fall);
        }
    }
    return out;
}

}  // namespace baton
