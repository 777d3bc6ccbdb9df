// Raising and matching exceptions, with statements.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/exceptions.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/interp.h"

namespace baton {

namespace {

bool is_exception_class(const Object& o) {
    return is_type(o) && has_flag(static_cast<const Type&>(o), kTypeBaseExc);
}

// What `raise x` raises: an instance, or what calling the class gives.
Result<Ref<BaseException>> exception_of(Attached ts, Object& o, const char* otherwise) {
    if (is_exception_class(o)) {
        auto made = TRY(call(ts, o));
        if (!is_exception(*made)) {
            auto cls = TRY(show_repr(ts, o));
            auto got = TRY(show_repr(ts, *made->type));
            return raise(ts, Exc::TypeError,
                         "calling {} should have returned an instance of BaseException, not {}", cls.view,
                         got.view);
        }
        return std::move(made).cast<BaseException>();
    }
    if (is_exception(o)) return Ref<BaseException>::share(static_cast<BaseException&>(o));
    return raise_text(ts, Exc::TypeError, otherwise);
}
constexpr const char* kMustDerive = "exceptions must derive from BaseException";

Result<void> raise_from(Attached ts, Value exception, Value cause_value) {
    Boxed o(ts, exception), c(ts, cause_value);
    if (!o.ok() || !c.ok()) return already_raised();
    auto e = TRY(exception_of(ts, *o, kMustDerive));
    OptRef<Object> cause;
    if (!is_none(*c)) cause = TRY(exception_of(ts, *c, "exception causes must derive from BaseException"));
    set_cause(ts, *e, std::move(cause));
    return raise_object(ts, std::move(e));
}

Result<void> check_catchable(Attached ts, Object& types) {
    constexpr const char* text = "catching classes that do not inherit from BaseException is not allowed";
    if (is_tuple(types)) {
        auto& t = static_cast<Tuple&>(types);
        for (Index i = 0; i < t.size; ++i) {
            if (!is_exception_class(*t.item[i])) return raise_text(ts, Exc::TypeError, text);
        }
        return {};
    }
    if (!is_exception_class(types)) return raise_text(ts, Exc::TypeError, text);
    return {};
}

}  // namespace

void reraise(Attached ts, Value owned) {
    restore(ts, Ref<BaseException>::steal(static_cast<BaseException*>(owned.object())));
}

int exception_matches_checked(Attached ts, Value exception, Value types) {
    Boxed t(ts, types);
    if (!t.ok() || !check_catchable(ts, *t).ok()) return -1;
    return exception_matches(ts, *exception.object(), *t);
}

bool RAISE_AGAIN_slow(Attached ts, const Instr*, Value*) {
    BaseException* e = handled_exception(ts);
    if (!e) {
        (void)raise(ts, Exc::RuntimeError, "No active exception to reraise");
        return false;
    }
    restore(ts, Ref<BaseException>::share(*e));
    return false;
}
bool RAISE_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->b]);
    if (!o.ok()) return false;
    auto e = exception_of(ts, *o, kMustDerive);
    if (e.ok()) (void)raise_object(ts, e.take());
    return false;
}
bool RAISE_FROM_slow(Attached ts, const Instr* pc, Value* R) {
    (void)raise_from(ts, R[pc->b], R[pc->c]);
    return false;
}

// ---- except* ----

namespace {

Result<void> check_star_types(Attached ts, Object& types) {
    TRY(check_catchable(ts, types));
    auto is_group = [](Object& t) {
        return is_subtype(static_cast<Type&>(t), exc_type(Exc::BaseExceptionGroup));
    };
    bool group = false;
    if (is_tuple(types)) {
        auto& t = static_cast<Tuple&>(types);
        for (Index i = 0; i < t.size; ++i) group = group || is_group(*t.item[i]);
    } else {
        group = is_group(types);
    }
    if (group) {
        return raise(ts, Exc::TypeError,
                     "catching ExceptionGroup with except* is not allowed. Use except instead.");
    }
    return {};
}

Result<void> match_group(Attached ts, Value* base) {
    Boxed types(ts, base[1]);
    if (!types.ok()) return already_raised();
    TRY(check_star_types(ts, *types));
    Object& e = *base[0].object();
    OptRef<Object> match;
    Ref<Object> rest = Ref<Object>::share(none());
    if (is_none(e)) {
        rest = Ref<Object>::share(e);
    } else if (exception_matches(ts, e, *types)) {
        if (is_instance_exact(e, exc_type(Exc::BaseExceptionGroup))) {
            match = Ref<Object>::share(e);
        } else {
            auto alone = TRY(tuple_of(ts, {&e}));
            auto text = str_empty();
            match = TRY(new_exception_group(ts, *text, *alone));
        }
    } else if (is_instance_exact(e, exc_type(Exc::BaseExceptionGroup))) {
        auto parts = TRY(exception_group_split(ts, e, *types));
        if (!is_none(*parts->item[0])) match = Ref<Object>::share(*parts->item[0]);
        rest = Ref<Object>::share(match ? *parts->item[1] : e);
    } else {
        rest = Ref<Object>::share(e);
    }
    Value old_types = base[1], old = base[0];
    if (match) {
        HandledException& handled = *rt(ts).handled;
        BaseException* before = handled.exception;
        handled.exception = static_cast<BaseException*>(match.get());
        incref(match.get());
        xdecref(ts, before);
        base[1] = Value(match.release());
    } else {
        base[1] = Value(&none());
    }
    base[0] = Value(rest.release());
    drop(ts, old_types);
    drop(ts, old);
    return {};
}

}  // namespace

bool MATCH_GROUP_slow(Attached ts, const Instr* pc, Value* R) {
    return match_group(ts, &R[pc->a]).ok();
}
bool PREPARE_RERAISE_STAR_slow(Attached ts, const Instr* pc, Value* R) {
    Value* base = &R[pc->a];
    auto r = prepare_reraise_star(ts, *base[0].object(), static_cast<List&>(*base[1].object()));
    if (!r.ok()) return false;
    drop(ts, base[1]);
    set_local(ts, base[0], Value(r.release()));
    return true;
}

}  // namespace baton
