// Pickling: output, frames, atoms, and the choice of how an object is saved.
#include <bit>
#include <cmath>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/codec.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/memoryview.h"
#include "runtime/types/tuple.h"
#include "vm/modules/pickle_write.h"

namespace baton {

namespace {
constexpr Index kFrameHeader = 9;          // FRAME and eight bytes of length
constexpr Index kFrameLeast = 4;           // shorter ones have no header
constexpr Index kFrameTarget = 64 * 1024;  // an object behind this length begins a new one

std::string number_bytes(Op op, uint64_t number, int bytes) {
    std::string s(1, static_cast<char>(op));
    for (int i = 0; i < bytes; ++i) s += static_cast<char>(number >> (8 * i));
    return s;
}
}  // namespace

// ---- output ----

void PickleWriter::open_frame() {
    if (!framing_ || frame_ != kNoFrame) return;
    frame_ = static_cast<Index>(out_.size());
    out_.append(kFrameHeader, '\xfe');
}
void PickleWriter::close_frame() {
    if (!framing_ || frame_ == kNoFrame) return;
    const auto at = static_cast<size_t>(std::exchange(frame_, kNoFrame));
    const uint64_t length = out_.size() - at - kFrameHeader;
    if (length >= kFrameLeast)
        out_.replace(at, kFrameHeader, number_bytes(Op::FRAME, length, 8));
    else
        out_.erase(at, kFrameHeader);
}
Result<void> PickleWriter::flush() {
    if (!s_.write || out_.empty()) return {};
    const Ref<Bytes> data = TRY(bytes_new(ts_, out_));
    out_.clear();
    TRY(call(ts_, *s_.write, {data.get()}));
    return {};
}
Result<void> PickleWriter::end_of_opcode() {
    if (!framing_ || frame_ == kNoFrame) return {};
    if (static_cast<Index>(out_.size()) - frame_ - kFrameHeader < kFrameTarget) return {};
    close_frame();
    return flush();
}
// Data of that size goes out as it is, between two frames.
Result<void> PickleWriter::put_large(std::string_view header, std::string_view data) {
    if (!framing_ || static_cast<Index>(data.size()) < kFrameTarget) {
        put(header);
        put(data);
        return {};
    }
    close_frame();
    out_ += header;
    TRY(flush());
    out_ += data;
    return flush();
}

Result<void> PickleWriter::memoize(Object& o) {
    if (s_.fast) return {};
    const Index number = s_.memo.size();
    s_.memo.put(o, number);
    if (s_.protocol >= 4)
        put(Op::MEMOIZE);
    else if (!s_.bin)
        put(fmt::format("p{}\n", number));
    else if (number < 256)
        put(Op::BINPUT, static_cast<uint64_t>(number), 1);
    else
        put(Op::LONG_BINPUT, static_cast<uint64_t>(number), 4);
    return {};
}
Result<void> PickleWriter::recall(Index number) {
    if (!s_.bin)
        put(fmt::format("g{}\n", number));
    else if (number < 256)
        put(Op::BINGET, static_cast<uint64_t>(number), 1);
    else
        put(Op::LONG_BINGET, static_cast<uint64_t>(number), 4);
    return {};
}

// ---- atoms ----

void PickleWriter::save_bool(bool b) {
    if (s_.protocol >= 2)
        put(b ? Op::NEWTRUE : Op::NEWFALSE);
    else
        put(b ? "I01\n" : "I00\n");
}
Result<void> PickleWriter::save_int(Int& i) {
    const IntView view(i);
    if (view.is_small() && view.value() >= INT32_MIN && view.value() <= INT32_MAX) {
        const int64_t v = view.value();
        if (!s_.bin)
            put(fmt::format("I{}\n", v));
        else if (v >= 0 && v < 0x100)
            put(Op::BININT1, static_cast<uint64_t>(v), 1);
        else if (v >= 0 && v < 0x10000)
            put(Op::BININT2, static_cast<uint64_t>(v), 2);
        else
            put(Op::BININT, static_cast<uint64_t>(v), 4);
        return {};
    }
    if (s_.protocol < 2) {
        const Ref<Str> text = TRY(int_to_text(ts_, Value(&i)));
        put(fmt::format("L{}L\n", str_ascii_view(*text)));
        return {};
    }
    // As few bytes in two's complement as hold it.
    const uint64_t bits = digits::bit_length(view.magnitude());
    std::string bytes(bits / 8 + 1, '\0');
    (void)digits::to_bytes({reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()}, view.magnitude(),
                           view.negative(), true, true);
    if (view.negative() && bytes.size() > 1 && bytes.back() == '\xff' && bytes[bytes.size() - 2] & '\x80')
        bytes.pop_back();
    if (bytes.size() > INT32_MAX) return raise(ts_, Exc::OverflowError, "int too large to pickle");
    put(bytes.size() < 256 ? Op::LONG1 : Op::LONG4, bytes.size(), bytes.size() < 256 ? 1 : 4);
    put(bytes);
    return {};
}
Result<void> PickleWriter::save_float(double d) {
    if (s_.bin) {
        uint64_t bits = __builtin_bswap64(std::bit_cast<uint64_t>(d));
        put(Op::BINFLOAT, bits, 8);
        return {};
    }
    const Ref<Str> text = TRY(float_repr_text(ts_, d));
    put(fmt::format("F{}\n", str_ascii_view(*text)));
    return {};
}

Result<void> PickleWriter::save_bytes(Bytes& b) {
    if (s_.protocol >= 3) return save_bytes_data(&b, bytes_view(b));
    // Older protocols know of no bytes: a call that makes them.
    if (b.size == 0) return save_call(PyBytes_Type, {}, &b);
    const Ref<Object> encode = TRY(pickle_library(ts_, "_codecs", "encode"));
    const Ref<Str> text = TRY(decode_latin1(ts_, bytes_view(b))),
                   latin1 = TRY(str_intern_utf8(ts_, "latin1"));
    return save_call(*encode, {text.get(), latin1.get()}, &b);
}
Result<void> PickleWriter::save_bytes_data(Object* o, std::string_view data) {
    const size_t size = data.size();
    if (size < 0x100)
        TRY(put_large(number_bytes(Op::SHORT_BINBYTES, size, 1), data));
    else if (size <= 0xffffffff)
        TRY(put_large(number_bytes(Op::BINBYTES, size, 4), data));
    else if (s_.protocol >= 4)
        TRY(put_large(number_bytes(Op::BINBYTES8, size, 8), data));
    else
        return raise(ts_, Exc::OverflowError,
                     "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher");
    return o ? memoize(*o) : Result<void>();
}
Result<void> PickleWriter::save_bytearray(ByteArray& b) {
    if (s_.protocol >= 5) return save_bytearray_data(&b, bytearray_view(b));
    if (b.size == 0) return save_call(PyByteArray_Type, {}, &b);
    const Ref<Bytes> bytes = TRY(bytes_new(ts_, bytearray_view(b)));
    return save_call(PyByteArray_Type, {bytes.get()}, &b);
}
Result<void> PickleWriter::save_bytearray_data(Object* o, std::string_view data) {
    TRY(put_large(number_bytes(Op::BYTEARRAY8, data.size(), 8), data));
    return o ? memoize(*o) : Result<void>();
}
Result<void> PickleWriter::save_buffer(PickleBuffer& b) {
    if (s_.protocol < 5)
        return raise_pickling(ts_, pickling_error_type(), "PickleBuffer can only pickled with protocol >= 5");
    const BufferView* view = TRY(pickle_buffer_view(ts_, b));
    if (!buffer_is_contiguous(*view, 'A'))
        return raise_pickling(ts_, pickling_error_type(),
                              "PickleBuffer can not be pickled when pointing to a non-contiguous buffer");
    bool in_band = true;
    if (s_.buffer_callback) {
        const Ref<Object> answer = TRY(call(ts_, *s_.buffer_callback, {&b}));
        in_band = TRY(is_true(ts_, *answer));
    }
    if (!in_band) {
        put(Op::NEXT_BUFFER);
        if (view->readonly) put(Op::READONLY_BUFFER);
        return {};
    }
    const std::string_view data(static_cast<const char*>(view->buf), static_cast<size_t>(view->len));
    return view->readonly ? save_bytes_data(&b, data) : save_bytearray_data(&b, data);
}

Result<void> PickleWriter::save_str(Str& s) {
    if (!s_.bin) {
        // Raw-unicode-escape, with what would end the line or the file escaped too.
        std::string line = "V";
        for (Index i = 0; i < s.length; ++i) {
            const uint32_t c = str_char_unchecked(s, i);
            if (c > 0xffff)
                line += fmt::format("\\U{:08x}", c);
            else if (c > 0xff || c == '\\' || c == 0 || c == '\n' || c == '\r' || c == 0x1a)
                line += fmt::format("\\u{:04x}", c);
            else
                line += static_cast<char>(c);
        }
        put(line + "\n");
        return memoize(s);
    }
    OptRef<Bytes> kept;
    std::string_view data;
    if (str_is_ascii(s)) {
        data = str_ascii_view(s);
    } else {
        kept = OptRef<Bytes>(TRY(encode_utf8(ts_, s, "surrogatepass")));
        data = bytes_view(*kept);
    }
    const size_t size = data.size();
    if (size < 0x100 && s_.protocol >= 4)
        TRY(put_large(number_bytes(Op::SHORT_BINUNICODE, size, 1), data));
    else if (size <= 0xffffffff)
        TRY(put_large(number_bytes(Op::BINUNICODE, size, 4), data));
    else if (s_.protocol >= 4)
        TRY(put_large(number_bytes(Op::BINUNICODE8, size, 8), data));
    else
        return raise(ts_, Exc::OverflowError,
                     "serializing a string larger than 4 GiB requires pickle protocol 4 or higher");
    return memoize(s);
}

// ---- the choice ----

Result<void> PickleWriter::save_persistent(Object& o, bool* saved) {
    const Ref<Object> pid = TRY(call(ts_, *persistent_id_, {&o}));
    *saved = !is_none(*pid);
    if (!*saved) return {};
    if (s_.bin) {
        TRY(save(*pid, true));
        put(Op::BINPERSID);
        return {};
    }
    const Ref<Str> text = TRY(str(ts_, *pid));
    if (!str_is_ascii(*text))
        return raise_pickling(ts_, pickling_error_type(),
                              "persistent IDs in protocol 0 must be ASCII strings");
    put(fmt::format("P{}\n", str_ascii_view(*text)));
    return {};
}
// What needs no memo. False: something else.
Result<bool> PickleWriter::save_atom(Object& o) {
    if (is_none(o))
        put(Op::NONE);
    else if (is_exact(o, PyBool_Type))
        save_bool(&o == &bool_object(true));
    else if (is_exact(o, PyLong_Type))
        TRY(save_int(static_cast<Int&>(o)));
    else if (is_exact(o, PyFloat_Type))
        TRY(save_float(static_cast<Float&>(o).value));
    else
        return false;
    return true;
}
Result<bool> PickleWriter::save_builtin(Object& o) {
    if (is_exact(o, PyUnicode_Type))
        TRY(save_str(static_cast<Str&>(o)));
    else if (is_exact(o, PyBytes_Type))
        TRY(save_bytes(static_cast<Bytes&>(o)));
    else if (is_exact(o, PyDict_Type))
        TRY(save_dict(static_cast<Dict&>(o)));
    else if (is_exact(o, PySet_Type))
        TRY(save_set(static_cast<Set&>(o)));
    else if (is_exact(o, PyFrozenSet_Type))
        TRY(save_frozenset(static_cast<Set&>(o)));
    else if (is_exact(o, PyList_Type))
        TRY(save_list(static_cast<List&>(o)));
    else if (is_exact(o, PyTuple_Type))
        TRY(save_tuple(static_cast<Tuple&>(o)));
    else if (is_exact(o, PyByteArray_Type))
        TRY(save_bytearray(static_cast<ByteArray&>(o)));
    else if (is_exact(o, pickle_buffer_type()))
        TRY(save_buffer(static_cast<PickleBuffer&>(o)));
    else
        return false;
    return true;
}
Result<void> PickleWriter::save(Object& o, bool as_itself) {
    TRY(end_of_opcode());
    if (persistent_id_ && !as_itself) {
        bool saved;
        TRY(save_persistent(o, &saved));
        if (saved) return {};
    }
    if (TRY(save_atom(o))) return {};
    if (const Index number = s_.memo.find(o); number >= 0) return recall(number);
    RecursionScope scope(ts_);
    TRY(scope.enter(" while pickling an object"));
    if (TRY(save_builtin(o))) return {};
    return save_reduced(o);
}

Result<void> PickleWriter::dump(Object& o) {
    if (pickler_) {
        persistent_id_ = s_.persistent_id
                             ? OptRef<Object>::share(s_.persistent_id)
                             : TRY(get_attr_opt(ts_, *pickler_, *TRY(str_intern_utf8(ts_, "persistent_id"))));
        reducer_override_ = TRY(get_attr_opt(ts_, *pickler_, *TRY(str_intern_utf8(ts_, "reducer_override"))));
    }
    if (s_.protocol >= 2) {
        put(Op::PROTO, static_cast<uint64_t>(s_.protocol), 1);
        framing_ = s_.protocol >= 4;
    }
    TRY(save(o));
    put(Op::STOP);
    close_frame();
    return flush();
}

Result<Ref<Bytes>> pickle_dump(Attached ts, PicklerState& state, Object* pickler, Object& o) {
    PickleWriter w(ts, state, pickler);
    TRY(w.dump(o));
    return bytes_new(ts, w.output());
}
Result<void> pickle_dump_to_file(Attached ts, PicklerState& state, Object* pickler, Object& o) {
    return PickleWriter(ts, state, pickler).dump(o);
}

}  // namespace baton
