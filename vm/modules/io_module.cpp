// The _io module: open() and its table.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/audit.h"
#include "vm/lifecycle.h"
#include "vm/code_cache.h"
#include "vm/fs_text.h"
#include "vm/modules/io.h"
#include "vm/vm_types.h"

namespace baton {

Result<Ref<Object>> io_open(Attached ts, Object&, Object& file, Object* mode, Opt<int> buffering,
                            Object* encoding, Object* errors, Object* newline, Opt<bool> closefd,
                            Object* opener) {
    OptRef<Object> path;
    if (!is_int(file) && !has_index(file))
        path = TRY(fs_path(ts, file));
    else
        path = Ref<Object>::share(file);
    std::string_view letters = "r";
    if (mode) {
        if (!is_str(*mode))
            return raise(ts, Exc::TypeError, "open() argument 'mode' must be str, not {}", type_name(*mode));
        letters = TRY(str_as_utf8(ts, static_cast<Str&>(*mode)));
    }
    bool creating = false, reading = false, writing = false, appending = false, updating = false,
         text = false, binary = false;
    std::string raw_mode;
    for (size_t i = 0; i < letters.size(); ++i) {
        char c = letters[i];
        bool repeated = letters.find(c, i + 1) != letters.npos;
        switch (c) {
            case 'x':
                creating = true;
                break;
            case 'r':
                reading = true;
                break;
            case 'w':
                writing = true;
                break;
            case 'a':
                appending = true;
                break;
            case '+':
                updating = true;
                break;
            case 't':
                text = true;
                break;
            case 'b':
                binary = true;
                break;
            default:
                repeated = true;
        }
        if (repeated) return raise(ts, Exc::ValueError, "invalid mode: '{}'", letters);
        if (c != 't' && c != 'b') raw_mode += c;
    }
    auto given = [](Object* o) { return o && !is_none(*o); };
    if (text && binary) return raise(ts, Exc::ValueError, "can't have text and binary mode at once");
    if (creating + reading + writing + appending > 1) {
        return raise(ts, Exc::ValueError, "must have exactly one of create/read/write/append mode");
    }
    if (binary && given(encoding))
        return raise(ts, Exc::ValueError, "binary mode doesn't take an encoding argument");
    if (binary && given(errors))
        return raise(ts, Exc::ValueError, "binary mode doesn't take an errors argument");
    if (binary && given(newline))
        return raise(ts, Exc::ValueError, "binary mode doesn't take a newline argument");
    int size = buffering.or_else(-1);
    if (binary && size == 1) {
        TRY(warn(ts, Exc::RuntimeWarning,
                 "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will "
                 "be used"));
    }
    auto raw_mode_text = TRY(str_new_utf8(ts, raw_mode));
    auto raw = TRY(call(
        ts, baton_io_file_type,
        {path.get(), raw_mode_text.get(), &bool_object(closefd.or_else(true)), opener ? opener : &none()}));
    // The stream built so far is closed when the next layer cannot be made.
    auto close_on_failure = [&](Object& stream) {
        auto kept = fetch(ts).take();
        if (!stream_call(ts, stream, "close").ok())
            chain_context(ts, std::move(kept));
        else
            restore(ts, std::move(kept));
        return already_raised();
    };
    OptRef<Object> top = OptRef<Object>::share(raw.get());  // what is closed when the next layer fails
    auto make_layers = [&]() -> Result<Ref<Object>> {
        bool terminal = TRY(is_true(ts, *TRY(stream_call(ts, *raw, "isatty"))));
        bool line_buffering = size == 1 || (size < 0 && terminal);
        if (size == 1 || size < 0) {
            auto block = TRY(get_attr(ts, *raw, *TRY(str_intern_utf8(ts, "_blksize"))));
            size = static_cast<int>(TRY(as_index(ts, *block, Exc::OverflowError)));
        }
        if (size == 0) {
            if (!binary) return raise(ts, Exc::ValueError, "can't have unbuffered text I/O");
            return raw.copy();
        }
        Type& kind = updating                           ? baton_io_buffered_random_type
                     : creating || writing || appending ? baton_io_buffered_writer_type
                                                        : baton_io_buffered_reader_type;
        if (!updating && !creating && !writing && !appending && !reading)
            return raise(ts, Exc::ValueError, "unknown mode: '{}'", letters);
        auto size_object = TRY(box_int(ts, size));
        auto buffer = TRY(call(ts, kind, {raw.get(), size_object.get()}));
        if (binary) return buffer;
        top = buffer.copy();
        auto wrapper = call(ts, baton_io_text_wrapper_type,
                            {buffer.get(), encoding ? encoding : &none(), errors ? errors : &none(),
                             newline ? newline : &none(), &bool_object(line_buffering)});
        if (!wrapper.ok()) return already_raised();
        auto made = wrapper.take();
        top = made.copy();
        TRY(set_attr(ts, *made, id(Name::mode), mode ? *mode : *TRY(str_intern_utf8(ts, "r"))));
        return made;
    };
    auto made = make_layers();
    if (!made.ok()) return close_on_failure(*top);
    return made;
}

namespace {

Result<Ref<Object>> io_open_code(Attached ts, Object& module, Str& path) {
    if (const StartUp& start = start_up_record(); start.open_code) {
        Object* opened = start.open_code(&path, start.open_code_data);
        if (opened) return Ref<Object>::steal(opened);
        if (pending(ts)) return already_raised();
        return raise(ts, Exc::SystemError, "the open_code hook gave nothing and set no exception");
    }
    auto mode = TRY(str_new_ascii(ts, "rb"));
    auto text = str_as_utf8(ts, path);
    if (!text.ok()) {
        clear_pending(ts);  // no name of ours
    } else if (const std::string other = cached_instead_of(vm_interp(ts).config, *text); !other.empty()) {
        const Ref<Str> name = TRY(fs_decode(ts, other));
        return io_open(ts, module, *name, mode.get(), {}, nullptr, nullptr, nullptr, {}, nullptr);
    }
    return io_open(ts, module, path, mode.get(), {}, nullptr, nullptr, nullptr, {}, nullptr);
}
Result<Ref<Object>> io_text_encoding(Attached ts, Object&, Object& encoding, Opt<int> stacklevel) {
    if (!is_none(encoding)) return Ref<Object>::share(encoding);
    const Config& config = vm_interp(ts).config;
    if (config.warn_default_encoding) {
        TRY(warn(ts, Exc::EncodingWarning, "'encoding' argument not specified", stacklevel.or_else(2)));
    }
    return str_intern_utf8(ts, config.utf8_mode > 0 ? "utf-8" : "locale");
}

constexpr Method functions[] = {
    method<io_open>("open($module, file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, "
                    "closefd=True, opener=None)",
                    "Opens the file of this name, or takes over a descriptor, as a text or binary stream."),
    method<io_open_code>("open_code($module, path)", "Opens a file of code for reading, in binary."),
    method<io_text_encoding>("text_encoding($module, encoding, stacklevel=2, /)",
                             "encoding or, where that is None, what open() takes for it."),
    {},
};

Result<void> io_exec(Attached ts, Module& module) {
    Dict& d = *module.dict;
    auto put = [&](const char* name, Object& o) -> Result<void> {
        return dict_set_str(ts, d, *TRY(str_intern_utf8(ts, name)), o);
    };
    TRY(put("DEFAULT_BUFFER_SIZE", *TRY(box_int(ts, kDefaultBufferSize))));
    TRY(put("BlockingIOError", exc_type(Exc::BlockingIOError)));
    auto name = TRY(str_intern_utf8(ts, "UnsupportedOperation"));
    auto bases = TRY(tuple_of(ts, {&exc_type(Exc::OSError), &exc_type(Exc::ValueError)}));
    auto names = TRY(dict_new(ts));
    TRY(dict_set_str(ts, *names, id(Name::__module__), *TRY(str_intern_utf8(ts, "io"))));
    TRY(put("UnsupportedOperation", *TRY(call(ts, PyType_Type, {name.get(), bases.get(), names.get()}))));
    TRY(put("_IOBase", baton_io_base_type));
    TRY(put("_RawIOBase", baton_io_raw_base_type));
    TRY(put("_BufferedIOBase", baton_io_buffered_base_type));
    TRY(put("_TextIOBase", baton_io_text_base_type));
    TRY(put("FileIO", baton_io_file_type));
    TRY(put("BytesIO", baton_io_bytesio_type));
    TRY(put("StringIO", baton_io_stringio_type));
    TRY(put("BufferedReader", baton_io_buffered_reader_type));
    TRY(put("BufferedWriter", baton_io_buffered_writer_type));
    TRY(put("BufferedRandom", baton_io_buffered_random_type));
    TRY(put("BufferedRWPair", baton_io_buffered_rwpair_type));
    TRY(put("IncrementalNewlineDecoder", baton_io_newline_decoder_type));
    return put("TextIOWrapper", baton_io_text_wrapper_type);
}

}  // namespace

extern const ModuleSpec io_module;
const ModuleSpec io_module = {
    .name = "_io",
    .doc = "The streams of the io module.",
    .methods = functions,
    .exec = io_exec,
};

}  // namespace baton
