// Unpickling: the loop over the opcodes.
#include "runtime/codec.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/tuple.h"
#include "vm/modules/unpickle_read.h"

namespace baton {

Result<void> PickleReader::load_protocol() {
    const int protocol = static_cast<int>(TRY(read_number(1)));
    if (protocol > kPickleHighest)
        return raise(ts_, Exc::ValueError, "unsupported pickle protocol: {}", protocol);
    s_.protocol = protocol;
    return {};
}
// The whole frame is read at once; what it holds is then at hand.
Result<void> PickleReader::load_frame() {
    const uint64_t size = TRY(read_number(8));
    if (size > PTRDIFF_MAX)
        return raise(ts_, Exc::OverflowError, "FRAME length exceeds system's maximum of {} bytes",
                     PTRDIFF_MAX);
    const std::string_view frame = TRY(read(size));
    at_ = static_cast<size_t>(frame.data() - input_.data());
    return {};
}

Result<bool> PickleReader::step(Op op) {
    const auto tuple_of_last = [&](size_t n) -> Result<void> {
        if (stack_.size() < floor() + n) return underflow();
        return push(TRY(take_tuple(stack_.size() - n)));
    };
    switch (op) {
        case Op::NONE:
            return done(push(Ref<Object>::share(none())));
        case Op::NEWTRUE:
            return done(push(Ref<Object>::share(bool_object(true))));
        case Op::NEWFALSE:
            return done(push(Ref<Object>::share(bool_object(false))));
        case Op::BININT:
            return done(push(TRY(box_int(ts_, static_cast<int32_t>(TRY(read_number(4)))))));
        case Op::BININT1:
            return done(push(TRY(box_int(ts_, static_cast<int64_t>(TRY(read_number(1)))))));
        case Op::BININT2:
            return done(push(TRY(box_int(ts_, static_cast<int64_t>(TRY(read_number(2)))))));
        case Op::INT:
            return done(load_int());
        case Op::LONG:
            return done(load_long());
        case Op::LONG1:
            return done(load_counted_long(1));
        case Op::LONG4:
            return done(load_counted_long(4));
        case Op::FLOAT:
            return done(load_float());
        case Op::BINFLOAT:
            return done(load_binfloat());
        case Op::STRING:
            return done(load_string());
        case Op::BINSTRING:
            return done(push_python2_string(TRY(read(TRY(read_number(4))))));
        case Op::SHORT_BINSTRING:
            return done(push_python2_string(TRY(read(TRY(read_number(1))))));
        case Op::UNICODE:
            return done(push(TRY(decode_raw_unicode_escape(ts_, TRY(read_line()), nullptr))));
        case Op::BINUNICODE:
            return done(load_text(TRY(read_number(4)), "BINUNICODE"));
        case Op::SHORT_BINUNICODE:
            return done(load_text(TRY(read_number(1)), "BINUNICODE"));
        case Op::BINUNICODE8:
            return done(load_text(TRY(read_number(8)), "BINUNICODE"));
        case Op::BINBYTES:
            return done(load_bytes(TRY(read_number(4)), "BINBYTES"));
        case Op::SHORT_BINBYTES:
            return done(load_bytes(TRY(read_number(1)), "BINBYTES"));
        case Op::BINBYTES8:
            return done(load_bytes(TRY(read_number(8)), "BINBYTES"));
        case Op::BYTEARRAY8:
            return done(load_bytearray());
        case Op::NEXT_BUFFER:
            return done(load_next_buffer());
        case Op::READONLY_BUFFER:
            return done(load_readonly_buffer());
        case Op::MARK:
            marks_.push_back(stack_.size());
            return true;
        case Op::POP:
            // A MARK on top is what goes.
            if (!marks_.empty() && marks_.back() == stack_.size()) {
                marks_.pop_back();
                return true;
            }
            TRY(pop());
            return true;
        case Op::POP_MARK:
            drop_from(TRY(pop_mark()));
            return true;
        case Op::DUP:
            return done(push(Ref<Object>::share(*TRY(top()))));
        case Op::EMPTY_TUPLE:
            return done(push(TRY(tuple_of(ts_, {}))));
        case Op::TUPLE:
            return done(push(TRY(take_tuple(TRY(pop_mark())))));
        case Op::TUPLE1:
            return done(tuple_of_last(1));
        case Op::TUPLE2:
            return done(tuple_of_last(2));
        case Op::TUPLE3:
            return done(tuple_of_last(3));
        case Op::EMPTY_LIST:
            return done(push(TRY(list_new(ts_))));
        case Op::LIST:
            return done(push(TRY(take_list(TRY(pop_mark())))));
        case Op::APPEND:
            return done(append_from(stack_.size() - (stack_.empty() ? 0 : 1)));
        case Op::APPENDS:
            return done(append_from(TRY(pop_mark())));
        case Op::EMPTY_DICT:
            return done(push(TRY(dict_new(ts_))));
        case Op::DICT:
            return done(load_dict());
        case Op::SETITEM:
            return done(set_items_from(stack_.size() < 2 ? 0 : stack_.size() - 2));
        case Op::SETITEMS:
            return done(set_items_from(TRY(pop_mark())));
        case Op::EMPTY_SET:
            return done(push(TRY(set_new(ts_, nullptr))));
        case Op::ADDITEMS:
            return done(add_items());
        case Op::FROZENSET: {
            const Ref<List> items = TRY(take_list(TRY(pop_mark())));
            return done(push(TRY(frozenset_new(ts_, items.get()))));
        }
        case Op::GLOBAL:
            return done(push(TRY(read_global())));
        case Op::STACK_GLOBAL:
            return done(load_stack_global());
        case Op::EXT1:
            return done(load_extension(1));
        case Op::EXT2:
            return done(load_extension(2));
        case Op::EXT4:
            return done(load_extension(4));
        case Op::INST:
            return done(load_inst());
        case Op::OBJ:
            return done(load_obj());
        case Op::NEWOBJ:
            return done(load_newobj(false));
        case Op::NEWOBJ_EX:
            return done(load_newobj(true));
        case Op::REDUCE:
            return done(load_reduce());
        case Op::BUILD:
            return done(load_build());
        case Op::GET:
            return done(get(TRY(line_number(nullptr))));
        case Op::BINGET:
            return done(get(TRY(read_number(1))));
        case Op::LONG_BINGET:
            return done(get(TRY(read_number(4))));
        case Op::PUT:
            return done(put(TRY(line_number("negative PUT argument"))));
        case Op::BINPUT:
            return done(put(TRY(read_number(1))));
        case Op::LONG_BINPUT:
            return done(put(TRY(read_number(4))));
        case Op::MEMOIZE:
            return done(put(s_.memo.size()));
        case Op::PERSID:
            return done(load_persistent_text());
        case Op::BINPERSID:
            return done(load_persistent());
        case Op::PROTO:
            return done(load_protocol());
        case Op::FRAME:
            return done(load_frame());
        case Op::STOP:
            return false;
    }
    const auto c = static_cast<uint8_t>(op);
    if (c >= 0x20 && c <= 0x7e && c != '\'' && c != '\\')
        return fail(fmt::format("invalid load key, '{}'.", static_cast<char>(c)));
    return fail(fmt::format("invalid load key, '\\x{:02x}'.", c));
}

Result<Ref<Object>> PickleReader::load(std::string_view data) {
    input_ = data;
    s_.protocol = 0;
    for (;;) {
        auto byte = read(1);
        if (!byte.ok()) {
            if (pending(ts_)->type != &unpickling_error_type()) return already_raised();
            clear_pending(ts_);
            return raise(ts_, Exc::EOFError, "Ran out of input");
        }
        if (!TRY(step(static_cast<Op>(static_cast<uint8_t>((*byte)[0]))))) break;
    }
    return pop();
}

Result<Ref<Object>> pickle_load(Attached ts, UnpicklerState& state, Object* unpickler,
                                std::string_view data) {
    return PickleReader(ts, state, unpickler).load(data);
}

}  // namespace baton
