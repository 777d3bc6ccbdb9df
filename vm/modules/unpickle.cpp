// Unpickling: input, stack, memo, and what the opcodes do. The loop over them is in unpickle_loop.cpp.
#include <bit>
#include <cstring>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/codec.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/memoryview.h"
#include "runtime/types/set.h"
#include "runtime/types/tuple.h"
#include "vm/audit.h"
#include "vm/import.h"
#include "vm/modules/unpickle_read.h"

namespace baton {

namespace {

Result<OptRef<Object>> attribute(Attached ts, Object& o, std::string_view name) {
    return get_attr_opt(ts, o, *TRY(str_intern_utf8(ts, name)));
}
uint64_t little_endian(std::string_view bytes) {
    uint64_t n = 0;
    for (size_t i = bytes.size(); i-- > 0;) n = n << 8 | static_cast<uint8_t>(bytes[i]);
    return n;
}

}  // namespace

PickleReader::~PickleReader() {
    for (Object* o : stack_) decref(ts_, o);
}

// ---- input ----

Raised PickleReader::fail(std::string_view message) {
    return raise_pickle(ts_, unpickling_error_type(), message);
}
Raised PickleReader::truncated() {
    return fail("pickle data was truncated");
}
Result<std::string_view> PickleReader::read(uint64_t size) {
    if (size <= input_.size() - at_) {
        const std::string_view data = input_.substr(at_, size);
        at_ += size;
        return data;
    }
    if (!s_.read || size > PTRDIFF_MAX) return truncated();
    // What is left of the frame, and the rest from the file.
    std::string joined(input_.substr(at_));
    const Ref<Int> missing = TRY(box_int(ts_, static_cast<int64_t>(size - joined.size())));
    Ref<Object> more = TRY(call(ts_, *s_.read, {missing.get()}));
    BytesLike bytes;
    TRY(bytes.get(ts_, *more));
    const std::string_view got = bytes.view();
    if (joined.size() + got.size() < size) return truncated();
    joined += got.substr(0, size - joined.size());
    keep(std::move(joined));
    at_ = input_.size();
    return input_;
}
void PickleReader::keep(std::string data) {
    owned_ = std::move(data);
    input_ = owned_;
    at_ = 0;
}
// Without the newline.
Result<std::string_view> PickleReader::read_line() {
    const size_t newline = input_.find('\n', at_);
    if (newline != input_.npos) {
        const std::string_view line = input_.substr(at_, newline - at_);
        at_ = newline + 1;
        return line;
    }
    if (!s_.readline) return truncated();
    std::string joined(input_.substr(at_));
    const Ref<Object> more = TRY(call(ts_, *s_.readline));
    BytesLike bytes;
    TRY(bytes.get(ts_, *more));
    joined += bytes.view();
    if (joined.empty() || joined.back() != '\n') return truncated();
    keep(std::move(joined));
    at_ = input_.size();
    return input_.substr(0, input_.size() - 1);
}
Result<uint64_t> PickleReader::read_number(int bytes) {
    return little_endian(TRY(read(static_cast<uint64_t>(bytes))));
}
// ---- the stack ----

// An item was wanted above the innermost mark, and there is none.
Raised PickleReader::underflow() {
    return fail(marks_.empty() ? "unpickling stack underflow" : "unexpected MARK found");
}
Result<Ref<Object>> PickleReader::pop() {
    if (stack_.size() <= floor()) return underflow();
    Object* o = stack_.back();
    stack_.pop_back();
    return Ref<Object>::steal(o);
}
Result<Object*> PickleReader::top() {
    if (stack_.size() > floor()) return stack_.back();
    return underflow();
}
Result<size_t> PickleReader::pop_mark() {
    if (marks_.empty()) return fail("could not find MARK");
    const size_t at = marks_.back();
    marks_.pop_back();
    return at;
}
void PickleReader::drop_from(size_t at) {
    while (stack_.size() > at) {
        Object* o = stack_.back();
        stack_.pop_back();
        decref(ts_, o);
    }
}
// The items from `at` on as a tuple or a list; they leave the stack.
Result<Ref<Tuple>> PickleReader::take_tuple(size_t at) {
    Ref<Tuple> t = TRY(tuple_alloc(ts_, static_cast<Index>(stack_.size() - at)));
    for (size_t i = at; i < stack_.size(); ++i) t->item[i - at] = stack_[i];
    if (t->size) tuple_track(ts_, *t);
    stack_.resize(at);
    return t;
}
Result<Ref<List>> PickleReader::take_list(size_t at) {
    Ref<List> l = TRY(list_from(ts_, stack_.data() + at, static_cast<Index>(stack_.size() - at)));
    drop_from(at);
    return l;
}

// ---- opcodes ----

Result<void> PickleReader::load_int() {
    const std::string_view line = TRY(read_line());
    if (line == "00" || line == "01") return push(Ref<Object>::share(bool_object(line == "01")));
    const Ref<Str> text = TRY(decode_latin1(ts_, line));
    auto value = boxed(ts_, int_from_text(ts_, *text, 0));
    if (!value.ok()) {
        if (!pending_is(ts_, Exc::ValueError)) return already_raised();
        clear_pending(ts_);
        return raise(ts_, Exc::ValueError, "could not convert string to int");
    }
    return push(value.take());
}
Result<void> PickleReader::load_long() {
    std::string_view line = TRY(read_line());
    if (line.ends_with('L')) line.remove_suffix(1);
    const Ref<Str> text = TRY(decode_latin1(ts_, line));
    return push(TRY(boxed(ts_, int_from_text(ts_, *text, 0))));
}
Result<void> PickleReader::load_counted_long(int count_bytes) {
    const uint64_t size = TRY(read_number(count_bytes));
    if (count_bytes == 4 && size > INT32_MAX) return fail("LONG pickle has negative byte count");
    const std::string_view data = TRY(read(size));
    const size_t room = digits::bytes_capacity(data.size());
    Ref<Int> fresh = TRY(int_alloc(ts_, room));
    bool negative;
    const size_t n =
        digits::from_bytes({fresh->digit, room}, negative,
                           {reinterpret_cast<const uint8_t*>(data.data()), data.size()}, true, true);
    return push(TRY(boxed(ts_, int_finish(ts_, std::move(fresh), n, negative))));
}
Result<void> PickleReader::load_float() {
    const std::string_view line = TRY(read_line());
    const Ref<Str> text = TRY(decode_latin1(ts_, line));
    auto value = float_from_text(ts_, *text);
    if (!value.ok()) {
        if (!pending_is(ts_, Exc::ValueError)) return already_raised();
        clear_pending(ts_);
        const Shown shown = TRY(show_str(ts_, *text));
        return raise(ts_, Exc::ValueError, "could not convert string to float: '{}\n'", shown.view);
    }
    return push(TRY(box_float(ts_, value.take())));
}
Result<void> PickleReader::load_binfloat() {
    uint64_t bits;
    std::memcpy(&bits, TRY(read(8)).data(), sizeof bits);
    return push(TRY(box_float(ts_, std::bit_cast<double>(__builtin_bswap64(bits)))));
}
// A str of Python 2: text by the encoding asked for, or bytes.
Result<void> PickleReader::push_python2_string(std::string_view data) {
    if (s_.encoding == "bytes") return push(TRY(bytes_new(ts_, data)));
    return push(TRY(decode_view(ts_, data, s_.encoding.c_str(), s_.errors.c_str())));
}
Result<void> PickleReader::load_string() {
    std::string_view line = TRY(read_line());
    if (line.size() < 2 || line.front() != line.back() || (line.front() != '\'' && line.front() != '"'))
        return fail("the STRING opcode argument must be quoted");
    const std::string quoted(line.substr(1, line.size() - 2));
    const Ref<Bytes> bytes = TRY(decode_escape(ts_, quoted, nullptr));
    return push_python2_string(bytes_view(*bytes));
}
Result<void> PickleReader::load_text(uint64_t size, const char* op) {
    if (size > PTRDIFF_MAX)
        return raise(ts_, Exc::OverflowError, "{} exceeds system's maximum size of {} bytes", op,
                     PTRDIFF_MAX);
    return push(TRY(decode_utf8(ts_, TRY(read(size)), "surrogatepass")));
}
Result<void> PickleReader::load_bytes(uint64_t size, const char* op) {
    if (size > PTRDIFF_MAX)
        return raise(ts_, Exc::OverflowError, "{} exceeds system's maximum size of {} bytes", op,
                     PTRDIFF_MAX);
    return push(TRY(bytes_new(ts_, TRY(read(size)))));
}
Result<void> PickleReader::load_bytearray() {
    const uint64_t size = TRY(read_number(8));
    if (size > PTRDIFF_MAX)
        return raise(ts_, Exc::OverflowError, "BYTEARRAY8 exceeds system's maximum size of {} bytes",
                     PTRDIFF_MAX);
    return push(TRY(bytearray_new(ts_, TRY(read(size)))));
}
Result<void> PickleReader::load_next_buffer() {
    if (!s_.buffers)
        return fail("pickle stream refers to out-of-band data but no *buffers* argument was given");
    Next n = iter_next(ts_, *s_.buffers);
    if (n.raised()) return already_raised();
    if (n.is_done()) return fail("not enough out-of-band buffers");
    return push(n.take());
}
Result<void> PickleReader::load_readonly_buffer() {
    Object* o = TRY(top());
    Ref<MemoryView> view = TRY(memoryview_new(ts_, *o));
    if (view->view.readonly) return {};
    TRY(pop());
    view->view.readonly = 1;
    return push(std::move(view));
}

Result<void> PickleReader::load_dict() {
    const size_t mark = TRY(pop_mark());
    if ((stack_.size() - mark) % 2) return fail("odd number of items for DICT");
    Ref<Dict> d = TRY(dict_new(ts_));
    for (size_t i = mark; i < stack_.size(); i += 2) TRY(dict_set(ts_, *d, *stack_[i], *stack_[i + 1]));
    drop_from(mark);
    return push(std::move(d));
}
Result<void> PickleReader::append_from(size_t at) {
    if (at > stack_.size() || at <= floor()) return underflow();
    if (at == stack_.size()) return {};
    Object& to = *stack_[at - 1];
    if (is_exact(to, PyList_Type)) {
        for (size_t i = at; i < stack_.size(); ++i) TRY(list_append(ts_, static_cast<List&>(to), *stack_[i]));
        drop_from(at);
        return {};
    }
    if (const OptRef<Object> extend = TRY(attribute(ts_, to, "extend"))) {
        const Ref<List> items = TRY(take_list(at));
        TRY(call(ts_, *extend, {items.get()}));
        return {};
    }
    const Ref<Object> append = TRY(get_attr(ts_, to, *TRY(str_intern_utf8(ts_, "append"))));
    for (size_t i = at; i < stack_.size(); ++i) TRY(call(ts_, *append, {stack_[i]}));
    drop_from(at);
    return {};
}
Result<void> PickleReader::set_items_from(size_t at) {
    if (at > stack_.size() || at <= floor()) return underflow();
    if (at == stack_.size()) return {};
    if ((stack_.size() - at) % 2) return fail("odd number of items for SETITEMS");
    Object& to = *stack_[at - 1];
    for (size_t i = at; i < stack_.size(); i += 2) {
        if (is_exact(to, PyDict_Type))
            TRY(dict_set(ts_, static_cast<Dict&>(to), *stack_[i], *stack_[i + 1]));
        else
            TRY(set_item(ts_, to, *stack_[i], *stack_[i + 1]));
    }
    drop_from(at);
    return {};
}
Result<void> PickleReader::add_items() {
    const size_t mark = TRY(pop_mark());
    if (mark > stack_.size() || mark <= floor()) return underflow();
    if (mark == stack_.size()) return {};
    Object& to = *stack_[mark - 1];
    if (is_instance_exact(to, PySet_Type)) {
        const Ref<List> items = TRY(take_list(mark));
        return set_update(ts_, static_cast<Set&>(to), *items);
    }
    const Ref<Object> add = TRY(get_attr(ts_, to, *TRY(str_intern_utf8(ts_, "add"))));
    for (size_t i = mark; i < stack_.size(); ++i) TRY(call(ts_, *add, {stack_[i]}));
    drop_from(mark);
    return {};
}

// ---- classes and instances ----

Result<Ref<Object>> PickleReader::find_class(Object& module, Object& name) {
    if (!unpickler_ || unpickler_->type == &unpickler_type()) return pickle_find_class(ts_, s_, module, name);
    return call_method(ts_, *unpickler_, *TRY(str_intern_utf8(ts_, "find_class")), {&module, &name});
}
Result<Ref<Object>> PickleReader::read_global() {
    const std::string module_text(TRY(read_line()));
    const std::string_view name_text = TRY(read_line());
    const Ref<Str> name = TRY(decode_utf8(ts_, name_text, nullptr));
    const Ref<Str> module = TRY(decode_utf8(ts_, module_text, nullptr));
    return find_class(*module, *name);
}
Result<void> PickleReader::load_stack_global() {
    const Ref<Object> name = TRY(pop());
    if (stack_.size() <= floor()) return fail("STACK_GLOBAL requires str");
    const Ref<Object> module = TRY(pop());
    if (!is_exact(*name, PyUnicode_Type) || !is_exact(*module, PyUnicode_Type))
        return fail("STACK_GLOBAL requires str");
    return push(TRY(find_class(*module, *name)));
}
Result<void> PickleReader::load_extension(int bytes) {
    const auto code = static_cast<int32_t>(TRY(read_number(bytes)));
    if (code <= 0) return fail("EXT specifies code <= 0");
    const Ref<Int> key = TRY(box_int(ts_, code));
    const Ref<Object> cache = TRY(pickle_library(ts_, "copyreg", "_extension_cache"));
    if (Object* known = TRY(dict_find(ts_, static_cast<Dict&>(*cache), *key)).value)
        return push(Ref<Object>::share(*known));
    const Ref<Object> registry = TRY(pickle_library(ts_, "copyreg", "_inverted_registry"));
    Object* pair = TRY(dict_find(ts_, static_cast<Dict&>(*registry), *key)).value;
    if (!pair) return raise(ts_, Exc::ValueError, "unregistered extension code {}", code);
    const Ref<Object> held = Ref<Object>::share(*pair);
    auto& t = static_cast<Tuple&>(*held);
    if (!is_tuple(t) || t.size != 2 || !is_str(*t.item[0]) || !is_str(*t.item[1]))
        return raise(ts_, Exc::ValueError, "_inverted_registry[{}] isn't a 2-tuple of strings", code);
    Ref<Object> found = TRY(find_class(*t.item[0], *t.item[1]));
    TRY(dict_set(ts_, static_cast<Dict&>(*cache), *key, *found));
    return push(std::move(found));
}
// cls(*args), or without arguments cls.__new__(cls), as Python 2's INST and OBJ mean.
Result<Ref<Object>> PickleReader::instantiate(Object& cls, Tuple& args) {
    if (args.size == 0 && is_type(cls) && !TRY(attribute(ts_, cls, "__getinitargs__")))
        return call_method(ts_, cls, *TRY(str_intern_utf8(ts_, "__new__")), {&cls});
    return call_tuple(ts_, cls, args, nullptr);
}
Result<void> PickleReader::load_inst() {
    const size_t mark = TRY(pop_mark());
    const Ref<Tuple> args = TRY(take_tuple(mark));
    const Ref<Object> cls = TRY(read_global());
    return push(TRY(instantiate(*cls, *args)));
}
Result<void> PickleReader::load_obj() {
    const size_t mark = TRY(pop_mark());
    if (stack_.size() <= mark) return fail("unpickling stack underflow");
    const Ref<Tuple> args = TRY(take_tuple(mark + 1));
    const Ref<Object> cls = TRY(pop());
    return push(TRY(instantiate(*cls, *args)));
}
Result<void> PickleReader::load_newobj(bool with_keywords) {
    const char* op = with_keywords ? "NEWOBJ_EX" : "NEWOBJ";
    OptRef<Object> named;
    if (with_keywords) named = OptRef<Object>(TRY(pop()));
    const Ref<Object> args = TRY(pop());
    const Ref<Object> cls = TRY(pop());
    if (!is_type(*cls))
        return fail(fmt::format("{} class argument must be a type, not {}", op, type_name(*cls)));
    if (!is_tuple(*args))
        return fail(fmt::format("{} args argument must be a tuple, not {}", op, type_name(*args)));
    if (named && !is_dict(*named))
        return fail(fmt::format("{} kwargs argument must be a dict, not {}", op, type_name(*named)));
    const Ref<Object> make = TRY(get_attr(ts_, *cls, *TRY(str_intern_utf8(ts_, "__new__"))));
    const Ref<Tuple> own = TRY(tuple_of(ts_, {cls.get()}));
    const Ref<Object> all = TRY(tuple_concat(ts_, *own, static_cast<Tuple&>(*args)));
    return push(TRY(call_tuple(ts_, *make, static_cast<Tuple&>(*all), static_cast<Dict*>(named.get()))));
}
Result<void> PickleReader::load_reduce() {
    const Ref<Object> args = TRY(pop());
    const Ref<Object> callable = TRY(pop());
    if (!is_tuple(*args)) return raise(ts_, Exc::TypeError, "argument list must be a tuple");
    return push(TRY(call_tuple(ts_, *callable, static_cast<Tuple&>(*args), nullptr)));
}
Result<void> PickleReader::load_build() {
    const Ref<Object> state = TRY(pop());
    Object& instance = *TRY(top());
    if (const OptRef<Object> set_state = TRY(attribute(ts_, instance, "__setstate__"))) {
        TRY(call(ts_, *set_state, {state.get()}));
        return {};
    }
    Object *fields = state.get(), *slots = nullptr;
    if (is_tuple(*state) && static_cast<Tuple&>(*state).size == 2) {
        fields = static_cast<Tuple&>(*state).item[0];
        slots = static_cast<Tuple&>(*state).item[1];
    }
    if (!is_none(*fields)) {
        if (!is_dict(*fields)) return fail("state is not a dictionary");
        const Ref<Object> dict = TRY(get_attr(ts_, instance, *TRY(str_intern_utf8(ts_, "__dict__"))));
        Index at = 0;
        Object *key, *value;
        while (dict_next(static_cast<Dict&>(*fields), &at, &key, &value)) {
            Ref<Object> name = Ref<Object>::share(*key);
            const Ref<Object> held = Ref<Object>::share(*value);
            if (is_exact(*name, PyUnicode_Type)) name = TRY(str_intern(ts_, std::move(name).cast<Str>()));
            TRY(set_item(ts_, *dict, *name, *held));
        }
    }
    if (slots && !is_none(*slots)) {
        if (!is_dict(*slots)) return fail("slot state is not a dictionary");
        Index at = 0;
        Object *key, *value;
        while (dict_next(static_cast<Dict&>(*slots), &at, &key, &value)) {
            const Ref<Object> name = Ref<Object>::share(*key), held = Ref<Object>::share(*value);
            if (!is_str(*name))
                return raise(ts_, Exc::TypeError, "attribute name must be string, not '{}'",
                             type_name(*name));
            TRY(set_attr(ts_, instance, static_cast<Str&>(*name), *held));
        }
    }
    return {};
}

// ---- memo and persistent objects ----

Result<void> PickleReader::get(uint64_t number) {
    if (number >= s_.memo.size() || !s_.memo[number])
        return fail(fmt::format("Memo value not found at index {}", number));
    return push(Ref<Object>::share(*s_.memo[number]));
}
Result<void> PickleReader::put(uint64_t number) {
    if (stack_.empty() || (!marks_.empty() && stack_.size() <= marks_.back())) {
        TRY(top());
        return {};
    }
    if (number > (uint64_t{1} << 40)) return raise_no_memory(ts_);
    pickle_memo_put(ts_, s_, number, *stack_.back());
    return {};
}
Result<uint64_t> PickleReader::line_number(const char* negative) {
    const std::string_view line = TRY(read_line());
    const Ref<Str> text = TRY(decode_latin1(ts_, std::string(line) + "\n"));
    const Ref<Object> number = TRY(boxed(ts_, int_from_text(ts_, *text, 10)));
    int overflow;
    const int64_t n = int_as_int64(static_cast<Int&>(*number), &overflow);
    if (overflow > 0) return raise(ts_, Exc::OverflowError, "Python int too large to convert to C ssize_t");
    if (n >= 0 && !overflow) return static_cast<uint64_t>(n);
    if (negative) return raise(ts_, Exc::ValueError, "{}", negative);
    return fail(fmt::format("Memo value not found at index {}", n));
}
// What finds objects by their name outside; an error when there is nothing.
Result<Ref<Object>> PickleReader::persistent_finder() {
    OptRef<Object> find = OptRef<Object>::share(s_.persistent_load);
    if (!find && unpickler_) find = TRY(attribute(ts_, *unpickler_, "persistent_load"));
    if (find) return std::move(find).take();
    return fail(
        "A load persistent id instruction was encountered,\nbut no persistent_load function was specified.");
}
Result<void> PickleReader::load_persistent() {
    const Ref<Object> find = TRY(persistent_finder());
    const Ref<Object> pid = TRY(pop());
    return push(TRY(call(ts_, *find, {pid.get()})));
}
Result<void> PickleReader::load_persistent_text() {
    const Ref<Object> find = TRY(persistent_finder());
    auto pid = decode_ascii(ts_, TRY(read_line()), nullptr);
    if (!pid.ok()) {
        if (!pending_is(ts_, Exc::UnicodeDecodeError)) return already_raised();
        clear_pending(ts_);
        return fail("persistent IDs in protocol 0 must be ASCII strings");
    }
    return push(TRY(call(ts_, *find, {pid.get()})));
}

void pickle_memo_put(Attached ts, UnpicklerState& state, size_t at, Object& o) {
    if (at >= state.memo.size()) state.memo.resize(at + 1);
    incref(&o);
    xdecref(ts, std::exchange(state.memo[at], &o));
}

Result<Ref<Object>> pickle_find_class(Attached ts, UnpicklerState& state, Object& module_name,
                                      Object& global_name) {
    TRY(audit_values(ts, "pickle.find_class", &module_name, &global_name));
    Ref<Object> module = Ref<Object>::share(module_name), name = Ref<Object>::share(global_name);
    if (state.protocol < 3 && state.fix_imports) {
        const Ref<Tuple> key = TRY(tuple_of(ts, {module.get(), name.get()}));
        const Ref<Object> names = TRY(pickle_library(ts, "_compat_pickle", "NAME_MAPPING"));
        if (Object* pair = TRY(dict_find(ts, static_cast<Dict&>(*names), *key)).value) {
            if (!is_tuple(*pair) || static_cast<Tuple&>(*pair).size != 2)
                return raise(ts, Exc::RuntimeError,
                             "_compat_pickle.NAME_MAPPING values should be 2-tuples, not {}",
                             type_name(*pair));
            const Ref<Object> held = Ref<Object>::share(*pair);
            module = Ref<Object>::share(*static_cast<Tuple&>(*held).item[0]);
            name = Ref<Object>::share(*static_cast<Tuple&>(*held).item[1]);
        } else {
            const Ref<Object> modules = TRY(pickle_library(ts, "_compat_pickle", "IMPORT_MAPPING"));
            if (Object* other = TRY(dict_find(ts, static_cast<Dict&>(*modules), *module)).value)
                module = Ref<Object>::share(*other);
        }
    }
    if (!is_str(*module) || !is_str(*name))
        return raise(ts, Exc::TypeError, "names of modules and globals must be str, not {}",
                     type_name(is_str(*module) ? *name : *module));
    const Shown dotted = TRY(show_str(ts, *module));
    const Ref<Object> m = TRY(import_module(ts, dotted.view));
    auto& text = static_cast<Str&>(*name);
    if (state.protocol >= 4) {
        OptRef<Object> parent;
        return pickle_dotted(ts, *m, text, &parent);
    }
    OptRef<Object> found = TRY(get_attr_opt(ts, *m, *TRY(str_intern(ts, Ref<Str>::share(text)))));
    if (found) return std::move(found).take();
    const Shown n = TRY(show_repr(ts, text)), where = TRY(show_repr(ts, *m));
    return raise(ts, Exc::AttributeError, "Can't get attribute {} on {}", n.view, where.view);
}

}  // namespace baton
