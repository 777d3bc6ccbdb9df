// posix: posix_spawn, starting a program without a copy of this one.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <deque>

#include "runtime/object_ops.h"
#include "runtime/types/int.h"
#include "runtime/types/tuple.h"
#include "vm/audit.h"
#include "vm/fs_text.h"
#include "vm/modules/posix.h"
#include "vm/modules/posix_ids.h"
#include "vm/modules/posix_process.h"

namespace baton {

namespace {

// The numbers that scripts use for the three kinds of action (os.POSIX_SPAWN_OPEN ...).
enum FileAction { kOpen, kClose, kDup2 };

Result<int> number_in(Attached ts, Object& o) {
    if (!has_index(o)) {
        return raise(ts, Exc::TypeError, "'{}' object cannot be interpreted as an integer", type_name(o));
    }
    const Ref<Int> n = TRY(number_index(ts, o));
    return static_cast<int>(TRY(convert_int64(ts, Value(n.get()), INT_MIN, INT_MAX, "int")));
}

class Actions {
  public:
    Actions() { ::posix_spawn_file_actions_init(&actions_); }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;
    ~Actions() { ::posix_spawn_file_actions_destroy(&actions_); }
    const posix_spawn_file_actions_t* get() const { return &actions_; }

    Result<void> add_all(Attached ts, Object& sequence) {
        const Ref<Object> items = TRY(sequence_fast(ts, sequence, "file_actions must be a sequence or None"));
        return for_each(ts, *items, [&](Ref<Object> item) -> Result<bool> {
            if (!is_tuple(*item) || static_cast<Tuple&>(*item).size == 0) {
                return raise(ts, Exc::TypeError, "Each file_actions element must be a non-empty tuple");
            }
            const int error = TRY(add(ts, static_cast<Tuple&>(*item)));
            if (error != 0) return raise_oserror(ts, error);
            return true;
        });
    }

  private:
    // 0, or the number of an error.
    Result<int> add(Attached ts, Tuple& t) {
        const auto sized = [&](const char* name, Index size) -> Result<void> {
            if (t.size == size) return {};
            return raise(ts, Exc::TypeError, "A {} file_action tuple must have {} elements", name, size);
        };
        switch (TRY(number_in(ts, *t.item[0]))) {
            case kOpen: {
                TRY(sized("open", 5));
                const int fd = TRY(number_in(ts, *t.item[1]));
                paths_.emplace_back();
                TRY(fs_encode(ts, *t.item[2], &paths_.back()));
                const int flags = TRY(number_in(ts, *t.item[3]));
                const int mode = TRY(number_in(ts, *t.item[4]));
                return ::posix_spawn_file_actions_addopen(&actions_, fd, paths_.back().c_str(), flags,
                                                          static_cast<mode_t>(mode));
            }
            case kClose: {
                TRY(sized("close", 2));
                const int fd = TRY(number_in(ts, *t.item[1]));
                return ::posix_spawn_file_actions_addclose(&actions_, fd);
            }
            case kDup2: {
                TRY(sized("dup2", 3));
                const int from = TRY(number_in(ts, *t.item[1]));
                const int to = TRY(number_in(ts, *t.item[2]));
                return ::posix_spawn_file_actions_adddup2(&actions_, from, to);
            }
            default:
                return raise(ts, Exc::TypeError, "Unknown file_actions identifier");
        }
    }
    posix_spawn_file_actions_t actions_;
    std::deque<std::string> paths_;  // they stay where they are
};

class Attributes {
  public:
    Attributes() { ::posix_spawnattr_init(&attributes_); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
    const posix_spawnattr_t* get() const { return &attributes_; }

    void add_flag(int flag) { flags_ = static_cast<short>(flags_ | flag); }
    Result<void> set_group(Attached ts, Object& group) {
        const int id = TRY(number_in(ts, group));
        add_flag(POSIX_SPAWN_SETPGROUP);
        return check(ts, ::posix_spawnattr_setpgroup(&attributes_, id));
    }
    Result<void> set_signals(Attached ts, Object& signals, bool mask) {
        sigset_t set;
        ::sigemptyset(&set);
        TRY(for_each(ts, signals, [&](Ref<Object> item) -> Result<bool> {
            const int signal = TRY(number_in(ts, *item));
            if (signal < 1 || signal >= NSIG) {
                return raise(ts, Exc::ValueError, "signal number {} out of range [1; {}]", signal, NSIG - 1);
            }
            ::sigaddset(&set, signal);  // the two that the C library keeps for itself are left out
            return true;
        }));
        add_flag(mask ? POSIX_SPAWN_SETSIGMASK : POSIX_SPAWN_SETSIGDEF);
        return check(ts, mask ? ::posix_spawnattr_setsigmask(&attributes_, &set)
                              : ::posix_spawnattr_setsigdefault(&attributes_, &set));
    }
    Result<void> set_scheduler(Attached ts, Object& scheduler) {
        if (!is_tuple(scheduler)) {
            return raise(ts, Exc::SystemError, "new style getargs format but argument is not a tuple");
        }
        auto& pair = static_cast<Tuple&>(scheduler);
        if (pair.size != 2) return raise(ts, Exc::TypeError, "A scheduler tuple must have two elements");
        if (!is_none(*pair.item[0])) {
            const int policy = TRY(number_in(ts, *pair.item[0]));
            add_flag(POSIX_SPAWN_SETSCHEDULER);
            TRY(check(ts, ::posix_spawnattr_setschedpolicy(&attributes_, policy)));
        }
        sched_param param{};
        param.sched_priority = TRY(posix_scheduling_priority(ts, *pair.item[1]));
        add_flag(POSIX_SPAWN_SETSCHEDPARAM);
        return check(ts, ::posix_spawnattr_setschedparam(&attributes_, &param));
    }
    Result<void> finish(Attached ts) { return check(ts, ::posix_spawnattr_setflags(&attributes_, flags_)); }

  private:
    static Result<void> check(Attached ts, int error) {
        if (error != 0) return raise_oserror(ts, error);
        return {};
    }
    posix_spawnattr_t attributes_;
    short flags_ = 0;
};

Result<Index> spawn(Attached ts, bool by_path, Object& path, Object& argv, Object& env, Object* file_actions,
                    Object* setpgroup, Opt<int> resetids, Opt<int> setsid, Object* setsigmask,
                    Object* setsigdef, Object* scheduler) {
    const char* name = by_path ? "posix_spawnp" : "posix_spawn";
    PathArg program;
    TRY(program.get(ts, &path, name, "path"));
    StringVector arguments, environment;
    TRY(arguments.add_arguments(ts, argv, by_path ? "posix_spawnp: argv" : "posix_spawn: argv"));
    if (!is_mapping(env)) return raise(ts, Exc::TypeError, "{}: environment must be a mapping object", name);
    TRY(environment.add_environment(ts, env));
    Actions actions;
    if (file_actions != nullptr && !is_none(*file_actions)) TRY(actions.add_all(ts, *file_actions));
    Attributes attributes;
    if (setpgroup != nullptr) TRY(attributes.set_group(ts, *setpgroup));
    if (resetids.or_else(0) != 0) attributes.add_flag(POSIX_SPAWN_RESETIDS);
    if (setsid.or_else(0) != 0) attributes.add_flag(POSIX_SPAWN_SETSID);
    if (setsigmask != nullptr) TRY(attributes.set_signals(ts, *setsigmask, true));
    if (setsigdef != nullptr) TRY(attributes.set_signals(ts, *setsigdef, false));
    if (scheduler != nullptr && !is_none(*scheduler)) TRY(attributes.set_scheduler(ts, *scheduler));
    TRY(attributes.finish(ts));
    TRY(audit_values(ts, "os.posix_spawn", &path, &argv, &env));
    pid_t pid = 0;
    char* const* texts = arguments.c_vector();
    char* const* variables = environment.c_vector();
    const int error = ts.detached([&] {
        return (by_path ? ::posix_spawnp : ::posix_spawn)(&pid, program.c_str(), actions.get(),
                                                          attributes.get(), texts, variables);
    });
    if (error != 0) return raise_oserror(ts, error, program.object());
    return pid;
}

}  // namespace

Result<Index> posix_spawn(Attached ts, Module&, Object& path, Object& argv, Object& env, Object* file_actions,
                          Object* setpgroup, Opt<int> resetids, Opt<int> setsid, Object* setsigmask,
                          Object* setsigdef, Object* scheduler) {
    return spawn(ts, false, path, argv, env, file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef,
                 scheduler);
}
Result<Index> posix_spawnp(Attached ts, Module&, Object& path, Object& argv, Object& env,
                           Object* file_actions, Object* setpgroup, Opt<int> resetids, Opt<int> setsid,
                           Object* setsigmask, Object* setsigdef, Object* scheduler) {
    return spawn(ts, true, path, argv, env, file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef,
                 scheduler);
}

}  // namespace baton
