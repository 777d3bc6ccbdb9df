// _socket: the module: functions that need no socket, numbers, and the capsule for compiled modules.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/can/bcm.h>
#include <linux/can/isotp.h>
#include <linux/can/j1939.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <climits>
#include <cstring>

#include "runtime/exceptions.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/capsule.h"
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/audit.h"
#include "vm/fs_text.h"
#include "vm/interp_data.h"
#include "vm/modules/socket.h"
#include "vm/vm_types.h"

namespace baton {
namespace {

// ---- descriptors ----

Result<void> module_close(Attached ts, Module&, Object& fd) {
    const int64_t number = TRY(convert_int64(ts, Value(&fd), INT_MIN, INT_MAX, "int"));
    int error = 0;
    const int closed = ts.detached([&] {
        const int r = ::close(static_cast<int>(number));
        error = errno;
        return r;
    });
    if (closed < 0 && error != ECONNRESET) return raise_oserror(ts, error);
    return {};
}
Result<Index> module_dup(Attached ts, Module&, Object& fd) {
    const int64_t number = TRY(convert_int64(ts, Value(&fd), INT_MIN, INT_MAX, "int"));
    const int copy = ::fcntl(static_cast<int>(number), F_DUPFD_CLOEXEC, 0);
    if (copy < 0) return raise_oserror(ts, errno);
    return copy;
}
Result<Ref<Object>> module_socketpair(Attached ts, Module&, Opt<int> family, Opt<int> type, Opt<int> proto) {
    const int f = family.or_else(AF_UNIX), t = type.or_else(SOCK_STREAM), p = proto.or_else(0);
    int ends[2], error = 0;
    const int made = ts.detached([&] {
        const int r = ::socketpair(f, t | SOCK_CLOEXEC, p, ends);
        error = errno;
        return r;
    });
    if (made < 0) return raise_oserror(ts, error);
    auto a = socket_new_object(ts, ends[0], f, t, p);
    auto b = a.ok() ? socket_new_object(ts, ends[1], f, t, p) : Result<Ref<Object>>(already_raised());
    if (!b.ok()) {
        ts.detached([&] {
            if (!a.ok()) (void)::close(ends[0]);
            (void)::close(ends[1]);
        });
        return already_raised();
    }
    return tuple_of(ts, {a.get(), b.get()});
}

// ---- byte order and the texts of addresses ----

template <uint16_t (*F)(uint16_t)>
Result<int> swap_short(Attached ts, const char* name, Object& x) {
    const int64_t n = TRY(convert_int64(ts, Value(&x), INT_MIN, INT_MAX, "int"));
    if (n < 0) {
        return raise(ts, Exc::OverflowError,
                     "{}: can't convert negative Python int to C 16-bit unsigned integer", name);
    }
    if (n > 0xffff) {
        return raise(ts, Exc::OverflowError,
                     "{}: Python int too large to convert to C 16-bit unsigned integer", name);
    }
    return F(static_cast<uint16_t>(n));
}
Result<int> module_htons(Attached ts, Module&, Object& x) {
    return swap_short<htons>(ts, "htons", x);
}
Result<int> module_ntohs(Attached ts, Module&, Object& x) {
    return swap_short<ntohs>(ts, "ntohs", x);
}
template <uint32_t (*F)(uint32_t)>
Result<Index> swap_long(Attached ts, Module&, Object& x) {
    if (!is_int(x)) return raise(ts, Exc::TypeError, "expected int, {} found", type_name(x));
    auto& number = static_cast<Int&>(x);
    if (int_sign(number) < 0)
        return raise(ts, Exc::OverflowError, "can't convert negative value to unsigned int");
    uint64_t n = 0;
    if (!int_as_uint64(number, &n))
        return raise(ts, Exc::OverflowError, "Python int too large to convert to C unsigned long");
    if (n > UINT32_MAX) return raise(ts, Exc::OverflowError, "int larger than 32 bits");
    return F(static_cast<uint32_t>(n));
}

Result<Ref<Object>> module_inet_aton(Attached ts, Module&, Object& ip_addr) {
    if (!is_str(ip_addr)) {
        return raise(ts, Exc::TypeError, "inet_aton() argument 1 must be str, not {}", type_name(ip_addr));
    }
    const char* text = TRY(str_as_c_string(ts, static_cast<Str&>(ip_addr)));
    in_addr address;
    if (::inet_aton(text, &address) == 0)
        return raise(ts, Exc::OSError, "illegal IP address string passed to inet_aton");
    return bytes_new(ts, {reinterpret_cast<const char*>(&address), sizeof address});
}
Result<Ref<Object>> module_inet_ntoa(Attached ts, Module&, Object& packed_ip) {
    BytesLike raw;
    TRY(raw.get(ts, packed_ip));
    in_addr address;
    if (raw.view().size() != sizeof address)
        return raise(ts, Exc::OSError, "packed IP wrong length for inet_ntoa");
    std::memcpy(&address, raw.data(), sizeof address);
    char text[INET_ADDRSTRLEN];
    return str_new_ascii(ts, ::inet_ntop(AF_INET, &address, text, sizeof text));
}
Result<Ref<Object>> module_inet_pton(Attached ts, Module&, int af, Str& ip) {
    const char* text = TRY(str_as_c_string(ts, ip));
    char packed[sizeof(in6_addr)];
    const int ok = ::inet_pton(af, text, packed);
    if (ok < 0) return raise_oserror(ts, errno);
    if (ok == 0) return raise(ts, Exc::OSError, "illegal IP address string passed to inet_pton");
    return bytes_new(ts, {packed, af == AF_INET ? sizeof(in_addr) : sizeof(in6_addr)});
}
Result<Ref<Object>> module_inet_ntop(Attached ts, Module&, int af, Object& packed_ip) {
    BytesLike raw;
    TRY(raw.get(ts, packed_ip));
    if (af != AF_INET && af != AF_INET6) return raise(ts, Exc::ValueError, "unknown address family {}", af);
    if (raw.view().size() != (af == AF_INET ? sizeof(in_addr) : sizeof(in6_addr)))
        return raise(ts, Exc::ValueError, "invalid length of packed IP address string");
    char text[INET6_ADDRSTRLEN];
    if (::inet_ntop(af, raw.data(), text, sizeof text) == nullptr) return raise_oserror(ts, errno);
    return str_new_ascii(ts, text);
}

// ---- this host ----

Result<Ref<Object>> module_gethostname(Attached ts, Module&) {
    TRY(audit(ts, "socket.gethostname", {}));
    char name[1025];
    const int error = ts.detached([&] { return ::gethostname(name, sizeof name - 1) < 0 ? errno : 0; });
    if (error != 0) return raise_oserror(ts, error);
    name[sizeof name - 1] = '\0';
    return fs_decode(ts, name);
}
Result<void> module_sethostname(Attached ts, Module&, Object& name) {
    std::string text;
    TRY(fs_encode(ts, name, &text));
    TRY(audit_values(ts, "socket.sethostname", &name));
    const int error = ts.detached([&] { return ::sethostname(text.data(), text.size()) < 0 ? errno : 0; });
    if (error != 0) return raise_oserror(ts, error);
    return {};
}

// ---- the rest ----

Result<Ref<Object>> module_getdefaulttimeout(Attached ts, Module&) {
    return timeout_object(ts, vm_interp(ts).socket_default_timeout);
}
Result<void> module_setdefaulttimeout(Attached ts, Module&, Object& timeout) {
    vm_interp(ts).socket_default_timeout = TRY(socket_timeout(ts, timeout));
    return {};
}
// With its head and padding it has to fit the system's lengths.
constexpr Index kMostLength = INT_MAX;
Result<Index> module_CMSG_LEN(Attached ts, Module&, Index length) {
    if (length < 0 || length > kMostLength - static_cast<Index>(CMSG_LEN(0)))
        return raise(ts, Exc::OverflowError, "CMSG_LEN() argument out of range");
    return static_cast<Index>(CMSG_LEN(static_cast<size_t>(length)));
}
Result<Index> module_CMSG_SPACE(Attached ts, Module&, Index length) {
    if (length < 0 || length > kMostLength - static_cast<Index>(CMSG_SPACE(1)))
        return raise(ts, Exc::OverflowError, "CMSG_SPACE() argument out of range");
    return static_cast<Index>(CMSG_SPACE(static_cast<size_t>(length)));
}

constexpr Method functions[] = {
    method<module_CMSG_LEN>(
        "CMSG_LEN($module, length, /)",
        "Size of one item of ancillary data with so many bytes, without padding behind it."),
    method<module_CMSG_SPACE>("CMSG_SPACE($module, length, /)",
                              "Size of one item of ancillary data with so many bytes, padding included."),
    method<module_close>("close($module, fd, /)", "Close a socket's descriptor."),
    method<module_dup>("dup($module, fd, /)", "Another descriptor of the same socket, not inheritable."),
    method<socket_getaddrinfo>("getaddrinfo($module, host, port, family=0, type=0, proto=0, flags=0)",
                               "Every way to reach this service of this host, as tuples (family, type, "
                               "proto, canonname, sockaddr)."),
    method<module_getdefaulttimeout>("getdefaulttimeout($module, /)", "The time-out that new sockets get."),
    method<socket_gethostbyaddr>("gethostbyaddr($module, host, /)",
                                 "(name, aliases, addresses) of the host with this address."),
    method<socket_gethostbyname>("gethostbyname($module, host, /)", "The IPv4 address of a host, as text."),
    method<socket_gethostbyname_ex>("gethostbyname_ex($module, host, /)",
                                    "(name, aliases, addresses) of the host with this name."),
    method<module_gethostname>("gethostname($module, /)", "The name of this host."),
    method<socket_getnameinfo>("getnameinfo($module, sockaddr, flags, /)",
                               "(host, service) names of an address."),
    method<socket_getprotobyname>("getprotobyname($module, name, /)", "The number of a protocol."),
    method<socket_getservbyname>("getservbyname($module, servicename, protocolname=None, /)",
                                 "The port of a service, of any protocol if none is given."),
    method<socket_getservbyport>("getservbyport($module, port, protocolname=None, /)",
                                 "The service at a port, of any protocol if none is given."),
    method<swap_long<htonl>>("htonl($module, x, /)",
                             "Turn 32 bits from the host's to the network's order of bytes."),
    method<module_htons>("htons($module, x, /)",
                         "Turn 16 bits from the host's to the network's order of bytes."),
    method<socket_if_indextoname>("if_indextoname($module, if_index, /)",
                                  "The name of the interface with this index."),
    method<socket_if_nameindex>("if_nameindex($module, /)", "All interfaces as (index, name)."),
    method<socket_if_nametoindex>("if_nametoindex($module, if_name, /)",
                                  "The index of the interface with this name."),
    method<module_inet_aton>("inet_aton($module, ip_addr, /)",
                             "An IPv4 address from text such as 127.0.0.1 to four bytes."),
    method<module_inet_ntoa>("inet_ntoa($module, packed_ip, /)", "An IPv4 address from four bytes to text."),
    method<module_inet_ntop>("inet_ntop($module, af, packed_ip, /)",
                             "An address of family af from bytes to text."),
    method<module_inet_pton>("inet_pton($module, af, ip, /)", "An address of family af from text to bytes."),
    method<swap_long<ntohl>>("ntohl($module, x, /)",
                             "Turn 32 bits from the network's to the host's order of bytes."),
    method<module_ntohs>("ntohs($module, x, /)",
                         "Turn 16 bits from the network's to the host's order of bytes."),
    method<module_setdefaulttimeout>("setdefaulttimeout($module, timeout, /)",
                                     "Give new sockets this time-out in seconds; None: they wait for ever."),
    method<module_sethostname>("sethostname($module, name, /)", "Rename this host."),
    method<module_socketpair>("socketpair($module, family=AF_UNIX, type=SOCK_STREAM, proto=0, /)",
                              "Two sockets that are connected with each other."),
    {},
};

// What compiled modules (_ssl) take from the capsule.
struct SocketCapi {
    Type* socket_type;
    Object* error;
    Object* timeout_error;
};

Result<void> socket_exec(Attached ts, Module& module) {
    struct {
        const char* name;
        int64_t value;
    } const constants[] = {
#define SOCKET_CONSTANT(name) {#name, static_cast<int64_t>(name)},
#define SOCKET_NUMBER(name, value) {#name, static_cast<int64_t>(value)},
#include "vm/modules/socket_constants.def"
#undef SOCKET_CONSTANT
#undef SOCKET_NUMBER
    };
    for (const auto& row : constants) TRY(module_add_int(ts, module, row.name, row.value));
    TRY(module_add(ts, module, "has_ipv6", bool_object(true)));
    TRY(module_add(ts, module, "error", exc_type(Exc::OSError)));
    TRY(module_add(ts, module, "timeout", exc_type(Exc::TimeoutError)));
    TRY(module_add_type(ts, module, baton_socket_gaierror_type));
    TRY(module_add_type(ts, module, baton_socket_herror_type));
    TRY(module_add_type(ts, module, baton_socket_type));
    TRY(module_add(ts, module, "SocketType", baton_socket_type));
    static const SocketCapi capi = {&baton_socket_type, &exc_type(Exc::OSError),
                                    &exc_type(Exc::TimeoutError)};
    return module_add_owned(ts, module, "CAPI",
                            TRY(capsule_new(ts, const_cast<SocketCapi*>(&capi), "_socket.CAPI", nullptr)));
}

}  // namespace

extern const ModuleSpec socket_module;
const ModuleSpec socket_module = {
    .name = "_socket",
    .doc = "Sockets of the system; used through socket.",
    .methods = functions,
    .exec = socket_exec,
};

}  // namespace baton
