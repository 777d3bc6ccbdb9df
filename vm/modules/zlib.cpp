// zlib: compression and check sums over the library of that name.
//
// All work on more than a little data runs detached. Invariants. The stream of an object and what it
// remembers are touched only under the object's `lock`, which is taken before detaching. Callers: attached
// threads.
#include "vm/modules/zlib.h"

#include <climits>
#include <cstring>
#include <string>
#include <zlib.h>

#include "runtime/dealloc.h"
#include "runtime/exceptions.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "vm/modules/locked.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

constexpr int kMemoryLevel = 8;
constexpr size_t kFirstOutput = 16384;

struct CompressObject : Object {
    ByteLock lock;
    z_stream stream;
    bool open;
};
struct DecompressObject : Object {
    ByteLock lock;
    z_stream stream;
    bool open, eof;
    Object *unused_data, *unconsumed_tail;  // bytes
    Object* dictionary;                     // bytes, or null
};

Raised raise_zlib(Attached ts, const z_stream& s, int error, const char* doing) {
    const char* why = s.msg;
    if (error == Z_VERSION_ERROR) why = "library version mismatch";
    if (why == nullptr && error == Z_BUF_ERROR) why = "incomplete or truncated stream";
    if (why == nullptr && error == Z_STREAM_ERROR) why = "inconsistent stream state";
    if (why == nullptr && error == Z_DATA_ERROR) why = "invalid input data";
    const Ref<Str> text = why == nullptr ? TRY(str_format(ts, "Error {} {}", error, doing))
                                         : TRY(str_format(ts, "Error {} {}: {}", error, doing, why));
    return raise_type(ts, baton_zlib_error_type, text.get());
}
Raised raise_zlib_text(Attached ts, const char* message) {
    const Ref<Str> text = TRY(str_new_ascii(ts, message));
    return raise_type(ts, baton_zlib_error_type, text.get());
}

// The next piece of input; its length has only 32 bits there.
void give(z_stream& s, std::string_view& input) {
    const size_t n = input.size() < UINT_MAX ? input.size() : UINT_MAX;
    s.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    s.avail_in = static_cast<uInt>(n);
    input.remove_prefix(n);
}
// Room behind what is there already, at most up to `limit` bytes in all. False: there is none.
bool make_room(z_stream& s, std::string& out, size_t filled, size_t limit) {
    if (filled >= limit) return false;
    if (filled == out.size()) {
        const size_t next = out.empty() ? kFirstOutput : out.size() * 2;
        out.resize(next < limit ? next : limit);
    }
    const size_t room = out.size() - filled < UINT_MAX ? out.size() - filled : UINT_MAX;
    s.next_out = reinterpret_cast<Bytef*>(out.data() + filled);
    s.avail_out = static_cast<uInt>(room);
    return true;
}

// Compresses all of the input into `out`. Needs no lock of the interpreter.
int deflate_all(z_stream& s, std::string_view input, int mode, std::string& out) {
    size_t filled = 0;
    int error = Z_OK;
    do {
        give(s, input);
        const int flush = input.empty() ? mode : Z_NO_FLUSH;
        do {
            make_room(s, out, filled, SIZE_MAX);
            const uInt room = s.avail_out;
            error = ::deflate(&s, flush);
            filled += room - s.avail_out;
            if (error == Z_STREAM_ERROR) break;
        } while (s.avail_out == 0);
    } while (error != Z_STREAM_ERROR && !input.empty());
    out.resize(filled);
    return error;
}
// Expands input until it or the limit is used up or the stream ends; `input` is what is left of it. The
// dictionary is set when the stream asks for it.
int inflate_some(z_stream& s, std::string_view& input, std::string_view dictionary, bool finish, size_t limit,
                 std::string& out) {
    size_t filled = 0;
    int error = Z_OK;
    bool full = false;
    do {
        give(s, input);
        const int flush = finish && input.empty() ? Z_FINISH : Z_SYNC_FLUSH;
        do {
            if (!make_room(s, out, filled, limit)) {
                full = true;
                break;
            }
            const uInt room = s.avail_out;
            error = ::inflate(&s, flush);
            filled += room - s.avail_out;
            if (error == Z_NEED_DICT && !dictionary.empty()) {
                error = ::inflateSetDictionary(&s, reinterpret_cast<const Bytef*>(dictionary.data()),
                                               static_cast<uInt>(dictionary.size()));
                if (error != Z_OK) break;
                s.avail_out = 0;  // again
                continue;
            }
            if (error != Z_OK && error != Z_BUF_ERROR) break;
        } while (s.avail_out == 0);
    } while (!full && (error == Z_OK || error == Z_BUF_ERROR) && !input.empty());
    const auto* rest = reinterpret_cast<const char*>(s.next_in);
    input = std::string_view(rest, s.avail_in + input.size());
    out.resize(filled);
    return error;
}

// ---- in one go ----

Result<Ref<Object>> zlib_compress(Attached ts, Module&, Object& data, Opt<int> level, Opt<int> wbits) {
    BytesLike input;
    TRY(input.get(ts, data));
    z_stream s{};
    int error = ::deflateInit2(&s, level.or_else(Z_DEFAULT_COMPRESSION), Z_DEFLATED, wbits.or_else(MAX_WBITS),
                               kMemoryLevel, Z_DEFAULT_STRATEGY);
    if (error == Z_MEM_ERROR) return raise_no_memory(ts);
    if (error == Z_STREAM_ERROR) return raise_zlib_text(ts, "Bad compression level");
    if (error != Z_OK) return raise_zlib(ts, s, error, "while compressing data");
    std::string out;
    error = ts.detached([&] { return deflate_all(s, input.view(), Z_FINISH, out); });
    (void)::deflateEnd(&s);
    if (error != Z_STREAM_END) return raise_zlib(ts, s, error, "while compressing data");
    return bytes_new(ts, out);
}
Result<Ref<Object>> zlib_decompress(Attached ts, Module&, Object& data, Opt<int> wbits, Opt<Index> bufsize) {
    BytesLike input;
    TRY(input.get(ts, data));
    if (bufsize.or_else(0) < 0) return raise(ts, Exc::ValueError, "bufsize must be non-negative");
    z_stream s{};
    int error = ::inflateInit2(&s, wbits.or_else(MAX_WBITS));
    if (error == Z_MEM_ERROR) return raise_no_memory(ts);
    if (error != Z_OK) {
        (void)::inflateEnd(&s);
        return raise_zlib(ts, s, error, "while preparing to decompress data");
    }
    std::string out;
    error = ts.detached([&] {
        std::string_view left = input.view();
        return inflate_some(s, left, {}, true, SIZE_MAX, out);
    });
    // Its message lives as long as the stream.
    if (error != Z_STREAM_END) {
        const Raised raised =
            raise_zlib(ts, s, error == Z_OK ? Z_BUF_ERROR : error, "while decompressing data");
        (void)::inflateEnd(&s);
        return raised;
    }
    (void)::inflateEnd(&s);
    return bytes_new(ts, out);
}

template <uLong (*F)(uLong, const Bytef*, z_size_t)>
Result<Index> checksum(Attached ts, Object& data, Object* value, uLong start) {
    BytesLike input;
    TRY(input.get(ts, data));
    if (value != nullptr) start = static_cast<uint32_t>(TRY(convert_uint64_mask(ts, Value(value))));
    auto work = [&] {
        return F(start, reinterpret_cast<const Bytef*>(input.data()), static_cast<z_size_t>(input.size()));
    };
    const uLong sum = input.size() > 5 * 1024 ? ts.detached(work) : work();
    return static_cast<Index>(static_cast<uint32_t>(sum));
}
Result<Index> zlib_crc32(Attached ts, Module&, Object& data, Object* value) {
    return checksum<::crc32_z>(ts, data, value, 0);
}
Result<Index> zlib_adler32(Attached ts, Module&, Object& data, Object* value) {
    return checksum<::adler32_z>(ts, data, value, 1);
}

// ---- compressing bit by bit ----

Result<Ref<CompressObject>> empty_compress(Attached ts) {
    Ref<CompressObject> self = TRY(new_instance<CompressObject>(ts, baton_zlib_compress_type));
    new (&self->lock) ByteLock();
    return self;
}
Result<Ref<Object>> zlib_compressobj(Attached ts, Module&, Opt<int> level, Opt<int> method, Opt<int> wbits,
                                     Opt<int> mem_level, Opt<int> strategy, Object* zdict) {
    BytesLike dictionary;
    if (zdict != nullptr && !is_none(*zdict)) TRY(dictionary.get(ts, *zdict));
    Ref<CompressObject> self = TRY(empty_compress(ts));
    const int error = ::deflateInit2(&self->stream, level.or_else(Z_DEFAULT_COMPRESSION),
                                     method.or_else(Z_DEFLATED), wbits.or_else(MAX_WBITS),
                                     mem_level.or_else(kMemoryLevel), strategy.or_else(Z_DEFAULT_STRATEGY));
    if (error == Z_MEM_ERROR) return raise_no_memory(ts);
    if (error == Z_STREAM_ERROR) return raise(ts, Exc::ValueError, "Invalid initialization option");
    if (error != Z_OK) return raise_zlib(ts, self->stream, error, "while creating compression object");
    self->open = true;
    if (zdict != nullptr && !is_none(*zdict) &&
        ::deflateSetDictionary(&self->stream, reinterpret_cast<const Bytef*>(dictionary.data()),
                               static_cast<uInt>(dictionary.size())) != Z_OK)
        return raise(ts, Exc::ValueError, "Invalid dictionary");
    return self;
}
void compress_dealloc(Attached ts, CompressObject& self) {
    if (self.open) (void)::deflateEnd(&self.stream);
    free_instance(ts, self);
}
Result<Ref<Object>> compress_compress(Attached ts, CompressObject& self, Object& data) {
    BytesLike input;
    TRY(input.get(ts, data));
    Locked locked(ts, self.lock);
    std::string out;
    const int error = ts.detached([&] { return deflate_all(self.stream, input.view(), Z_NO_FLUSH, out); });
    if (error == Z_STREAM_ERROR) return raise_zlib(ts, self.stream, error, "while compressing data");
    return bytes_new(ts, out);
}
Result<Ref<Object>> compress_flush(Attached ts, CompressObject& self, Opt<int> mode) {
    const int how = mode.or_else(Z_FINISH);
    if (how == Z_NO_FLUSH) return bytes_empty();
    Locked locked(ts, self.lock);
    std::string out;
    int error = ts.detached([&] { return deflate_all(self.stream, {}, how, out); });
    if (error == Z_STREAM_END && how == Z_FINISH) {
        self.open = false;
        error = ::deflateEnd(&self.stream);
        if (error != Z_OK) return raise_zlib(ts, self.stream, error, "while finishing compression");
    } else if (error != Z_OK && error != Z_BUF_ERROR) {
        return raise_zlib(ts, self.stream, error, "while flushing");
    }
    return bytes_new(ts, out);
}
Result<Ref<Object>> compress_copy(Attached ts, CompressObject& self) {
    Ref<CompressObject> made = TRY(empty_compress(ts));
    Locked locked(ts, self.lock);
    const int error = ::deflateCopy(&made->stream, &self.stream);
    if (error == Z_STREAM_ERROR) return raise(ts, Exc::ValueError, "Inconsistent stream state");
    if (error == Z_MEM_ERROR) return raise_no_memory(ts);
    if (error != Z_OK) return raise_zlib(ts, self.stream, error, "while copying compression object");
    made->open = true;
    return made;
}
Result<Ref<Object>> compress_deepcopy(Attached ts, CompressObject& self, Object&) {
    return compress_copy(ts, self);
}
constexpr Method compress_methods[] = {
    method<compress_compress>("compress($self, data, /)",
                              "Take in data; what can be given out by now is returned, perhaps nothing."),
    method<compress_flush>("flush($self, mode=zlib.Z_FINISH, /)",
                           "Give out what is still held back; with Z_FINISH that is the end."),
    method<compress_copy>("copy($self, /)", "Another object in the same state."),
    method<compress_copy>("__copy__($self, /)", "Another object in the same state."),
    method<compress_deepcopy>("__deepcopy__($self, memo, /)", "Another object in the same state."),
    {},
};

// ---- expanding bit by bit ----

Result<Ref<DecompressObject>> empty_decompress(Attached ts) {
    Ref<DecompressObject> self = TRY(new_instance<DecompressObject>(ts, baton_zlib_decompress_type));
    new (&self->lock) ByteLock();
    self->unused_data = bytes_empty().release();
    self->unconsumed_tail = bytes_empty().release();
    return self;
}
std::string_view held(const Object* bytes) {
    return bytes == nullptr ? std::string_view() : bytes_view(static_cast<const Bytes&>(*bytes));
}
Result<Ref<Object>> zlib_decompressobj(Attached ts, Module&, Opt<int> wbits, Object* zdict) {
    Ref<DecompressObject> self = TRY(empty_decompress(ts));
    if (zdict != nullptr) {
        if (!is_bytes_like(*zdict))
            return raise(ts, Exc::TypeError, "zdict argument must support the buffer protocol");
        BytesLike dictionary;
        TRY(dictionary.get(ts, *zdict));
        self->dictionary = TRY(bytes_new(ts, dictionary.view())).release();
    }
    const int bits = wbits.or_else(MAX_WBITS);
    const int error = ::inflateInit2(&self->stream, bits);
    if (error == Z_MEM_ERROR) return raise_no_memory(ts);
    if (error == Z_STREAM_ERROR) return raise(ts, Exc::ValueError, "Invalid initialization option");
    if (error != Z_OK) return raise_zlib(ts, self->stream, error, "while creating decompression object");
    self->open = true;
    // Raw data cannot ask for its dictionary.
    const std::string_view dictionary = held(self->dictionary);
    if (bits < 0 && !dictionary.empty() &&
        ::inflateSetDictionary(&self->stream, reinterpret_cast<const Bytef*>(dictionary.data()),
                               static_cast<uInt>(dictionary.size())) != Z_OK)
        return raise_zlib(ts, self->stream, Z_DATA_ERROR, "while setting zdict");
    return self;
}
void decompress_dealloc(Attached ts, DecompressObject& self) {
    if (self.open) (void)::inflateEnd(&self.stream);
    xdecref(ts, self.unused_data);
    xdecref(ts, self.unconsumed_tail);
    xdecref(ts, self.dictionary);
    free_instance(ts, self);
}

// Expands and keeps what was not used: behind the end of the stream, or beyond the limit.
Result<Ref<Object>> expand(Attached ts, DecompressObject& self, std::string_view input, bool finish,
                           size_t limit, int* error) {
    std::string out;
    const std::string_view dictionary = held(self.dictionary);
    *error = ts.detached([&] { return inflate_some(self.stream, input, dictionary, finish, limit, out); });
    Ref<Bytes> tail = bytes_empty();
    if (*error == Z_STREAM_END) {
        self.eof = true;
        if (!input.empty()) {
            std::string all(held(self.unused_data));
            all += input;
            replace_field<Object>(ts, self.unused_data, TRY(bytes_new(ts, all)).release());
        }
    } else if (!input.empty()) {
        tail = TRY(bytes_new(ts, input));
    }
    replace_field<Object>(ts, self.unconsumed_tail, tail.release());
    return bytes_new(ts, out);
}
Result<Ref<Object>> decompress_decompress(Attached ts, DecompressObject& self, Object& data,
                                          Opt<Index> max_length) {
    BytesLike input;
    TRY(input.get(ts, data));
    const Index most = max_length.or_else(0);
    if (most < 0) return raise(ts, Exc::ValueError, "max_length must be non-negative");
    Locked locked(ts, self.lock);
    int error = Z_OK;
    Ref<Object> out =
        TRY(expand(ts, self, input.view(), false, most == 0 ? SIZE_MAX : static_cast<size_t>(most), &error));
    if (error != Z_OK && error != Z_BUF_ERROR && error != Z_STREAM_END) {
        return raise_zlib(ts, self.stream, error,
                          error == Z_DATA_ERROR && self.dictionary != nullptr && self.stream.msg == nullptr
                              ? "while setting zdict"
                              : "while decompressing data");
    }
    return out;
}
Result<Ref<Object>> decompress_flush(Attached ts, DecompressObject& self, Opt<Index> length) {
    if (length.or_else(1) <= 0) return raise(ts, Exc::ValueError, "length must be greater than zero");
    Locked locked(ts, self.lock);
    int error = Z_OK;
    const std::string input(held(self.unconsumed_tail));
    Ref<Object> out = TRY(expand(ts, self, input, true, SIZE_MAX, &error));
    if (error == Z_STREAM_END) {
        self.open = false;
        error = ::inflateEnd(&self.stream);
        if (error != Z_OK) return raise_zlib(ts, self.stream, error, "while finishing decompression");
    }
    return out;
}
Result<Ref<Object>> decompress_copy(Attached ts, DecompressObject& self) {
    Ref<DecompressObject> made = TRY(empty_decompress(ts));
    Locked locked(ts, self.lock);
    const int error = ::inflateCopy(&made->stream, &self.stream);
    if (error == Z_STREAM_ERROR) return raise(ts, Exc::ValueError, "Inconsistent stream state");
    if (error == Z_MEM_ERROR) return raise_no_memory(ts);
    if (error != Z_OK) return raise_zlib(ts, self.stream, error, "while copying decompression object");
    made->open = true;
    made->eof = self.eof;
    replace_field<Object>(ts, made->unused_data, Ref<Object>::share(*self.unused_data).release());
    replace_field<Object>(ts, made->unconsumed_tail, Ref<Object>::share(*self.unconsumed_tail).release());
    made->dictionary = OptRef<Object>::share(self.dictionary).release();
    return made;
}
Result<Ref<Object>> decompress_deepcopy(Attached ts, DecompressObject& self, Object&) {
    return decompress_copy(ts, self);
}
constexpr Method decompress_methods[] = {
    method<decompress_decompress>(
        "decompress($self, data, /, max_length=0)",
        "Expand data, to at most max_length bytes if that is not 0; unconsumed_tail has the rest of it."),
    method<decompress_flush>("flush($self, length=zlib.DEF_BUF_SIZE, /)",
                             "Expand what is left over; length is only a guess."),
    method<decompress_copy>("copy($self, /)", "Another object in the same state."),
    method<decompress_copy>("__copy__($self, /)", "Another object in the same state."),
    method<decompress_deepcopy>("__deepcopy__($self, memo, /)", "Another object in the same state."),
    {},
};
Result<Ref<Object>> get_eof(Attached, Object& self) {
    return Ref<Object>::share(bool_object(static_cast<DecompressObject&>(self).eof));
}
Result<Ref<Object>> get_unused_data(Attached, Object& self) {
    return Ref<Object>::share(*static_cast<DecompressObject&>(self).unused_data);
}
Result<Ref<Object>> get_unconsumed_tail(Attached, Object& self) {
    return Ref<Object>::share(*static_cast<DecompressObject&>(self).unconsumed_tail);
}
constexpr GetSet decompress_getset[] = {
    GetSet{"eof", get_eof, nullptr, "whether the compressed stream has ended"},
    GetSet{"unused_data", get_unused_data, nullptr, "what was behind its end"},
    GetSet{"unconsumed_tail", get_unconsumed_tail, nullptr, "input for which max_length left no room"},
    {},
};

// ---- the module ----

constexpr Method functions[] = {
    method<zlib_adler32>("adler32($module, data, value=1, /)",
                         "The check sum Adler-32, going on from value."),
    method<zlib_compress>("compress($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)",
                          "Compress all of the data at once."),
    method<zlib_compressobj>(
        "compressobj($module, /, level=Z_DEFAULT_COMPRESSION, method=Z_DEFLATED, wbits=MAX_WBITS, "
        "memLevel=DEF_MEM_LEVEL, strategy=Z_DEFAULT_STRATEGY, zdict=None)",
        "An object to which data is given bit by bit."),
    method<zlib_crc32>("crc32($module, data, value=0, /)", "The check sum CRC-32, going on from value."),
    method<zlib_decompress>("decompress($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)",
                            "Expand all of the data at once."),
    method<zlib_decompressobj>("decompressobj($module, /, wbits=MAX_WBITS, zdict=b'')",
                               "An object to which compressed data is given bit by bit."),
    {},
};

Result<void> zlib_exec(Attached ts, Module& module) {
    struct {
        const char* name;
        int64_t value;
    } const constants[] = {
#define NUMBER(name) {#name, name}
        NUMBER(MAX_WBITS),
        NUMBER(Z_BEST_COMPRESSION),
        NUMBER(Z_BEST_SPEED),
        NUMBER(Z_BLOCK),
        NUMBER(Z_DEFAULT_COMPRESSION),
        NUMBER(Z_DEFAULT_STRATEGY),
        NUMBER(Z_FILTERED),
        NUMBER(Z_FINISH),
        NUMBER(Z_FIXED),
        NUMBER(Z_FULL_FLUSH),
        NUMBER(Z_HUFFMAN_ONLY),
        NUMBER(Z_NO_COMPRESSION),
        NUMBER(Z_NO_FLUSH),
        NUMBER(Z_PARTIAL_FLUSH),
        NUMBER(Z_RLE),
        NUMBER(Z_SYNC_FLUSH),
        NUMBER(Z_TREES),
#undef NUMBER
        {"DEFLATED", Z_DEFLATED},
        {"DEF_MEM_LEVEL", kMemoryLevel},
        {"DEF_BUF_SIZE", kFirstOutput},
    };
    for (const auto& row : constants) TRY(module_add_int(ts, module, row.name, row.value));
    const Ref<Str> built = TRY(str_new_ascii(ts, ZLIB_VERSION));
    TRY(module_add(ts, module, "ZLIB_VERSION", *built));
    const Ref<Str> running = TRY(str_new_ascii(ts, ::zlibVersion()));
    TRY(module_add(ts, module, "ZLIB_RUNTIME_VERSION", *running));
    const Ref<Str> version = TRY(str_new_ascii(ts, "1.0"));
    TRY(module_add(ts, module, "__version__", *version));
    return module_add_type(ts, module, baton_zlib_error_type);
}

}  // namespace

const TypeSpec zlib_error_spec = {
    .name = "zlib.error",
    .basicsize = sizeof(BaseException),
    .flags = kTypeBaseType,
    .base = &exception_types[static_cast<int>(Exc::Exception)],
};
const TypeSpec zlib_compress_spec = {
    .name = "zlib.Compress",
    .basicsize = sizeof(CompressObject),
    .flags = kTypeDisallowInstantiation,
    .methods = compress_methods,
    .dealloc = typed_slot<compress_dealloc>,
};
const TypeSpec zlib_decompress_spec = {
    .name = "zlib.Decompress",
    .basicsize = sizeof(DecompressObject),
    .flags = kTypeDisallowInstantiation,
    .methods = decompress_methods,
    .getset = decompress_getset,
    .dealloc = typed_slot<decompress_dealloc>,
};

extern const ModuleSpec zlib_module;
const ModuleSpec zlib_module = {
    .name = "zlib",
    .doc = "Compression as gzip and zip files have it, and check sums.",
    .methods = functions,
    .exec = zlib_exec,
};

}  // namespace baton
