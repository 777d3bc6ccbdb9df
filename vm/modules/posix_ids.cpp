// posix: users, groups, priorities and scheduling of processes.
#include "vm/modules/posix_ids.h"

#include <grp.h>
#include <linux/limits.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <string>
#include <vector>

#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/set.h"
#include "runtime/types/structseq.h"
#include "vm/fs_text.h"
#include "vm/modules/posix.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

constexpr const char* kParamFields[] = {"sched_priority"};
constexpr auto param_getset = struct_getset(kParamFields);
const StructInfo param_info = {&baton_sched_param_type, 1, 1, 0, kParamFields};

// sched_param takes its one item itself, not a sequence of items as other struct sequences do.
Result<Ref<Object>> param_new(Attached ts, Type&, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature signature = parse_signature("sched_param($type, sched_priority)");
    Value* bound[1] = {};
    TRY(bind_arguments(ts, signature, args, nargs, kwnames, bound));
    Object& priority = *TRY(box_in_place(ts, *bound[0]));
    Ref<Tuple> made = TRY(struct_new(ts, param_info));
    struct_set(*made, 0, Ref<Object>::share(priority));
    gc_track(ts, made.get());
    return made;
}
TypeSpec make_param_spec() {
    TypeSpec spec = struct_spec<1>("posix.sched_param", param_getset.data(),
                                   "What a process's scheduling depends on: its sched_priority.");
    spec.tp_new = slot<param_new>;
    return spec;
}

Result<Ref<Object>> param_object(Attached ts, int priority) {
    Ref<Tuple> made = TRY(struct_new(ts, param_info));
    Ref<Int> number = TRY(box_int(ts, priority));
    struct_set(*made, 0, std::move(number));
    gc_track(ts, made.get());
    return made;
}
Result<Ref<Object>> three_ids(Attached ts, uint32_t a, uint32_t b, uint32_t c) {
    const Value ids[] = {Value::of_int(a), Value::of_int(b), Value::of_int(c)};
    return tuple_from_values(ts, ids, 3);
}
Result<void> answer(Attached ts, int result) {
    if (result < 0) return raise_oserror(ts, errno);
    return {};
}

}  // namespace

// CPython 3.11: _Py_Uid_Converter. -1 is an id: "no change", or nobody.
Result<uint32_t> posix_id(Attached ts, Object& o, const char* what) {
    if (!has_index(o)) return raise(ts, Exc::TypeError, "{} should be integer, not {}", what, type_name(o));
    const Ref<Int> number = TRY(number_index(ts, o));
    int overflow = 0;
    const int64_t id = int_as_int64(*number, &overflow);
    if (overflow > 0) return raise(ts, Exc::OverflowError, "{} is greater than maximum", what);
    if (overflow < 0 || id < -1 || id > UINT_MAX)
        return raise(ts, Exc::OverflowError, "{} is less than minimum", what);
    return static_cast<uint32_t>(id);
}

#define ONE_ID(name, what)                                        \
    Result<void> posix_##name(Attached ts, Module&, Object& id) { \
        const uint32_t number = TRY(posix_id(ts, id, what));      \
        return answer(ts, ::name(number));                        \
    }
#define TWO_IDS(name, what)                                                 \
    Result<void> posix_##name(Attached ts, Module&, Object& a, Object& b) { \
        const uint32_t real = TRY(posix_id(ts, a, what));                   \
        const uint32_t effective = TRY(posix_id(ts, b, what));              \
        return answer(ts, ::name(real, effective));                         \
    }
#define THREE_IDS(name, what)                                                          \
    Result<void> posix_##name(Attached ts, Module&, Object& a, Object& b, Object& c) { \
        const uint32_t real = TRY(posix_id(ts, a, what));                              \
        const uint32_t effective = TRY(posix_id(ts, b, what));                         \
        const uint32_t saved = TRY(posix_id(ts, c, what));                             \
        return answer(ts, ::name(real, effective, saved));                             \
    }
ONE_ID(setuid, "uid")
ONE_ID(seteuid, "uid")
ONE_ID(setgid, "gid")
ONE_ID(setegid, "gid")
TWO_IDS(setreuid, "uid")
TWO_IDS(setregid, "gid")
THREE_IDS(setresuid, "uid")
THREE_IDS(setresgid, "gid")
#undef ONE_ID
#undef TWO_IDS
#undef THREE_IDS

Result<Ref<Object>> posix_getresuid(Attached ts, Module&) {
    uid_t real, effective, saved;
    if (::getresuid(&real, &effective, &saved) < 0) return raise_oserror(ts, errno);
    return three_ids(ts, real, effective, saved);
}
Result<Ref<Object>> posix_getresgid(Attached ts, Module&) {
    gid_t real, effective, saved;
    if (::getresgid(&real, &effective, &saved) < 0) return raise_oserror(ts, errno);
    return three_ids(ts, real, effective, saved);
}

Result<Ref<Object>> posix_getgroups(Attached ts, Module&) {
    const int count = ::getgroups(0, nullptr);
    if (count < 0) return raise_oserror(ts, errno);
    std::vector<gid_t> groups(static_cast<size_t>(count));
    const int got = ::getgroups(count, groups.data());
    if (got < 0) return raise_oserror(ts, errno);
    Ref<List> result = TRY(list_new(ts, 0));
    for (int i = 0; i < got; ++i) {
        Ref<Int> id = TRY(box_int(ts, groups[static_cast<size_t>(i)]));
        TRY(list_append_owned(ts, *result, std::move(id)));
    }
    return result;
}
Result<void> posix_setgroups(Attached ts, Module&, Object& groups) {
    if (!is_sequence(groups)) return raise(ts, Exc::TypeError, "setgroups argument must be a sequence");
    const Ref<Tuple> items = TRY(to_tuple(ts, groups));
    if (items->size > NGROUPS_MAX) return raise(ts, Exc::ValueError, "too many groups");
    std::vector<gid_t> ids;
    for (Index i = 0; i < items->size; ++i) {
        if (!is_int(*items->item[i])) return raise(ts, Exc::TypeError, "groups must be integers");
        const uint32_t id = TRY(posix_id(ts, *items->item[i], "gid"));
        ids.push_back(id);
    }
    return answer(ts, ::setgroups(ids.size(), ids.data()));
}
Result<Ref<Object>> posix_getgrouplist(Attached ts, Module&, Str& user, Object& group) {
    std::string name;
    TRY(fs_encode(ts, user, &name));
    const gid_t base = TRY(posix_id(ts, group, "gid"));
    std::vector<gid_t> groups(64);
    for (;;) {
        auto count = static_cast<int>(groups.size());
        const int got =
            ts.detached([&] { return ::getgrouplist(name.c_str(), base, groups.data(), &count); });
        if (got >= 0) {
            groups.resize(static_cast<size_t>(count));
            break;
        }
        groups.resize(std::max(groups.size() * 2, static_cast<size_t>(count)));
    }
    Ref<List> result = TRY(list_new(ts, 0));
    for (const gid_t g : groups) {
        Ref<Int> id = TRY(box_int(ts, static_cast<gid_t>(-1) == g ? -1 : int64_t{g}));
        TRY(list_append_owned(ts, *result, std::move(id)));
    }
    return result;
}
Result<void> posix_initgroups(Attached ts, Module&, Object& username, Object& gid) {
    std::string name;
    TRY(fs_encode(ts, username, &name));
    const gid_t group = TRY(posix_id(ts, gid, "gid"));
    int error = 0;
    if (system_call(ts, &error, [&] { return ::initgroups(name.c_str(), group); }) < 0)
        return raise_oserror(ts, error);
    return {};
}
Result<Ref<Object>> posix_getlogin(Attached ts, Module&) {
    char name[256];
    if (const int error = ts.detached([&] { return ::getlogin_r(name, sizeof name); }))
        return raise_oserror(ts, error);
    return fs_decode(ts, name);
}
Result<Index> posix_getpriority(Attached ts, Module&, int which, int who) {
    errno = 0;
    const int value = ::getpriority(static_cast<__priority_which_t>(which), static_cast<id_t>(who));
    if (errno != 0) return raise_oserror(ts, errno);
    return value;
}
Result<void> posix_setpriority(Attached ts, Module&, int which, int who, int priority) {
    return answer(ts,
                  ::setpriority(static_cast<__priority_which_t>(which), static_cast<id_t>(who), priority));
}
Result<void> posix_setpgrp(Attached ts, Module&) {
    return answer(ts, ::setpgid(0, 0));
}

// ---- scheduling ----

Result<int> posix_scheduling_priority(Attached ts, Object& param) {
    if (param.type != param_info.type) return raise(ts, Exc::TypeError, "must have a sched_param object");
    Object& priority = *static_cast<Tuple&>(param).item[0];
    if (!has_index(priority)) {
        return raise(ts, Exc::TypeError, "'{}' object cannot be interpreted as an integer",
                     type_name(priority));
    }
    const Ref<Int> number = TRY(number_index(ts, priority));
    int overflow = 0;
    const int64_t value = int_as_int64(*number, &overflow);
    if (overflow != 0) return raise(ts, Exc::OverflowError, "Python int too large to convert to C long");
    if (value < INT_MIN || value > INT_MAX)
        return raise(ts, Exc::OverflowError, "sched_priority out of range");
    return static_cast<int>(value);
}
Result<Index> posix_sched_get_priority_max(Attached ts, Module&, int policy) {
    const int value = ::sched_get_priority_max(policy);
    if (value < 0) return raise_oserror(ts, errno);
    return value;
}
Result<Index> posix_sched_get_priority_min(Attached ts, Module&, int policy) {
    const int value = ::sched_get_priority_min(policy);
    if (value < 0) return raise_oserror(ts, errno);
    return value;
}
Result<Ref<Object>> posix_sched_getparam(Attached ts, Module&, int pid) {
    sched_param param;
    if (::sched_getparam(pid, &param) < 0) return raise_oserror(ts, errno);
    return param_object(ts, param.sched_priority);
}
Result<void> posix_sched_setparam(Attached ts, Module&, int pid, Object& param) {
    sched_param p{};
    p.sched_priority = TRY(posix_scheduling_priority(ts, param));
    return answer(ts, ::sched_setparam(pid, &p));
}
Result<Index> posix_sched_getscheduler(Attached ts, Module&, int pid) {
    const int policy = ::sched_getscheduler(pid);
    if (policy < 0) return raise_oserror(ts, errno);
    return policy;
}
Result<void> posix_sched_setscheduler(Attached ts, Module&, int pid, int policy, Object& param) {
    sched_param p{};
    p.sched_priority = TRY(posix_scheduling_priority(ts, param));
    return answer(ts, ::sched_setscheduler(pid, policy, &p));
}
Result<double> posix_sched_rr_get_interval(Attached ts, Module&, int pid) {
    timespec interval;
    if (::sched_rr_get_interval(pid, &interval) < 0) return raise_oserror(ts, errno);
    return static_cast<double>(interval.tv_sec) + 1e-9 * static_cast<double>(interval.tv_nsec);
}
Result<Ref<Object>> posix_sched_getaffinity(Attached ts, Module&, int pid) {
    cpu_set_t set;
    if (::sched_getaffinity(pid, sizeof set, &set) < 0) return raise_oserror(ts, errno);
    Ref<List> cpus = TRY(list_new(ts, 0));
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (!CPU_ISSET(cpu, &set)) continue;
        Ref<Int> number = TRY(box_int(ts, cpu));
        TRY(list_append_owned(ts, *cpus, std::move(number)));
    }
    return call(ts, set_type(), {cpus.get()});
}
Result<void> posix_sched_setaffinity(Attached ts, Module&, int pid, Object& mask) {
    cpu_set_t set;
    CPU_ZERO(&set);
    TRY(for_each(ts, mask, [&](Ref<Object> item) -> Result<bool> {
        const Index cpu = TRY(as_index(ts, *item, Exc::OverflowError));
        if (cpu < 0) return raise(ts, Exc::ValueError, "negative CPU number");
        if (cpu >= CPU_SETSIZE) return raise(ts, Exc::OverflowError, "CPU number too large");
        CPU_SET(static_cast<size_t>(cpu), &set);
        return true;
    }));
    return answer(ts, ::sched_setaffinity(pid, sizeof set, &set));
}
Result<void> posix_sched_yield(Attached ts, Module&) {
    ts.detached([] { ::sched_yield(); });
    return {};
}

Result<void> posix_ids_exec(Attached ts, Module& module) {
    TRY(struct_prepare(ts, param_info));
    return module_add_type(ts, module, *param_info.type);
}

const TypeSpec sched_param_spec = make_param_spec();

}  // namespace baton
