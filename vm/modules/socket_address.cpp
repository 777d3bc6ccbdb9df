// _socket: what Python code calls an address, and what the system calls one.
#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <sys/ioctl.h>

#include <climits>
#include <cstring>

#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/fs_text.h"
#include "vm/modules/socket.h"

namespace baton {

namespace {

// The items of an address tuple, converted one after the other.
class AddressItems {
  public:
    AddressItems(const char* caller, const char* family, const char* expected)
        : caller_(caller), family_(family), expected_(expected) {}

    Result<void> open(Attached ts, Object& o, Index least, Index most) {
        if (!is_tuple(o)) {
            return raise(ts, Exc::TypeError, "{}(): {} address must be tuple, not {}", caller_, family_,
                         type_name(o));
        }
        tuple_ = &static_cast<Tuple&>(o);
        if (tuple_->size < least || tuple_->size > most) return raise_text(ts, Exc::TypeError, expected_);
        return {};
    }
    Index size() const { return tuple_->size; }
    Object& operator[](Index i) const { return *tuple_->item[i]; }
    // A number without a sign, of `bits` bits and no check of the rest, as C's "I" and "k" take it.
    Result<uint64_t> word(Attached ts, Index i) const {
        if (i >= tuple_->size) return uint64_t{0};
        return convert_uint64_mask(ts, Value(tuple_->item[i]));
    }
    Result<int> number(Attached ts, Index i, int fallback = 0) const {
        if (i >= tuple_->size) return fallback;
        const int64_t n = TRY(convert_int64(ts, Value(tuple_->item[i]), INT_MIN, INT_MAX, "int"));
        return static_cast<int>(n);
    }
    // A port: whatever is out of range is refused in the same words.
    Result<uint16_t> port(Attached ts, Index i) const {
        auto n = number(ts, i);
        if (!n.ok()) {
            if (!pending_is(ts, Exc::OverflowError)) return already_raised();
            clear_pending(ts);
        } else if (const int v = n.take(); v >= 0 && v <= 0xffff) {
            return static_cast<uint16_t>(v);
        }
        return raise(ts, Exc::OverflowError, "{}(): port must be 0-65535.", caller_);
    }

  private:
    const char *caller_, *family_, *expected_;
    Tuple* tuple_ = nullptr;
};

Result<void> unix_address(Attached ts, Object& o, SocketAddress* out) {
    // The text of a name, or bytes as they are: those of the abstract name space begin with a zero.
    std::string path;
    if (is_str(o)) {
        const Ref<Str> encode = TRY(str_intern_utf8(ts, "encode"));
        const Ref<Str> codec = TRY(str_new_ascii(ts, "utf-8"));
        const Ref<Str> errors = TRY(str_new_ascii(ts, "surrogateescape"));
        const Ref<Object> bytes = TRY(call_method(ts, o, *encode, {codec.get(), errors.get()}));
        path = bytes_view(static_cast<Bytes&>(*bytes));
    } else {
        BytesLike held;
        TRY(held.get(ts, o));
        path = held.view();
    }
    // An empty one lets the system choose a name in the abstract name space.
    const bool abstract = path.empty() || path[0] == '\0';
    if (path.size() > sizeof(out->un.sun_path) - (abstract ? 0 : 1))
        return raise(ts, Exc::OSError, "AF_UNIX path too long");
    out->un.sun_family = AF_UNIX;
    std::memcpy(out->un.sun_path, path.data(), path.size());
    if (!abstract) out->un.sun_path[path.size()] = '\0';
    out->length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + (abstract ? 0 : 1));
    return {};
}

Result<void> ip_address(Attached ts, const SocketObject& s, Object& o, const char* caller,
                        SocketAddress* out) {
    const bool six = s.family == AF_INET6;
    AddressItems items(caller, six ? "AF_INET6" : "AF_INET",
                       six ? "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"
                           : "AF_INET address must be a pair (host, port)");
    TRY(items.open(ts, o, 2, six ? 4 : 2));
    const std::string host = TRY(host_name(ts, items[0]));
    const uint16_t port = TRY(items.port(ts, 1));
    const auto flow = static_cast<uint32_t>(TRY(items.word(ts, 2)));
    const auto scope = static_cast<uint32_t>(TRY(items.word(ts, 3)));
    if (six && flow > 0xfffff)
        return raise(ts, Exc::OverflowError, "{}(): flowinfo must be 0-1048575.", caller);
    TRY(resolve_host(ts, host, s.family, out));
    if (six) {
        out->in6.sin6_family = AF_INET6;
        out->in6.sin6_port = htons(port);
        out->in6.sin6_flowinfo = htonl(flow);
        out->in6.sin6_scope_id = scope;
        out->length = sizeof out->in6;
    } else {
        out->in.sin_family = AF_INET;
        out->in.sin_port = htons(port);
        out->length = sizeof out->in;
    }
    return {};
}

Result<void> netlink_address(Attached ts, Object& o, const char* caller, SocketAddress* out) {
    AddressItems items(caller, "AF_NETLINK", "AF_NETLINK address must be a pair (pid, groups)");
    TRY(items.open(ts, o, 2, 2));
    out->nl.nl_pid = static_cast<uint32_t>(TRY(items.word(ts, 0)));
    out->nl.nl_groups = static_cast<uint32_t>(TRY(items.word(ts, 1)));
    out->nl.nl_family = AF_NETLINK;
    out->length = sizeof out->nl;
    return {};
}

// Two words: VSOCK (cid, port) and QIPCRTR (node, port).
Result<void> pair_address(Attached ts, int family, Object& o, SocketAddress* out) {
    const bool vsock = family == AF_VSOCK;
    if (!is_tuple(o)) {
        return raise(ts, Exc::TypeError, "getsockaddrarg: {} address must be tuple, not {}",
                     vsock ? "AF_VSOCK" : "AF_QIPCRTR", type_name(o));
    }
    AddressItems items("getsockaddrarg", "", "getsockaddrarg() takes exactly 2 arguments");
    TRY(items.open(ts, o, 2, 2));
    const auto first = static_cast<uint32_t>(TRY(items.word(ts, 0)));
    const auto port = static_cast<uint32_t>(TRY(items.word(ts, 1)));
    if (vsock) {
        out->vm.svm_family = AF_VSOCK;
        out->vm.svm_cid = first;
        out->vm.svm_port = port;
        out->length = sizeof out->vm;
    } else {
        out->qrtr.sq_family = AF_QIPCRTR;
        out->qrtr.sq_node = first;
        out->qrtr.sq_port = port;
        out->length = sizeof out->qrtr;
    }
    return {};
}

// The index of an interface by name; an empty name is 0.
Result<int> interface_index(Attached ts, int fd, const std::string& name) {
    if (name.empty()) return 0;
    ifreq request{};
    if (name.size() >= sizeof request.ifr_name) return raise(ts, Exc::OSError, "interface name too long");
    std::memcpy(request.ifr_name, name.data(), name.size());
    if (::ioctl(fd, SIOCGIFINDEX, &request) < 0) return raise_oserror(ts, errno);
    return request.ifr_ifindex;
}

Result<void> packet_address(Attached ts, const SocketObject& s, Object& o, const char* caller,
                            SocketAddress* out) {
    AddressItems items(caller, "AF_PACKET", "AF_PACKET address must be a tuple of two to five elements");
    TRY(items.open(ts, o, 2, 5));
    std::string name;
    TRY(fs_encode(ts, items[0], &name));
    auto number = items.number(ts, 1);
    int protocol = -1;
    if (number.ok())
        protocol = number.take();
    else if (pending_is(ts, Exc::OverflowError))
        clear_pending(ts);
    else
        return already_raised();
    const int kind = TRY(items.number(ts, 2));
    const int hardware = TRY(items.number(ts, 3));
    BytesLike physical;
    if (items.size() > 4) TRY(physical.get(ts, items[4]));
    const int index = TRY(interface_index(ts, s.fd, name));
    if (physical.view().size() > 8)
        return raise(ts, Exc::ValueError, "Hardware address must be 8 bytes or less");
    if (protocol < 0 || protocol > 0xffff)
        return raise(ts, Exc::OverflowError, "{}(): proto must be 0-65535.", caller);
    out->ll.sll_family = AF_PACKET;
    out->ll.sll_protocol = htons(static_cast<uint16_t>(protocol));
    out->ll.sll_ifindex = index;
    out->ll.sll_pkttype = static_cast<unsigned char>(kind);
    out->ll.sll_hatype = static_cast<unsigned short>(hardware);
    std::memcpy(out->ll.sll_addr, physical.view().data(), physical.view().size());
    out->ll.sll_halen = static_cast<unsigned char>(physical.view().size());
    out->length = sizeof out->ll;
    return {};
}

Result<void> tipc_address(Attached ts, Object& o, const char* caller, SocketAddress* out) {
    AddressItems items(caller, "AF_TIPC", "AF_TIPC address must be a tuple (addr_type, v1, v2, v3[, scope])");
    TRY(items.open(ts, o, 4, 5));
    const auto kind = static_cast<unsigned>(TRY(items.word(ts, 0)));
    const auto v1 = static_cast<uint32_t>(TRY(items.word(ts, 1)));
    const auto v2 = static_cast<uint32_t>(TRY(items.word(ts, 2)));
    const auto v3 = static_cast<uint32_t>(TRY(items.word(ts, 3)));
    const unsigned scope = items.size() > 4 ? static_cast<unsigned>(TRY(items.word(ts, 4)))
                                            : static_cast<unsigned>(TIPC_CLUSTER_SCOPE);
    sockaddr_tipc& a = out->tipc;
    a.family = AF_TIPC;
    a.scope = static_cast<signed char>(scope);
    a.addrtype = static_cast<unsigned char>(kind);
    out->length = sizeof a;
    if (kind == TIPC_ADDR_NAMESEQ) {
        a.addr.nameseq.type = v1;
        a.addr.nameseq.lower = v2;
        a.addr.nameseq.upper = v3;
    } else if (kind == TIPC_ADDR_NAME) {
        a.addr.name.name.type = v1;
        a.addr.name.name.instance = v2;
    } else if (kind == TIPC_ADDR_ID) {
        a.addr.id.node = v1;
        a.addr.id.ref = v2;
    } else {
        return raise(ts, Exc::TypeError, "Invalid address type");
    }
    return {};
}

Result<void> can_address(Attached ts, const SocketObject& s, Object& o, const char* caller,
                         SocketAddress* out) {
    sockaddr_can& a = out->can;
    a.can_family = AF_CAN;
    out->length = sizeof a;
    const bool isotp = s.proto == CAN_ISOTP, j1939 = s.proto == CAN_J1939;
    if (!isotp && !j1939 && s.proto != CAN_RAW && s.proto != CAN_BCM)
        return raise(ts, Exc::OSError, "{}(): unsupported CAN protocol", caller);
    AddressItems items(caller, "AF_CAN",
                       isotp   ? "AF_CAN address must be a tuple (interface, rx_addr, tx_addr)"
                       : j1939 ? "AF_CAN address must be a tuple (interface, name, pgn, addr)"
                               : "AF_CAN address must be a tuple (interface, )");
    TRY(items.open(ts, o, isotp ? 3 : j1939 ? 4 : 1, isotp ? 3 : j1939 ? 4 : 1));
    std::string name;
    TRY(fs_encode(ts, items[0], &name));
    if (isotp) {
        a.can_addr.tp.rx_id = static_cast<canid_t>(TRY(items.word(ts, 1)));
        a.can_addr.tp.tx_id = static_cast<canid_t>(TRY(items.word(ts, 2)));
    } else if (j1939) {
        a.can_addr.j1939.name = TRY(items.word(ts, 1));
        a.can_addr.j1939.pgn = static_cast<uint32_t>(TRY(items.word(ts, 2)));
        a.can_addr.j1939.addr = static_cast<uint8_t>(TRY(items.word(ts, 3)));
    }
    a.can_ifindex = TRY(interface_index(ts, s.fd, name));
    return {};
}

Result<void> algorithm_address(Attached ts, Object& o, const char* caller, SocketAddress* out) {
    AddressItems items(caller, "AF_ALG", "AF_ALG address must be a tuple (type, name[, feat[, mask]])");
    TRY(items.open(ts, o, 2, 4));
    for (Index i = 0; i < 2; ++i) {
        if (!is_str(items[i])) {
            return raise(ts, Exc::TypeError, "{}() argument {} must be str, not {}", caller, i + 1,
                         type_name(items[i]));
        }
    }
    const char* kind = TRY(str_as_c_string(ts, static_cast<Str&>(items[0])));
    const char* name = TRY(str_as_c_string(ts, static_cast<Str&>(items[1])));
    out->alg.salg_feat = static_cast<uint32_t>(TRY(items.word(ts, 2)));
    out->alg.salg_mask = static_cast<uint32_t>(TRY(items.word(ts, 3)));
    const size_t kind_length = std::strlen(kind), name_length = std::strlen(name);
    if (kind_length >= sizeof out->alg.salg_type) return raise(ts, Exc::ValueError, "AF_ALG type too long.");
    if (name_length >= sizeof out->alg.salg_name) return raise(ts, Exc::ValueError, "AF_ALG name too long.");
    std::memcpy(out->alg.salg_type, kind, kind_length + 1);
    std::memcpy(out->alg.salg_name, name, name_length + 1);
    out->alg.salg_family = AF_ALG;
    out->length = sizeof out->alg;
    return {};
}

// The name of an interface by index, "" when it has none.
Result<Ref<Object>> interface_name(Attached ts, int fd, int index) {
    ifreq request{};
    request.ifr_ifindex = index;
    if (index == 0 || ::ioctl(fd, SIOCGIFNAME, &request) != 0) return str_empty();
    return fs_decode(ts, request.ifr_name);
}

Result<Ref<Object>> tipc_object(Attached ts, const sockaddr_tipc& a) {
    int64_t v[3] = {0, 0, 0};
    switch (a.addrtype) {
        case TIPC_ADDR_NAMESEQ:
            v[0] = a.addr.nameseq.type;
            v[1] = a.addr.nameseq.lower;
            v[2] = a.addr.nameseq.upper;
            break;
        case TIPC_ADDR_NAME:
            v[0] = v[2] = a.addr.name.name.type;
            v[1] = a.addr.name.name.instance;
            break;
        case TIPC_ADDR_ID:
            v[0] = a.addr.id.node;
            v[1] = a.addr.id.ref;
            break;
        default:
            return raise(ts, Exc::ValueError, "Invalid address type");
    }
    const Value items[] = {Value::of_int(a.addrtype), Value::of_int(v[0]), Value::of_int(v[1]),
                           Value::of_int(v[2]), Value::of_int(a.scope)};
    return tuple_from_values(ts, items, 5);
}

Result<Ref<Object>> can_object(Attached ts, int fd, const sockaddr_can& a, int proto) {
    const Ref<Object> name = TRY(interface_name(ts, fd, a.can_ifindex));
    if (proto == CAN_ISOTP) {
        const Value items[] = {Value(name.get()), Value::of_int(a.can_addr.tp.rx_id),
                               Value::of_int(a.can_addr.tp.tx_id)};
        return tuple_from_values(ts, items, 3);
    }
    if (proto == CAN_J1939) {
        const Ref<Int> long_name = TRY(int_from_uint64(ts, a.can_addr.j1939.name));
        const Value items[] = {Value(name.get()), Value(long_name.get()), Value::of_int(a.can_addr.j1939.pgn),
                               Value::of_int(a.can_addr.j1939.addr)};
        return tuple_from_values(ts, items, 4);
    }
    return tuple_of(ts, {name.get()});
}

}  // namespace

// ---- hosts ----

Result<std::string> idna_name(Attached ts, Object& text) {
    const Ref<Str> encode = TRY(str_intern_utf8(ts, "encode"));
    const Ref<Str> codec = TRY(str_new_ascii(ts, "idna"));
    const Ref<Object> encoded = TRY(call_method(ts, text, *encode, {codec.get()}));
    if (!is_bytes(*encoded)) return raise(ts, Exc::TypeError, "encoding of hostname failed");
    return std::string(bytes_view(static_cast<Bytes&>(*encoded)));
}

Result<std::string> host_name(Attached ts, Object& o, const char* message) {
    std::string name;
    if (is_str(o) && str_is_ascii(static_cast<Str&>(o))) {
        name = str_ascii_view(static_cast<Str&>(o));
    } else if (is_str(o)) {
        name = TRY(idna_name(ts, o));
    } else if (is_bytes(o)) {
        name = bytes_view(static_cast<Bytes&>(o));
    } else if (is_instance_exact(o, PyByteArray_Type)) {
        name = bytearray_view(static_cast<ByteArray&>(o));
    } else {
        return raise_text(ts, Exc::TypeError, fmt::format(fmt::runtime(message), type_name(o)));
    }
    if (name.find('\0') != name.npos)
        return raise(ts, Exc::TypeError, "host name must not contain null character");
    return name;
}

Result<void> resolve_host(Attached ts, const std::string& host, int family, SocketAddress* out) {
    *out = SocketAddress();
    if (host == "<broadcast>" || host == "255.255.255.255") {
        if (family != AF_INET && family != AF_UNSPEC)
            return raise(ts, Exc::OSError, "address family mismatched");
        out->in.sin_family = AF_INET;
        out->in.sin_addr.s_addr = INADDR_BROADCAST;
        out->length = sizeof out->in;
        return {};
    }
    // A number needs no look-up.
    if ((family == AF_INET || family == AF_UNSPEC) &&
        ::inet_pton(AF_INET, host.c_str(), &out->in.sin_addr) == 1) {
        out->in.sin_family = AF_INET;
        out->length = sizeof out->in;
        return {};
    }
    if ((family == AF_INET6 || family == AF_UNSPEC) &&
        ::inet_pton(AF_INET6, host.c_str(), &out->in6.sin6_addr) == 1) {
        out->in6.sin6_family = AF_INET6;
        out->length = sizeof out->in6;
        return {};
    }
    *out = SocketAddress();
    addrinfo hints{}, *found = nullptr;
    hints.ai_family = family;
    const bool any = host.empty();
    if (any) {
        hints.ai_socktype = SOCK_DGRAM;
        hints.ai_flags = AI_PASSIVE;
    }
    int system_error = 0;
    const int error = ts.detached_long([&] {
        const int e = ::getaddrinfo(any ? nullptr : host.c_str(), any ? "0" : nullptr, &hints, &found);
        system_error = errno;
        return e;
    });
    if (error != 0) return raise_gaierror(ts, error, system_error);
    const bool many = any && found->ai_next != nullptr;
    const socklen_t length =
        found->ai_addrlen < sizeof out->storage ? found->ai_addrlen : sizeof out->storage;
    std::memcpy(&out->storage, found->ai_addr, length);
    out->length = length;
    ::freeaddrinfo(found);
    if (many && family != AF_UNSPEC) return raise(ts, Exc::OSError, "wildcard resolved to multiple address");
    const int got = out->any.sa_family;
    if (got != AF_INET && got != AF_INET6) return raise(ts, Exc::OSError, "unknown address family");
    return {};
}

Result<Ref<Object>> ip_text(Attached ts, const sockaddr& address) {
    char text[INET6_ADDRSTRLEN];
    const void* raw =
        address.sa_family == AF_INET
            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr)
            : static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
    if (::inet_ntop(address.sa_family, raw, text, sizeof text) == nullptr) return raise_oserror(ts, errno);
    return str_new_ascii(ts, text);
}

// ---- both ways ----

Result<void> address_of(Attached ts, const SocketObject& s, Object& o, const char* caller,
                        SocketAddress* out) {
    switch (s.family) {
        case AF_UNIX:
            return unix_address(ts, o, out);
        case AF_INET:
        case AF_INET6:
            return ip_address(ts, s, o, caller, out);
        case AF_NETLINK:
            return netlink_address(ts, o, caller, out);
        case AF_VSOCK:
        case AF_QIPCRTR:
            return pair_address(ts, s.family, o, out);
        case AF_PACKET:
            return packet_address(ts, s, o, caller, out);
        case AF_TIPC:
            return tipc_address(ts, o, caller, out);
        case AF_CAN:
            return can_address(ts, s, o, caller, out);
        case AF_ALG:
            return algorithm_address(ts, o, caller, out);
        default:
            return raise(ts, Exc::OSError, "{}(): bad family", caller);
    }
}

Result<void> check_family(Attached ts, const SocketObject& s) {
    switch (s.family) {
        case AF_UNIX:
        case AF_INET:
        case AF_INET6:
        case AF_NETLINK:
        case AF_VSOCK:
        case AF_QIPCRTR:
        case AF_PACKET:
        case AF_TIPC:
        case AF_CAN:
        case AF_ALG:
            return {};
        default:
            return raise(ts, Exc::OSError, "getsockaddrlen: bad family");
    }
}

Result<Ref<Object>> address_object(Attached ts, int fd, const SocketAddress& address, int proto) {
    if (address.length == 0) return Ref<Object>::share(none());
    switch (address.any.sa_family) {
        case AF_INET: {
            const Ref<Object> host = TRY(ip_text(ts, address.any));
            const Value items[] = {Value(host.get()), Value::of_int(ntohs(address.in.sin_port))};
            return tuple_from_values(ts, items, 2);
        }
        case AF_INET6: {
            const Ref<Object> host = TRY(ip_text(ts, address.any));
            const Value items[] = {Value(host.get()), Value::of_int(ntohs(address.in6.sin6_port)),
                                   Value::of_int(ntohl(address.in6.sin6_flowinfo)),
                                   Value::of_int(address.in6.sin6_scope_id)};
            return tuple_from_values(ts, items, 4);
        }
        case AF_UNIX: {
            const size_t length = address.length - offsetof(sockaddr_un, sun_path);
            const char* path = address.un.sun_path;
            if (length > 0 && path[0] == '\0') return bytes_new(ts, {path, length});
            return fs_decode(ts, {path, ::strnlen(path, length)});
        }
        case AF_NETLINK: {
            const Value items[] = {Value::of_int(address.nl.nl_pid), Value::of_int(address.nl.nl_groups)};
            return tuple_from_values(ts, items, 2);
        }
        case AF_QIPCRTR: {
            const Value items[] = {Value::of_int(address.qrtr.sq_node), Value::of_int(address.qrtr.sq_port)};
            return tuple_from_values(ts, items, 2);
        }
        case AF_VSOCK: {
            const Value items[] = {Value::of_int(address.vm.svm_cid), Value::of_int(address.vm.svm_port)};
            return tuple_from_values(ts, items, 2);
        }
        case AF_PACKET: {
            const Ref<Object> name = TRY(interface_name(ts, fd, address.ll.sll_ifindex));
            const size_t length = address.ll.sll_halen < 8 ? address.ll.sll_halen : 8;
            const Ref<Bytes> physical =
                TRY(bytes_new(ts, {reinterpret_cast<const char*>(address.ll.sll_addr), length}));
            const Value items[] = {Value(name.get()), Value::of_int(ntohs(address.ll.sll_protocol)),
                                   Value::of_int(address.ll.sll_pkttype),
                                   Value::of_int(address.ll.sll_hatype), Value(physical.get())};
            return tuple_from_values(ts, items, 5);
        }
        case AF_TIPC:
            return tipc_object(ts, address.tipc);
        case AF_CAN:
            return can_object(ts, fd, address.can, proto);
        default: {
            // A family without a form of its own: its number and the bytes.
            const Ref<Bytes> raw = TRY(bytes_new(ts, {address.any.sa_data, sizeof address.any.sa_data}));
            const Value items[] = {Value::of_int(address.any.sa_family), Value(raw.get())};
            return tuple_from_values(ts, items, 2);
        }
    }
}

}  // namespace baton
