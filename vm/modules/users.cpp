// pwd and grp: the users and groups that the system knows.
//
// Single entries are looked up detached by the reentrant functions. Those that go through the whole list keep
// their place in the C library, for the process: they run attached, in one go.
#include "vm/modules/users.h"

#include <grp.h>
#include <pwd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <vector>

#include "runtime/object_ops.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "runtime/types/structseq.h"
#include "vm/fs_text.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

constexpr const char* kPasswdFields[] = {"pw_name",  "pw_passwd", "pw_uid",  "pw_gid",
                                         "pw_gecos", "pw_dir",    "pw_shell"};
constexpr auto passwd_getset = struct_getset(kPasswdFields);
const StructInfo passwd_info = {&baton_struct_passwd_type, 7, 7, 0, kPasswdFields};
constexpr const char* kGroupFields[] = {"gr_name", "gr_passwd", "gr_gid", "gr_mem"};
constexpr auto group_getset = struct_getset(kGroupFields);
const StructInfo group_info = {&baton_struct_group_type, 4, 4, 0, kGroupFields};

Result<Ref<Object>> text(Attached ts, const char* s) {
    if (s == nullptr) return Ref<Object>::share(none());
    return fs_decode(ts, s);
}
Result<Ref<Object>> record(Attached ts, const passwd& p) {
    auto name = text(ts, p.pw_name);
    auto password = text(ts, p.pw_passwd);
    Result<Ref<Object>> uid = box_int(ts, p.pw_uid);
    Result<Ref<Object>> gid = box_int(ts, p.pw_gid);
    auto gecos = text(ts, p.pw_gecos);
    auto directory = text(ts, p.pw_dir);
    auto shell = text(ts, p.pw_shell);
    return struct_fill(ts, passwd_info, {&name, &password, &uid, &gid, &gecos, &directory, &shell});
}
Result<Ref<List>> members(Attached ts, char** names) {
    Ref<List> list = TRY(list_new(ts, 0));
    for (; names != nullptr && *names != nullptr; ++names) {
        Ref<Object> name = TRY(fs_decode(ts, *names));
        TRY(list_append_owned(ts, *list, std::move(name)));
    }
    return list;
}
Result<Ref<Object>> record(Attached ts, const group& g) {
    auto name = text(ts, g.gr_name);
    auto password = text(ts, g.gr_passwd);
    Result<Ref<Object>> gid = box_int(ts, g.gr_gid);
    Result<Ref<Object>> list = members(ts, g.gr_mem);
    return struct_fill(ts, group_info, {&name, &password, &gid, &list});
}

// One entry by f(entry, memory, size, &found), which says ERANGE until there is memory enough. Empty: there
// is none.
template <class Entry, class F>
Result<OptRef<Object>> look_up(Attached ts, F&& f) {
    std::vector<char> memory(1024);
    Entry entry, *found = nullptr;
    for (;;) {
        const int error = ts.detached_long([&] { return f(&entry, memory.data(), memory.size(), &found); });
        if (error != ERANGE) break;
        memory.resize(memory.size() * 2);
    }
    if (found == nullptr) return OptRef<Object>();
    Ref<Object> made = TRY(record(ts, entry));
    return made;
}

// An id. -1 is what the system calls none.
enum class Id { good, out_of_range };
Result<Id> id_of(Attached ts, Object& o, const char* what, uint32_t* out) {
    if (!has_index(o)) return raise(ts, Exc::TypeError, "{} should be integer, not {}", what, type_name(o));
    const Ref<Int> number = TRY(number_index(ts, o));
    int overflow = 0;
    const int64_t n = int_as_int64(*number, &overflow);
    if (overflow != 0 || n < -1 || n > UINT_MAX) return Id::out_of_range;
    *out = static_cast<uint32_t>(n);
    return Id::good;
}
Raised raise_key(Attached ts, Result<Ref<Str>> message) {
    const Ref<Str> text = TRY(std::move(message));
    return raise_with(ts, Exc::KeyError, Ref<Object>::share(*text));
}

Result<Ref<Object>> pwd_getpwuid(Attached ts, Module&, Object& uid) {
    uint32_t id = 0;
    const Id kind = TRY(id_of(ts, uid, "uid", &id));
    if (kind == Id::out_of_range) return raise_key(ts, str_new_ascii(ts, "getpwuid(): uid not found"));
    OptRef<Object> found = TRY(look_up<passwd>(ts, [&](passwd* p, char* memory, size_t size, passwd** out) {
        return ::getpwuid_r(id, p, memory, size, out);
    }));
    if (found) return std::move(found).take();
    const int64_t shown = id == UINT_MAX ? -1 : int64_t{id};
    return raise_key(ts, str_format(ts, "getpwuid(): uid not found: {}", shown));
}
Result<Ref<Object>> pwd_getpwnam(Attached ts, Module&, Str& name) {
    std::string wanted;
    TRY(fs_encode(ts, name, &wanted));
    OptRef<Object> found = TRY(look_up<passwd>(ts, [&](passwd* p, char* memory, size_t size, passwd** out) {
        return ::getpwnam_r(wanted.c_str(), p, memory, size, out);
    }));
    if (found) return std::move(found).take();
    const Shown shown = TRY(show_repr(ts, name));
    return raise_key(ts, str_format(ts, "getpwnam(): name not found: {}", shown.view));
}
Result<Ref<Object>> pwd_getpwall(Attached ts, Module&) {
    const Ref<List> all = TRY(list_new(ts, 0));
    ::setpwent();
    while (const passwd* p = ::getpwent()) {
        auto made = record(ts, *p);
        if (!made.ok() || !list_append_owned(ts, *all, made.take()).ok()) {
            ::endpwent();
            return already_raised();
        }
    }
    ::endpwent();
    return all.copy();
}
Result<Ref<Object>> grp_getgrgid(Attached ts, Module&, Object& id) {
    uint32_t gid = 0;
    const Id kind = TRY(id_of(ts, id, "gid", &gid));
    if (kind == Id::out_of_range) {
        int overflow = 0;
        (void)int_as_int64(*TRY(number_index(ts, id)), &overflow);
        return raise(ts, Exc::OverflowError, "gid is {}",
                     overflow > 0 ? "greater than maximum" : "less than minimum");
    }
    OptRef<Object> found = TRY(look_up<group>(ts, [&](group* g, char* memory, size_t size, group** out) {
        return ::getgrgid_r(gid, g, memory, size, out);
    }));
    if (found) return std::move(found).take();
    const int64_t shown = gid == UINT_MAX ? -1 : int64_t{gid};
    return raise_key(ts, str_format(ts, "getgrgid(): gid not found: {}", shown));
}
Result<Ref<Object>> grp_getgrnam(Attached ts, Module&, Str& name) {
    std::string wanted;
    TRY(fs_encode(ts, name, &wanted));
    OptRef<Object> found = TRY(look_up<group>(ts, [&](group* g, char* memory, size_t size, group** out) {
        return ::getgrnam_r(wanted.c_str(), g, memory, size, out);
    }));
    if (found) return std::move(found).take();
    const Shown shown = TRY(show_repr(ts, name));
    return raise_key(ts, str_format(ts, "getgrnam(): name not found: {}", shown.view));
}
Result<Ref<Object>> grp_getgrall(Attached ts, Module&) {
    const Ref<List> all = TRY(list_new(ts, 0));
    ::setgrent();
    while (const group* g = ::getgrent()) {
        auto made = record(ts, *g);
        if (!made.ok() || !list_append_owned(ts, *all, made.take()).ok()) {
            ::endgrent();
            return already_raised();
        }
    }
    ::endgrent();
    return all.copy();
}

constexpr Method pwd_functions[] = {
    method<pwd_getpwall>("getpwall($module, /)", "Every user there is, in no order."),
    method<pwd_getpwnam>("getpwnam($module, name, /)", "The user of this name; KeyError without one."),
    method<pwd_getpwuid>("getpwuid($module, uidobj, /)", "The user of this id; KeyError without one."),
    {},
};
constexpr Method grp_functions[] = {
    method<grp_getgrall>("getgrall($module, /)", "Every group there is, in no order."),
    method<grp_getgrgid>("getgrgid($module, /, id)", "The group of this id; KeyError without one."),
    method<grp_getgrnam>("getgrnam($module, /, name)", "The group of this name; KeyError without one."),
    {},
};
Result<void> pwd_exec(Attached ts, Module& module) {
    TRY(struct_prepare(ts, passwd_info));
    return module_add_type(ts, module, baton_struct_passwd_type);
}
Result<void> grp_exec(Attached ts, Module& module) {
    TRY(struct_prepare(ts, group_info));
    return module_add_type(ts, module, baton_struct_group_type);
}

}  // namespace

const TypeSpec struct_passwd_spec = struct_spec<7>(
    "pwd.struct_passwd", passwd_getset.data(), "A user: name, password, ids, description, home and shell.");
const TypeSpec struct_group_spec = struct_spec<4>("grp.struct_group", group_getset.data(),
                                                  "A group: name, password, id and the names of its users.");

extern const ModuleSpec pwd_module, grp_module;
const ModuleSpec pwd_module = {
    .name = "pwd", .doc = "The users that the system knows.", .methods = pwd_functions, .exec = pwd_exec};
const ModuleSpec grp_module = {
    .name = "grp", .doc = "The groups that the system knows.", .methods = grp_functions, .exec = grp_exec};

}  // namespace baton
