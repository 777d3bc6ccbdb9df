// bytes: the immortal statics, making objects, views of bytes-like objects.
#include <array>
#include <cstdlib>
#include <limits>

#include "runtime/dealloc.h"
#include "runtime/escape.h"
#include "runtime/memory.h"
#include "runtime/object_ops.h"
#include "runtime/siphash.h"
#include "runtime/types/bytes_builder.h"
#include "runtime/types/bytes_impl.h"
#include "runtime/types/list.h"
#include "runtime/types/str_builder.h"

namespace baton {
namespace {

// A Bytes with room for two characters, so that its closing zero is its own.
struct StaticBytes {
    VarObject head;
    Hash hash;
    char data[8];
};
static_assert(offsetof(StaticBytes, data) == offsetof(Bytes, data));

constexpr StaticBytes static_bytes(Index size, char c) {
    StaticBytes b{};
    b.head.refcnt = kImmortalRefcnt;
    b.head.type = &PyBytes_Type;
    b.head.size = size;
    b.hash = -1;
    b.data[0] = c;
    return b;
}
template <size_t... C>
constexpr auto all_static_bytes(std::index_sequence<C...>) {
    return std::array<StaticBytes, sizeof...(C)>{{static_bytes(1, static_cast<char>(C))...}};
}
constinit StaticBytes empty_object = static_bytes(0, 0);
constinit auto byte_objects = all_static_bytes(std::make_index_sequence<256>());

Bytes& as_bytes(StaticBytes& b) {
    return reinterpret_cast<Bytes&>(b);
}

constexpr size_t kHeader = offsetof(Bytes, data);

}  // namespace

void bytes_init_process() {
    bytes_hash(as_bytes(empty_object));
    for (StaticBytes& b : byte_objects) bytes_hash(as_bytes(b));
}

Ref<Bytes> bytes_empty() {
    return Ref<Bytes>::steal(&as_bytes(empty_object));
}
Ref<Bytes> bytes_char(uint8_t c) {
    return Ref<Bytes>::steal(&as_bytes(byte_objects[c]));
}

Result<Ref<Bytes>> bytes_new_uninitialised(Attached ts, Index size) {
    if (size == 0) return bytes_empty();
    if (size < 0 || size > std::numeric_limits<Index>::max() - static_cast<Index>(kHeader) - 1) {
        return raise(ts, Exc::OverflowError, "byte string is too large");
    }
    auto b = TRY(new_object<Bytes>(ts, PyBytes_Type, kHeader + static_cast<size_t>(size) + 1));
    b->size = size;
    b->hash = -1;
    b->data[size] = 0;
    return b;
}

Result<Ref<Bytes>> bytes_new(Attached ts, std::string_view data) {
    if (data.size() == 1) return bytes_char(static_cast<uint8_t>(data[0]));
    auto b = TRY(bytes_new_uninitialised(ts, size_of(data)));
    if (!data.empty()) std::memcpy(b->data, data.data(), data.size());
    return b;
}

Result<Ref<Bytes>> bytes_resize(Attached ts, Ref<Bytes> b, Index size) {
    if (size == b->size) return b;
    if (size == 0) return bytes_empty();
    if (is_immortal(*b) || b->refcnt != 1) {
        auto copy = TRY(bytes_new_uninitialised(ts, size));
        std::memcpy(copy->data, b->data, static_cast<size_t>(std::min(size, b->size)));
        return copy;
    }
    if (size < 0 || size > std::numeric_limits<Index>::max() - static_cast<Index>(kHeader) - 1) {
        return raise(ts, Exc::OverflowError, "byte string is too large");
    }
    auto* grown = static_cast<Bytes*>(reallocate_block(ts, b.get(), kHeader + static_cast<size_t>(size) + 1));
    if (grown == nullptr) return raise_no_memory(ts);
    (void)b.release();
    grown->size = size;
    grown->hash = -1;
    grown->data[size] = 0;
    return Ref<Bytes>::steal(grown);
}

Hash bytes_hash(Bytes& b) {
    if (b.hash == -1) b.hash = hash_bytes(b.data, static_cast<size_t>(b.size));
    return b.hash;
}

Result<Ref<Str>> bytes_repr(Attached ts, std::string_view data, bool escape_single) {
    bool single = data.find('\'') != data.npos;
    char quote = single && data.find('"') == data.npos ? '"' : '\'';
    StrBuilder out(size_of(data) + 3);
    out.append('b');
    out.append(quote);
    for (char c : data) {
        auto byte = static_cast<uint8_t>(c);
        if (c == quote || (escape_single && c == '\'')) {
            out.append('\\');
            out.append(c);
        } else if (byte < 0x20 || byte >= 0x7F || c == '\\') {
            out.append_ascii(CharEscape::of(byte));
        } else {
            out.append(c);
        }
    }
    out.append(quote);
    return out.finish(ts);
}

Result<Ref<Bytes>> bytes_concat(Attached ts, Object& a, Object& b) {
    BytesLike left, right;
    if (!is_bytes_like(a) || !is_bytes_like(b)) {
        return raise(ts, Exc::TypeError, "can't concat {} to {}", type_name(b), type_name(a));
    }
    TRY(left.get(ts, a));
    TRY(right.get(ts, b));
    if (left.size() == 0 && is_exact(b, PyBytes_Type)) return Ref<Bytes>::share(static_cast<Bytes&>(b));
    if (right.size() == 0 && is_exact(a, PyBytes_Type)) return Ref<Bytes>::share(static_cast<Bytes&>(a));
    if (left.size() > PTRDIFF_MAX - right.size()) return raise_no_memory(ts);
    Index size = left.size() + right.size();
    auto result = TRY(bytes_new_uninitialised(ts, size));
    if (size == 0) return result;
    std::memcpy(result->data, left.data(), static_cast<size_t>(left.size()));
    std::memcpy(result->data + left.size(), right.data(), static_cast<size_t>(right.size()));
    if (size == 1) return bytes_char(static_cast<uint8_t>(result->data[0]));
    return result;
}

// ---- bytes-like objects ----
bool is_bytes_like(const Object& o) {
    return is_bytes(o) || (o.type->as_buffer != nullptr && o.type->as_buffer->get != nullptr);
}

constexpr int kBufferWritable = 1;  // PyBUF_WRITABLE; PyBUF_SIMPLE is 0

Result<void> BytesLike::get(Attached ts, Object& o) {
    release();
    if (is_bytes(o)) {
        view_ = bytes_view(static_cast<Bytes&>(o));
        return {};
    }
    if (!is_bytes_like(o)) {
        return raise(ts, Exc::TypeError, "a bytes-like object is required, not '{}'", type_name(o));
    }
    TRY(get_buffer(ts, o, &buffer_, 0));
    held_ = true;
    view_ = {static_cast<const char*>(buffer_.buf), static_cast<size_t>(buffer_.len)};
    return {};
}

Result<void> BytesLike::get_writable(Attached ts, Object& o) {
    release();
    if (is_bytes(o) || !is_bytes_like(o)) {
        return raise(ts, Exc::TypeError, "read-write bytes-like object expected");
    }
    if (!get_buffer(ts, o, &buffer_, kBufferWritable).ok()) {
        clear_pending(ts);
        return raise(ts, Exc::TypeError, "read-write bytes-like object expected");
    }
    held_ = true;
    view_ = {static_cast<const char*>(buffer_.buf), static_cast<size_t>(buffer_.len)};
    return {};
}

void BytesLike::release() {
    if (held_) release_buffer(&buffer_);
    held_ = false;
    view_ = {};
}

Result<uint8_t> byte_value(Attached ts, Object& o, const char* message) {
    if (is_int(o)) {
        int64_t value;
        if (!int_fits_tag(static_cast<Int&>(o), &value) || value < 0 || value > 255) {
            return raise(ts, Exc::ValueError, "{}", message);
        }
        return static_cast<uint8_t>(value);
    }
    bool raised = false;
    if (!has_index(o)) {
        return raise(ts, Exc::TypeError, "'{}' object cannot be interpreted as an integer", type_name(o));
    }
    Index value = as_index_clamped_or(ts, o, &raised);
    if (raised) return already_raised();
    if (value < 0 || value > 255) return raise(ts, Exc::ValueError, "{}", message);
    return static_cast<uint8_t>(value);
}

Result<void> SubArgument::get(Attached ts, Object& o, bool for_contains) {
    if (is_bytes_like(o)) return held_.get(ts, o);
    if (!has_index(o)) {
        if (for_contains)
            return raise(ts, Exc::TypeError, "a bytes-like object is required, not '{}'", type_name(o));
        return raise(ts, Exc::TypeError, "argument should be integer or bytes-like object, not '{}'",
                     type_name(o));
    }
    byte_ = static_cast<char>(TRY(byte_value(ts, o)));
    is_byte_ = true;
    return {};
}

// ---- BytesBuilder ----
BytesBuilder::~BytesBuilder() {
    if (data_ != inline_) std::free(data_);
}

bool BytesBuilder::grow(Index more) {
    if (failed_ || more > std::numeric_limits<Index>::max() / 2 - size_) {
        failed_ = true;
        return false;
    }
    Index capacity = size_ + more;
    capacity += capacity / 2;
    char* grown = static_cast<char*>(data_ == inline_ ? std::malloc(static_cast<size_t>(capacity))
                                                      : std::realloc(data_, static_cast<size_t>(capacity)));
    if (grown == nullptr) {
        failed_ = true;
        return false;
    }
    if (data_ == inline_) std::memcpy(grown, inline_, static_cast<size_t>(size_));
    data_ = grown;
    capacity_ = capacity;
    return true;
}

Result<Ref<Bytes>> BytesBuilder::finish(Attached ts) {
    if (failed_) return raise_no_memory(ts);
    auto result = TRY(bytes_new(ts, view()));
    size_ = 0;
    return result;
}

}  // namespace baton
