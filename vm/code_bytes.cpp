#include "vm/code_bytes.h"

#include <cstring>

#include "vm/opcode.h"

namespace baton {

namespace {

// FNV-1a over the rows of the opcode table and the sizes of what is copied.
constexpr uint64_t hash_text(uint64_t h, const char* text) {
    for (; *text; ++text) h = (h ^ static_cast<unsigned char>(*text)) * 0x100000001B3;
    return h;
}
constexpr uint64_t format_of_this_build() {
    uint64_t h = 0xCBF29CE484222325;
#define OPCODE(name, A, B, C, words, POPS, PUSHES, JUMP_PUSHES, traits) \
    h = hash_text(                                                      \
        h, #name " " #A " " #B " " #C " " #words " " #POPS " " #PUSHES " " #JUMP_PUSHES " " #traits ";");
#include "vm/opcodes.def"
    for (size_t size : {sizeof(Instr), sizeof(ExceptionEntry), sizeof(PositionEntry)})
        h = (h ^ size) * 0x100000001B3;
    return hash_text(h, BATON_VERSION);
}
constexpr uint64_t kFormat = format_of_this_build();

struct Header {
    uint64_t format;
    int32_t argcount, posonlyargcount, kwonlyargcount, flags, max_depth, firstlineno;
    uint32_t words, exceptions, positions, unused;
};
static_assert(sizeof(Header) == 48);

template <class T>
void put(std::string* out, const T* items, size_t n) {
    out->append(reinterpret_cast<const char*>(items), n * sizeof(T));
}
template <class T>
bool get(std::string_view* in, std::vector<T>* items, size_t n) {
    if (n > in->size() / sizeof(T)) return false;
    items->resize(n);
    if (n) std::memcpy(static_cast<void*>(items->data()), in->data(), n * sizeof(T));
    in->remove_prefix(n * sizeof(T));
    return true;
}

}  // namespace

bool empty_caches(std::vector<Instr>& code) {
    for (size_t at = 0; at < code.size();) {
        if (code[at].op >= kOpCount) return false;
        const OpInfo& info = op_info(code[at]);
        size_t next = at + static_cast<size_t>(1 + info.words());
        if (next > code.size()) return false;
        for (size_t i = at + 1 + info.has_extra; i < next; ++i) code[i] = Instr();
        at = next;
    }
    return !code.empty();
}

uint64_t code_format() {
    return kFormat;
}

std::string code_to_bytes(const Code& c) {
    Header h = {kFormat,       c.argcount, c.posonlyargcount, c.kwonlyargcount, c.flags, c.max_depth,
                c.firstlineno, c.nwords,   c.nexceptions,     c.npositions,     0};
    std::vector<Instr> words(c.code, c.code + c.nwords);
    empty_caches(words);
    std::string out;
    put(&out, &h, 1);
    put(&out, words.data(), words.size());
    put(&out, c.depth, c.nwords);
    // By their fields: the padding of a row would be anything.
    for (uint32_t i = 0; i < c.nexceptions; ++i) {
        const ExceptionEntry& e = c.exceptions[i];
        const uint32_t row[4] = {e.start, e.end, e.handler, e.depth};
        put(&out, row, 4);
    }
    put(&out, c.positions, c.npositions);
    return out;
}

bool code_from_bytes(std::string_view in, CodeTables* out) {
    static_assert(sizeof(ExceptionEntry) == 4 * sizeof(uint32_t));
    Header h;
    if (in.size() < sizeof h) return false;
    std::memcpy(&h, in.data(), sizeof h);
    in.remove_prefix(sizeof h);
    if (h.format != kFormat) return false;
    std::vector<uint32_t> rows;
    if (!get(&in, &out->code, h.words) || !get(&in, &out->depth, h.words) ||
        !get(&in, &rows, size_t{4} * h.exceptions) || !get(&in, &out->positions, h.positions) ||
        !in.empty() || !empty_caches(out->code)) {
        return false;
    }
    for (size_t i = 0; i < rows.size(); i += 4) {
        out->exceptions.push_back({rows[i], rows[i + 1], rows[i + 2], static_cast<uint16_t>(rows[i + 3])});
    }
    if (h.argcount < 0 || h.posonlyargcount < 0 || h.kwonlyargcount < 0 || h.max_depth < 0) return false;
    CodeParts& p = out->parts;
    p.code = out->code;
    p.depth = out->depth;
    p.exceptions = out->exceptions;
    p.positions = out->positions;
    p.argcount = h.argcount;
    p.posonlyargcount = h.posonlyargcount;
    p.kwonlyargcount = h.kwonlyargcount;
    p.flags = h.flags;
    p.max_depth = h.max_depth;
    p.firstlineno = h.firstlineno;
    return true;
}

}  // namespace baton
