// memoryview: casts, contiguous copies and comparison.
#include <cstring>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/thread_data.h"
#include "runtime/types/int.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/memoryview.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

char* start_of(const BufferView& v) {
    return static_cast<char*>(v.buf);
}

// Visits the elements in C order: f(address) -> bool, false stops.
template <class F>
bool each_element(const BufferView& v, char* at, int dim, F& f) {
    if (dim == v.ndim) return f(at);
    for (Index i = 0; i < v.shape[dim]; ++i) {
        if (!each_element(v, view_element(v, at, dim, i), dim + 1, f)) return false;
    }
    return true;
}

// Visits the same elements with the first index running fastest.
template <class F>
void each_element_fortran(const BufferView& v, F& f) {
    Index at[kMaxDimensions] = {};
    for (;;) {
        char* p = start_of(v);
        for (int dim = 0; dim < v.ndim; ++dim) p = view_element(v, p, dim, at[dim]);
        f(p);
        int dim = 0;
        while (dim < v.ndim && ++at[dim] == v.shape[dim]) at[dim++] = 0;
        if (dim == v.ndim) return;
    }
}

}  // namespace

void memoryview_to_contiguous(const BufferView& view, char* out, char order) {
    if (view.len == 0) return;
    auto size = static_cast<size_t>(view.itemsize);
    if (order == 'A') order = !buffer_is_contiguous(view, 'C') && buffer_is_contiguous(view, 'F') ? 'F' : 'C';
    if (buffer_is_contiguous(view, order)) {
        std::memcpy(out, view.buf, static_cast<size_t>(view.len));
        return;
    }
    auto put = [&](char* p) {
        std::memcpy(out, p, size);
        out += size;
        return true;
    };
    if (order == 'F') {
        each_element_fortran(view, put);
    } else {
        each_element(view, start_of(view), 0, put);
    }
}

// ---- cast ----

namespace {

bool is_byte_code(char c) {
    return c == 'b' || c == 'B' || c == 'c';
}

// The canonical, static spelling of a native format.
const char* static_format(char code, bool at_sign) {
    constexpr const char* kFormats = "@c\0@b\0@B\0@h\0@H\0@i\0@I\0@l\0@L\0@q\0@Q\0@n\0@N\0@f\0@d\0@?\0@P\0";
    for (const char* p = kFormats; *p; p += 3) {
        if (p[1] == code) return at_sign ? p : p + 1;
    }
    return nullptr;
}

Result<void> to_bytes_or_items(Attached ts, MemoryView& self, std::string_view format) {
    BufferView& v = self.view;
    Index size = 0, old_size = 0;
    char buffer[4] = {};
    if (format.size() <= 2) std::memcpy(buffer, format.data(), format.size());
    char code = format.empty() || format.size() > 2 ? 0 : native_format(buffer, &size);
    if (!code) {
        return raise(
            ts, Exc::ValueError,
            "memoryview: destination format must be a native single character format prefixed with an "
            "optional '@'");
    }
    char old_code = native_format(v.format, &old_size);
    if (!is_byte_code(code) && !(old_code && is_byte_code(old_code))) {
        return raise(ts, Exc::TypeError, "memoryview: cannot cast between two non-byte formats");
    }
    if (v.len % size) return raise(ts, Exc::TypeError, "memoryview: length is not a multiple of itemsize");
    v.format = const_cast<char*>(static_format(code, buffer[0] == '@'));
    v.itemsize = size;
    v.ndim = 1;
    v.shape[0] = v.len / size;
    v.strides = v.shape + 1;
    v.strides[0] = size;
    v.suboffsets = nullptr;
    memoryview_update_flags(self);
    return {};
}

Result<void> to_shape(Attached ts, MemoryView& self, Tuple& shape) {
    BufferView& v = self.view;
    Index dims[kMaxDimensions];
    Index total = v.itemsize;
    for (Index i = 0; i < shape.size; ++i) {
        if (!is_int(*shape.item[i])) {
            return raise(ts, Exc::TypeError, "memoryview.cast(): elements of shape must be integers");
        }
        int overflow = 0;
        const Index n = int_as_int64(static_cast<Int&>(*shape.item[i]), &overflow);
        if (overflow) return raise(ts, Exc::OverflowError, "Python int too large to convert to C ssize_t");
        if (n <= 0) {
            return raise(ts, Exc::ValueError, "memoryview.cast(): elements of shape must be integers > 0");
        }
        dims[i] = n;
        if (__builtin_mul_overflow(total, n, &total)) {
            return raise(ts, Exc::ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX");
        }
    }
    if (total != v.len) {
        return raise(ts, Exc::TypeError, "memoryview: product(shape) * itemsize != buffer size");
    }
    v.ndim = static_cast<int>(shape.size);
    if (v.ndim == 0) {
        v.shape = v.strides = nullptr;
    } else {
        v.shape = self.dims;
        v.strides = self.dims + v.ndim;
        Index stride = v.itemsize;
        for (int i = v.ndim - 1; i >= 0; --i) {
            v.shape[i] = dims[i];
            v.strides[i] = stride;
            stride *= dims[i];
        }
    }
    memoryview_update_flags(self);
    return {};
}

bool zero_in_shape(const BufferView& v) {
    for (int i = 0; i < v.ndim; ++i) {
        if (v.shape[i] == 0) return true;
    }
    return false;
}

}  // namespace

Result<Ref<Object>> memoryview_cast(Attached ts, MemoryView& self, Str& format, Object* shape) {
    TRY(memoryview_check(ts, self));
    const BufferView& v = self.view;
    if (!(self.flags & kViewC)) {
        return raise(ts, Exc::TypeError, "memoryview: casts are restricted to C-contiguous views");
    }
    if ((shape || v.ndim != 1) && zero_in_shape(v)) {
        return raise(ts, Exc::TypeError, "memoryview: cannot cast view with zeros in shape or strides");
    }
    int ndim = 1;
    OptRef<Tuple> dims;
    if (shape) {
        if (!is_list(*shape) && !is_tuple(*shape)) {
            return raise(ts, Exc::TypeError, "shape must be a list or a tuple");
        }
        dims = TRY(to_tuple(ts, *shape));
        if (dims->size > kMaxDimensions) {
            return raise(ts, Exc::ValueError, "memoryview: number of dimensions must not exceed 64");
        }
        ndim = static_cast<int>(dims->size);
        if (v.ndim != 1 && ndim != 1) {
            return raise(ts, Exc::TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
        }
    }
    // Room for the dimensions of source and result, whichever has more.
    BufferView roomy = v;
    Index ones[kMaxDimensions];
    if (ndim > v.ndim || v.ndim == 0) {
        for (int i = 0; i < ndim || i < 1; ++i) ones[i] = 1;
        roomy.ndim = ndim ? ndim : 1;
        roomy.shape = ones;
        roomy.strides = ones;
        roomy.suboffsets = nullptr;
    }
    auto result = TRY(memoryview_add(ts, *self.mbuf, roomy));
    std::string_view text = str_is_ascii(format) ? str_ascii_view(format) : std::string_view();
    TRY(to_bytes_or_items(ts, *result, text));
    if (dims) TRY(to_shape(ts, *result, *dims));
    return result;
}

// ---- comparison ----

namespace {

// Decodes one element of a format that is not a single native code, by the struct module.
class StructUnpacker {
  public:
    Result<void> open(Attached ts, const char* format) {
        Dict* builtins = interp(ts).builtins;
        Object* import = builtins ? dict_find_str(*builtins, id(Name::__import__)) : nullptr;
        if (!import) return raise(ts, Exc::ImportError, "no module named struct yet");
        auto name = TRY(str_new_ascii(ts, "_struct"));
        auto module = TRY(call(ts, *import, {name.get()}));
        auto type_name = TRY(str_intern_utf8(ts, "Struct"));
        auto text = TRY(str_new_utf8(ts, format));
        auto object = TRY(call_method(ts, *module, *type_name, {text.get()}));
        auto method = TRY(str_intern_utf8(ts, "unpack"));
        unpack_ = TRY(get_attr(ts, *object, *method));
        return {};
    }
    Result<Ref<Object>> unpack(Attached ts, const char* at, Index size) const {
        auto bytes = TRY(bytes_new(ts, {at, static_cast<size_t>(size)}));
        auto values = TRY(call(ts, *unpack_, {bytes.get()}));
        if (is_tuple(*values) && static_cast<Tuple&>(*values).size == 1) {
            return Ref<Object>::share(*static_cast<Tuple&>(*values).item[0]);
        }
        return values;
    }

  private:
    OptRef<Object> unpack_;
};

class ItemReader {
  public:
    Result<void> open(Attached ts, const BufferView& v) {
        size_ = v.itemsize;
        code_ = native_format(v.format, &size_);
        if (code_ && size_ == v.itemsize) return {};
        code_ = 0;
        size_ = v.itemsize;
        return by_struct_.open(ts, v.format);
    }
    Result<Ref<Object>> read(Attached ts, const char* at) const {
        return code_ ? unpack_item(ts, at, code_) : by_struct_.unpack(ts, at, size_);
    }
    char code() const { return code_; }

  private:
    char code_ = 0;
    Index size_ = 0;
    StructUnpacker by_struct_;
};

bool compares_as_bytes(char code) {
    return code && code != 'f' && code != 'd' && code != '?';
}

Result<bool> equal_dimension(Attached ts, const BufferView& a, const BufferView& b, char* pa, char* pb,
                             int dim, const ItemReader& ra, const ItemReader& rb) {
    if (dim == a.ndim) {
        if (ra.code() == rb.code() && compares_as_bytes(ra.code())) {
            return std::memcmp(pa, pb, static_cast<size_t>(a.itemsize)) == 0;
        }
        auto x = TRY(ra.read(ts, pa));
        auto y = TRY(rb.read(ts, pb));
        auto answer = TRY(compare(ts, *x, *y, CompareOp::eq));  // not by identity: NaN differs from itself
        return is_true(ts, *answer);
    }
    for (Index i = 0; i < a.shape[dim]; ++i) {
        if (!TRY(equal_dimension(ts, a, b, view_element(a, pa, dim, i), view_element(b, pb, dim, i), dim + 1,
                                 ra, rb))) {
            return false;
        }
    }
    return true;
}

bool same_shape(const BufferView& a, const BufferView& b) {
    if (a.ndim != b.ndim) return false;
    for (int i = 0; i < a.ndim; ++i) {
        if (a.shape[i] != b.shape[i]) return false;
        if (a.shape[i] == 0) break;
    }
    return true;
}

Result<bool> same_items(Attached ts, MemoryView& a, MemoryView& b) {
    if (!same_shape(a.view, b.view)) return false;
    ItemReader ra, rb;
    auto opened = ra.open(ts, a.view);
    if (opened.ok()) opened = rb.open(ts, b.view);
    if (!opened.ok()) {  // a format that cannot be understood is equal to nothing
        if (!is_subtype(*pending(ts)->type, exc_type(Exc::Exception)) || pending_is(ts, Exc::MemoryError)) {
            return already_raised();
        }
        clear_pending(ts);
        return false;
    }
    return equal_dimension(ts, a.view, b.view, start_of(a.view), start_of(b.view), 0, ra, rb);
}

}  // namespace

Result<Ref<Object>> memoryview_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    auto no_answer = [] { return Ref<Object>::share(not_implemented()); };
    if (op != CompareOp::eq && op != CompareOp::ne) return no_answer();
    auto answer = [op](bool same) { return Ref<Object>::share(bool_object(same == (op == CompareOp::eq))); };
    if (!is_exact(a, PyMemoryView_Type)) return no_answer();
    auto& self = static_cast<MemoryView&>(a);
    if (!memoryview_check(ts, self).ok()) {
        clear_pending(ts);
        return answer(&a == &b);
    }
    if (is_exact(b, PyMemoryView_Type) && !memoryview_check(ts, static_cast<MemoryView&>(b)).ok()) {
        clear_pending(ts);
        return answer(&a == &b);
    }
    auto other = memoryview_new(ts, b);
    if (!other.ok()) {
        clear_pending(ts);
        return no_answer();
    }
    bool same = TRY(same_items(ts, self, *other));
    return answer(same);
}

}  // namespace baton
