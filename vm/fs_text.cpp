// See fs_text.h.
#include "vm/fs_text.h"

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/codec.h"

namespace baton {

Result<Ref<Str>> fs_decode(Attached ts, std::string_view bytes) {
    return decode_utf8(ts, bytes, "surrogateescape");
}

Result<Ref<Object>> fs_path(Attached ts, Object& path) {
    if (is_str(path) || is_bytes(path)) return Ref<Object>::share(path);
    auto made = TRY(call_special(ts, path, id(Name::__fspath__)));
    if (!made)
        return raise(ts, Exc::TypeError, "expected str, bytes or os.PathLike object, not {}",
                     type_name(path));
    if (is_str(*made) || is_bytes(*made)) return std::move(made).take();
    return raise(ts, Exc::TypeError, "expected {}.__fspath__() to return str or bytes, not {}",
                 type_name(path), type_name(*made));
}

Result<void> fs_encode(Attached ts, Object& path, std::string* out) {
    auto p = TRY(fs_path(ts, path));
    OptRef<Bytes> encoded;
    if (is_str(*p)) encoded = TRY(encode_utf8(ts, static_cast<Str&>(*p), "surrogateescape"));
    Bytes& b = encoded ? *encoded : static_cast<Bytes&>(*p);
    out->assign(b.data, static_cast<size_t>(b.size));
    if (out->find('\0') != out->npos) return raise(ts, Exc::ValueError, "embedded null byte");
    return {};
}

}  // namespace baton
