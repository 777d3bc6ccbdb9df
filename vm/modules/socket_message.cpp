// _socket: sendmsg and recvmsg: several buffers at once, and ancillary data.
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include <climits>
#include <cstring>
#include <memory>
#include <vector>

#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"
#include "vm/audit.h"
#include "vm/modules/socket.h"

namespace baton {

namespace {

// The buffers of an iterable, held, as the system's vector.
class IoVector {
  public:
    explicit IoVector(bool writable) : writable_(writable) {}
    // `not_iterable` and `not_buffer` are the TypeErrors.
    Result<void> get(Attached ts, Object& iterable, const char* function) {
        if (!info(iterable).iter && !is_sequence(iterable))
            return raise(ts, Exc::TypeError, "{}() argument 1 must be an iterable", function);
        TRY(for_each(ts, iterable, [&](Ref<Object> item) -> Result<bool> {
            if (held_.size() == INT_MAX)
                return raise(ts, Exc::OSError, "{}() argument 1 is too long", function);
            auto buffer = std::make_unique<BytesLike>();
            if (!writable_) {
                TRY(buffer->get(ts, *item));
            } else if (!buffer->get_writable(ts, *item).ok()) {
                if (!pending_is(ts, Exc::TypeError) && !pending_is(ts, Exc::BufferError))
                    return already_raised();
                clear_pending(ts);
                return raise(ts, Exc::TypeError,
                             "{}() argument 1 must be an iterable of single-segment read-write buffers",
                             function);
            }
            parts_.push_back({buffer->data(), static_cast<size_t>(buffer->size())});
            held_.push_back(std::move(buffer));
            return true;
        }));
        return {};
    }
    void put_into(msghdr* message) {
        message->msg_iov = parts_.data();
        message->msg_iovlen = parts_.size();
    }

  private:
    std::vector<std::unique_ptr<BytesLike>> held_;
    std::vector<iovec> parts_;
    bool writable_;
};

// Ancillary data that is to be sent: messages one behind the other, aligned as the system wants them.
class ControlData {
  public:
    char* add(int level, int type, size_t size) {
        const size_t at = words_.size() * sizeof(size_t);
        const size_t length = at + CMSG_SPACE(size);
        words_.resize((length + sizeof(size_t) - 1) / sizeof(size_t), 0);
        length_ = length;
        auto* head = reinterpret_cast<cmsghdr*>(reinterpret_cast<char*>(words_.data()) + at);
        head->cmsg_level = level;
        head->cmsg_type = type;
        head->cmsg_len = CMSG_LEN(size);
        return reinterpret_cast<char*>(CMSG_DATA(head));
    }
    void put_into(msghdr* message) {
        message->msg_control = words_.empty() ? nullptr : words_.data();
        message->msg_controllen = length_;
    }

  private:
    static_assert(CMSG_ALIGN(1) == sizeof(size_t));
    std::vector<size_t> words_;
    size_t length_ = 0;
};

constexpr size_t kMostControl = INT_MAX - 1024;

Result<void> add_items(Attached ts, ControlData& control, Object& ancdata) {
    if (!info(ancdata).iter && !is_sequence(ancdata))
        return raise(ts, Exc::TypeError, "sendmsg() argument 2 must be an iterable");
    size_t total = 0;
    return for_each(ts, ancdata, [&](Ref<Object> item) -> Result<bool> {
        if (!is_sequence(*item)) {
            return raise(ts, Exc::TypeError,
                         "[sendmsg() ancillary data items]() argument must be 3-item sequence, not {}",
                         type_name(*item));
        }
        const Ref<Tuple> triple = TRY(to_tuple(ts, *item));
        if (triple->size != 3) {
            return raise(ts, Exc::TypeError,
                         "[sendmsg() ancillary data items]() argument must be sequence of length 3, not {}",
                         triple->size);
        }
        const int64_t level = TRY(convert_int64(ts, Value(triple->item[0]), INT_MIN, INT_MAX, "int"));
        const int64_t type = TRY(convert_int64(ts, Value(triple->item[1]), INT_MIN, INT_MAX, "int"));
        BytesLike data;
        TRY(data.get(ts, *triple->item[2]));
        const std::string_view text = data.view();
        if (text.size() > kMostControl) return raise(ts, Exc::OSError, "ancillary data item too large");
        total += CMSG_SPACE(text.size());
        if (total > kMostControl) return raise(ts, Exc::OSError, "too much ancillary data");
        char* to = control.add(static_cast<int>(level), static_cast<int>(type), text.size());
        if (!text.empty()) std::memcpy(to, text.data(), text.size());
        return true;
    });
}

Result<Ref<Object>> send_message(Attached ts, SocketObject& s, const msghdr& message, int flags) {
    const int64_t sent = TRY(checked_socket_call(ts, s, POLLOUT, socket_deadline(s.timeout),
                                                 [&](int fd) { return ::sendmsg(fd, &message, flags); }));
    return box_int(ts, sent);
}

// How much of one message's data lies within what was received; what is cut off is left out.
size_t data_length(const msghdr& message, const cmsghdr& head) {
    const char* data = reinterpret_cast<const char*>(CMSG_DATA(const_cast<cmsghdr*>(&head)));
    const char* end = static_cast<const char*>(message.msg_control) + message.msg_controllen;
    if (head.cmsg_len < CMSG_LEN(0) || data > end) return 0;
    const size_t claimed = head.cmsg_len - CMSG_LEN(0), there = static_cast<size_t>(end - data);
    return claimed < there ? claimed : there;
}

// Descriptors that arrived belong to nobody when their numbers cannot be handed to Python.
void close_received(Attached ts, msghdr& message) {
    for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr; head = CMSG_NXTHDR(&message, head)) {
        if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
        const size_t count = data_length(message, *head) / sizeof(int);
        for (size_t i = 0; i < count; ++i) {
            int fd;
            std::memcpy(&fd, CMSG_DATA(head) + i * sizeof(int), sizeof fd);
            ts.detached([&] { (void)::close(fd); });
        }
    }
}

Result<Ref<Object>> received(Attached ts, SocketObject& s, msghdr& message, const SocketAddress& from,
                             Ref<Object> first) {
    const Ref<List> items = TRY(list_new(ts, 0));
    for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr; head = CMSG_NXTHDR(&message, head)) {
        const size_t size = data_length(message, *head);
        const Ref<Bytes> data = TRY(bytes_new(ts, {reinterpret_cast<const char*>(CMSG_DATA(head)), size}));
        const Value triple[] = {Value::of_int(head->cmsg_level), Value::of_int(head->cmsg_type),
                                Value(data.get())};
        Ref<Tuple> item = TRY(tuple_from_values(ts, triple, 3));
        TRY(list_append_owned(ts, *items, std::move(item)));
    }
    SocketAddress peer = from;
    peer.length = message.msg_namelen < sizeof peer.storage ? message.msg_namelen : sizeof peer.storage;
    const Ref<Object> address = TRY(address_object(ts, s.fd, peer, s.proto));
    const Value all[] = {Value(first.get()), Value(items.get()), Value::of_int(message.msg_flags),
                         Value(address.get())};
    return tuple_from_values(ts, all, 4);
}

// Receives into the vector; `finish` turns the count into the first item of the answer.
template <class F>
Result<Ref<Object>> receive_message(Attached ts, SocketObject& s, msghdr message, Opt<Index> ancbufsize,
                                    int flags, F&& finish) {
    const Index control_size = ancbufsize.or_else(0);
    if (control_size < 0 || control_size > INT_MAX)
        return raise(ts, Exc::ValueError, "invalid ancillary data buffer length");
    TRY(check_family(ts, s));
    SocketAddress from;
    std::vector<size_t> control(static_cast<size_t>(control_size) / sizeof(size_t) + 1, 0);
    const msghdr empty = message;
    const int64_t got = TRY(checked_socket_call(ts, s, POLLIN, socket_deadline(s.timeout), [&](int fd) {
        message = empty;
        message.msg_name = &from.storage;
        message.msg_namelen = sizeof from.storage;
        message.msg_control = control_size > 0 ? control.data() : nullptr;
        message.msg_controllen = static_cast<size_t>(control_size);
        return ::recvmsg(fd, &message, flags);
    }));
    auto first = finish(got);
    auto answer =
        first.ok() ? received(ts, s, message, from, first.take()) : Result<Ref<Object>>(already_raised());
    if (!answer.ok()) close_received(ts, message);
    return answer;
}

}  // namespace

Result<Ref<Object>> socket_sendmsg(Attached ts, SocketObject& s, Object& buffers, Object* ancdata,
                                   Opt<int> flags, Object* address) {
    SocketAddress to;
    msghdr message{};
    IoVector data(false);
    ControlData control;
    if (address != nullptr && !is_none(*address)) {
        TRY(address_of(ts, s, *address, "sendmsg", &to));
        message.msg_name = &to.storage;
        message.msg_namelen = to.length;
    }
    TRY(audit_values(ts, "socket.sendmsg", &s, address));
    TRY(data.get(ts, buffers, "sendmsg"));
    if (ancdata != nullptr) TRY(add_items(ts, control, *ancdata));
    data.put_into(&message);
    control.put_into(&message);
    return send_message(ts, s, message, flags.or_else(0));
}

Result<Ref<Object>> socket_recvmsg(Attached ts, SocketObject& s, Index bufsize, Opt<Index> ancbufsize,
                                   Opt<int> flags) {
    if (bufsize < 0) return raise(ts, Exc::ValueError, "negative buffer size in recvmsg()");
    // The empty bytes object is shared, and nothing may be written to it: a place of our own for no data.
    Ref<Bytes> buffer = bufsize == 0 ? bytes_empty() : TRY(bytes_new_uninitialised(ts, bufsize));
    char nothing;
    iovec part{bufsize == 0 ? &nothing : buffer->data, static_cast<size_t>(bufsize)};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    return receive_message(ts, s, message, ancbufsize, flags.or_else(0),
                           [&](int64_t got) -> Result<Ref<Object>> {
                               if (got == bufsize) return std::move(buffer);
                               return bytes_resize(ts, std::move(buffer), got);
                           });
}

Result<Ref<Object>> socket_recvmsg_into(Attached ts, SocketObject& s, Object& buffers, Opt<Index> ancbufsize,
                                        Opt<int> flags) {
    IoVector to(true);
    TRY(to.get(ts, buffers, "recvmsg_into"));
    msghdr message{};
    to.put_into(&message);
    return receive_message(ts, s, message, ancbufsize, flags.or_else(0),
                           [&](int64_t got) -> Result<Ref<Object>> { return box_int(ts, got); });
}

Result<Ref<Object>> socket_sendmsg_afalg(Attached ts, SocketObject& s, Object* msg, Object* op, Object* iv,
                                         Object* assoclen, Opt<int> flags) {
    if (s.family != AF_ALG) return raise(ts, Exc::OSError, "algset is only supported for AF_ALG");
    int64_t operation = -1;
    if (op != nullptr) operation = TRY(convert_int64(ts, Value(op), INT_MIN, INT_MAX, "int"));
    if (operation < 0) return raise(ts, Exc::TypeError, "Invalid or missing argument 'op'");
    int64_t associated = -1;
    if (assoclen != nullptr && !is_none(*assoclen)) {
        associated = TRY(convert_int64(ts, Value(assoclen), INT_MIN, INT_MAX, "int"));
        if (associated < 0) return raise(ts, Exc::TypeError, "assoclen must be positive");
    }
    ControlData control;
    const auto word = static_cast<uint32_t>(operation);
    std::memcpy(control.add(SOL_ALG, ALG_SET_OP, sizeof word), &word, sizeof word);
    if (iv != nullptr && !is_none(*iv)) {
        BytesLike vector;
        TRY(vector.get(ts, *iv));
        const auto size = static_cast<uint32_t>(vector.size());
        char* to = control.add(SOL_ALG, ALG_SET_IV, sizeof size + size);
        std::memcpy(to, &size, sizeof size);
        std::memcpy(to + sizeof size, vector.data(), size);
    }
    if (associated >= 0) {
        const auto size = static_cast<uint32_t>(associated);
        std::memcpy(control.add(SOL_ALG, ALG_SET_AEAD_ASSOCLEN, sizeof size), &size, sizeof size);
    }
    IoVector data(false);
    if (msg != nullptr) TRY(data.get(ts, *msg, "sendmsg_afalg"));
    msghdr message{};
    data.put_into(&message);
    control.put_into(&message);
    return send_message(ts, s, message, flags.or_else(0));
}

}  // namespace baton
