// The four normalisation forms of Unicode Standard Annex 15, on arrays of code points.
#include <cstdlib>
#include <cstring>

#include "runtime/unicode_data.h"

namespace baton::unicode {
namespace {

// Hangul syllables compose and decompose by arithmetic (The Unicode Standard, section 3.12).
constexpr uint32_t kSBase = 0xAC00, kLBase = 0x1100, kVBase = 0x1161, kTBase = 0x11A7;
constexpr uint32_t kLCount = 19, kVCount = 21, kTCount = 28, kSCount = kLCount * kVCount * kTCount;

bool is_compatibility(Form form) {
    return form == Form::Nfkc || form == Form::Nfkd;
}
bool is_composed(Form form) {
    return form == Form::Nfc || form == Form::Nfkc;
}

// A full decomposition of one character has at most 18 code points, and a step nests at most this deep.
constexpr int kMaxDepth = 8;

// Five decompositions were wrong in Unicode 3.2 and have been corrected since.
struct Correction {
    uint32_t c, in_unicode_32;
};
constexpr Correction kCorrections[] = {
    {0x2F868, 0x2136A}, {0x2F874, 0x5F33}, {0x2F91F, 0x43AB}, {0x2F95F, 0x7AAE}, {0x2F9BF, 0x4D57}};

bool push_decomposed(uint32_t c, bool compatibility, PointBuffer& out, int depth) {
    if (c - kSBase < kSCount) {
        uint32_t index = c - kSBase;
        if (!out.push(kLBase + index / (kVCount * kTCount))) return false;
        if (!out.push(kVBase + index / kTCount % kVCount)) return false;
        return index % kTCount == 0 || out.push(kTBase + index % kTCount);
    }
    Decomposition step = decomposition(c);
    if (step.count == 0 || depth == kMaxDepth || (!step.tag.empty() && !compatibility)) return out.push(c);
    for (unsigned i = 0; i < step.count; ++i) {
        if (!push_decomposed(step.points[i], compatibility, out, depth + 1)) return false;
    }
    return true;
}

// Sorts each run of combining marks by class, stably. A run can be as long as the text, so long ones are
// sorted by counting: insertion would let a crafted text take quadratic time.
bool order_marks(uint32_t* text, size_t size) {
    constexpr size_t kShortRun = 32;
    for (size_t i = 0; i < size;) {
        if (combining_class(text[i]) == 0) {
            ++i;
            continue;
        }
        size_t end = i + 1;
        bool sorted = true;
        while (end < size && combining_class(text[end]) != 0) {
            sorted = sorted && combining_class(text[end - 1]) <= combining_class(text[end]);
            ++end;
        }
        size_t run = end - i;
        if (sorted) {
            // Nothing to do.
        } else if (run <= kShortRun) {
            for (size_t k = i + 1; k < end; ++k) {
                uint32_t c = text[k];
                int rank = combining_class(c);
                size_t to = k;
                for (; to > i && combining_class(text[to - 1]) > rank; --to) text[to] = text[to - 1];
                text[to] = c;
            }
        } else {
            auto* copy = static_cast<uint32_t*>(std::malloc(run * sizeof(uint32_t)));
            if (copy == nullptr) return false;
            std::memcpy(copy, text + i, run * sizeof(uint32_t));
            size_t starts[257] = {};
            for (size_t k = 0; k < run; ++k) ++starts[combining_class(copy[k]) + 1];
            for (size_t k = 1; k < 257; ++k) starts[k] += starts[k - 1];
            for (size_t k = 0; k < run; ++k) text[i + starts[combining_class(copy[k])]++] = copy[k];
            std::free(copy);
        }
        i = end;
    }
    return true;
}

uint32_t compose_pair(uint32_t first, uint32_t second) {
    if (first - kLBase < kLCount && second - kVBase < kVCount) {
        return kSBase + ((first - kLBase) * kVCount + (second - kVBase)) * kTCount;
    }
    if (first - kSBase < kSCount && (first - kSBase) % kTCount == 0 && second - kTBase - 1 < kTCount - 1) {
        return first + (second - kTBase);
    }
    return compose(first, second);
}

// Canonical composition in place; returns the new size.
size_t compose_all(uint32_t* text, size_t size) {
    size_t starter = SIZE_MAX;  // index of the last starter written
    int last_class = -1;        // class of the last mark kept after it; -1: the starter itself is last
    size_t to = 0;
    for (size_t from = 0; from < size; ++from) {
        uint32_t c = text[from];
        int rank = combining_class(c);
        if (starter != SIZE_MAX && (last_class < rank)) {
            uint32_t composite = compose_pair(text[starter], c);
            if (composite != 0) {
                text[starter] = composite;
                continue;
            }
        }
        if (rank == 0) {
            starter = to;
            last_class = -1;
        } else {
            last_class = rank;
        }
        text[to++] = c;
    }
    return to;
}

}  // namespace

PointBuffer::~PointBuffer() {
    std::free(data_);
}

bool PointBuffer::reserve(size_t capacity) {
    if (capacity <= capacity_) return true;
    if (capacity > SIZE_MAX / sizeof(uint32_t)) return false;
    auto* data = static_cast<uint32_t*>(std::realloc(data_, capacity * sizeof(uint32_t)));
    if (data == nullptr) return false;
    data_ = data;
    capacity_ = capacity;
    return true;
}

bool normalize(Form form, const uint32_t* text, size_t size, PointBuffer& out, bool unicode_32) {
    out.truncate(0);
    if (!out.reserve(size + 16)) return false;
    bool compatibility = is_compatibility(form);
    for (size_t i = 0; i < size; ++i) {
        uint32_t c = text[i];
        if (unicode_32) {
            for (const Correction& one : kCorrections) c = one.c == c ? one.in_unicode_32 : c;
            if (!has(c, kInUnicode32)) {
                if (!out.push(c)) return false;
                continue;
            }
        }
        if (!push_decomposed(c, compatibility, out, 0)) return false;
    }
    if (!order_marks(out.data(), out.size())) return false;
    if (is_composed(form)) out.truncate(compose_all(out.data(), out.size()));
    return true;
}

QuickCheck quick_check(Form form, const uint32_t* text, size_t size) {
    QuickCheck result = QuickCheck::Yes;
    int last_class = 0;
    for (size_t i = 0; i < size; ++i) {
        int rank = combining_class(text[i]);
        if (rank != 0 && rank < last_class) return QuickCheck::No;
        last_class = rank;
        QuickCheck one = quick_check(form, text[i]);
        if (one == QuickCheck::No) return one;
        if (one == QuickCheck::Maybe) result = one;
    }
    return result;
}

}  // namespace baton::unicode
