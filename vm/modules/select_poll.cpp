// select.poll and select.epoll: objects that remember which descriptors to wait for.
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <unordered_map>
#include <vector>

#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"
#include "threadstate/signals.h"
#include "vm/modules/descriptor.h"
#include "vm/modules/select.h"
#include "vm/vm_types.h"

namespace baton {

// ---- poll ----

namespace {

// What to wait for, in the order of registration.
struct PollSet {
    std::vector<pollfd> fds;
    std::unordered_map<int, size_t> place;
};
struct PollObject : Object {
    PollSet* set;
    bool polling;  // a thread waits with it, detached
};

constexpr int kDefaultEvents = POLLIN | POLLPRI | POLLOUT;

// Events fit 16 bits without a sign.
Result<short> event_mask(Attached ts, Object* o) {
    if (o == nullptr) return static_cast<short>(kDefaultEvents);
    if (!is_int(*o)) return raise(ts, Exc::TypeError, "an integer is required");
    auto& number = static_cast<Int&>(*o);
    uint64_t mask = 0;
    if (int_sign(number) < 0) return raise(ts, Exc::ValueError, "value must be positive");
    if (!int_as_uint64(number, &mask) || mask > USHRT_MAX)
        return raise(ts, Exc::OverflowError, "Python int too large for C unsigned short");
    return static_cast<short>(mask);
}

Result<void> poll_register(Attached ts, PollObject& self, Object& fd, Object* eventmask) {
    const int which = TRY(file_descriptor(ts, fd));
    const short events = TRY(event_mask(ts, eventmask));
    const auto [at, fresh] = self.set->place.try_emplace(which, self.set->fds.size());
    if (fresh)
        self.set->fds.push_back({which, events, 0});
    else
        self.set->fds[at->second].events = events;
    return {};
}
Result<void> poll_modify(Attached ts, PollObject& self, Object& fd, Object& eventmask) {
    const int which = TRY(file_descriptor(ts, fd));
    const short events = TRY(event_mask(ts, &eventmask));
    const auto at = self.set->place.find(which);
    if (at == self.set->place.end()) return raise_oserror(ts, ENOENT);
    self.set->fds[at->second].events = events;
    return {};
}
Result<void> poll_unregister(Attached ts, PollObject& self, Object& fd) {
    const int which = TRY(file_descriptor(ts, fd));
    PollSet& set = *self.set;
    const auto at = set.place.find(which);
    if (at == set.place.end()) return raise_with(ts, Exc::KeyError, TRY(box_int(ts, which)));
    const size_t gone = at->second;
    set.place.erase(at);
    set.fds.erase(set.fds.begin() + static_cast<std::ptrdiff_t>(gone));
    for (size_t i = gone; i < set.fds.size(); ++i) set.place[set.fds[i].fd] = i;
    return {};
}
Result<Ref<Object>> poll_poll(Attached ts, PollObject& self, Object* timeout) {
    const int64_t ns = TRY(wait_argument(ts, timeout, 1'000'000, "timeout must be an integer or None"));
    if (self.polling) return raise(ts, Exc::RuntimeError, "concurrent poll() invocation");
    // A copy: other threads may register while this one waits.
    std::vector<pollfd> fds = self.set->fds;
    WaitLimit limit(ns);
    // First, because a signal since the last poll would otherwise wait for the call to end.
    if (handle_signals(ts) < 0) return already_raised();
    self.polling = true;
    int n;
    for (;;) {
        int error = 0;
        n = ts.detached([&] {
            const int r = ::ppoll(fds.data(), fds.size(), limit.left(), nullptr);
            error = errno;
            return r;
        });
        if (n >= 0) break;
        if (error != EINTR) {
            self.polling = false;
            return raise_oserror(ts, error);
        }
        if (handle_signals(ts) < 0) {
            self.polling = false;
            return already_raised();
        }
        limit.refresh();
    }
    self.polling = false;
    const Ref<List> out = TRY(list_new(ts, 0));
    for (const pollfd& p : fds) {
        if (p.revents == 0) continue;
        const Value both[] = {Value::of_int(p.fd), Value::of_int(static_cast<unsigned short>(p.revents))};
        Ref<Tuple> pair = TRY(tuple_from_values(ts, both, 2));
        TRY(list_append_owned(ts, *out, std::move(pair)));
    }
    return out.copy();
}
void poll_dealloc(Attached ts, PollObject& self) {
    delete self.set;
    free_instance(ts, self);
}

constexpr Method poll_methods[] = {
    method<poll_register>("register($self, fd, eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)",
                          "Wait for these events on a descriptor from now on."),
    method<poll_modify>("modify($self, fd, eventmask, /)",
                        "Change what is waited for on a registered descriptor."),
    method<poll_unregister>("unregister($self, fd, /)",
                            "Forget a descriptor; KeyError if it is not registered."),
    method<poll_poll>("poll($self, timeout=None, /)",
                      "Wait for events; returns a list of (fd, events).\n\nThe time-out is in milliseconds; "
                      "None waits for ever."),
    {},
};

}  // namespace

Result<Ref<Object>> select_poll(Attached ts, Module&) {
    Ref<PollObject> p = TRY(new_instance<PollObject>(ts, baton_select_poll_type));
    p->set = new (std::nothrow) PollSet();
    if (p->set == nullptr) return raise_no_memory(ts);
    return p;
}

// ---- epoll ----

namespace {

struct EpollObject : Object {
    int fd;
};

Result<void> need_open(Attached ts, const EpollObject& self) {
    if (self.fd < 0) return raise(ts, Exc::ValueError, "I/O operation on closed epoll object");
    return {};
}
Result<Ref<Object>> epoll_from(Attached ts, Type& cls, int fd) {
    auto made = new_instance<EpollObject>(ts, cls);
    if (!made.ok()) {
        if (fd >= 0) ts.detached([&] { (void)::close(fd); });
        return already_raised();
    }
    made->fd = fd;
    return made;
}
Result<Ref<Object>> make_epoll(Attached ts, Type& cls, Opt<int> sizehint, Opt<int> flags) {
    const int hint = sizehint.or_else(-1);
    // Linux has not looked at the hint for long, but it was never allowed to be nonsense.
    if (hint != -1 && hint <= 0) return raise(ts, Exc::ValueError, "negative sizehint");
    const int how = flags.or_else(0);
    if (how != 0 && how != EPOLL_CLOEXEC) return raise(ts, Exc::OSError, "invalid flags");
    const int fd = ::epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0) return raise_oserror(ts, errno);
    return epoll_from(ts, cls, fd);
}
constexpr Method new_row = method<make_epoll>("epoll($type, sizehint=-1, flags=0)", "");
Result<Ref<Object>> epoll_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    return boxed_result(ts, new_row.fn(ts, new_row, &cls, args, nargs, kwnames));
}
Result<Ref<Object>> epoll_fromfd(Attached ts, Type& cls, int fd) {
    return epoll_from(ts, cls, fd);
}

Result<void> epoll_close(Attached ts, EpollObject& self) {
    const int fd = std::exchange(self.fd, -1);
    if (fd < 0) return {};
    const int error = ts.detached([&] { return ::close(fd) < 0 ? errno : 0; });
    if (error != 0) return raise_oserror(ts, error);
    return {};
}
Result<int> epoll_fileno(Attached ts, EpollObject& self) {
    TRY(need_open(ts, self));
    return self.fd;
}
Result<Ref<Object>> epoll_enter(Attached ts, EpollObject& self) {
    TRY(need_open(ts, self));
    return Ref<Object>::share(self);
}
Result<void> epoll_exit(Attached ts, EpollObject& self, Object*, Object*, Object*) {
    return epoll_close(ts, self);
}
Result<Ref<Object>> get_closed(Attached, Object& self) {
    return Ref<Object>::share(bool_object(static_cast<EpollObject&>(self).fd < 0));
}

Result<void> control(Attached ts, EpollObject& self, int operation, Object& fd, uint32_t events) {
    TRY(need_open(ts, self));
    const int which = TRY(file_descriptor(ts, fd));
    epoll_event event{};
    event.events = events;
    event.data.fd = which;
    const int ep = self.fd;
    const int error = ts.detached([&] { return ::epoll_ctl(ep, operation, which, &event) < 0 ? errno : 0; });
    if (error != 0) return raise_oserror(ts, error);
    return {};
}
Result<void> epoll_register(Attached ts, EpollObject& self, Object& fd, Opt<uint64_t> eventmask) {
    return control(ts, self, EPOLL_CTL_ADD, fd,
                   static_cast<uint32_t>(eventmask.or_else(EPOLLIN | EPOLLPRI | EPOLLOUT)));
}
Result<void> epoll_modify(Attached ts, EpollObject& self, Object& fd, uint64_t eventmask) {
    return control(ts, self, EPOLL_CTL_MOD, fd, static_cast<uint32_t>(eventmask));
}
Result<void> epoll_unregister(Attached ts, EpollObject& self, Object& fd) {
    return control(ts, self, EPOLL_CTL_DEL, fd, 0);
}

Result<Ref<Object>> epoll_poll(Attached ts, EpollObject& self, Object* timeout, Opt<int> maxevents) {
    TRY(need_open(ts, self));
    const int64_t ns = TRY(wait_argument(ts, timeout, 1'000'000'000, "timeout must be an integer or None"));
    if (ns / 1'000'000 >= INT_MAX) return raise(ts, Exc::OverflowError, "timeout is too large");
    int most = maxevents.or_else(-1);
    if (most == -1) {
        most = FD_SETSIZE - 1;
    } else if (most < 1) {
        return raise(ts, Exc::ValueError, "maxevents must be greater than 0, got {}", most);
    }
    std::vector<epoll_event> events(static_cast<size_t>(most));
    WaitLimit limit(ns);
    const int ep = self.fd;
    int n;
    for (;;) {
        // First, because a signal since the last poll would otherwise wait for the call to end.
        if (handle_signals(ts) < 0) return already_raised();
        int error = 0;
        n = ts.detached([&] {
            const int r = ::epoll_pwait2(ep, events.data(), most, limit.left(), nullptr);
            error = errno;
            return r;
        });
        if (n >= 0) break;
        if (error != EINTR) return raise_oserror(ts, error);
        limit.refresh();
    }
    const Ref<List> out = TRY(list_new(ts, 0));
    for (int i = 0; i < n; ++i) {
        const Value both[] = {Value::of_int(events[static_cast<size_t>(i)].data.fd),
                              Value::of_int(events[static_cast<size_t>(i)].events)};
        Ref<Tuple> pair = TRY(tuple_from_values(ts, both, 2));
        TRY(list_append_owned(ts, *out, std::move(pair)));
    }
    return out.copy();
}
void epoll_dealloc(Attached ts, EpollObject& self) {
    const int fd = std::exchange(self.fd, -1);
    if (fd >= 0) ts.detached([&] { (void)::close(fd); });
    free_instance(ts, self);
}

constexpr Method epoll_methods[] = {
    class_method<epoll_fromfd>("fromfd($type, fd, /)",
                               "An epoll object for a descriptor that is one already."),
    method<epoll_close>("close($self, /)",
                        "Close the descriptor; everything else raises ValueError from then on."),
    method<epoll_fileno>("fileno($self, /)", "The descriptor of the epoll object itself."),
    method<epoll_register>(
        "register($self, /, fd, eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)",
        "Wait for these events on a descriptor from now on; OSError if it is registered already."),
    method<epoll_modify>("modify($self, /, fd, eventmask)",
                         "Change what is waited for on a registered descriptor."),
    method<epoll_unregister>("unregister($self, /, fd)", "Forget a descriptor."),
    method<epoll_poll>("poll($self, /, timeout=None, maxevents=-1)",
                       "Wait for events; returns a list of at most maxevents (fd, events).\n\nThe time-out "
                       "is in seconds; None "
                       "and negative numbers wait for ever."),
    method<epoll_enter>("__enter__($self, /)", "The object itself."),
    method<epoll_exit>("__exit__($self, exc_type=None, exc_value=None, exc_tb=None, /)", "Closes it."),
    {},
};
constexpr GetSet epoll_getset[] = {
    GetSet{"closed", get_closed, nullptr, "True once it is closed"},
    {},
};

}  // namespace

const TypeSpec select_poll_spec = {
    .name = "select.poll",
    .basicsize = sizeof(PollObject),
    .flags = kTypeDisallowInstantiation,
    .methods = poll_methods,
    .dealloc = typed_slot<poll_dealloc>,
};
const TypeSpec select_epoll_spec = {
    .name = "select.epoll",
    .doc = "epoll(sizehint=-1, flags=0): the kernel's own set of descriptors to wait for.",
    .basicsize = sizeof(EpollObject),
    .methods = epoll_methods,
    .getset = epoll_getset,
    .dealloc = typed_slot<epoll_dealloc>,
    .tp_new = slot<epoll_new>,
};

}  // namespace baton
