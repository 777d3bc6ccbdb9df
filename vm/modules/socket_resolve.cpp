// _socket: looking up names of hosts, services, protocols and interfaces.
//
// Look-ups run detached and only through functions of the C library that keep no state between callers.
#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>

#include <climits>
#include <cstring>
#include <vector>

#include "runtime/exceptions.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/audit.h"
#include "vm/fs_text.h"
#include "vm/modules/socket.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

Raised raise_pair(Attached ts, Type& type, int code, const char* text) {
    const Ref<Object> message = TRY(fs_decode(ts, text));
    const Value both[] = {Value::of_int(code), Value(message.get())};
    const Ref<Tuple> args = TRY(tuple_from_values(ts, both, 2));
    return raise_type(ts, type, args.get());
}

struct Found {
    addrinfo* list = nullptr;
    ~Found() {
        if (list != nullptr) ::freeaddrinfo(list);
    }
};
Result<void> look_up(Attached ts, const char* host, const char* port, const addrinfo& hints, Found* out) {
    int system_error = 0;
    const int error = ts.detached_long([&] {
        const int e = ::getaddrinfo(host, port, &hints, &out->list);
        system_error = errno;
        return e;
    });
    if (error != 0) {
        out->list = nullptr;
        return raise_gaierror(ts, error, system_error);
    }
    return {};
}

// A hostent of the reentrant functions, with the memory it points into.
class HostEntry {
  public:
    // f(entry, memory, size, &found, &h_error): one of gethostby*_r.
    template <class F>
    Result<void> get(Attached ts, F&& f) {
        memory_.resize(1024);
        int h_error = 0;
        for (;;) {
            const int error = ts.detached_long(
                [&] { return f(&entry_, memory_.data(), memory_.size(), &found_, &h_error); });
            if (error != ERANGE) break;
            memory_.resize(memory_.size() * 2);
        }
        if (found_ == nullptr) return raise_herror(ts, h_error);
        return {};
    }
    Result<Ref<Object>> object(Attached ts, int family) {
        if (found_->h_addrtype != family) return raise_oserror(ts, EAFNOSUPPORT);
        const Ref<Object> name = TRY(fs_decode(ts, found_->h_name));
        const Ref<List> aliases = TRY(list_new(ts, 0));
        for (char** alias = found_->h_aliases; alias != nullptr && *alias != nullptr; ++alias) {
            Ref<Str> text = TRY(fs_decode(ts, *alias));
            TRY(list_append_owned(ts, *aliases, std::move(text)));
        }
        const Ref<List> addresses = TRY(list_new(ts, 0));
        for (char** raw = found_->h_addr_list; raw != nullptr && *raw != nullptr; ++raw) {
            char text[INET6_ADDRSTRLEN];
            if (::inet_ntop(family, *raw, text, sizeof text) == nullptr) return raise_oserror(ts, errno);
            Ref<Str> address = TRY(str_new_ascii(ts, text));
            TRY(list_append_owned(ts, *addresses, std::move(address)));
        }
        return tuple_of(ts, {name.get(), aliases.get(), addresses.get()});
    }

  private:
    hostent entry_{};
    hostent* found_ = nullptr;
    std::vector<char> memory_;
};

// Calls f(memory, size) with more and more room until it is not ERANGE.
template <class F>
void with_room(Attached ts, F&& f) {
    std::vector<char> memory(1024);
    while (ts.detached_long([&] { return f(memory.data(), memory.size()); }) == ERANGE)
        memory.resize(memory.size() * 2);
}

Result<std::string> required_host(Attached ts, Object& o, const char* function) {
    return host_name(ts, o, function);
}

}  // namespace

Raised raise_gaierror(Attached ts, int code, int error) {
    if (code == EAI_SYSTEM) return raise_oserror(ts, error);
    return raise_pair(ts, baton_socket_gaierror_type, code, ::gai_strerror(code));
}
Raised raise_herror(Attached ts, int code) {
    return raise_pair(ts, baton_socket_herror_type, code, ::hstrerror(code));
}

Result<Ref<Object>> socket_getaddrinfo(Attached ts, Module&, Object& host, Object& port, Opt<int> family,
                                       Opt<int> type, Opt<int> proto, Opt<int> flags) {
    std::string name, service;
    const bool any = is_none(host);
    if (is_str(host)) {
        name = TRY(idna_name(ts, host));
    } else if (is_bytes(host)) {
        name = std::string(bytes_view(static_cast<Bytes&>(host)));
    } else if (!any) {
        return raise(ts, Exc::TypeError, "getaddrinfo() argument 1 must be string or None");
    }
    const bool no_port = is_none(port);
    if (is_int(port)) {
        const int64_t number = TRY(convert_int64(ts, Value(&port), INT64_MIN, INT64_MAX, "long"));
        service = std::to_string(number);
    } else if (is_str(port)) {
        service = std::string(TRY(str_as_utf8(ts, static_cast<Str&>(port))));
    } else if (is_bytes(port)) {
        service = std::string(bytes_view(static_cast<Bytes&>(port)));
    } else if (!no_port) {
        return raise(ts, Exc::OSError, "Int or String expected");
    }
    TRY(audit_values(ts, "socket.getaddrinfo", &host, &port, family.or_else(AF_UNSPEC), type.or_else(0),
                     proto.or_else(0)));
    addrinfo hints{};
    hints.ai_family = family.or_else(AF_UNSPEC);
    hints.ai_socktype = type.or_else(0);
    hints.ai_protocol = proto.or_else(0);
    hints.ai_flags = flags.or_else(0);
    Found found;
    TRY(look_up(ts, any ? nullptr : name.c_str(), no_port ? nullptr : service.c_str(), hints, &found));
    const Ref<List> all = TRY(list_new(ts, 0));
    for (const addrinfo* a = found.list; a != nullptr; a = a->ai_next) {
        SocketAddress address;
        address.length = a->ai_addrlen < sizeof address.storage ? a->ai_addrlen : sizeof address.storage;
        std::memcpy(&address.storage, a->ai_addr, address.length);
        const Ref<Object> where = TRY(address_object(ts, -1, address, a->ai_protocol));
        const Ref<Object> canonical = TRY(fs_decode(ts, a->ai_canonname != nullptr ? a->ai_canonname : ""));
        const Value items[] = {Value::of_int(a->ai_family), Value::of_int(a->ai_socktype),
                               Value::of_int(a->ai_protocol), Value(canonical.get()), Value(where.get())};
        Ref<Tuple> row = TRY(tuple_from_values(ts, items, 5));
        TRY(list_append_owned(ts, *all, std::move(row)));
    }
    return all.copy();
}

Result<Ref<Object>> socket_getnameinfo(Attached ts, Module&, Object& sockaddr, int flags) {
    if (!is_tuple(sockaddr)) return raise(ts, Exc::TypeError, "getnameinfo() argument 1 must be a tuple");
    auto& t = static_cast<Tuple&>(sockaddr);
    if (t.size < 2 || t.size > 4 || !is_str(*t.item[0]))
        return raise(ts, Exc::TypeError, "getnameinfo(): illegal sockaddr argument");
    const std::string host = TRY(str_as_c_string(ts, static_cast<Str&>(*t.item[0])));
    const int64_t port = TRY(convert_int64(ts, Value(t.item[1]), INT_MIN, INT_MAX, "int"));
    uint32_t extra[2] = {0, 0};
    for (Index i = 2; i < t.size; ++i) {
        extra[i - 2] = static_cast<uint32_t>(TRY(convert_uint64_mask(ts, Value(t.item[i]))));
    }
    if (extra[0] > 0xfffff)
        return raise(ts, Exc::OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
    TRY(audit_values(ts, "socket.getnameinfo", &sockaddr));
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_DGRAM;  // one answer per address is enough
    hints.ai_flags = AI_NUMERICHOST;
    Found found;
    TRY(look_up(ts, host.c_str(), std::to_string(port).c_str(), hints, &found));
    if (found.list->ai_next != nullptr)
        return raise(ts, Exc::OSError, "sockaddr resolved to multiple addresses");
    if (found.list->ai_family == AF_INET) {
        if (t.size != 2) return raise(ts, Exc::OSError, "IPv4 sockaddr must be 2 tuple");
    } else if (found.list->ai_family == AF_INET6) {
        auto& six = reinterpret_cast<sockaddr_in6&>(*found.list->ai_addr);
        six.sin6_flowinfo = htonl(extra[0]);
        six.sin6_scope_id = extra[1];
    }
    char name[NI_MAXHOST], service[NI_MAXSERV];
    int system_error = 0;
    const int error = ts.detached_long([&] {
        const int e = ::getnameinfo(found.list->ai_addr, found.list->ai_addrlen, name, sizeof name, service,
                                    sizeof service, flags);
        system_error = errno;
        return e;
    });
    if (error != 0) return raise_gaierror(ts, error, system_error);
    const Ref<Object> a = TRY(fs_decode(ts, name));
    const Ref<Object> b = TRY(fs_decode(ts, service));
    return tuple_of(ts, {a.get(), b.get()});
}

Result<Ref<Object>> socket_gethostbyname(Attached ts, Module&, Object& host) {
    const std::string name =
        TRY(required_host(ts, host, "gethostbyname() argument 1 must be str, bytes or bytearray, not {}"));
    TRY(audit_values(ts, "socket.gethostbyname", &host));
    SocketAddress address;
    TRY(resolve_host(ts, name, AF_INET, &address));
    return ip_text(ts, address.any);
}
Result<Ref<Object>> socket_gethostbyname_ex(Attached ts, Module&, Object& host) {
    const std::string name =
        TRY(required_host(ts, host, "gethostbyname_ex() argument 1 must be str, bytes or bytearray, not {}"));
    TRY(audit_values(ts, "socket.gethostbyname", &host));
    SocketAddress address;
    TRY(resolve_host(ts, name, AF_INET, &address));
    HostEntry entry;
    TRY(entry.get(ts, [&](hostent* e, char* memory, size_t size, hostent** found, int* error) {
        return ::gethostbyname_r(name.c_str(), e, memory, size, found, error);
    }));
    return entry.object(ts, AF_INET);
}
Result<Ref<Object>> socket_gethostbyaddr(Attached ts, Module&, Object& host) {
    const std::string name =
        TRY(required_host(ts, host, "gethostbyaddr() argument 1 must be str, bytes or bytearray, not {}"));
    TRY(audit_values(ts, "socket.gethostbyaddr", &host));
    SocketAddress address;
    TRY(resolve_host(ts, name, AF_UNSPEC, &address));
    const int family = address.any.sa_family;
    const bool four = family == AF_INET;
    const void* raw = four ? static_cast<const void*>(&address.in.sin_addr) : &address.in6.sin6_addr;
    const auto length =
        static_cast<socklen_t>(four ? sizeof address.in.sin_addr : sizeof address.in6.sin6_addr);
    HostEntry entry;
    TRY(entry.get(ts, [&](hostent* e, char* memory, size_t size, hostent** found, int* error) {
        return ::gethostbyaddr_r(raw, length, family, e, memory, size, found, error);
    }));
    return entry.object(ts, family);
}

Result<int> socket_getservbyname(Attached ts, Module&, Str& name, Str* proto) {
    const char* service = TRY(str_as_c_string(ts, name));
    const char* protocol = nullptr;
    if (proto != nullptr) protocol = TRY(str_as_c_string(ts, *proto));
    TRY(audit_values(ts, "socket.getservbyname", &name, proto));
    servent entry, *found = nullptr;
    with_room(ts,
              [&](char* m, size_t n) { return ::getservbyname_r(service, protocol, &entry, m, n, &found); });
    if (found == nullptr) return raise(ts, Exc::OSError, "service/proto not found");
    return ntohs(static_cast<uint16_t>(entry.s_port));
}
Result<Ref<Object>> socket_getservbyport(Attached ts, Module&, int port, Str* proto) {
    const char* protocol = nullptr;
    if (proto != nullptr) protocol = TRY(str_as_c_string(ts, *proto));
    if (port < 0 || port > 0xffff)
        return raise(ts, Exc::OverflowError, "getservbyport: port must be 0-65535.");
    TRY(audit_values(ts, "socket.getservbyport", port, proto));
    servent entry, *found = nullptr;
    std::string name;
    with_room(ts, [&](char* m, size_t n) {
        const int e = ::getservbyport_r(htons(static_cast<uint16_t>(port)), protocol, &entry, m, n, &found);
        if (e == 0 && found != nullptr) name = entry.s_name;  // the memory ends with this call
        return e;
    });
    if (found == nullptr) return raise(ts, Exc::OSError, "port/proto not found");
    return fs_decode(ts, name);
}
Result<int> socket_getprotobyname(Attached ts, Module&, Str& name) {
    const char* text = TRY(str_as_c_string(ts, name));
    protoent entry, *found = nullptr;
    with_room(ts, [&](char* m, size_t n) { return ::getprotobyname_r(text, &entry, m, n, &found); });
    if (found == nullptr) return raise(ts, Exc::OSError, "protocol not found");
    return entry.p_proto;
}

Result<Ref<Object>> socket_if_nameindex(Attached ts, Module&) {
    struct Names {
        struct if_nameindex* list;
        ~Names() {
            if (list != nullptr) ::if_freenameindex(list);
        }
    } names{ts.detached([] { return ::if_nameindex(); })};
    if (names.list == nullptr) return raise_oserror(ts, errno);
    const Ref<List> all = TRY(list_new(ts, 0));
    for (const struct if_nameindex* row = names.list; row->if_name != nullptr; ++row) {
        const Ref<Object> name = TRY(fs_decode(ts, row->if_name));
        const Value both[] = {Value::of_int(row->if_index), Value(name.get())};
        Ref<Tuple> pair = TRY(tuple_from_values(ts, both, 2));
        TRY(list_append_owned(ts, *all, std::move(pair)));
    }
    return all.copy();
}
Result<int> socket_if_nametoindex(Attached ts, Module&, Object& name) {
    std::string text;
    TRY(fs_encode(ts, name, &text));
    const unsigned index = ts.detached([&] { return ::if_nametoindex(text.c_str()); });
    if (index == 0) return raise(ts, Exc::OSError, "no interface with this name");
    return static_cast<int>(index);
}
Result<Ref<Object>> socket_if_indextoname(Attached ts, Module&, Object& index) {
    const Ref<Int> number = TRY(number_index(ts, index));
    if (int_sign(*number) < 0)
        return raise(ts, Exc::OverflowError, "can't convert negative value to unsigned int");
    uint64_t wide = 0;
    if (!int_as_uint64(*number, &wide))
        return raise(ts, Exc::OverflowError, "Python int too large to convert to C unsigned long");
    char name[IF_NAMESIZE];
    if (wide > UINT_MAX || ::if_indextoname(static_cast<unsigned>(wide), name) == nullptr)
        return raise_oserror(ts, wide > UINT_MAX ? ENXIO : errno);
    return fs_decode(ts, name);
}

const TypeSpec socket_gaierror_spec = {
    .name = "socket.gaierror",
    .basicsize = sizeof(OSErrorObject),
    .flags = kTypeBaseType,
    .base = &exception_types[static_cast<int>(Exc::OSError)],
};
const TypeSpec socket_herror_spec = {
    .name = "socket.herror",
    .basicsize = sizeof(OSErrorObject),
    .flags = kTypeBaseType,
    .base = &exception_types[static_cast<int>(Exc::OSError)],
};

}  // namespace baton
