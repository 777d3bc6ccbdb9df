// BaseExceptionGroup and ExceptionGroup: making them, splitting them, and what except* leaves to be raised.
#include "runtime/attr.h"
#include "runtime/box.h"
#include "runtime/call.h"
#include "runtime/exceptions_layout.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

bool is_group(const Object& o) {
    return is_instance_exact(o, exc_type(Exc::BaseExceptionGroup));
}
Tuple& members(ExceptionGroupObject& g) {
    return static_cast<Tuple&>(*g.excs);
}

Result<Ref<Object>> group_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (nargs != 2 || (kwnames && kwnames->size)) {
        return raise(ts, Exc::TypeError, "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
                     nargs);
    }
    TRY(box_all(ts, args, nargs));
    Object& message = *args[0].object();
    Object& list = *args[1].object();
    if (!is_str(message)) {
        return raise(ts, Exc::TypeError, "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
                     type_name(message));
    }
    if (!is_sequence(list))
        return raise(ts, Exc::TypeError, "second argument (exceptions) must be a sequence");
    auto items = TRY(to_tuple(ts, list));
    if (items->size == 0) {
        return raise(ts, Exc::ValueError, "second argument (exceptions) must be a non-empty sequence");
    }
    bool all_ordinary = true;
    for (Index i = 0; i < items->size; ++i) {
        if (!is_exception(*items->item[i])) {
            return raise(ts, Exc::ValueError, "Item {} of second argument (exceptions) is not an exception",
                         i);
        }
        if (!is_instance_exact(*items->item[i], exc_type(Exc::Exception))) all_ordinary = false;
    }
    Type* type = &cls;
    if (type == &exc_type(Exc::ExceptionGroup)) {
        if (!all_ordinary)
            return raise(ts, Exc::TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
    } else if (type == &exc_type(Exc::BaseExceptionGroup)) {
        if (all_ordinary) type = &exc_type(Exc::ExceptionGroup);
    } else if (!all_ordinary && is_subtype(*type, exc_type(Exc::Exception))) {
        return raise(ts, Exc::TypeError, "Cannot nest BaseExceptions in '{}'", type_short_name(*type));
    }
    auto made = TRY(base_exception_new(ts, *type, args, nargs, nullptr));
    auto self = std::move(made).cast<ExceptionGroupObject>();
    self->msg = Ref<Str>::share(static_cast<Str&>(message)).release();
    self->excs = items.release();
    return self;
}

Result<Ref<Object>> group_str(Attached ts, ExceptionGroupObject& self) {
    StrBuilder b;
    b.append(*self.msg);
    Index n = members(self).size;
    b.append_format(" ({} sub-exception{})", n, n > 1 ? "s" : "");
    return b.finish(ts);
}

Result<Ref<Object>> group_derive(Attached ts, ExceptionGroupObject& self, Args args) {
    if (args.n != 1) return raise(ts, Exc::TypeError, "function takes exactly 1 argument ({} given)", args.n);
    return call(ts, exc_type(Exc::BaseExceptionGroup), {self.msg, TRY(box_in_place(ts, args.v[0]))});
}

// A group like `original` with these exceptions: its own derive() decides the class; the links and notes
// carry over.
Result<Ref<ExceptionGroupObject>> group_subset(Attached ts, ExceptionGroupObject& original, List& excs) {
    auto made = TRY(call_method(ts, original, id(Name::derive), {&excs}));
    if (!is_group(*made)) {
        return raise(ts, Exc::TypeError, "derive must return an instance of BaseExceptionGroup");
    }
    auto group = std::move(made).cast<ExceptionGroupObject>();
    set_traceback(ts, *group, OptRef<Object>::share(original.traceback));
    set_context(ts, *group, OptRef<BaseException>::share(static_cast<BaseException*>(original.context)));
    set_cause(ts, *group, OptRef<Object>::share(original.cause));
    OptRef<Object> notes = TRY(get_attr_opt(ts, original, id(Name::__notes__)));
    if (notes && is_sequence(*notes)) {
        auto copy = TRY(to_list(ts, *notes));
        TRY(set_attr(ts, *group, id(Name::__notes__), *copy));
    }
    return group;
}

// What split() and subgroup() select by.
class Condition {
  public:
    enum class Kind { by_type, by_predicate, by_identity };
    static Result<Condition> from(Attached ts, Object& value) {
        auto exception_class = [](Object& o) {
            return is_type(o) && has_flag(static_cast<Type&>(o), kTypeBaseExc);
        };
        if (exception_class(value)) return Condition(Kind::by_type, value);
        if (is_tuple(value)) {
            auto& t = static_cast<Tuple&>(value);
            bool all = true;
            for (Index i = 0; i < t.size; ++i) all = all && exception_class(*t.item[i]);
            if (all) return Condition(Kind::by_type, value);
        } else if (is_callable(value) && !is_type(value)) {
            return Condition(Kind::by_predicate, value);
        }
        return raise(ts, Exc::TypeError, "expected a function, exception type or tuple of exception types");
    }
    static Condition identity(Set& leaves) { return Condition(Kind::by_identity, leaves); }
    Condition() = default;

    Result<bool> matches(Attached ts, Object& e) const {
        switch (kind_) {
            case Kind::by_type:
                return exception_matches(ts, e, *value_);
            case Kind::by_predicate: {
                auto answer = TRY(call(ts, *value_, {&e}));
                return is_true(ts, *answer);
            }
            case Kind::by_identity: {
                if (is_group(e)) return false;
                auto address = TRY(box_int(ts, static_cast<int64_t>(reinterpret_cast<intptr_t>(&e))));
                return set_contains(ts, static_cast<Set&>(*value_), *address);
            }
        }
        __builtin_unreachable();
    }

  private:
    Condition(Kind k, Object& v) : kind_(k), value_(&v) {}
    Kind kind_ = Kind::by_type;
    Object* value_ = nullptr;  // borrowed from the caller
};

struct Split {
    OptRef<Object> match, rest;
};

Result<Split> split(Attached ts, Object& e, const Condition& condition, bool want_rest) {
    if (TRY(condition.matches(ts, e))) return Split{Ref<Object>::share(e), {}};
    if (!is_group(e)) {
        if (want_rest) return Split{{}, Ref<Object>::share(e)};
        return Split{};
    }
    RecursionScope scope(ts);
    TRY(scope.enter(" in exceptiongroup_split_recursive"));
    auto& group = static_cast<ExceptionGroupObject&>(e);
    auto matched = TRY(list_new(ts));
    auto others = TRY(list_new(ts));
    for (Index i = 0; i < members(group).size; ++i) {
        auto part = TRY(split(ts, *members(group).item[i], condition, want_rest));
        if (part.match) TRY(list_append(ts, *matched, *part.match));
        if (part.rest) TRY(list_append(ts, *others, *part.rest));
    }
    Split out;
    if (matched->size > 0) out.match = TRY(group_subset(ts, group, *matched));
    if (others->size > 0) out.rest = TRY(group_subset(ts, group, *others));
    return out;
}

Result<Object*> only_condition(Attached ts, const char* method, Args args) {
    if (args.n != 1) return raise(ts, Exc::TypeError, "{} expected 1 argument, got {}", method, args.n);
    return box_in_place(ts, args.v[0]);
}
Result<Ref<Object>> group_split(Attached ts, ExceptionGroupObject& self, Args args) {
    Object* condition = TRY(only_condition(ts, "split", args));
    auto pair = TRY(exception_group_split(ts, self, *condition));
    return pair;
}
Result<Ref<Object>> group_subgroup(Attached ts, ExceptionGroupObject& self, Args args) {
    Object* condition = TRY(only_condition(ts, "subgroup", args));
    Condition c = TRY(Condition::from(ts, *condition));
    Split s = TRY(split(ts, self, c, false));
    if (s.match) return std::move(s.match).take();
    return Ref<Object>::share(none());
}

constexpr Method group_methods[] = {
    class_method<generic_class_getitem>("__class_getitem__($type, object, /)",
                                        "The class with type arguments, for annotations."),
    method<group_derive>("derive($self, /, *args)", nullptr),
    method<group_split>("split($self, /, *args)", nullptr),
    method<group_subgroup>("subgroup($self, /, *args)", nullptr),
    {},
};
constexpr int kObject = 6, kReadOnly = 1;  // T_OBJECT, READONLY of structmember.h
const MemberDef group_members[] = {
    {"message", kObject, offsetof(ExceptionGroupObject, msg), kReadOnly, "What the group is about."},
    {"exceptions", kObject, offsetof(ExceptionGroupObject, excs), kReadOnly, "The exceptions of the group."},
    {},
};

constexpr TypeSpec make_group() {
    auto s =
        exception_spec<ExceptionGroupObject>("BaseExceptionGroup", exception_base(Exc::BaseException),
                                             "Several exceptions raised at once, any exceptions at all.");
    s.methods = group_methods;
    s.members = const_cast<MemberDef*>(group_members);
    s.str = typed_slot<group_str>;
    s.init = slot<base_exception_init>;
    s.tp_new = slot<group_new>;
    return s;
}

// Adds the addresses of a group's leaves (or of the exception itself) to a set.
Result<void> collect_leaves(Attached ts, Object& e, Set& leaves) {
    if (!is_group(e)) {
        auto address = TRY(box_int(ts, static_cast<int64_t>(reinterpret_cast<intptr_t>(&e))));
        return set_add(ts, leaves, *address);
    }
    RecursionScope scope(ts);
    TRY(scope.enter(" in collect_exception_group_leaves"));
    auto& group = static_cast<ExceptionGroupObject&>(e);
    for (Index i = 0; i < members(group).size; ++i) TRY(collect_leaves(ts, *members(group).item[i], leaves));
    return {};
}

// Same traceback, context, cause and notes: `e` was re-raised, not raised anew.
bool same_origin(BaseException& a, BaseException& b) {
    return a.notes == b.notes && a.traceback == b.traceback && a.cause == b.cause && a.context == b.context;
}

}  // namespace

constexpr TypeSpec BaseExceptionGroup_spec = make_group();
// Its second base, Exception, is added where the types are readied (exceptions.cpp).
constexpr TypeSpec ExceptionGroup_spec =
    exception_spec<ExceptionGroupObject>("ExceptionGroup", exception_base(Exc::BaseExceptionGroup), nullptr);

Result<Ref<Tuple>> exception_group_split(Attached ts, Object& group, Object& condition) {
    Condition c = TRY(Condition::from(ts, condition));
    Split s = TRY(split(ts, group, c, true));
    return tuple_of(ts, {s.match ? s.match.get() : &none(), s.rest ? s.rest.get() : &none()});
}

Result<Ref<Object>> new_exception_group(Attached ts, Str& message, Object& exceptions) {
    return call(ts, exc_type(Exc::ExceptionGroup), {&message, &exceptions});
}

Result<Ref<Object>> prepare_reraise_star(Attached ts, Object& original, List& exceptions) {
    if (exceptions.size == 0) return Ref<Object>::share(none());
    if (!is_group(original)) {
        // except* wrapped a lone exception: at most one thing came of it.
        return Ref<Object>::share(*exceptions.item[0]);
    }
    auto raised = TRY(list_new(ts));
    auto leaves = TRY(set_new(ts, nullptr));
    bool any_reraised = false;
    for (Index i = 0; i < exceptions.size; ++i) {
        Object& e = *exceptions.item[i];
        if (is_none(e)) continue;
        if (same_origin(static_cast<BaseException&>(e), static_cast<BaseException&>(original))) {
            any_reraised = true;
            TRY(collect_leaves(ts, e, *leaves));
        } else {
            TRY(list_append(ts, *raised, e));
        }
    }
    OptRef<Object> reraised;
    if (any_reraised) {
        Split s = TRY(split(ts, original, Condition::identity(*leaves), false));
        reraised = std::move(s.match);
    }
    if (raised->size == 0) {
        if (reraised) return std::move(reraised).take();
        return Ref<Object>::share(none());
    }
    if (reraised) TRY(list_append(ts, *raised, *reraised));
    return call(ts, exc_type(Exc::BaseExceptionGroup), {str_empty().get(), raised.get()});
}

}  // namespace baton
