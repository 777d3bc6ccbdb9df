// Interned strings: the identifiers of names.def, shared by the process, and a weak table per interpreter.
//
// The table of identifiers is filled once by str_init_process and only read afterwards. An interpreter's
// table holds borrowed pointers: a mortal interned str takes itself out when it dies.
#include <cstdlib>

#include "runtime/memory.h"
#include "runtime/names.h"
#include "runtime/types/str.h"
#include "runtime/types/str_impl.h"
#include "threadstate/check.h"

namespace baton {
namespace {

template <size_t N>
struct StaticText {
    Str head;
    char text[N];
};
template <size_t N>
constexpr StaticText<N> static_text(const char (&text)[N]) {
    StaticText<N> s{};
    s.head.refcnt = kImmortalRefcnt;
    s.head.type = &PyUnicode_Type;
    s.head.length = N - 1;
    s.head.hash = -1;
    s.head.state.interned = 2;
    s.head.state.kind = 1;
    s.head.state.compact = 1;
    s.head.state.ascii = 1;
    s.head.state.ready = 1;
    for (size_t i = 0; i < N; ++i) s.text[i] = text[i];
    static_assert(N > 2, "one-letter identifiers are the shared single characters");
    return s;
}

namespace identifiers {
#define NAME(text) NAME_AS(text, #text)
#define NAME_AS(identifier, text) constinit auto text_of_##identifier = static_text(text);
#include "runtime/names.def"
#undef NAME
#undef NAME_AS
}  // namespace identifiers

constexpr size_t kIdentifierCount = static_cast<size_t>(Name::name_count);
constinit Str* identifier_array[kIdentifierCount] = {
#define NAME(text) NAME_AS(text, #text)
#define NAME_AS(identifier, text) &identifiers::text_of_##identifier.head,
#include "runtime/names.def"
#undef NAME
#undef NAME_AS
};

constexpr size_t table_size(size_t entries) {
    size_t size = 64;
    while (size < 3 * entries) size *= 2;
    return size;
}
constexpr size_t kStaticSize =
    table_size(kIdentifierCount + 5000);  // room for the attribute names of static types
size_t static_used = kIdentifierCount;
Str* static_table[kStaticSize];

size_t slot_of(Hash hash, size_t mask) {
    return static_cast<size_t>(hash) & mask;
}

bool same_text(const Str& a, const Str& b) {
    return a.hash == b.hash && a.length == b.length && a.state.kind == b.state.kind && str_eq_slow(a, b);
}

Str* find_static(Str& s) {
    if (s.length <= 1) {
        if (s.length == 0) return &empty_static();
        uint32_t c = str_char_unchecked(s, 0);
        return c < 256 ? &latin1_static(static_cast<uint8_t>(c)) : nullptr;
    }
    str_hash(s);
    for (size_t i = slot_of(s.hash, kStaticSize - 1); static_table[i]; i = (i + 1) & (kStaticSize - 1)) {
        if (same_text(*static_table[i], s)) return static_table[i];
    }
    return nullptr;
}

}  // namespace

Str* const* const identifier_table = identifier_array;

struct InternTable {
    Str** slots;
    size_t mask;
    size_t used;
};

namespace {

bool grow(InternTable& table, size_t size) {
    auto** slots = static_cast<Str**>(std::calloc(size, sizeof(Str*)));
    if (slots == nullptr) return false;
    for (size_t i = 0; table.slots != nullptr && i <= table.mask; ++i) {
        if (Str* s = table.slots[i]) {
            size_t to = slot_of(s->hash, size - 1);
            while (slots[to]) to = (to + 1) & (size - 1);
            slots[to] = s;
        }
    }
    std::free(table.slots);
    table.slots = slots;
    table.mask = size - 1;
    return true;
}

// The table with room for one more; null: out of memory.
InternTable* table_with_room(RuntimeInterp& interpreter) {
    InternTable*& table = interpreter.interned;
    if (table == nullptr) {
        table = static_cast<InternTable*>(std::calloc(1, sizeof(InternTable)));
        if (table == nullptr) return nullptr;
    }
    if (table->slots == nullptr) return grow(*table, 1024) ? table : nullptr;
    if (3 * (table->used + 1) > 2 * table->mask && !grow(*table, 2 * (table->mask + 1))) return nullptr;
    return table;
}

}  // namespace

Result<Ref<Str>> str_intern(Attached ts, Ref<Str> s) {
    if (s->state.interned != 0 || !is_exact_str(*s)) return s;
    if (Str* known = find_static(*s)) return Ref<Str>::steal(known);
    InternTable* table = table_with_room(interp(ts));
    if (table == nullptr) return raise_no_memory(ts);
    size_t i = slot_of(str_hash(*s), table->mask);
    for (; table->slots[i]; i = (i + 1) & table->mask) {
        if (same_text(*table->slots[i], *s)) return Ref<Str>::share(*table->slots[i]);
    }
    table->slots[i] = s.get();
    ++table->used;
    s->state.interned = is_immortal(*s) ? 2 : 1;
    return s;
}

Result<Ref<Str>> str_intern_utf8(Attached ts, std::string_view text) {
    return str_intern(ts, TRY(str_new_utf8(ts, text)));
}

void str_release_interned(Attached ts, Str& s) {
    s.state.interned = 0;
    InternTable* table = interp(ts).interned;
    if (table == nullptr) return;
    size_t mask = table->mask;
    size_t hole = slot_of(s.hash, mask);
    while (table->slots[hole] != &s) {
        if (table->slots[hole] == nullptr) return;  // the table was cleared in the meantime
        hole = (hole + 1) & mask;
    }
    --table->used;
    // Close the hole: move back each later entry of the run that may stand there.
    for (size_t next = (hole + 1) & mask; table->slots[next]; next = (next + 1) & mask) {
        size_t home = slot_of(table->slots[next]->hash, mask);
        if (((next - home) & mask) >= ((next - hole) & mask)) {
            table->slots[hole] = table->slots[next];
            hole = next;
        }
    }
    table->slots[hole] = nullptr;
}

Str& str_static(Attached ts, std::string_view text) {
    auto made = str_intern_utf8(ts, text);
    CHECK(made.ok());
    Str& s = *made.release();
    if (is_immortal(s)) return s;
    str_release_interned(ts, s);
    s.refcnt = kImmortalRefcnt;
    s.state.interned = 2;
    CHECK(3 * ++static_used < 2 * kStaticSize);
    size_t i = slot_of(str_hash(s), kStaticSize - 1);
    while (static_table[i]) i = (i + 1) & (kStaticSize - 1);
    static_table[i] = &s;
    return s;
}

void str_clear_interned(RuntimeInterp& interpreter) {
    InternTable* table = interpreter.interned;
    interpreter.interned = nullptr;
    if (table == nullptr) return;
    for (size_t i = 0; table->slots != nullptr && i <= table->mask; ++i) {
        if (table->slots[i] != nullptr) table->slots[i]->state.interned = 0;
    }
    std::free(table->slots);
    std::free(table);
}

void str_init_process() {
    hash_statics();
    for (Str* s : identifier_array) {
        size_t i = slot_of(str_hash(*s), kStaticSize - 1);
        while (static_table[i] != nullptr && static_table[i] != s) i = (i + 1) & (kStaticSize - 1);
        static_table[i] = s;
    }
}

}  // namespace baton
