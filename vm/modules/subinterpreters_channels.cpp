// _xxsubinterpreters: values that may pass, and the channels that they pass through. See subinterpreters.h.
#include <cstring>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "threadstate/process_state.h"
#include "vm/import.h"
#include "vm/interp_data.h"
#include "vm/modules/subinterpreters.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

struct ChannelId : Object {
    int64_t id;
    ChannelEnd end;
    bool held;  // counts for the channel
};

}  // namespace

Channels& process_channels() {
    return *process().main.load()->upper<RuntimeInterp>().vm->channels;
}

// ---- values ----

bool is_shareable(const Object& o) {
    return is_none(o) || o.type == &PyLong_Type || o.type == &PyBytes_Type || o.type == &PyUnicode_Type ||
           o.type == &baton_channel_id_type;
}
Result<SharedValue> share_value(Attached ts, Object& o) {
    SharedValue v;
    if (is_none(o)) return v;
    if (o.type == &PyLong_Type) {
        int overflow = 0;
        v.kind = SharedValue::Kind::kInt;
        v.number = int_as_int64(static_cast<Int&>(o), &overflow);
        if (overflow) return raise(ts, Exc::OverflowError, "try sending as bytes");
    } else if (o.type == &PyBytes_Type) {
        auto& b = static_cast<Bytes&>(o);
        v.kind = SharedValue::Kind::kBytes;
        v.data.assign(b.data, static_cast<size_t>(b.size));
    } else if (o.type == &PyUnicode_Type) {
        auto& s = static_cast<Str&>(o);
        v.kind = SharedValue::Kind::kText;
        v.text_kind = str_kind(s);
        v.data.assign(static_cast<const char*>(str_data(s)),
                      static_cast<size_t>(s.length) * static_cast<size_t>(v.text_kind));
    } else if (o.type == &baton_channel_id_type) {
        auto& c = static_cast<ChannelId&>(o);
        v.kind = SharedValue::Kind::kChannel;
        v.number = c.id;
        v.end = c.end;
    } else {
        const Shown shown = TRY(show_str(ts, o));
        return raise(ts, Exc::ValueError, "{} does not support cross-interpreter data", shown.view);
    }
    return v;
}
Result<Ref<Object>> unshare_value(Attached ts, const SharedValue& v) {
    switch (v.kind) {
        case SharedValue::Kind::kNone:
            break;
        case SharedValue::Kind::kInt:
            return box_int(ts, v.number);
        case SharedValue::Kind::kBytes:
            return bytes_new(ts, v.data);
        case SharedValue::Kind::kText:
            return str_new_kind(ts, v.text_kind, v.data.data(),
                                static_cast<Index>(v.data.size()) / v.text_kind);
        case SharedValue::Kind::kChannel:
            return channel_id_new(ts, v.number, v.end, false);
    }
    return Ref<Object>::share(none());
}

// ---- the table ----

int64_t Channels::create() {
    sync::MutexLock lock(mu_);
    all_.try_emplace(next_);
    return next_++;
}
ChannelError Channels::find(int64_t id, Channel** out) {
    auto at = all_.find(id);
    if (at == all_.end()) return ChannelError::kNotFound;
    *out = &at->second;
    return at->second.open ? ChannelError::kNone : ChannelError::kClosed;
}
// False: this end is closed to it.
bool Channels::associate(Ends& ends, int64_t interp) {
    return ends.try_emplace(interp, true).first->second;
}
void Channels::end_closing(Channel& c) {
    if (!c.closing || !c.queue.empty()) return;
    c.open = c.closing = false;
    c.gone = true;
}
ChannelError Channels::send(int64_t id, int64_t interp, SharedValue value) {
    sync::MutexLock lock(mu_);
    Channel* c = nullptr;
    if (ChannelError e = find(id, &c); e != ChannelError::kNone) return e;
    if (c->closing || !associate(c->send, interp)) return ChannelError::kClosed;
    c->queue.push_back(std::move(value));
    return ChannelError::kNone;
}
ChannelError Channels::receive(int64_t id, int64_t interp, std::optional<SharedValue>* out) {
    sync::MutexLock lock(mu_);
    Channel* c = nullptr;
    if (ChannelError e = find(id, &c); e != ChannelError::kNone) return e;
    if (!associate(c->recv, interp)) return ChannelError::kClosed;
    if (!c->queue.empty()) {
        *out = std::move(c->queue.front());
        c->queue.pop_front();
    }
    end_closing(*c);
    return ChannelError::kNone;
}
ChannelError Channels::close(int64_t id, ChannelEnd end, bool force) {
    sync::MutexLock lock(mu_);
    Channel* c = nullptr;
    if (ChannelError e = find(id, &c); e == ChannelError::kNotFound) return e;
    if (c->gone || (!force && end == ChannelEnd::kSend && c->closing)) return ChannelError::kClosed;
    if (!c->open) return ChannelError::kAlreadyClosed;
    if (!force && !c->queue.empty()) {
        if (end != ChannelEnd::kSend) return ChannelError::kNotEmpty;
        c->closing = true;
        return ChannelError::kNone;
    }
    c->queue.clear();
    c->open = c->closing = false;
    c->gone = true;
    return ChannelError::kNone;
}
ChannelError Channels::release(int64_t id, int64_t interp, ChannelEnd end) {
    sync::MutexLock lock(mu_);
    Channel* c = nullptr;
    if (ChannelError e = find(id, &c); e != ChannelError::kNone) return e;
    if (end != ChannelEnd::kRecv) c->send[interp] = false;
    if (end != ChannelEnd::kSend) c->recv[interp] = false;
    c->open = false;
    for (const Ends* ends : {&c->send, &c->recv}) {
        for (const auto& [who, open] : *ends) c->open |= open;
    }
    return ChannelError::kNone;
}
ChannelError Channels::destroy(int64_t id) {
    sync::MutexLock lock(mu_);
    return all_.erase(id) ? ChannelError::kNone : ChannelError::kNotFound;
}
ChannelError Channels::uses(int64_t id, int64_t interp, bool send, bool* out) {
    sync::MutexLock lock(mu_);
    Channel* c = nullptr;
    if (ChannelError e = find(id, &c); e != ChannelError::kNone) return e;
    if (send && c->closing) return ChannelError::kClosed;
    const Ends& ends = send ? c->send : c->recv;
    const auto at = ends.find(interp);
    *out = at != ends.end() && at->second;
    return ChannelError::kNone;
}
std::vector<int64_t> Channels::ids() {
    sync::MutexLock lock(mu_);
    std::vector<int64_t> out;
    for (const auto& [id, channel] : all_) out.push_back(id);
    return out;
}
ChannelError Channels::hold(int64_t id) {
    sync::MutexLock lock(mu_);
    auto at = all_.find(id);
    if (at == all_.end()) return ChannelError::kNotFound;
    ++at->second.holders;
    return ChannelError::kNone;
}
void Channels::let_go(int64_t id) {
    sync::MutexLock lock(mu_);
    auto at = all_.find(id);
    if (at != all_.end() && --at->second.holders == 0) all_.erase(at);
}

// ---- errors ----

Raised raise_from_module(Attached ts, const char* exception, std::string_view message) {
    const Ref<Object> module = TRY(import_module(ts, "_xxsubinterpreters"));
    const Ref<Object> type = TRY(get_attr(ts, *module, *TRY(str_intern_utf8(ts, exception))));
    const Ref<Str> text = TRY(str_new_utf8(ts, message));
    if (!is_type(*type)) return raise_text(ts, Exc::RuntimeError, message);
    return raise_type(ts, static_cast<Type&>(*type), text.get());
}
Raised raise_channel(Attached ts, ChannelError error, int64_t id) {
    switch (error) {
        case ChannelError::kNotFound:
            return raise_from_module(ts, "ChannelNotFoundError", fmt::format("channel {} not found", id));
        case ChannelError::kAlreadyClosed:
            return raise_from_module(ts, "ChannelClosedError", "channel already closed");
        case ChannelError::kNotEmpty:
            return raise_from_module(ts, "ChannelNotEmptyError",
                                     "may not be closed if not empty (try force=True)");
        case ChannelError::kClosed:
        case ChannelError::kNone:
            break;
    }
    return raise_from_module(ts, "ChannelClosedError", fmt::format("channel {} closed", id));
}

// ---- ChannelID ----

Result<int64_t> channel_number(Attached ts, Object& o) {
    if (o.type == &baton_channel_id_type) return static_cast<ChannelId&>(o).id;
    if (!has_index(o))
        return raise(ts, Exc::TypeError, "channel ID must be an int, got {:.100}", type_name(o));
    const int64_t id = TRY(convert_int64(ts, Value(&o), INT64_MIN, INT64_MAX, "long"));
    if (id >= 0) return id;
    const Shown shown = TRY(show_repr(ts, o));
    return raise(ts, Exc::ValueError, "channel ID must be a non-negative int, got {}", shown.view);
}
Result<Ref<Object>> channel_id_new(Attached ts, int64_t id, ChannelEnd end, bool force) {
    Ref<ChannelId> made = TRY(new_instance<ChannelId>(ts, baton_channel_id_type));
    made->id = id;
    made->end = end;
    const ChannelError error = process_channels().hold(id);
    made->held = error == ChannelError::kNone;
    if (!made->held && !force) return raise_channel(ts, error, id);
    return made;
}

namespace {

void channel_id_dealloc(Attached ts, ChannelId& self) {
    if (self.held) process_channels().let_go(self.id);
    free_instance(ts, self);
}
Result<Ref<Object>> channel_id_repr(Attached ts, ChannelId& self) {
    const char* end = self.end == ChannelEnd::kSend   ? ", send=True"
                      : self.end == ChannelEnd::kRecv ? ", recv=True"
                                                      : "";
    return str_format(ts, "{}({}{})", type_short_name(*self.type), self.id, end);
}
Result<Ref<Object>> channel_id_str(Attached ts, ChannelId& self) {
    return str_format(ts, "{}", self.id);
}
Result<Ref<Object>> channel_id_int(Attached ts, ChannelId& self) {
    return box_int(ts, self.id);
}
Result<Index> channel_id_hash(Attached, Object& self) {
    return int_hash(Value::of_int(static_cast<ChannelId&>(self).id));
}
Result<Ref<Object>> channel_id_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (op != CompareOp::eq && op != CompareOp::ne) return Ref<Object>::share(_Py_NotImplementedStruct);
    if (a.type != &baton_channel_id_type) return Ref<Object>::share(_Py_NotImplementedStruct);
    auto& self = static_cast<ChannelId&>(a);
    if (b.type == &baton_channel_id_type) {
        auto& other = static_cast<ChannelId&>(b);
        const bool same = self.id == other.id && self.end == other.end;
        return Ref<Object>::share(bool_object(same == (op == CompareOp::eq)));
    }
    if (!is_number(b)) return Ref<Object>::share(_Py_NotImplementedStruct);
    const Ref<Object> number = TRY(box_int(ts, self.id));
    return compare(ts, *number, b, op);
}
Result<Ref<Object>> get_end(Attached ts, ChannelId& self) {
    return str_intern_utf8(ts, self.end == ChannelEnd::kSend   ? "send"
                               : self.end == ChannelEnd::kRecv ? "recv"
                                                               : "both");
}
Result<Ref<Object>> get_send(Attached ts, ChannelId& self) {
    return channel_id_new(ts, self.id, ChannelEnd::kSend, true);
}
Result<Ref<Object>> get_recv(Attached ts, ChannelId& self) {
    return channel_id_new(ts, self.id, ChannelEnd::kRecv, true);
}
constexpr GetSet channel_id_getset[] = {
    getter<get_end>("end", "which end it is: send, recv or both"),
    getter<get_send>("send", "an id of the end that sends"),
    getter<get_recv>("recv", "an id of the end that receives"),
    {},
};

ChannelEnd chosen_end(bool send, bool recv) {
    return send == recv ? ChannelEnd::kBoth : send ? ChannelEnd::kSend : ChannelEnd::kRecv;
}

}  // namespace

// ---- functions ----

Result<Ref<Object>> channel_id_make(Attached ts, Module&, Object& id, Opt<bool> send, Opt<bool> recv,
                                    Opt<bool> force, Opt<bool>) {
    const int64_t number = TRY(channel_number(ts, id));
    if (send.given && recv.given && !send.value && !recv.value)
        return raise(ts, Exc::ValueError, "'send' and 'recv' cannot both be False");
    return channel_id_new(ts, number, chosen_end(send.or_else(false), recv.or_else(false)),
                          force.or_else(false));
}
Result<Ref<Object>> channel_create(Attached ts, Module&) {
    return channel_id_new(ts, process_channels().create(), ChannelEnd::kBoth, false);
}
Result<void> channel_destroy(Attached ts, Module&, Object& cid) {
    const int64_t id = TRY(channel_number(ts, cid));
    const ChannelError error = process_channels().destroy(id);
    if (error != ChannelError::kNone) return raise_channel(ts, error, id);
    return {};
}
Result<Ref<Object>> channel_list_all(Attached ts, Module&) {
    const Ref<List> out = TRY(list_new(ts, 0));
    for (const int64_t id : process_channels().ids())
        TRY(list_append_owned(ts, *out, TRY(channel_id_new(ts, id, ChannelEnd::kBoth, true))));
    return out.copy();
}
Result<Ref<Object>> channel_list_interpreters(Attached ts, Module&, Object& cid, bool send) {
    const int64_t id = TRY(channel_number(ts, cid));
    std::vector<int64_t> interpreters;
    {
        sync::MutexLock lock(process().head);
        for (InterpreterState* i = process().interpreters; i; i = i->next) interpreters.push_back(i->id);
    }
    const Ref<List> out = TRY(list_new(ts, 0));
    for (const int64_t interp : interpreters) {
        bool uses = false;
        const ChannelError error = process_channels().uses(id, interp, send, &uses);
        if (error != ChannelError::kNone) return raise_channel(ts, error, id);
        if (uses) TRY(list_append_owned(ts, *out, TRY(interpreter_id_new(ts, interp))));
    }
    TRY(list_reverse(ts, *out));
    return out.copy();
}
Result<void> channel_send(Attached ts, Module&, Object& cid, Object& obj) {
    const int64_t id = TRY(channel_number(ts, cid));
    SharedValue value = TRY(share_value(ts, obj));
    const ChannelError error = process_channels().send(id, ts->interp->id, std::move(value));
    if (error != ChannelError::kNone) return raise_channel(ts, error, id);
    return {};
}
Result<Ref<Object>> channel_recv(Attached ts, Module&, Object& cid, Object* fallback) {
    const int64_t id = TRY(channel_number(ts, cid));
    std::optional<SharedValue> value;
    const ChannelError error = process_channels().receive(id, ts->interp->id, &value);
    if (error != ChannelError::kNone) return raise_channel(ts, error, id);
    if (value) return unshare_value(ts, *value);
    if (fallback) return Ref<Object>::share(*fallback);
    return raise_from_module(ts, "ChannelEmptyError", fmt::format("channel {} is empty", id));
}
Result<void> channel_close(Attached ts, Module&, Object& cid, Opt<bool> send, Opt<bool> recv,
                           Opt<bool> force) {
    const int64_t id = TRY(channel_number(ts, cid));
    const ChannelError error = process_channels().close(
        id, chosen_end(send.or_else(false), recv.or_else(false)), force.or_else(false));
    if (error != ChannelError::kNone) return raise_channel(ts, error, id);
    return {};
}
Result<void> channel_release(Attached ts, Module&, Object& cid, Opt<bool> send, Opt<bool> recv, Opt<bool>) {
    const int64_t id = TRY(channel_number(ts, cid));
    const ChannelError error =
        process_channels().release(id, ts->interp->id, chosen_end(send.or_else(false), recv.or_else(false)));
    if (error != ChannelError::kNone) return raise_channel(ts, error, id);
    return {};
}

const TypeSpec channel_id_spec = {
    .name = "_xxsubinterpreters.ChannelID",
    .doc = "Stands for a channel, which lives as long; usable wherever an integer is.",
    .basicsize = sizeof(ChannelId),
    .flags = kTypeDisallowInstantiation,
    .getset = channel_id_getset,
    .dealloc = typed_slot<channel_id_dealloc>,
    .repr = typed_slot<channel_id_repr>,
    .hash = slot<channel_id_hash>,
    .str = typed_slot<channel_id_str>,
    .richcompare = slot<channel_id_compare>,
    .nb_int = typed_slot<channel_id_int>,
    .index = typed_slot<channel_id_int>,
};

}  // namespace baton
