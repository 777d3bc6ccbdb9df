// _socket: the socket object, addresses, and the one way in which its calls wait.
//
// Invariants. fd is -1 once the socket is closed or detached. A socket with a time-out (timeout >= 0) has a
// non-blocking descriptor; waiting is then done by poll. The first fields of SocketObject are what compiled
// modules that use the capsule _socket.CAPI read. Callers: attached threads; every call that may wait
// detaches.
#pragma once
#include <linux/can.h>
#include <linux/if_alg.h>
#include <linux/netlink.h>
#include <linux/qrtr.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <string>

#include "runtime/native.h"
#include "threadstate/signals.h"

namespace baton {

struct SocketObject : Object {
    int fd;
    int family, type, proto;
    Object* (*raise_errno)();  // for C: raises OSError by errno
    int64_t timeout;           // nanoseconds; negative: wait for ever
};
static_assert(offsetof(SocketObject, fd) == 16 && offsetof(SocketObject, raise_errno) == 32 &&
              offsetof(SocketObject, timeout) == 40);

inline constexpr int64_t kNoTimeout = -1'000'000'000;  // as compiled modules know it: minus one second

// ---- waiting ----

// When a call that starts now has to give up; INT64_MAX: never.
int64_t socket_deadline(int64_t timeout);
// Waits detached until fd is ready. 0: it is; -1: the deadline passed; otherwise the error.
int wait_ready(int fd, short events, int64_t deadline);
Raised raise_socket_timeout(Attached ts);

struct SocketCall {
    int64_t value = -1;
    int error = 0;
    bool late = false;
};
// Runs f(fd), which gives -1 and errno when it fails, until it is done, fails, or the deadline is over. An
// interruption runs signal handlers and goes on; only what they raise is Raised. The call is tried before
// anything waits for it: data that is there costs one system call.
template <class F>
Result<SocketCall> socket_call(Attached ts, const SocketObject& s, short events, int64_t deadline, F&& f) {
    const int fd = s.fd;
    const bool wait = s.timeout > 0;
    for (;;) {
        // First, because a signal since the last poll would otherwise wait for the call to end.
        if (handle_signals(ts) < 0) return already_raised();
        const SocketCall call = ts.detached([&] {
            for (;;) {
                SocketCall c;
                c.value = f(fd);
                if (c.value >= 0) return c;
                c.error = errno;
                if (!wait || (c.error != EAGAIN && c.error != EWOULDBLOCK)) return c;
                c.error = wait_ready(fd, events, deadline);
                c.late = c.error < 0;
                if (c.error != 0) return c;
            }
        });
        if (call.value >= 0 || call.error != EINTR) return call;
    }
}
// The same where every failure is raised.
template <class F>
Result<int64_t> checked_socket_call(Attached ts, const SocketObject& s, short events, int64_t deadline,
                                    F&& f) {
    const SocketCall call = TRY(socket_call(ts, s, events, deadline, f));
    if (call.value >= 0) return call.value;
    if (call.late) return raise_socket_timeout(ts);
    return raise_oserror(ts, call.error);
}

// ---- addresses (socket_address.cpp) ----

struct SocketAddress {
    union {
        sockaddr any;
        sockaddr_in in;
        sockaddr_in6 in6;
        sockaddr_un un;
        sockaddr_nl nl;
        sockaddr_ll ll;
        sockaddr_vm vm;
        sockaddr_tipc tipc;
        sockaddr_can can;
        sockaddr_alg alg;
        sockaddr_qrtr qrtr;
        sockaddr_storage storage{};
    };
    socklen_t length = sizeof(sockaddr_storage);
};
// What Python code calls an address, for a socket of this family; `caller` is named in errors.
Result<void> address_of(Attached ts, const SocketObject& s, Object& o, const char* caller,
                        SocketAddress* out);
// The other way; None for an empty one.
Result<Ref<Object>> address_object(Attached ts, int fd, const SocketAddress& address, int proto);
// A family whose addresses are known; OSError otherwise.
Result<void> check_family(Attached ts, const SocketObject& s);
// A host name: str (by IDNA unless it is ASCII), bytes or bytearray. `message` is the TypeError for other
// objects.
Result<std::string> host_name(Attached ts, Object& o,
                              const char* message = "str, bytes or bytearray expected, not {}");
// Text by the codec idna, which also checks the lengths of labels.
Result<std::string> idna_name(Attached ts, Object& text);
// Looks up one address of a host in a family (AF_UNSPEC: any), detached.
Result<void> resolve_host(Attached ts, const std::string& host, int family, SocketAddress* out);
Result<Ref<Object>> ip_text(Attached ts, const sockaddr& address);

// ---- raising (socket_resolve.cpp) ----
Raised raise_gaierror(Attached ts, int code, int error);
Raised raise_herror(Attached ts, int code);

// ---- the object (socket_object.cpp) ----
Result<Ref<Object>> socket_new_object(Attached ts, int fd, int family, int type, int proto);
// Seconds or None.
Result<int64_t> socket_timeout(Attached ts, Object& o);
Result<Ref<Object>> timeout_object(Attached ts, int64_t timeout);
extern const Method* const socket_message_methods;
extern const TypeSpec socket_spec, socket_gaierror_spec, socket_herror_spec;

// ---- sending and receiving with ancillary data (socket_message.cpp) ----
Result<Ref<Object>> socket_sendmsg(Attached ts, SocketObject& s, Object& buffers, Object* ancdata,
                                   Opt<int> flags, Object* address);
Result<Ref<Object>> socket_recvmsg(Attached ts, SocketObject& s, Index bufsize, Opt<Index> ancbufsize,
                                   Opt<int> flags);
Result<Ref<Object>> socket_recvmsg_into(Attached ts, SocketObject& s, Object& buffers, Opt<Index> ancbufsize,
                                        Opt<int> flags);
Result<Ref<Object>> socket_sendmsg_afalg(Attached ts, SocketObject& s, Object* msg, Object* op, Object* iv,
                                         Object* assoclen, Opt<int> flags);

// ---- looking up names (socket_resolve.cpp) ----
Result<Ref<Object>> socket_getaddrinfo(Attached ts, Module& module, Object& host, Object& port,
                                       Opt<int> family, Opt<int> type, Opt<int> proto, Opt<int> flags);
Result<Ref<Object>> socket_getnameinfo(Attached ts, Module& module, Object& sockaddr, int flags);
Result<Ref<Object>> socket_gethostbyname(Attached ts, Module& module, Object& host);
Result<Ref<Object>> socket_gethostbyname_ex(Attached ts, Module& module, Object& host);
Result<Ref<Object>> socket_gethostbyaddr(Attached ts, Module& module, Object& host);
Result<int> socket_getservbyname(Attached ts, Module& module, Str& name, Str* proto);
Result<Ref<Object>> socket_getservbyport(Attached ts, Module& module, int port, Str* proto);
Result<int> socket_getprotobyname(Attached ts, Module& module, Str& name);
Result<Ref<Object>> socket_if_nameindex(Attached ts, Module& module);
Result<int> socket_if_nametoindex(Attached ts, Module& module, Object& name);
Result<Ref<Object>> socket_if_indextoname(Attached ts, Module& module, Object& index);

}  // namespace baton
