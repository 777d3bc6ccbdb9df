// _struct: packing values into bytes by a format string.
#include <cstring>
#include <new>

#include "runtime/allocate_instance.h"
#include "runtime/call.h"
#include "runtime/exceptions.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/modules/struct_format.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

struct StructObject : Object {
    Index size, items;  // the format's: where compiled modules look for them
    StructFormat format;
    Str* text;  // what the format was made from; null until __init__ has run
};

struct StructIterator : Object {
    StructObject* structure;
    BytesLike buffer;
    Index at;
};

// ---- the operations, for a parsed format ----

Result<Ref<Bytes>> pack_new(Attached ts, const StructFormat& format, const Value* args, size_t nargs) {
    if (static_cast<Index>(nargs) != format.items()) {
        return raise_struct_error(ts, "pack expected {} items for packing (got {})", format.items(), nargs);
    }
    if (format.size() == 0) {
        TRY(format.pack(ts, nullptr, args));
        return bytes_empty();
    }
    Ref<Bytes> bytes = TRY(bytes_new_uninitialised(ts, format.size()));
    std::memset(bytes->data, 0, static_cast<size_t>(format.size()));
    TRY(format.pack(ts, bytes->data, args));
    return bytes;
}

Result<void> pack_at(Attached ts, const StructFormat& format, Args args) {
    if (args.n < 1) return raise_struct_error(ts, "pack_into expected buffer argument");
    if (args.n < 2) return raise_struct_error(ts, "pack_into expected offset argument");
    const auto given = static_cast<Index>(args.n) - 2;
    if (given != format.items()) {
        return raise_struct_error(ts, "pack_into expected {} items for packing (got {})", format.items(),
                                  given);
    }
    Object& target = *TRY(box_in_place(ts, args.v[0]));
    BytesLike buffer;
    if (!buffer.get_writable(ts, target).ok()) {
        if (!pending_is(ts, Exc::TypeError)) return already_raised();
        clear_pending(ts);
        return raise(ts, Exc::TypeError, "argument must be read-write bytes-like object, not {}",
                     type_name(target));
    }
    Object& offset_object = *TRY(box_in_place(ts, args.v[1]));
    Index offset = TRY(as_index(ts, offset_object, Exc::IndexError));
    const Index size = format.size();
    if (offset < 0) {
        if (offset + size > 0)
            return raise_struct_error(ts, "no space to pack {} bytes at offset {}", size, offset);
        if (offset + buffer.size() < 0) {
            return raise_struct_error(ts, "offset {} out of range for {}-byte buffer", offset, buffer.size());
        }
        offset += buffer.size();
    }
    if (buffer.size() - offset < size) {
        return raise_struct_error(ts,
                                  "pack_into requires a buffer of at least {} bytes for packing {} bytes at "
                                  "offset {} (actual buffer size is {})",
                                  static_cast<size_t>(size) + static_cast<size_t>(offset), size, offset,
                                  buffer.size());
    }
    std::memset(buffer.data() + offset, 0, static_cast<size_t>(size));
    return format.pack(ts, buffer.data() + offset, args.v + 2);
}

Result<Ref<Tuple>> unpack_whole(Attached ts, const StructFormat& format, Object& source) {
    BytesLike buffer;
    TRY(buffer.get(ts, source));
    if (buffer.size() != format.size()) {
        return raise_struct_error(ts, "unpack requires a buffer of {} bytes", format.size());
    }
    return format.unpack(ts, buffer.data());
}

Result<Ref<Tuple>> unpack_at(Attached ts, const StructFormat& format, Object& source, Index offset) {
    BytesLike buffer;
    TRY(buffer.get(ts, source));
    const Index size = format.size();
    if (offset < 0) {
        if (offset + size > 0) {
            return raise_struct_error(ts, "not enough data to unpack {} bytes at offset {}", size, offset);
        }
        if (offset + buffer.size() < 0) {
            return raise_struct_error(ts, "offset {} out of range for {}-byte buffer", offset, buffer.size());
        }
        offset += buffer.size();
    }
    if (buffer.size() - offset < size) {
        return raise_struct_error(
            ts,
            "unpack_from requires a buffer of at least {} bytes for unpacking {} bytes at offset {} "
            "(actual buffer size is {})",
            static_cast<size_t>(size) + static_cast<size_t>(offset), size, offset, buffer.size());
    }
    return format.unpack(ts, buffer.data() + offset);
}

Result<void> parse_object(Attached ts, StructFormat& format, Object& text) {
    if (is_bytes(text)) return format.parse(ts, bytes_view(static_cast<Bytes&>(text)));
    if (!is_str(text)) {
        return raise(ts, Exc::TypeError, "Struct() argument 1 must be a str or bytes object, not {}",
                     type_name(text));
    }
    if (!str_is_ascii(static_cast<Str&>(text))) {
        // The codec's own error says which character it is.
        const Ref<Str> encoding = TRY(str_new_ascii(ts, "ascii"));
        Ref<Object> bytes = TRY(call_method(ts, text, *TRY(str_intern_utf8(ts, "encode")), {encoding.get()}));
        return format.parse(ts, bytes_view(static_cast<Bytes&>(*bytes)));
    }
    return format.parse(ts, str_ascii_view(static_cast<Str&>(text)));
}

// ---- Struct ----

Result<Ref<Object>> struct_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    Ref<Object> self = TRY(allocate_instance(ts, cls, 0));
    new (&static_cast<StructObject&>(*self).format) StructFormat;
    return self;
}

constexpr Signature kInitSignature = parse_signature("Struct($self, /, format)");

Result<void> struct_init(Attached ts, Object& object, Value* args, size_t nargs, Tuple* kwnames) {
    auto& self = static_cast<StructObject&>(object);
    Value* bound[1] = {};
    TRY(bind_arguments(ts, kInitSignature, args, nargs, kwnames, bound));
    Object& text = *TRY(box_in_place(ts, *bound[0]));
    TRY(parse_object(ts, self.format, text));
    self.size = self.format.size();
    self.items = self.format.items();
    Ref<Str> kept = is_bytes(text) ? TRY(str_new_ascii(ts, bytes_view(static_cast<Bytes&>(text))))
                                   : Ref<Str>::share(static_cast<Str&>(text));
    replace_field(ts, self.text, kept.release());
    return {};
}

void struct_dealloc(Attached ts, Object& object) {
    auto& self = static_cast<StructObject&>(object);
    self.format.~StructFormat();
    Str* text = self.text;
    free_instance(ts, object);
    xdecref(ts, text);
}

Result<void> check_ready(Attached ts, StructObject& self) {
    if (self.text == nullptr) return raise(ts, Exc::RuntimeError, "Struct object is not initialized");
    return {};
}

Result<Ref<Bytes>> struct_pack(Attached ts, StructObject& self, Args args) {
    TRY(check_ready(ts, self));
    return pack_new(ts, self.format, args.v, args.n);
}
Result<void> struct_pack_into(Attached ts, StructObject& self, Args args) {
    TRY(check_ready(ts, self));
    return pack_at(ts, self.format, args);
}
Result<Ref<Tuple>> struct_unpack(Attached ts, StructObject& self, Object& buffer) {
    TRY(check_ready(ts, self));
    return unpack_whole(ts, self.format, buffer);
}
Result<Ref<Tuple>> struct_unpack_from(Attached ts, StructObject& self, Object& buffer, Opt<Index> offset) {
    TRY(check_ready(ts, self));
    return unpack_at(ts, self.format, buffer, offset.or_else(0));
}

Result<Ref<Object>> struct_iter_unpack(Attached ts, StructObject& self, Object& source) {
    TRY(check_ready(ts, self));
    const Index size = self.format.size();
    if (size == 0) return raise_struct_error(ts, "cannot iteratively unpack with a struct of length 0");
    void* memory = allocate(ts, sizeof(StructIterator));
    if (memory == nullptr) return raise_no_memory(ts);
    incref(&self);
    auto* made = new (memory) StructIterator{{1, &struct_iterator_type()}, &self, {}, 0};
    Ref<Object> iterator = Ref<Object>::steal(made);
    TRY(made->buffer.get(ts, source));
    if (made->buffer.size() % size != 0) {
        return raise_struct_error(ts, "iterative unpacking requires a buffer of a multiple of {} bytes",
                                  size);
    }
    return iterator;
}

Result<Index> struct_sizeof(Attached, StructObject& self) {
    return static_cast<Index>(sizeof(StructObject)) +
           (self.format.field_count() + 1) * static_cast<Index>(sizeof(StructFormat::Field));
}

Result<Ref<Object>> struct_get_format(Attached ts, StructObject& self) {
    TRY(check_ready(ts, self));
    return Ref<Object>::share(*self.text);
}
Result<Ref<Object>> struct_get_size(Attached ts, StructObject& self) {
    TRY(check_ready(ts, self));
    return box_int(ts, self.format.size());
}

constexpr Method struct_methods[] = {
    method<struct_pack>("pack($self, /, *args)", "The values as bytes in this format."),
    method<struct_pack_into>("pack_into($self, /, *args)",
                             "Writes the values into a buffer, from an offset on."),
    method<struct_unpack>("unpack($self, buffer, /)", "The values that a buffer of exactly this size holds."),
    method<struct_unpack_from>("unpack_from($self, /, buffer, offset=0)",
                               "The values that stand at an offset of a buffer."),
    method<struct_iter_unpack>("iter_unpack($self, buffer, /)",
                               "An iterator over the records that fill a buffer."),
    method<struct_sizeof>("__sizeof__($self, /)", "How many bytes the object takes."),
    {},
};
constexpr GetSet struct_getset[] = {
    getter<struct_get_format>("format", "The format that this is for."),
    getter<struct_get_size>("size", "How many bytes the format describes."),
    {},
};

// ---- the iterator ----

Result<Ref<Object>> iterator_self(Attached, Object& self) {
    return Ref<Object>::share(self);
}

Next iterator_next(Attached ts, StructIterator& self) {
    const Index size = self.structure->format.size();
    if (self.at >= self.buffer.size()) {
        self.buffer.release();
        self.at = 0;
        return Next::done();
    }
    auto values = self.structure->format.unpack(ts, self.buffer.data() + self.at);
    if (!values.ok()) return already_raised();
    self.at += size;
    return Ref<Object>(values.take());
}
Result<Index> iterator_length_hint(Attached, StructIterator& self) {
    return (self.buffer.size() - self.at) / self.structure->format.size();
}
void iterator_dealloc(Attached ts, Object& object) {
    auto& self = static_cast<StructIterator&>(object);
    self.buffer.~BytesLike();
    StructObject* structure = self.structure;
    free_block(ts, &object);
    decref(ts, structure);
}
constexpr Method iterator_methods[] = {
    method<iterator_length_hint>("__length_hint__($self, /)", "How many records are left."),
    {},
};

// ---- the module's functions ----

Result<Ref<Bytes>> module_pack(Attached ts, Object&, Args args) {
    if (args.n == 0) return raise(ts, Exc::TypeError, "missing format argument");
    StructFormat format;
    TRY(parse_object(ts, format, *TRY(box_in_place(ts, args.v[0]))));
    return pack_new(ts, format, args.v + 1, args.n - 1);
}
Result<void> module_pack_into(Attached ts, Object&, Args args) {
    if (args.n == 0) return raise(ts, Exc::TypeError, "missing format argument");
    StructFormat format;
    TRY(parse_object(ts, format, *TRY(box_in_place(ts, args.v[0]))));
    return pack_at(ts, format, Args{args.v + 1, args.n - 1});
}
Result<Ref<Tuple>> module_unpack(Attached ts, Object&, Object& text, Object& buffer) {
    StructFormat format;
    TRY(parse_object(ts, format, text));
    return unpack_whole(ts, format, buffer);
}
Result<Ref<Tuple>> module_unpack_from(Attached ts, Object&, Object& text, Object& buffer, Opt<Index> offset) {
    StructFormat format;
    TRY(parse_object(ts, format, text));
    return unpack_at(ts, format, buffer, offset.or_else(0));
}
Result<Ref<Object>> module_iter_unpack(Attached ts, Object&, Object& text, Object& buffer) {
    const Ref<Object> structure = TRY(call(ts, struct_type(), {&text}));
    return struct_iter_unpack(ts, static_cast<StructObject&>(*structure), buffer);
}
Result<Index> module_calcsize(Attached ts, Object&, Object& text) {
    StructFormat format;
    TRY(parse_object(ts, format, text));
    return format.size();
}
// Formats are parsed anew each time: that costs less than finding them in a cache, so there is none to clear.
Result<void> module_clearcache(Attached, Object&) {
    return {};
}

constexpr Method functions[] = {
    method<module_pack>("pack($module, *args)", "The values as bytes in a format."),
    method<module_pack_into>("pack_into($module, *args)",
                             "Writes the values into a buffer, from an offset on."),
    method<module_unpack>("unpack($module, format, buffer, /)", "The values that a buffer holds."),
    method<module_unpack_from>("unpack_from($module, format, /, buffer, offset=0)",
                               "The values that stand at an offset of a buffer."),
    method<module_iter_unpack>("iter_unpack($module, format, buffer, /)",
                               "An iterator over the records that fill a buffer."),
    method<module_calcsize>("calcsize($module, format, /)", "How many bytes a format takes."),
    method<module_clearcache>("_clearcache($module, /)", "Forgets the formats compiled so far."),
    {},
};

Result<void> struct_exec(Attached ts, Module& module) {
    const Ref<Str> type_name = TRY(str_intern_utf8(ts, "Struct"));
    TRY(dict_set_str(ts, *module.dict, *type_name, struct_type()));
    const Ref<Str> error_name = TRY(str_intern_utf8(ts, "error"));
    return dict_set_str(ts, *module.dict, *error_name, struct_error_type());
}

}  // namespace

const TypeSpec struct_error_spec = {
    .name = "struct.error",
    .basicsize = sizeof(BaseException),
    .flags = kTypeBaseType,
    .base = &exception_types[static_cast<int>(Exc::Exception)],
};

const TypeSpec struct_object_spec = {
    .name = "_struct.Struct",
    .doc = "A format, translated once to be used many times.",
    .basicsize = sizeof(StructObject),
    .flags = kTypeBaseType,
    .methods = struct_methods,
    .getset = struct_getset,
    .dealloc = slot<struct_dealloc>,
    .init = slot<struct_init>,
    .tp_new = slot<struct_new>,
};

const TypeSpec struct_iterator_spec = {
    .name = "_struct.unpack_iterator",
    .basicsize = sizeof(StructIterator),
    .flags = kTypeDisallowInstantiation,
    .methods = iterator_methods,
    .dealloc = slot<iterator_dealloc>,
    .iter = slot<iterator_self>,
    .iternext = typed_slot<iterator_next>,
};

extern const ModuleSpec struct_module;
const ModuleSpec struct_module = {
    .name = "_struct",
    .doc = "Packs values into bytes in the layouts of C, and unpacks them.",
    .methods = functions,
    .exec = struct_exec,
};

}  // namespace baton
