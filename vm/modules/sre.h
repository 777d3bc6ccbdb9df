// _sre: the matching engine under the re module, and its objects.
//
// Invariants. A pattern's code is what re._compiler emits for MAGIC 20220615. The engine backtracks over an
// explicit stack of choices and of undo records, so its depth is bounded by memory, not by the C stack; only
// lookarounds and atomic parts recurse, as deep as the pattern nests them. After a failed attempt every mark
// is as it was before.
//
// Callers: attached threads; signal handlers and other threads run while a match takes long.
#pragma once
#include <span>

#include "runtime/raise.h"
#include "runtime/types/bytes.h"
#include "runtime/types/str.h"

namespace baton {

struct SrePattern : VarObject {
    Object* pattern;  // str, bytes or None
    Dict* groupindex;
    Tuple* indexgroup;
    int flags;
    Index groups;
    int is_bytes;  // -1: None, 0: str, 1: bytes
    uint32_t* code;
    size_t code_size;
    Object* weakreflist;
};

struct SreMatch : VarObject {
    Object* string;  // null after the collector cleared it
    SrePattern* pattern;
    Tuple* regs;  // null until asked for
    Index pos, endpos, lastindex;
    Index* mark;  // start and end of each group, group 0 first; -1: unset
};

// The text being searched.
struct SreSubject {
    const void* text = nullptr;
    int kind = 1;
    Index length = 0;
    bool is_bytes = false;
    BytesLike buffer;
};

enum class SreMode { match, fullmatch, search };

class SreState {
  public:
    Result<void> open(Attached ts, SrePattern& pattern, Object& string, Index start, Index end);
    ~SreState();
    SreState() = default;
    SreState(const SreState&) = delete;
    SreState& operator=(const SreState&) = delete;

    // Tries from `start` on; found: match_start, match_end and the marks tell where.
    Result<bool> run(Attached ts, SreMode mode);
    // Sets the state up to go on after the match that was found.
    void advance() {
        must_advance = match_end == match_start;
        start = match_end;
    }

    SrePattern* pattern = nullptr;
    Object* string = nullptr;
    SreSubject subject;
    Index begin_pos = 0;  // as given: Match.pos
    Index start = 0, end = 0;
    bool must_advance = false;
    Index match_start = 0, match_end = 0;
    Index lastindex = -1;
    Index* marks = nullptr;  // 2 * groups, without group 0
};

// Case folding as the compiler of patterns sees it.
bool sre_iscased_ascii(uint32_t c);
bool sre_iscased_unicode(uint32_t c);
uint32_t sre_lower_ascii(uint32_t c);
uint32_t sre_lower_unicode(uint32_t c);

extern const TypeSpec sre_pattern_spec;
extern const TypeSpec sre_match_spec;
extern const TypeSpec sre_scanner_spec;

}  // namespace baton
