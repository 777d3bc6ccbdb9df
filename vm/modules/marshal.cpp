// marshal: values as bytes, in CPython's format version 4. Code objects have an inside of our own
// (code_bytes.h).
#include <algorithm>
#include <bit>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/codec.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/bytes_builder.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/int_scratch.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/audit.h"
#include "vm/code_bytes.h"
#include "vm/modules/marshal.h"
#include "vm/verify.h"

namespace baton {

namespace {

constexpr int kVersion = 4;
constexpr int kMaxDepth = 2000;
constexpr int kShortBits = 15;  // longs are stored in digits of 15 bits
constexpr unsigned char kReference = 0x80;

// ---- writing ----

class Writer {
  public:
    Writer(Attached ts, int version) : ts_(ts), version_(version) {}

    Result<void> write(Object& o) {
        if (depth_ >= kMaxDepth) return raise(ts_, Exc::ValueError, "object too deeply nested to marshal");
        ++depth_;
        const Result<void> result = write_value(o);
        --depth_;
        return result;
    }
    Result<Ref<Bytes>> finish() { return out_.finish(ts_); }

  private:
    Raised unmarshallable() { return raise(ts_, Exc::ValueError, "unmarshallable object"); }

    void number(uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) out_.append(static_cast<char>(value >> (8 * i)));
    }
    Result<void> size(Index n) {
        if (n > INT32_MAX) return unmarshallable();
        number(static_cast<uint64_t>(n), 4);
        return {};
    }
    void real(double d) { number(std::bit_cast<uint64_t>(d), 8); }

    // The code of a type, marked when the object is one that others may refer to.
    void type(char code) {
        out_.append(static_cast<char>(static_cast<unsigned char>(code) | std::exchange(mark_, 0)));
    }

    // An object that has been written already is referred to by its number. True: that is all.
    bool refer(Object& o) {
        if (version_ < 3 || o.refcnt == 1) return false;  // nobody else has it
        auto [at, is_new] = numbers_.try_emplace(&o, static_cast<uint32_t>(numbers_.size()));
        if (is_new) {
            mark_ = kReference;
            return false;
        }
        out_.append('r');
        number(at->second, 4);
        return true;
    }

    Result<void> write_value(Object& o) {
        if (is_none(o)) {
            out_.append('N');
        } else if (&o == &ellipsis()) {
            out_.append('.');
        } else if (&o == &exc_type(Exc::StopIteration)) {
            out_.append('S');
        } else if (is_exact(o, bool_type())) {
            out_.append(static_cast<Int&>(o).size != 0 ? 'T' : 'F');
        } else if (refer(o)) {
            return {};
        } else if (is_exact(o, int_type())) {
            return write_int(static_cast<Int&>(o));
        } else if (is_exact(o, float_type())) {
            type('g');
            real(static_cast<Float&>(o).value);
        } else if (is_exact(o, complex_type())) {
            type('y');
            real(static_cast<Complex&>(o).real);
            real(static_cast<Complex&>(o).imag);
        } else if (is_exact_str(o)) {
            return write_str(static_cast<Str&>(o));
        } else if (is_exact(o, tuple_type())) {
            return write_tuple(static_cast<Tuple&>(o));
        } else if (is_exact(o, list_type())) {
            type('[');
            return write_items(static_cast<List&>(o));
        } else if (is_exact(o, dict_type())) {
            return write_dict(static_cast<Dict&>(o));
        } else if (is_exact(o, set_type()) || is_exact(o, frozenset_type())) {
            type(is_exact(o, set_type()) ? '<' : '>');
            return write_set(o);
        } else if (is_code(o)) {
            return write_code(static_cast<Code&>(o));
        } else if (is_bytes_like(o)) {
            BytesLike buffer;
            TRY(buffer.get(ts_, o));
            type('s');
            TRY(size(buffer.size()));
            out_.append(buffer.view());
        } else {
            return unmarshallable();
        }
        return {};
    }

    // The tables, the file name unless it is that of the code around it, then the other objects.
    Result<void> write_code(Code& c) {
        const std::string tables = code_to_bytes(c);
        type('c');
        TRY(size(static_cast<Index>(tables.size())));
        out_.append(tables);
        const bool named = !file_ || !str_eq(*file_, *c.filename);
        out_.append(named ? '\1' : '\0');
        if (named) TRY(write(*c.filename));
        Str* outer = std::exchange(file_, c.filename);
        for (Object* part : std::initializer_list<Object*>{c.consts, c.names, c.varnames, c.cellvars,
                                                           c.freevars, c.name, c.qualname}) {
            TRY(write(*part));
        }
        file_ = outer;
        return {};
    }

    Result<void> write_int(Int& i) {
        int overflow;
        const int64_t value = int_as_int64(i, &overflow);
        if (overflow == 0 && value >= INT32_MIN && value <= INT32_MAX) {
            type('i');
            number(static_cast<uint64_t>(value), 4);
            return {};
        }
        // Two short digits for each of ours; the last one may be missing.
        const IntView view(i);
        const digits::In magnitude = view.magnitude();
        Index count = static_cast<Index>(magnitude.size()) * 2;
        if (magnitude.back() >> kShortBits == 0) --count;
        if (count > INT32_MAX) return unmarshallable();
        type('l');
        number(static_cast<uint64_t>(view.negative() ? -count : count), 4);
        for (Index k = 0; k < count; ++k) {
            const digits::Digit digit = magnitude[static_cast<size_t>(k / 2)];
            number((k % 2 == 0 ? digit : digit >> kShortBits) & 0x7fff, 2);
        }
        return {};
    }

    Result<void> write_str(Str& s) {
        const bool interned = version_ >= 3 && str_is_interned(s);
        if (str_is_ascii(s)) {
            if (s.length < 256) {
                type(interned ? 'Z' : 'z');
                out_.append(static_cast<char>(s.length));
            } else {
                type(interned ? 'A' : 'a');
                TRY(size(s.length));
            }
            out_.append(str_ascii_view(s));
            return {};
        }
        const Ref<Bytes> utf8 = TRY(encode_utf8(ts_, s, "surrogatepass"));
        type(interned ? 't' : 'u');
        TRY(size(utf8->size));
        out_.append(bytes_view(*utf8));
        return {};
    }

    Result<void> write_tuple(Tuple& t) {
        if (t.size < 256) {
            type(')');
            out_.append(static_cast<char>(t.size));
        } else {
            type('(');
            TRY(size(t.size));
        }
        for (Index i = 0; i < t.size; ++i) TRY(write(*t.item[i]));
        return {};
    }
    Result<void> write_items(List& l) {
        TRY(size(l.size));
        // Writing an item asks buffers for their contents, which may run code that changes the list.
        for (Index i = 0; i < l.size; ++i) {
            const Ref<Object> item = Ref<Object>::share(*l.item[i]);
            TRY(write(*item));
        }
        return {};
    }
    // In the order of what the members look like when written, so that equal sets give equal bytes.
    Result<void> write_set(Object& set) {
        const Ref<List> items = TRY(to_list(ts_, set));
        std::vector<std::pair<std::string, Object*>> members;
        for (Index i = 0; i < items->size; ++i) {
            Writer alone(ts_, version_);
            alone.depth_ = depth_;
            TRY(alone.write(*items->item[i]));
            const Ref<Bytes> bytes = TRY(alone.finish());
            members.emplace_back(bytes_view(*bytes), items->item[i]);
        }
        std::stable_sort(members.begin(), members.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        TRY(size(items->size));
        for (const auto& member : members) TRY(write(*member.second));
        return {};
    }
    Result<void> write_dict(Dict& d) {
        type('{');
        const Ref<List> items = TRY(dict_items_list(ts_, d));
        for (Index i = 0; i < items->size; ++i) {
            auto& pair = static_cast<Tuple&>(*items->item[i]);
            TRY(write(*pair.item[0]));
            TRY(write(*pair.item[1]));
        }
        out_.append('0');
        return {};
    }

    Attached ts_;
    BytesBuilder out_;
    Str* file_ = nullptr;                            // of the code object around what is being written
    std::unordered_map<Object*, uint32_t> numbers_;  // of what has been written and is marked
    int version_;
    int depth_ = 0;
    unsigned char mark_ = 0;  // for the next type's code
};

// ---- reading ----

class Reader {
  public:
    Reader(Attached ts, std::string_view data, Ref<List> seen)
        : ts_(ts), data_(data), seen_(std::move(seen)) {}

    Result<Ref<Object>> read() {
        OptRef<Object> value = TRY(read_or_null());
        if (!value) return raise(ts_, Exc::TypeError, "NULL object in marshal data for object");
        return std::move(value).take();
    }
    size_t used() const { return at_; }

  private:
    Raised bad(const char* what) { return raise(ts_, Exc::ValueError, "bad marshal data ({})", what); }

    Result<std::string_view> take(Index n) {
        if (n < 0 || static_cast<size_t>(n) > data_.size() - at_) {
            return raise(ts_, Exc::EOFError, "marshal data too short");
        }
        const std::string_view part = data_.substr(at_, static_cast<size_t>(n));
        at_ += static_cast<size_t>(n);
        return part;
    }
    Result<uint64_t> number(int bytes) {
        const std::string_view part = TRY(take(bytes));
        uint64_t value = 0;
        for (int i = 0; i < bytes; ++i)
            value |= uint64_t{static_cast<unsigned char>(part[static_cast<size_t>(i)])} << (8 * i);
        return value;
    }
    Result<Index> size(const char* what) {
        const auto n = static_cast<int32_t>(TRY(number(4)));
        if (n < 0) return bad(what);
        return n;
    }
    Result<double> real() {
        const uint64_t bits = TRY(number(8));
        return std::bit_cast<double>(bits);
    }

    // A place in the list of shared objects, kept until the object is made; -1 when it is not shared.
    Result<Index> reserve(bool shared) {
        if (!shared) return -1;
        TRY(list_append(ts_, *seen_, none()));
        return seen_->size - 1;
    }
    void remember(Index place, Object& o) {
        if (place >= 0) replace_field(ts_, seen_->item[place], Ref<Object>::share(o).release());
    }

    // Empty: the mark that ends a dict.
    Result<OptRef<Object>> read_or_null() {
        if (depth_ >= kMaxDepth) return raise(ts_, Exc::ValueError, "recursion limit exceeded");
        ++depth_;
        auto result = read_value();
        --depth_;
        return result;
    }

    Result<OptRef<Object>> read_value() {
        if (at_ == data_.size()) return raise(ts_, Exc::EOFError, "EOF read where object expected");
        const auto code = static_cast<unsigned char>(data_[at_++]);
        const bool shared = (code & kReference) != 0;
        const char type = static_cast<char>(code & ~kReference);
        switch (type) {
            case '0':
                return OptRef<Object>();
            case 'N':
                return OptRef<Object>::share(&none());
            case 'S':
                return OptRef<Object>::share(&exc_type(Exc::StopIteration));
            case '.':
                return OptRef<Object>::share(&ellipsis());
            case 'F':
                return OptRef<Object>::share(&bool_object(false));
            case 'T':
                return OptRef<Object>::share(&bool_object(true));
            case 'r': {
                const uint64_t place = TRY(number(4));
                if (place >= static_cast<uint64_t>(seen_->size)) return bad("invalid reference");
                if (is_none(*seen_->item[place])) return bad("invalid reference");  // not yet made
                return OptRef<Object>::share(seen_->item[place]);
            }
            case '(':
            case ')':
                return read_tuple(type, shared);
            case '[':
                return read_list(shared);
            case '{':
                return read_dict(shared);
            case '<':
            case '>':
                return read_set(type, shared);
            case 'c':
                return read_code(shared);
            default:
                break;
        }
        Ref<Object> value = TRY(read_plain(type));
        if (shared) TRY(list_append(ts_, *seen_, *value));
        return OptRef<Object>(std::move(value));
    }

    Result<Ref<Object>> read_plain(char type) {
        switch (type) {
            case 'i': {
                const auto value = static_cast<int32_t>(TRY(number(4)));
                return box_int(ts_, value);
            }
            case 'I': {
                const auto value = static_cast<int64_t>(TRY(number(8)));
                return box_int(ts_, value);
            }
            case 'l':
                return read_long();
            case 'g': {
                const double value = TRY(real());
                return float_from_double(ts_, value);
            }
            case 'y': {
                const double re = TRY(real());
                const double im = TRY(real());
                return complex_from_doubles(ts_, re, im);
            }
            case 's': {
                const Index n = TRY(size("bytes object size out of range"));
                const std::string_view part = TRY(take(n));
                return bytes_new(ts_, part);
            }
            case 't':
            case 'u': {
                const Index n = TRY(size("string size out of range"));
                const std::string_view part = TRY(take(n));
                Ref<Str> text = TRY(decode_utf8(ts_, part, "surrogatepass"));
                return type == 't' ? str_intern(ts_, std::move(text)) : Result<Ref<Str>>(std::move(text));
            }
            case 'a':
            case 'A':
            case 'z':
            case 'Z': {
                const bool is_short = type == 'z' || type == 'Z';
                const Index n =
                    is_short ? static_cast<Index>(TRY(number(1))) : TRY(size("string size out of range"));
                const std::string_view part = TRY(take(n));
                Ref<Str> text = TRY(str_new_latin1(ts_, part));
                const bool interned = type == 'A' || type == 'Z';
                return interned ? str_intern(ts_, std::move(text)) : Result<Ref<Str>>(std::move(text));
            }
            default:
                return bad("unknown type code");
        }
    }

    Result<Ref<Tuple>> read_strs() {
        Ref<Object> o = TRY(read());
        if (!is_exact(*o, tuple_type())) return bad("no tuple in code");
        auto& names = static_cast<Tuple&>(*o);
        for (Index i = 0; i < names.size; ++i) {
            if (!is_exact_str(*names.item[i])) return bad("a name in code is no string");
        }
        return std::move(o).cast<Tuple>();
    }
    Result<Ref<Str>> read_text() {
        Ref<Object> o = TRY(read());
        if (!is_exact_str(*o)) return bad("no string in code");
        return std::move(o).cast<Str>();
    }
    Result<OptRef<Object>> read_code(bool shared) {
        const Index place = TRY(reserve(shared));
        const Index n = TRY(size("code size out of range"));
        const std::string_view bytes = TRY(take(n));
        CodeTables tables;
        if (!code_from_bytes(bytes, &tables)) return bad("code of another format");
        const bool named = TRY(number(1)) != 0;
        if (!named && !file_) return bad("code without file name");
        const Ref<Str> file = named ? TRY(read_text()) : Ref<Str>::share(*file_);
        Str* outer = std::exchange(file_, file.get());
        Ref<Object> consts = TRY(read());
        if (!is_exact(*consts, tuple_type())) return bad("no tuple in code");
        const Ref<Tuple> names = TRY(read_strs()), vars = TRY(read_strs()), cells = TRY(read_strs()),
                         frees = TRY(read_strs());
        const Ref<Str> name = TRY(read_text()), qualname = TRY(read_text());
        file_ = outer;
        CodeParts& p = tables.parts;
        const int64_t parameters = int64_t{p.argcount} + p.kwonlyargcount + ((p.flags & kCodeVarArgs) != 0) +
                                   ((p.flags & kCodeVarKeywords) != 0);
        if (parameters > vars->size || p.posonlyargcount > p.argcount)
            return bad("more parameters than names in code");
        p.consts = static_cast<Tuple*>(consts.get());
        p.names = names.get();
        p.varnames = vars.get();
        p.cellvars = cells.get();
        p.freevars = frees.get();
        p.filename = file.get();
        p.name = name.get();
        p.qualname = qualname.get();
        Ref<Code> made = TRY(code_new(ts_, p));
#ifndef BATON_RELEASE
        if (!verify_code(*made, true).empty()) return bad("code that breaks the rules of opcodes");
#endif
        remember(place, *made);
        return OptRef<Object>(Ref<Object>(std::move(made)));
    }

    Result<Ref<Object>> read_long() {
        const auto n = static_cast<int32_t>(TRY(number(4)));
        if (n == INT32_MIN) return bad("long size out of range");
        const auto count = static_cast<size_t>(n < 0 ? -n : n);
        const std::string_view part = TRY(take(static_cast<Index>(count * 2)));
        Scratch<digits::Digit> magnitude(count / 2 + 1);
        if (!magnitude) return raise_no_memory(ts_);
        magnitude[count / 2] = 0;
        for (size_t i = 0; i < count; ++i) {
            const unsigned digit =
                static_cast<unsigned char>(part[2 * i]) | static_cast<unsigned char>(part[2 * i + 1]) << 8;
            if (digit >> kShortBits != 0) return bad("digit out of range in long");
            if (i + 1 == count && digit == 0) return bad("unnormalized long data");
            if (i % 2 == 0) {
                magnitude[i / 2] = digit;
            } else {
                magnitude[i / 2] |= digit << kShortBits;
            }
        }
        const digits::In all(magnitude.data(), count / 2 + 1);
        return boxed(ts_, int_from_magnitude(ts_, all.first(digits::significant(all)), n < 0));
    }

    Result<OptRef<Object>> read_tuple(char type, bool shared) {
        const Index n =
            type == ')' ? static_cast<Index>(TRY(number(1))) : TRY(size("tuple size out of range"));
        const Index place = TRY(reserve(shared));
        const Ref<List> items = TRY(read_items(n));
        Ref<Tuple> made = TRY(to_tuple(ts_, *items));
        remember(place, *made);
        return OptRef<Object>(Ref<Object>(std::move(made)));
    }
    Result<OptRef<Object>> read_list(bool shared) {
        const Index n = TRY(size("list size out of range"));
        Ref<List> made = TRY(list_new(ts_, 0));
        remember(TRY(reserve(shared)), *made);
        for (Index i = 0; i < n; ++i) {
            Ref<Object> item = TRY(read());
            TRY(list_append_owned(ts_, *made, std::move(item)));
        }
        return OptRef<Object>(Ref<Object>(std::move(made)));
    }
    Result<Ref<List>> read_items(Index n) {
        Ref<List> items = TRY(list_new(ts_, 0));
        for (Index i = 0; i < n; ++i) {
            Ref<Object> item = TRY(read());
            TRY(list_append_owned(ts_, *items, std::move(item)));
        }
        return items;
    }
    Result<OptRef<Object>> read_dict(bool shared) {
        Ref<Dict> made = TRY(dict_new(ts_));
        remember(TRY(reserve(shared)), *made);
        for (;;) {
            OptRef<Object> key = TRY(read_or_null());
            if (!key) break;
            OptRef<Object> value = TRY(read_or_null());
            if (!value) break;
            TRY(dict_set(ts_, *made, *key, *value));
        }
        return OptRef<Object>(Ref<Object>(std::move(made)));
    }
    Result<OptRef<Object>> read_set(char type, bool shared) {
        const Index n = TRY(size("set size out of range"));
        const Index place = TRY(reserve(shared));
        const Ref<List> items = TRY(read_items(n));
        Ref<Object> made = TRY(call(ts_, type == '<' ? set_type() : frozenset_type(), {items.get()}));
        remember(place, *made);
        return OptRef<Object>(std::move(made));
    }

    Attached ts_;
    std::string_view data_;
    Ref<List> seen_;
    Str* file_ = nullptr;  // of the code object around what is being read; borrowed
    size_t at_ = 0;
    int depth_ = 0;
};

}  // namespace

// ---- functions ----

Result<Ref<Object>> marshal_read(Attached ts, std::string_view bytes, size_t* used) {
    Ref<List> seen = TRY(list_new(ts, 0));
    Reader reader(ts, bytes, std::move(seen));
    auto value = TRY(reader.read());
    if (used) *used = reader.used();
    return value;
}
Result<Ref<Bytes>> marshal_write(Attached ts, Object& value) {
    Writer writer(ts, kVersion);
    TRY(writer.write(value));
    return writer.finish();
}

namespace {

Result<Ref<Bytes>> marshal_dumps(Attached ts, Object&, Object& value, Opt<int> version) {
    if (is_audited(ts)) {
        const Ref<Int> number = TRY(box_int(ts, version.or_else(kVersion)));
        TRY(audit(ts, "marshal.dumps", {&value, number.get()}));
    }
    Writer writer(ts, version.or_else(kVersion));
    TRY(writer.write(value));
    return writer.finish();
}
Result<Ref<Object>> marshal_loads(Attached ts, Object&, Object& bytes) {
    BytesLike buffer;
    TRY(buffer.get(ts, bytes));
    TRY(audit(ts, "marshal.loads", {&bytes}));
    return marshal_read(ts, buffer.view());
}
Result<Ref<Object>> marshal_dump(Attached ts, Object& module, Object& value, Object& file, Opt<int> version) {
    const Ref<Bytes> bytes = TRY(marshal_dumps(ts, module, value, version));
    return call_method(ts, file, id(Name::write), {bytes.get()});
}
// Reads the whole rest of the file, then goes back to where the value ended.
Result<Ref<Object>> marshal_load(Attached ts, Object&, Object& file) {
    TRY(audit(ts, "marshal.load", {}));
    const Ref<Object> data = TRY(call_method(ts, file, id(Name::read)));
    if (!is_bytes(*data)) {
        return raise(ts, Exc::TypeError, "file.read() returned not bytes but {}", type_name(*data));
    }
    const std::string_view bytes = bytes_view(static_cast<Bytes&>(*data));
    Ref<List> seen = TRY(list_new(ts, 0));
    Reader reader(ts, bytes, std::move(seen));
    Ref<Object> value = TRY(reader.read());
    if (reader.used() < bytes.size()) {
        const Ref<Int> back =
            TRY(box_int(ts, static_cast<int64_t>(reader.used()) - static_cast<int64_t>(bytes.size())));
        const Ref<Str> seek = TRY(str_intern_utf8(ts, "seek"));
        TRY(call_method(ts, file, *seek, {back.get(), small_int(1).get()}));
    }
    return value;
}

constexpr Method functions[] = {
    method<marshal_dump>("dump($module, value, file, version=4, /)", "Writes a value to a binary file."),
    method<marshal_dumps>("dumps($module, value, version=4, /)", "The bytes that dump() would write."),
    method<marshal_load>("load($module, file, /)", "Reads one value from a binary file."),
    method<marshal_loads>("loads($module, bytes, /)",
                          "The value that bytes stand for; what follows is ignored."),
    {},
};

Result<void> marshal_exec(Attached ts, Module& module) {
    const Ref<Str> name = TRY(str_intern_utf8(ts, "version"));
    return dict_set_str(ts, *module.dict, *name, *small_int(kVersion));
}

}  // namespace

extern const ModuleSpec marshal_module;
const ModuleSpec marshal_module = {
    .name = "marshal",
    .doc =
        "Reading and writing of values in a binary format. Code objects can be read by the build that wrote "
        "them.",
    .methods = functions,
    .exec = marshal_exec,
};

}  // namespace baton
