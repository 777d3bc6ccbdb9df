#include "vm/ast_arena.h"

#include <cstdlib>

namespace baton::ast {

namespace {

constexpr size_t kFirstBlock = size_t{16} << 10;
constexpr size_t kLargestBlock = size_t{1} << 20;

uint32_t hash_text(std::string_view text) {
    uint32_t h = 2166136261u;
    for (unsigned char c : text) h = (h ^ c) * 16777619u;
    return h ^ (h >> 15);
}

}  // namespace

Arena::~Arena() {
    for (char* block : blocks_) ::operator delete(block);
}

void* Arena::allocate_slow(size_t bytes) {
    size_t size = kFirstBlock << (blocks_.size() < 6 ? blocks_.size() : 6);
    if (size > kLargestBlock) size = kLargestBlock;
    // A piece larger than a quarter block gets a block of its own; the current one stays in use.
    if (bytes > size / 4) {
        char* own = static_cast<char*>(::operator new(bytes));
        blocks_.push_back(own);
        return own;
    }
    char* block = static_cast<char*>(::operator new(size));
    blocks_.push_back(block);
    next_ = block + bytes;
    limit_ = block + size;
    return block;
}

Text Arena::text(std::string_view text) {
    char* data = static_cast<char*>(allocate(text.size() + 1));
    if (!text.empty()) std::memcpy(data, text.data(), text.size());
    data[text.size()] = '\0';
    return {data, static_cast<uint32_t>(text.size())};
}

void Arena::grow_table() {
    std::vector<Ident*> old = std::move(table_);
    table_.assign(old.empty() ? 256 : old.size() * 2, nullptr);
    size_t mask = table_.size() - 1;
    for (Ident* ident : old) {
        if (!ident) continue;
        size_t i = ident->hash & mask;
        while (table_[i]) i = (i + 1) & mask;
        table_[i] = ident;
    }
}

const Ident* Arena::intern(std::string_view text) {
    if (ident_count_ * 2 >= table_.size()) grow_table();
    uint32_t hash = hash_text(text);
    size_t mask = table_.size() - 1;
    size_t i = hash & mask;
    for (; table_[i]; i = (i + 1) & mask) {
        Ident* ident = table_[i];
        if (ident->hash == hash && ident->view() == text) return ident;
    }
    Text copy = this->text(text);
    Ident* ident = make<Ident>(Ident{copy.data, copy.size, static_cast<uint32_t>(ident_count_), hash});
    table_[i] = ident;
    ident_count_++;
    return ident;
}

}  // namespace baton::ast
