// _socket.socket: a socket as an object.
#include <fcntl.h>
#include <linux/vm_sockets.h>
#include <poll.h>
#include <unistd.h>

#include <climits>
#include <ctime>

#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/instance.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/audit.h"
#include "vm/interp_data.h"
#include "vm/modules/duration.h"
#include "vm/modules/socket.h"
#include "vm/vm_types.h"

namespace baton {

// ---- waiting ----

namespace {

int64_t now() {
    timespec t{};
    ::clock_gettime(CLOCK_MONOTONIC, &t);
    return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

}  // namespace

int64_t socket_deadline(int64_t timeout) {
    if (timeout <= 0) return INT64_MAX;
    int64_t at;
    return __builtin_add_overflow(now(), timeout, &at) ? INT64_MAX : at;
}

int wait_ready(int fd, short events, int64_t deadline) {
    pollfd one{fd, events, 0};
    timespec left{}, *limit = nullptr;
    if (deadline != INT64_MAX) {
        const int64_t ns = deadline - now();
        if (ns <= 0) return -1;
        left = {static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
        limit = &left;
    }
    const int n = ::ppoll(&one, 1, limit, nullptr);
    return n > 0 ? 0 : n == 0 ? -1 : errno;
}

Raised raise_socket_timeout(Attached ts) {
    return raise(ts, Exc::TimeoutError, "timed out");
}

Result<int64_t> socket_timeout(Attached ts, Object& o) {
    if (is_none(o)) return kNoTimeout;
    const int64_t ns = TRY(nanoseconds_of(ts, o));
    if (ns < 0) return raise(ts, Exc::ValueError, "Timeout value out of range");
    return ns;
}
Result<Ref<Object>> timeout_object(Attached ts, int64_t timeout) {
    if (timeout < 0) return Ref<Object>::share(none());
    return box_float(ts, static_cast<double>(timeout) / 1e9);
}

namespace {

constexpr Index kMaxTransfer = 0x7ffff000;  // what Linux moves in one call

Object* raise_errno_for_c() {
    (void)raise_oserror(current_attached(), errno);
    return nullptr;
}

int set_nonblocking(int fd, bool on) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0) return errno;
    const int wanted = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
    return wanted != flags && ::fcntl(fd, F_SETFL, wanted) < 0 ? errno : 0;
}

Result<void> fill(Attached ts, SocketObject& s, int fd, int family, int type, int proto) {
    s.fd = fd;
    s.family = family;
    s.type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    s.proto = proto;
    s.raise_errno = raise_errno_for_c;
    s.timeout = (type & SOCK_NONBLOCK) != 0 ? 0 : vm_interp(ts).socket_default_timeout;
    if ((type & SOCK_NONBLOCK) == 0 && s.timeout >= 0) {
        if (const int error = set_nonblocking(fd, true)) return raise_oserror(ts, error);
    }
    return {};
}

// ---- making ----

Result<Ref<Object>> socket_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    Ref<SocketObject> s = TRY(new_instance<SocketObject>(ts, cls));
    s->fd = -1;
    s->timeout = kNoTimeout;
    s->raise_errno = raise_errno_for_c;
    return s;
}

// What an existing descriptor says of itself, for an option that was not given.
Result<int> option_of(Attached ts, int fd, int option, int given) {
    if (given != -1) return given;
    int value = 0;
    socklen_t size = sizeof value;
    if (::getsockopt(fd, SOL_SOCKET, option, &value, &size) < 0) return raise_oserror(ts, errno);
    return value;
}

Result<void> init_socket(Attached ts, SocketObject& s, Opt<int> family, Opt<int> type, Opt<int> proto,
                         Object* fileno) {
    int f = family.or_else(-1), t = type.or_else(-1), p = proto.or_else(-1);
    if (fileno != nullptr && !is_none(*fileno)) {
        TRY(audit_values(ts, "socket.__new__", &s, f, t, p));
        const int64_t number = TRY(convert_int64(ts, Value(fileno), INT_MIN, INT_MAX, "int"));
        const int fd = static_cast<int>(number);
        if (fd < 0) return raise(ts, Exc::ValueError, "negative file descriptor");
        SocketAddress address;
        if (::getsockname(fd, &address.any, &address.length) < 0) {
            // With a family given it may be anything; without, it has to be a socket.
            if (f == -1 || errno == EBADF || errno == ENOTSOCK) return raise_oserror(ts, errno);
        } else if (f == -1) {
            f = address.any.sa_family;
        }
        t = TRY(option_of(ts, fd, SO_TYPE, t));
        p = TRY(option_of(ts, fd, SO_PROTOCOL, p));
        return fill(ts, s, fd, f, t, p);
    }
    if (f == -1) f = AF_INET;
    if (t == -1) t = SOCK_STREAM;
    if (p == -1) p = 0;
    TRY(audit_values(ts, "socket.__new__", &s, f, t, p));
    int error = 0;
    const int fd = ts.detached([&] {
        const int made = ::socket(f, t | SOCK_CLOEXEC, p);
        error = errno;
        return made;
    });
    if (fd < 0) return raise_oserror(ts, error);
    Result<void> filled = fill(ts, s, fd, f, t, p);
    if (!filled.ok()) {
        s.fd = -1;
        ts.detached([&] { (void)::close(fd); });
    }
    return filled;
}
constexpr Method init_row =
    method<init_socket>("socket($self, family=-1, type=-1, proto=-1, fileno=None)", "");
Result<void> socket_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    const Value done = init_row.fn(ts, init_row, &self, args, nargs, kwnames);
    if (!done) return already_raised();
    return {};
}

// ---- ending ----

Result<void> socket_close(Attached ts, SocketObject& s) {
    const int fd = std::exchange(s.fd, -1);
    if (fd == -1) return {};
    int error = 0;
    const int closed = ts.detached([&] {
        const int r = ::close(fd);
        error = errno;
        return r;
    });
    // A peer that reset the connection is no failure of closing it.
    if (closed < 0 && error != ECONNRESET) return raise_oserror(ts, error);
    return {};
}
Result<Index> socket_detach(Attached, SocketObject& s) {
    return std::exchange(s.fd, -1);
}
Result<Index> socket_fileno(Attached, SocketObject& s) {
    return s.fd;
}

void socket_finalize(Attached ts, Object& self) {
    auto& s = static_cast<SocketObject&>(self);
    OptRef<BaseException> kept = fetch(ts);
    if (s.fd != -1) {
        auto shown = show_repr(ts, s);
        if (shown.ok()) {
            const Shown text = shown.take();
            (void)warn_about(ts, Exc::ResourceWarning, fmt::format("unclosed {}", text.view), &s).ok();
        }
        // A warning that is an error is told; at the end of the program anything else can fail.
        if (pending_is(ts, Exc::Warning)) write_unraisable(ts, nullptr, &s);
        clear_pending(ts);
        const int fd = std::exchange(s.fd, -1);
        if (fd != -1) ts.detached([&] { (void)::close(fd); });
    }
    if (kept) restore(ts, std::move(kept).take());
}
void socket_dealloc(Attached ts, SocketObject& self) {
    if (!call_finalizer(ts, self)) return;
    free_instance(ts, self);
}

// ---- connecting ----

Result<Ref<Object>> socket_accept(Attached ts, SocketObject& s) {
    TRY(check_family(ts, s));
    SocketAddress address;
    const int64_t got = TRY(checked_socket_call(ts, s, POLLIN, socket_deadline(s.timeout), [&](int fd) {
        address.length = sizeof address.storage;
        return ::accept4(fd, &address.any, &address.length, SOCK_CLOEXEC);
    }));
    const int fd = static_cast<int>(got);
    auto peer = address_object(ts, fd, address, s.proto);
    if (!peer.ok()) {
        ts.detached([&] { (void)::close(fd); });
        return already_raised();
    }
    const Value both[] = {Value::of_int(fd), Value(peer.get())};
    return tuple_from_values(ts, both, 2);
}
Result<void> socket_bind(Attached ts, SocketObject& s, Object& address) {
    SocketAddress at;
    TRY(address_of(ts, s, address, "bind", &at));
    TRY(audit_values(ts, "socket.bind", &s, &address));
    int error = 0;
    const int done = ts.detached([&, fd = s.fd] {
        const int r = ::bind(fd, &at.any, at.length);
        error = errno;
        return r;
    });
    if (done < 0) return raise_oserror(ts, error);
    return {};
}

// The error of a connection that was being made: 0 = it stands.
int connection_error(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return errno;
    return error == EISCONN ? 0 : error;
}

// 0, or the error; a time-out is EAGAIN and *late. Raised: by a signal handler.
Result<int> connect_to(Attached ts, SocketObject& s, const SocketAddress& at, bool* late) {
    const int64_t deadline = socket_deadline(s.timeout);
    const int fd = s.fd;
    // First, because a signal since the last poll would otherwise wait for the call to end.
    if (handle_signals(ts) < 0) return already_raised();
    int error = ts.detached([&] { return ::connect(fd, &at.any, at.length) < 0 ? errno : 0; });
    // The connection goes on by itself after an interruption: wait for it, never start it again.
    if (error == EINTR) {
        if (handle_signals(ts) < 0) return already_raised();
        if (s.timeout == 0) return error;
    } else if (s.timeout <= 0 || error != EINPROGRESS) {
        return error;
    }
    for (;;) {
        error = ts.detached([&] { return wait_ready(fd, POLLOUT | POLLERR, deadline); });
        if (error == 0) return connection_error(fd);
        if (error < 0) {
            *late = true;
            return EAGAIN;
        }
        if (error != EINTR) return error;
        if (handle_signals(ts) < 0) return already_raised();
    }
}
Result<void> socket_connect(Attached ts, SocketObject& s, Object& address) {
    SocketAddress at;
    TRY(address_of(ts, s, address, "connect", &at));
    TRY(audit_values(ts, "socket.connect", &s, &address));
    bool late = false;
    const int error = TRY(connect_to(ts, s, at, &late));
    if (late) return raise_socket_timeout(ts);
    if (error != 0) return raise_oserror(ts, error);
    return {};
}
Result<int> socket_connect_ex(Attached ts, SocketObject& s, Object& address) {
    SocketAddress at;
    TRY(address_of(ts, s, address, "connect_ex", &at));
    TRY(audit_values(ts, "socket.connect", &s, &address));
    bool late = false;
    return connect_to(ts, s, at, &late);
}
Result<void> socket_listen(Attached ts, SocketObject& s, Opt<int> backlog) {
    const int asked = backlog.or_else(SOMAXCONN < 128 ? SOMAXCONN : 128);
    int error = 0;
    const int done = ts.detached([&, fd = s.fd] {
        const int r = ::listen(fd, asked < 0 ? 0 : asked);
        error = errno;
        return r;
    });
    if (done < 0) return raise_oserror(ts, error);
    return {};
}
Result<void> socket_shutdown(Attached ts, SocketObject& s, int how) {
    int error = 0;
    const int done = ts.detached([&, fd = s.fd] {
        const int r = ::shutdown(fd, how);
        error = errno;
        return r;
    });
    if (done < 0) return raise_oserror(ts, error);
    return {};
}

template <auto F>
Result<Ref<Object>> name_of(Attached ts, SocketObject& s) {
    TRY(check_family(ts, s));
    SocketAddress address;
    int error = 0;
    const int done = ts.detached([&, fd = s.fd] {
        const int r = F(fd, &address.any, &address.length);
        error = errno;
        return r;
    });
    if (done < 0) return raise_oserror(ts, error);
    return address_object(ts, s.fd, address, s.proto);
}

// ---- options ----

Result<Ref<Object>> socket_getsockopt(Attached ts, SocketObject& s, int level, int option, Opt<int> buflen) {
    socklen_t size = static_cast<socklen_t>(buflen.or_else(0));
    if (size == 0) {
        if (s.family == AF_VSOCK && level == AF_VSOCK) {
            uint64_t wide = 0;
            size = sizeof wide;
            if (::getsockopt(s.fd, level, option, &wide, &size) < 0) return raise_oserror(ts, errno);
            return int_from_uint64(ts, wide);
        }
        int value = 0;
        size = sizeof value;
        if (::getsockopt(s.fd, level, option, &value, &size) < 0) return raise_oserror(ts, errno);
        return box_int(ts, value);
    }
    if (buflen.value < 0 || buflen.value > 1024)
        return raise(ts, Exc::OSError, "getsockopt buflen out of range");
    Ref<Bytes> value = TRY(bytes_new_uninitialised(ts, size));
    if (::getsockopt(s.fd, level, option, value->data, &size) < 0) return raise_oserror(ts, errno);
    return bytes_resize(ts, std::move(value), size);
}
Result<void> socket_setsockopt(Attached ts, SocketObject& s, int level, int option, Object& value,
                               Opt<uint64_t> optlen) {
    int done;
    if (is_none(value)) {
        if (!optlen.given) {
            return raise(ts, Exc::TypeError, "a bytes-like object is required, not 'NoneType'");
        }
        done = ::setsockopt(s.fd, level, option, nullptr, static_cast<socklen_t>(optlen.value));
    } else if (optlen.given) {
        return raise(ts, Exc::TypeError, "setsockopt() takes exactly 3 arguments (4 given)");
    } else if (has_index(value)) {
        if (s.family == AF_VSOCK && level == AF_VSOCK) {
            uint64_t wide = TRY(convert_uint64_mask(ts, Value(&value)));
            done = ::setsockopt(s.fd, level, option, &wide, sizeof wide);
        } else {
            int word = static_cast<int>(TRY(convert_int64(ts, Value(&value), INT_MIN, INT_MAX, "int")));
            done = ::setsockopt(s.fd, level, option, &word, sizeof word);
        }
    } else {
        BytesLike data;
        TRY(data.get(ts, value));
        if (data.size() > INT_MAX)
            return raise(ts, Exc::OverflowError, "socket option is larger than {} bytes", INT_MAX);
        done = ::setsockopt(s.fd, level, option, data.data(), static_cast<socklen_t>(data.size()));
    }
    if (done < 0) return raise_oserror(ts, errno);
    return {};
}
Result<void> take_timeout(Attached ts, SocketObject& s, int64_t timeout) {
    s.timeout = timeout;
    if (const int error = set_nonblocking(s.fd, timeout >= 0)) return raise_oserror(ts, error);
    return {};
}
Result<void> socket_setblocking(Attached ts, SocketObject& s, bool flag) {
    return take_timeout(ts, s, flag ? kNoTimeout : 0);
}
Result<bool> socket_getblocking(Attached, SocketObject& s) {
    return s.timeout != 0;
}
Result<void> socket_settimeout(Attached ts, SocketObject& s, Object& value) {
    const int64_t timeout = TRY(socket_timeout(ts, value));
    return take_timeout(ts, s, timeout);
}
Result<Ref<Object>> socket_gettimeout(Attached ts, SocketObject& s) {
    return timeout_object(ts, s.timeout);
}

// ---- receiving ----

// A buffer that is to be written to; TypeError in the words of the function's first argument.
Result<void> writable(Attached ts, BytesLike& buffer, Object& o, const char* function) {
    if (buffer.get_writable(ts, o).ok()) return {};
    if (!pending_is(ts, Exc::TypeError) && !pending_is(ts, Exc::BufferError)) return already_raised();
    clear_pending(ts);
    return raise(ts, Exc::TypeError, "{}() argument 1 must be read-write bytes-like object, not {}", function,
                 type_name(o));
}

Result<int64_t> receive(Attached ts, SocketObject& s, char* to, Index n, int flags) {
    const auto size = static_cast<size_t>(n < kMaxTransfer ? n : kMaxTransfer);
    return checked_socket_call(ts, s, POLLIN, socket_deadline(s.timeout),
                               [&](int fd) { return ::recv(fd, to, size, flags); });
}
Result<int64_t> receive_from(Attached ts, SocketObject& s, char* to, Index n, int flags,
                             SocketAddress* from) {
    TRY(check_family(ts, s));
    const auto size = static_cast<size_t>(n < kMaxTransfer ? n : kMaxTransfer);
    return checked_socket_call(ts, s, POLLIN, socket_deadline(s.timeout), [&](int fd) {
        from->length = sizeof from->storage;
        return ::recvfrom(fd, to, size, flags, &from->any, &from->length);
    });
}
// A bytes object for at most n bytes, filled by f(memory).
template <class F>
Result<Ref<Object>> received_bytes(Attached ts, Index n, F&& f) {
    if (n == 0) {
        char nothing;
        TRY(f(&nothing));
        return bytes_empty();
    }
    Ref<Bytes> buffer = TRY(bytes_new_uninitialised(ts, n));
    const int64_t got = TRY(f(buffer->data));
    if (got == n) return buffer;
    return bytes_resize(ts, std::move(buffer), got);
}

Result<Ref<Object>> socket_recv(Attached ts, SocketObject& s, Index bufsize, Opt<int> flags) {
    if (bufsize < 0) return raise(ts, Exc::ValueError, "negative buffersize in recv");
    return received_bytes(ts, bufsize,
                          [&](char* to) { return receive(ts, s, to, bufsize, flags.or_else(0)); });
}
Result<Ref<Object>> socket_recvfrom(Attached ts, SocketObject& s, Index bufsize, Opt<int> flags) {
    if (bufsize < 0) return raise(ts, Exc::ValueError, "negative buffersize in recvfrom");
    SocketAddress from;
    const Ref<Object> data = TRY(received_bytes(
        ts, bufsize, [&](char* to) { return receive_from(ts, s, to, bufsize, flags.or_else(0), &from); }));
    const Ref<Object> address = TRY(address_object(ts, s.fd, from, s.proto));
    return tuple_of(ts, {data.get(), address.get()});
}
Result<Index> socket_recv_into(Attached ts, SocketObject& s, Object& buffer, Opt<Index> nbytes,
                               Opt<int> flags) {
    BytesLike to;
    TRY(writable(ts, to, buffer, "recv_into"));
    Index n = nbytes.or_else(0);
    if (n < 0) return raise(ts, Exc::ValueError, "negative buffersize in recv_into");
    if (n == 0) n = to.size();
    if (n > to.size()) return raise(ts, Exc::ValueError, "buffer too small for requested bytes");
    return receive(ts, s, to.data(), n, flags.or_else(0));
}
Result<Ref<Object>> socket_recvfrom_into(Attached ts, SocketObject& s, Object& buffer, Opt<Index> nbytes,
                                         Opt<int> flags) {
    BytesLike to;
    TRY(writable(ts, to, buffer, "recvfrom_into"));
    Index n = nbytes.or_else(0);
    if (n < 0) return raise(ts, Exc::ValueError, "negative buffersize in recvfrom_into");
    if (n == 0) n = to.size();
    if (n > to.size()) return raise(ts, Exc::ValueError, "nbytes is greater than the length of the buffer");
    SocketAddress from;
    const int64_t got = TRY(receive_from(ts, s, to.data(), n, flags.or_else(0), &from));
    const Ref<Object> address = TRY(address_object(ts, s.fd, from, s.proto));
    const Value both[] = {Value::of_int(got), Value(address.get())};
    return tuple_from_values(ts, both, 2);
}

// ---- sending ----

Result<Index> socket_send(Attached ts, SocketObject& s, Object& data, Opt<int> flags) {
    BytesLike from;
    TRY(from.get(ts, data));
    const std::string_view text = from.view();
    const int how = flags.or_else(0);
    return checked_socket_call(ts, s, POLLOUT, socket_deadline(s.timeout),
                               [&](int fd) { return ::send(fd, text.data(), text.size(), how); });
}
Result<void> socket_sendall(Attached ts, SocketObject& s, Object& data, Opt<int> flags) {
    BytesLike from;
    TRY(from.get(ts, data));
    std::string_view left = from.view();
    const int how = flags.or_else(0);
    const int64_t deadline = socket_deadline(s.timeout);  // one for all parts
    do {
        const int64_t n = TRY(checked_socket_call(
            ts, s, POLLOUT, deadline, [&](int fd) { return ::send(fd, left.data(), left.size(), how); }));
        left.remove_prefix(static_cast<size_t>(n));
        // A part only: perhaps a signal ended the call.
        if (!left.empty() && handle_signals(ts) < 0) return already_raised();
    } while (!left.empty());
    return {};
}
Result<Index> socket_sendto(Attached ts, SocketObject& s, Args args) {
    if (args.n != 2 && args.n != 3) {
        return raise(ts, Exc::TypeError, "sendto() takes 2 or 3 arguments ({} given)", args.n);
    }
    TRY(box_all(ts, args.v, args.n));
    BytesLike from;
    TRY(from.get(ts, *args[0].object()));
    int flags = 0;
    if (args.n == 3) flags = static_cast<int>(TRY(convert_int64(ts, args[1], INT_MIN, INT_MAX, "int")));
    SocketAddress to;
    TRY(address_of(ts, s, *args[args.n - 1].object(), "sendto", &to));
    TRY(audit_values(ts, "socket.sendto", &s, args[args.n - 1].object()));
    const std::string_view text = from.view();
    return checked_socket_call(ts, s, POLLOUT, socket_deadline(s.timeout), [&](int fd) {
        return ::sendto(fd, text.data(), text.size(), flags, &to.any, to.length);
    });
}

Result<Ref<Object>> socket_repr(Attached ts, SocketObject& s) {
    return str_format(ts, "<socket object, fd={}, family={}, type={}, proto={}>", s.fd, s.family, s.type,
                      s.proto);
}

constexpr Method socket_methods[] = {
    method<socket_accept>("_accept($self, /)",
                          "Wait for a connection; returns its descriptor and the peer's address."),
    method<socket_bind>("bind($self, address, /)", "Chooses the address at which others reach this socket."),
    method<socket_close>("close($self, /)", "Gives the descriptor back; the socket is of no use after that."),
    method<socket_connect>(
        "connect($self, address, /)",
        "Makes the connection to the peer at this address, or makes it the one that send() sends to."),
    method<socket_connect_ex>("connect_ex($self, address, /)",
                              "connect() that returns the error number instead of raising; 0 is success."),
    method<socket_detach>("detach($self, /)", "Let go of the descriptor without closing it, and return it."),
    method<socket_fileno>("fileno($self, /)", "The descriptor as a number; -1 once closed."),
    method<name_of<::getpeername>>("getpeername($self, /)", "The address at the other end."),
    method<name_of<::getsockname>>("getsockname($self, /)", "The address at this end."),
    method<socket_getsockopt>("getsockopt($self, level, option, buflen=0, /)",
                              "An option's value: an int, or with buflen at most so many bytes."),
    method<socket_listen>("listen($self, backlog=128, /)",
                          "Let others connect; backlog is how many may wait to be accepted."),
    method<socket_recv>("recv($self, bufsize, flags=0, /)",
                        "Receive up to bufsize bytes; empty when the other end is closed."),
    method<socket_recv_into>("recv_into($self, buffer, nbytes=0, flags=0)",
                             "Receive into a buffer, up to nbytes (0: as much as fits); returns how many."),
    method<socket_recvfrom>("recvfrom($self, bufsize, flags=0, /)",
                            "recv() that returns (data, sender's address)."),
    method<socket_recvfrom_into>("recvfrom_into($self, buffer, nbytes=0, flags=0)",
                                 "recv_into() that returns (count, sender's address)."),
    method<socket_recvmsg>("recvmsg($self, bufsize, ancbufsize=0, flags=0, /)",
                           "Receive data and ancillary data: (data, ancdata, msg_flags, address)."),
    method<socket_recvmsg_into>(
        "recvmsg_into($self, buffers, ancbufsize=0, flags=0, /)",
        "recvmsg() that scatters the data into buffers and returns their count first."),
    method<socket_send>("send($self, data, flags=0, /)", "Send data; returns how many bytes went."),
    method<socket_sendall>("sendall($self, data, flags=0, /)",
                           "Send all of the data. After an error it is not known how much went."),
    method<socket_sendmsg>("sendmsg($self, buffers, ancdata=(), flags=0, address=None, /)",
                           "Send the buffers in a row, with ancillary data of (level, type, data) triples."),
    method<socket_sendmsg_afalg>(
        "sendmsg_afalg($self, msg=(), *, op, iv=None, assoclen=0, flags=0)",
        "sendmsg() for AF_ALG, with operation, initialisation vector and length as ancillary data."),
    method<socket_sendto>("sendto($self, *args)",
                          "sendto(data[, flags], address): send to an address without connecting."),
    method<socket_setblocking>(
        "setblocking($self, flag, /)",
        "True: calls wait for ever, as settimeout(None). False: never, as settimeout(0)."),
    method<socket_getblocking>("getblocking($self, /)", "False where calls never wait."),
    method<socket_settimeout>("settimeout($self, timeout, /)",
                              "How many seconds a call may wait: None for ever, 0 not at all."),
    method<socket_gettimeout>("gettimeout($self, /)", "The time-out in seconds, or None."),
    method<socket_setsockopt>("setsockopt($self, level, option, value, optlen=0, /)",
                              "Set an option to an int, to bytes, or to None and a length."),
    method<socket_shutdown>("shutdown($self, how, /)", "End one direction of the connection, or both."),
    {},
};

constexpr int kMemberInt = 1, kMemberReadOnly = 1;
MemberDef socket_members[] = {
    {"family", kMemberInt, offsetof(SocketObject, family), kMemberReadOnly, "the address family"},
    {"type", kMemberInt, offsetof(SocketObject, type), kMemberReadOnly, "the kind of socket"},
    {"proto", kMemberInt, offsetof(SocketObject, proto), kMemberReadOnly, "the protocol"},
    {},
};
Result<Ref<Object>> get_timeout(Attached ts, Object& self) {
    return timeout_object(ts, static_cast<SocketObject&>(self).timeout);
}
constexpr GetSet socket_getset[] = {
    GetSet{"timeout", get_timeout, nullptr, "the time-out in seconds, or None"},
    {},
};

}  // namespace

Result<Ref<Object>> socket_new_object(Attached ts, int fd, int family, int type, int proto) {
    Ref<Object> made = TRY(socket_new(ts, baton_socket_type, nullptr, 0, nullptr));
    auto filled = fill(ts, static_cast<SocketObject&>(*made), fd, family, type, proto);
    if (!filled.ok()) {
        static_cast<SocketObject&>(*made).fd = -1;
        return already_raised();
    }
    return made;
}

const TypeSpec socket_spec = {
    .name = "_socket.socket",
    .doc =
        "socket(family=AF_INET, type=SOCK_STREAM, proto=0, fileno=None): one end of a connection, or where "
        "they are "
        "accepted.\n\nWith fileno it takes over a descriptor and asks it for what is not given.",
    .basicsize = sizeof(SocketObject),
    .flags = kTypeBaseType,
    .methods = socket_methods,
    .getset = socket_getset,
    .members = socket_members,
    .dealloc = typed_slot<socket_dealloc>,
    .repr = typed_slot<socket_repr>,
    .init = slot<socket_init>,
    .tp_new = slot<socket_new>,
    .finalize = slot<socket_finalize>,
};

}  // namespace baton
