// bytearray: its storage.
#include <cstdlib>

#include "runtime/dealloc.h"
#include "runtime/types/bytearray_impl.h"
#include "runtime/types/bytes_impl.h"

namespace baton {

Result<void> bytearray_check_resizable(Attached ts, ByteArray& self) {
    if (self.exports > 0) {
        return raise(ts, Exc::BufferError, "Existing exports of data: object cannot be re-sized");
    }
    return {};
}

// CPython 3.11: PyByteArray_Resize (Objects/bytearrayobject.c) for the sizes, which __alloc__ shows.
Result<void> bytearray_resize(Attached ts, ByteArray& self, Index size) {
    if (size == self.size) return {};
    TRY(bytearray_check_resizable(ts, self));
    Index offset = self.start - self.bytes;  // what was cut off at the front
    if (size < 0 || size > PTRDIFF_MAX - offset - 1) return raise_no_memory(ts);
    Index alloc = self.alloc;
    if (size + offset + 1 <= alloc) {
        if (size >= alloc / 2) {
            self.size = size;
            self.start[size] = 0;
            return {};
        }
        alloc = size + 1;
    } else if (static_cast<double>(size) <= static_cast<double>(alloc) * 1.125) {
        alloc = size + (size >> 3) + (size < 9 ? 3 : 6);
    } else {
        alloc = size + 1;
    }
    char* block;
    if (offset > 0) {
        block = static_cast<char*>(std::malloc(static_cast<size_t>(alloc)));
        if (block == nullptr) return raise_no_memory(ts);
        std::memcpy(block, self.start, static_cast<size_t>(std::min(size, self.size)));
        std::free(self.bytes);
    } else {
        block = static_cast<char*>(std::realloc(self.bytes, static_cast<size_t>(alloc)));
        if (block == nullptr) return raise_no_memory(ts);
    }
    self.bytes = self.start = block;
    self.size = size;
    self.alloc = alloc;
    block[size] = 0;
    return {};
}

Result<Ref<ByteArray>> bytearray_new(Attached ts, std::string_view data) {
    auto self = TRY(allocate_instance(ts, PyByteArray_Type, 0)).cast<ByteArray>();
    TRY(bytearray_append(ts, *self, data));
    return self;
}

Result<void> bytearray_append(Attached ts, ByteArray& self, std::string_view data) {
    if (data.empty()) return {};
    Index old_size = self.size;
    if (size_of(data) > PTRDIFF_MAX - old_size) return raise_no_memory(ts);
    TRY(bytearray_resize(ts, self, old_size + size_of(data)));
    std::memcpy(self.start + old_size, data.data(), data.size());
    return {};
}

Result<void> bytearray_replace(Attached ts, ByteArray& self, Index low, Index high, std::string_view data) {
    Index growth = size_of(data) - (high - low);
    if (growth != 0) TRY(bytearray_check_resizable(ts, self));
    if (growth < 0) {
        if (low == 0) {
            self.start -= growth;  // cut off at the front without moving the rest
            self.size += growth;
            if (self.size == 0) self.start[0] = 0;
        } else {
            std::memmove(self.start + high + growth, self.start + high,
                         static_cast<size_t>(self.size - high));
            TRY(bytearray_resize(ts, self, self.size + growth));
        }
    } else if (growth > 0) {
        if (self.size > PTRDIFF_MAX - growth) return raise_no_memory(ts);
        Index old_size = self.size;
        TRY(bytearray_resize(ts, self, old_size + growth));
        std::memmove(self.start + high + growth, self.start + high, static_cast<size_t>(old_size - high));
    }
    if (!data.empty()) std::memcpy(self.start + low, data.data(), data.size());
    return {};
}

void bytearray_dealloc(Attached ts, ByteArray& self) {
    DCHECK(self.exports == 0);
    std::free(self.bytes);
    free_instance(ts, self);
}

}  // namespace baton
