// select: the module, and select() itself.
#include "vm/modules/select.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include <cerrno>
#include <climits>
#include <cmath>
#include <vector>

#include "runtime/object_ops.h"
#include "runtime/types/float.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/tuple.h"
#include "threadstate/signals.h"
#include "vm/modules/descriptor.h"
#include "vm/modules/duration.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

int64_t now() {
    timespec t{};
    ::clock_gettime(CLOCK_MONOTONIC, &t);
    return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

}  // namespace

WaitLimit::WaitLimit(int64_t timeout) {
    if (timeout < 0) return;
    left_ = {static_cast<time_t>(timeout / 1'000'000'000), static_cast<long>(timeout % 1'000'000'000)};
    if (timeout == 0)
        end_ = 0;
    else if (__builtin_add_overflow(now(), timeout, &end_))
        end_ = INT64_MAX;
}
void WaitLimit::refresh() {
    if (end_ <= 0) return;
    const int64_t ns = end_ - now();
    left_ = ns <= 0
                ? timespec{}
                : timespec{static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
}

Result<int64_t> wait_argument(Attached ts, Object* o, int64_t unit, const char* type_error) {
    if (o == nullptr || is_none(*o)) return int64_t{-1};
    if (!is_float(*o) && !has_index(*o)) return raise_text(ts, Exc::TypeError, type_error);
    // A count of `unit`s, as nanoseconds.
    const int64_t ns = TRY(nanoseconds_of(ts, *o, unit));
    return ns < 0 ? int64_t{-1} : ns;
}

namespace {

// One of the three sequences: its objects, and their descriptors as a set.
class ObjectSet {
  public:
    ObjectSet() { FD_ZERO(&set_); }
    Result<void> get(Attached ts, Object& objects, int* highest) {
        const Ref<Object> items = TRY(sequence_fast(ts, objects, "arguments 1-3 must be sequences"));
        const bool list = is_list(*items);
        // fileno() may change the list: its length is asked each time.
        for (Index i = 0; i < (list ? static_cast<List&>(*items).size : static_cast<Tuple&>(*items).size);
             ++i) {
            Ref<Object> o = Ref<Object>::share(list ? *static_cast<List&>(*items).item[i]
                                                    : *static_cast<Tuple&>(*items).item[i]);
            const int fd = TRY(file_descriptor(ts, *o));
            if (fd >= FD_SETSIZE)
                return raise(ts, Exc::ValueError, "filedescriptor out of range in select()");
            if (objects_.size() >= FD_SETSIZE)
                return raise(ts, Exc::ValueError, "too many file descriptors in select()");
            if (fd > *highest) *highest = fd;
            FD_SET(fd, &set_);
            objects_.push_back({std::move(o), fd});
        }
        return {};
    }
    const fd_set& set() const { return set_; }
    Result<Ref<List>> ready(Attached ts, const fd_set& set) const {
        Ref<List> out = TRY(list_new(ts, 0));
        for (const Entry& e : objects_) {
            if (FD_ISSET(e.fd, &set)) TRY(list_append(ts, *out, *e.object));
        }
        return out;
    }

  private:
    struct Entry {
        Ref<Object> object;
        int fd;
    };
    std::vector<Entry> objects_;
    fd_set set_;
};

Result<Ref<Object>> select_select(Attached ts, Module&, Object& rlist, Object& wlist, Object& xlist,
                                  Object* timeout) {
    if (timeout != nullptr && !is_none(*timeout)) {
        if (!is_float(*timeout) && !has_index(*timeout))
            return raise(ts, Exc::TypeError, "timeout must be a float or None");
        const int64_t ns = TRY(nanoseconds_of(ts, *timeout));
        if (ns < 0) return raise(ts, Exc::ValueError, "timeout must be non-negative");
    }
    const int64_t ns = TRY(wait_argument(ts, timeout, 1'000'000'000, "timeout must be a float or None"));
    int highest = -1;
    ObjectSet objects[3];
    TRY(objects[0].get(ts, rlist, &highest));
    TRY(objects[1].get(ts, wlist, &highest));
    TRY(objects[2].get(ts, xlist, &highest));
    WaitLimit limit(ns);
    fd_set sets[3];
    for (;;) {
        // First, because a signal since the last poll would otherwise wait for the call to end.
        if (handle_signals(ts) < 0) return already_raised();
        for (int i = 0; i < 3; ++i) sets[i] = objects[i].set();
        int error = 0;
        const int n = ts.detached([&] {
            const int r = ::pselect(highest + 1, &sets[0], &sets[1], &sets[2], limit.left(), nullptr);
            error = errno;
            return r;
        });
        if (n == 0) {
            for (fd_set& s : sets) FD_ZERO(&s);
        }
        if (n >= 0) break;
        if (error != EINTR) return raise_oserror(ts, error);
        limit.refresh();
    }
    const Ref<List> readable = TRY(objects[0].ready(ts, sets[0]));
    const Ref<List> writable = TRY(objects[1].ready(ts, sets[1]));
    const Ref<List> exceptional = TRY(objects[2].ready(ts, sets[2]));
    return tuple_of(ts, {readable.get(), writable.get(), exceptional.get()});
}

constexpr Method functions[] = {
    method<select_poll>("poll($module, /)", "A new object that polls the descriptors registered with it."),
    method<select_select>(
        "select($module, rlist, wlist, xlist, timeout=None, /)",
        "Wait until a descriptor of the three sequences can be read, can be written, or has an "
        "exceptional condition.\n\nReturns the three lists of those that are ready; three empty ones when "
        "the time-out, in seconds, is over. 0 only looks, None waits for ever."),
    {},
};

Result<void> select_exec(Attached ts, Module& module) {
    struct {
        const char* name;
        int64_t value;
    } const constants[] = {
#define NUMBER(name) {#name, static_cast<int64_t>(name)}
        NUMBER(PIPE_BUF),     NUMBER(POLLIN),         NUMBER(POLLPRI),     NUMBER(POLLOUT),
        NUMBER(POLLERR),      NUMBER(POLLHUP),        NUMBER(POLLNVAL),    NUMBER(POLLRDNORM),
        NUMBER(POLLRDBAND),   NUMBER(POLLWRNORM),     NUMBER(POLLWRBAND),  NUMBER(POLLMSG),
        NUMBER(POLLRDHUP),    NUMBER(EPOLLIN),        NUMBER(EPOLLOUT),    NUMBER(EPOLLPRI),
        NUMBER(EPOLLERR),     NUMBER(EPOLLHUP),       NUMBER(EPOLLRDHUP),  NUMBER(EPOLLET),
        NUMBER(EPOLLONESHOT), NUMBER(EPOLLEXCLUSIVE), NUMBER(EPOLLRDNORM), NUMBER(EPOLLRDBAND),
        NUMBER(EPOLLWRNORM),  NUMBER(EPOLLWRBAND),    NUMBER(EPOLLMSG),    NUMBER(EPOLL_CLOEXEC),
#undef NUMBER
    };
    for (const auto& row : constants) TRY(module_add_int(ts, module, row.name, row.value));
    TRY(module_add(ts, module, "error", exc_type(Exc::OSError)));
    return module_add_type(ts, module, baton_select_epoll_type);
}

}  // namespace

extern const ModuleSpec select_module;
const ModuleSpec select_module = {
    .name = "select",
    .doc = "Waiting until one of several files or sockets can be read or written.",
    .methods = functions,
    .exec = select_exec,
};

}  // namespace baton
