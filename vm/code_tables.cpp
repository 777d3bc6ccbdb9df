#include "vm/code_tables.h"

#include "vm/opcode.h"

namespace baton {

namespace {

// ---- numbers ----

// Six bits a byte, the lowest first; bit 6 says that more follow.
void put_varint(std::string* out, uint32_t value) {
    for (; value >= 64; value >>= 6) out->push_back(static_cast<char>((value & 63) | 64));
    out->push_back(static_cast<char>(value));
}
void put_signed_varint(std::string* out, int value) {
    auto magnitude = static_cast<uint32_t>(value < 0 ? -value : value);
    put_varint(out, magnitude << 1 | (value < 0));
}

class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}
    bool at_end() const { return at_ >= bytes_.size(); }
    bool failed() const { return failed_; }
    uint32_t byte() {
        if (at_end()) {
            failed_ = true;
            return 0;
        }
        return static_cast<unsigned char>(bytes_[at_++]);
    }
    uint32_t varint() {
        uint32_t b = byte(), value = b & 63;
        for (int shift = 6; b & 64 && shift < 32; shift += 6) {
            b = byte();
            value |= (b & 63) << shift;
        }
        return value;
    }
    int signed_varint() {
        uint32_t v = varint();
        auto magnitude = static_cast<int>(v >> 1);
        return v & 1 ? -magnitude : magnitude;
    }
    // The highest six bits first; the first byte of an entry has bit 7 set.
    uint32_t big_varint() {
        uint32_t b = byte(), value = b & 63;
        while (b & 64 && !failed_) {
            b = byte();
            value = value << 6 | (b & 63);
        }
        return value;
    }

  private:
    std::string_view bytes_;
    size_t at_ = 0;
    bool failed_ = false;
};

void put_big_varint(std::string* out, uint32_t value, bool first) {
    int shift = 0;
    while (value >> shift >= 64) shift += 6;
    for (; shift >= 0; shift -= 6) {
        uint32_t bits = value >> shift & 63;
        if (shift > 0) bits |= 64;
        if (first) bits |= 128;
        first = false;
        out->push_back(static_cast<char>(bits));
    }
}

// ---- positions ----

// Kinds of entries: 0 to 9 short ones, which begin on the line before; kSameLine and the next two, for lines
// at most two further on.
constexpr int kSameLine = 10, kNoColumns = 13, kLong = 14, kNowhere = 15;
constexpr int kMaxUnits = 8;  // of one entry

void put_position(std::string* out, const PositionEntry& p, int units, int* line) {
    auto head = [&](int kind) { out->push_back(static_cast<char>(128 | kind << 3 | (units - 1))); };
    if (p.line < 0) {
        head(kNowhere);
        return;
    }
    int delta = p.line - *line;
    *line = p.line;
    if (p.column < 0 || p.end_column < 0) {
        if (p.end_line == p.line || p.end_line < 0) {
            head(kNoColumns);
            put_signed_varint(out, delta);
            return;
        }
    } else if (p.end_line == p.line) {
        int width = p.end_column - p.column;
        if (delta == 0 && p.column < 80 && width >= 0 && width < 16) {
            head(p.column >> 3);
            out->push_back(static_cast<char>((p.column & 7) << 4 | width));
            return;
        }
        if (delta >= 0 && delta < 3 && p.column < 128 && p.end_column < 128) {
            head(kSameLine + delta);
            out->push_back(static_cast<char>(p.column));
            out->push_back(static_cast<char>(p.end_column));
            return;
        }
    }
    head(kLong);
    put_signed_varint(out, delta);
    put_varint(out, static_cast<uint32_t>(p.end_line - p.line));
    put_varint(out, static_cast<uint32_t>(p.column + 1));
    put_varint(out, static_cast<uint32_t>(p.end_column + 1));
}

// Calls visit(entry, units) for the range of each position.
template <class F>
void for_each_range(const Code& c, F&& visit) {
    for (uint32_t i = 0; i < c.npositions; ++i) {
        uint32_t end = i + 1 < c.npositions ? c.positions[i + 1].start : c.nwords;
        visit(c.positions[i], static_cast<int>(end - c.positions[i].start) * kUnitsPerWord);
    }
}

}  // namespace

std::string encode_positions(const Code& c) {
    std::string out;
    int line = c.firstlineno;
    for_each_range(c, [&](const PositionEntry& p, int units) {
        for (; units > 0; units -= kMaxUnits)
            put_position(&out, p, units < kMaxUnits ? units : kMaxUnits, &line);
    });
    return out;
}

bool decode_positions(std::string_view table, int firstlineno, uint32_t words,
                      std::vector<PositionEntry>* out) {
    Reader in(table);
    int line = firstlineno;
    uint32_t unit = 0;
    auto add = [&](PositionEntry p) {
        if (unit % kUnitsPerWord) return;  // within a word: the word has its place already
        p.start = unit / kUnitsPerWord;
        if (p.start >= words) return;
        if (!out->empty()) {
            PositionEntry last = out->back();
            if (last.line == p.line && last.end_line == p.end_line && last.column == p.column &&
                last.end_column == p.end_column)
                return;
        }
        out->push_back(p);
    };
    while (!in.at_end()) {
        uint32_t head = in.byte();
        int kind = static_cast<int>(head >> 3 & 15), units = static_cast<int>(head & 7) + 1;
        PositionEntry p{0, -1, -1, -1, -1};
        if (kind < kSameLine) {
            uint32_t b = in.byte();
            p = {0, line, line, kind << 3 | static_cast<int>(b >> 4 & 7), 0};
            p.end_column = p.column + static_cast<int>(b & 15);
        } else if (kind < kNoColumns) {
            line += kind - kSameLine;
            p = {0, line, line, static_cast<int>(in.byte()), 0};
            p.end_column = static_cast<int>(in.byte());
        } else if (kind == kNoColumns) {
            line += in.signed_varint();
            p = {0, line, line, -1, -1};
        } else if (kind == kLong) {
            line += in.signed_varint();
            p.line = line;
            p.end_line = line + static_cast<int>(in.varint());
            p.column = static_cast<int>(in.varint()) - 1;
            p.end_column = static_cast<int>(in.varint()) - 1;
        }
        if (in.failed()) return false;
        add(p);
        unit += static_cast<uint32_t>(units);
    }
    if (unit / kUnitsPerWord < words) add({0, -1, -1, -1, -1});
    if (out->empty()) out->push_back({0, -1, -1, -1, -1});
    return true;
}

std::string encode_lnotab(const Code& c) {
    std::string out;
    int line = c.firstlineno, bytes = 0;
    for_each_range(c, [&](const PositionEntry& p, int units) {
        if (p.line >= 0 && p.line != line) {
            for (; bytes > 254; bytes -= 254) out += {static_cast<char>(254), '\0'};
            int delta = p.line - line;
            line = p.line;
            for (; delta > 127; delta -= 127, bytes = 0) out += {static_cast<char>(bytes), 127};
            for (; delta < -128; delta += 128, bytes = 0)
                out += {static_cast<char>(bytes), static_cast<char>(-128)};
            out += {static_cast<char>(bytes), static_cast<char>(delta)};
            bytes = 0;
        }
        bytes += units * 2;
    });
    return out;
}

// ---- exceptions ----

std::string encode_exceptions(const Code& c) {
    std::string out;
    for (uint32_t i = 0; i < c.nexceptions; ++i) {
        const ExceptionEntry& e = c.exceptions[i];
        put_big_varint(&out, e.start * kUnitsPerWord, true);
        put_big_varint(&out, (e.end - e.start) * kUnitsPerWord, false);
        put_big_varint(&out, e.handler * kUnitsPerWord, false);
        put_big_varint(&out, uint32_t{e.depth} << 1, false);
    }
    return out;
}

bool decode_exceptions(std::string_view table, std::vector<ExceptionEntry>* out) {
    Reader in(table);
    while (!in.at_end()) {
        uint32_t start = in.big_varint() / kUnitsPerWord, length = in.big_varint() / kUnitsPerWord;
        uint32_t handler = in.big_varint() / kUnitsPerWord, depth = in.big_varint() >> 1;
        if (in.failed()) return false;
        out->push_back({start, start + length, handler, static_cast<uint16_t>(depth)});
    }
    return true;
}

bool find_depths(std::span<const Instr> code, std::span<const ExceptionEntry> exceptions, int max_depth,
                 std::vector<uint16_t>* out) {
    out->assign(code.size(), 0);
    std::vector<bool> seen(code.size());
    std::vector<uint32_t> work;
    bool ok = true;
    auto reach = [&](int64_t word, int depth) {
        if (word < 0 || word >= static_cast<int64_t>(code.size()) || depth < 0 || depth > max_depth) {
            ok = false;
            return;
        }
        auto at = static_cast<uint32_t>(word);
        if (seen[at]) {
            ok = ok && (*out)[at] == depth;
            return;
        }
        seen[at] = true;
        (*out)[at] = static_cast<uint16_t>(depth);
        work.push_back(at);
    };
    reach(0, 0);
    while (ok && !work.empty()) {
        uint32_t at = work.back();
        work.pop_back();
        const Instr& i = code[at];
        const OpInfo& info = op_info(i);
        auto size = static_cast<uint32_t>(instr_size(i));
        if (at + size > code.size()) return false;
        const int depth = (*out)[at];
        for (uint32_t k = 1; k < size; ++k) (*out)[at + k] = static_cast<uint16_t>(depth);
        StackEffect effect = stack_effect(&i);
        if (info.jumps()) reach(int64_t{at} + jump_distance(i), depth - effect.pops + effect.jump_pushes);
        if (!info.has(op_trait::Ends)) reach(int64_t{at} + size, depth - effect.pops + effect.pushes);
        for (const ExceptionEntry& e : exceptions) {
            if (at < e.start || at >= e.end) continue;
            if (info.has(op_trait::Raises)) reach(e.handler, e.depth + 1);
            break;
        }
    }
    return ok;
}

}  // namespace baton
