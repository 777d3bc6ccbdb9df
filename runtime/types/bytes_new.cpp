// What bytes(...) and bytearray(...) make their contents from.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/codec.h"
#include "runtime/names.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes_builder.h"
#include "runtime/types/bytes_impl.h"
#include "runtime/types/memoryview.h"
#include "runtime/types/list.h"

namespace baton {
namespace {

Result<const char*> text_argument(Attached ts, const char* type, Value* v, const char* name) {
    Object* o = TRY(box_in_place(ts, *v));
    if (!is_str(*o)) {
        return raise(ts, Exc::TypeError, "{}() argument '{}' must be str, not {}", type, name,
                     is_none(*o) ? "None" : type_name(*o));
    }
    return str_as_c_string(ts, static_cast<Str&>(*o));
}

}  // namespace

Result<Source> bytes_source(Attached ts, const char* type, bool ask_bytes_method, Value* source,
                            Value* encoding, Value* errors) {
    Source result;
    const char* encoding_name =
        encoding != nullptr ? TRY(text_argument(ts, type, encoding, "encoding")) : nullptr;
    const char* errors_name = errors != nullptr ? TRY(text_argument(ts, type, errors, "errors")) : nullptr;
    if (source == nullptr) {
        if (encoding_name != nullptr) return raise(ts, Exc::TypeError, "encoding without a string argument");
        if (errors_name != nullptr) return raise(ts, Exc::TypeError, "errors without a string argument");
        return result;
    }
    Object& o = *TRY(box_in_place(ts, *source));
    // A str of a class with __bytes__ needs no encoding.
    bool converts_itself = encoding_name == nullptr && errors_name == nullptr && ask_bytes_method &&
                           !is_exact(o, PyUnicode_Type) && type_lookup(*o.type, id(Name::__bytes__));
    if (is_str(o) && !converts_itself) {
        if (encoding_name == nullptr) return raise(ts, Exc::TypeError, "string argument without an encoding");
        result.object = TRY(encode_str(ts, static_cast<Str&>(o), encoding_name, errors_name));
        result.kind = SourceKind::bytes;
        return result;
    }
    if (encoding_name != nullptr) return raise(ts, Exc::TypeError, "encoding without a string argument");
    if (errors_name != nullptr) return raise(ts, Exc::TypeError, "errors without a string argument");
    if (ask_bytes_method && !is_exact(o, PyBytes_Type)) {
        auto made = TRY(call_special(ts, o, id(Name::__bytes__)));
        if (made) {
            if (!is_bytes(*made)) {
                return raise(ts, Exc::TypeError, "__bytes__ returned non-bytes (type {})", type_name(*made));
            }
            result.object = std::move(made);
            result.kind = SourceKind::bytes;
            return result;
        }
    }
    if (has_index(o)) {
        auto count = as_index(ts, o, Exc::OverflowError);
        if (count.ok()) {
            if (*count < 0) return raise(ts, Exc::ValueError, "negative count");
            result.kind = SourceKind::count;
            result.count = *count;
            return result;
        }
        // An object that is iterable too may still be taken item by item.
        if (!pending_is(ts, Exc::TypeError)) return already_raised();
        clear_pending(ts);
    }
    result.object = Ref<Object>::share(o);
    result.kind = is_bytes_like(o) ? SourceKind::buffer : SourceKind::other;
    return result;
}

Result<void> append_bytes_of_iterable(Attached ts, BytesBuilder& out, Object& iterable, const char* message) {
    if (is_exact(iterable, PyList_Type)) {
        auto& list = static_cast<List&>(iterable);
        for (Index i = 0; i < list.size; ++i) {  // __index__ may change the list
            auto item = Ref<Object>::share(*list.item[i]);
            out.append(static_cast<char>(TRY(byte_value(ts, *item, message))));
        }
        return {};
    }
    return for_each(ts, iterable, [&](Ref<Object> item) -> Result<bool> {
        out.append(static_cast<char>(TRY(byte_value(ts, *item, message))));
        return true;
    });
}

Result<Ref<Bytes>> bytes_from_object(Attached ts, Object& source) {
    if (is_exact(source, PyBytes_Type)) return Ref<Bytes>::share(static_cast<Bytes&>(source));
    if (is_bytes_like(source)) {
        // Any layout will do: what is not contiguous is gathered.
        BufferView view;
        TRY(get_buffer(ts, source, &view, kBufferFullReadOnly));
        auto made = view.len ? bytes_new_uninitialised(ts, view.len) : Result<Ref<Bytes>>(bytes_empty());
        if (made.ok() && view.len) memoryview_to_contiguous(view, bytes_data(*made), 'C');
        release_buffer(&view);
        return made;
    }
    if (!is_str(source)) {
        bool iterable = is_list(source) || is_tuple(source);
        OptRef<Object> iterator;
        if (!iterable) {
            auto made = get_iter(ts, source);
            iterable = made.ok();
            if (iterable) {
                iterator = made.take();
            } else if (!pending_is(ts, Exc::TypeError)) {
                return already_raised();
            } else {
                clear_pending(ts);
            }
        }
        if (iterable) {
            BytesBuilder out;
            TRY(append_bytes_of_iterable(ts, out, iterator ? *iterator : source,
                                         "bytes must be in range(0, 256)"));
            return out.finish(ts);
        }
    }
    return raise(ts, Exc::TypeError, "cannot convert '{}' object to bytes", type_name(source));
}

}  // namespace baton
