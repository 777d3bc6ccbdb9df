#include "vm/bind_args.h"

#include <fmt/format.h>

#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

// CPython 3.11: initialize_locals and its helpers (Python/ceval.c).
class Binder {
  public:
    Binder(Attached ts, Function& f, Value* R, Value* args, size_t nargs, Tuple* kwnames)
        : ts_(ts),
          f_(f),
          code_(*f.code),
          R_(R),
          args_(args),
          nargs_(static_cast<int>(nargs)),
          kwnames_(kwnames) {}

    Result<void> bind() {
        if (code_.flags & kCodeVarKeywords) {
            varkw_ = &R_[named() + ((code_.flags & kCodeVarArgs) != 0)];
            *varkw_ = Value(TRY(dict_new(ts_)).release());
        }
        int plain = nargs_ < code_.argcount ? nargs_ : code_.argcount;
        for (int i = 0; i < plain; ++i) R_[i] = std::exchange(args_[i], Value());
        if (code_.flags & kCodeVarArgs) TRY(pack_rest(plain));
        if (kwnames_) {
            for (Index i = 0; i < kwnames_->size; ++i)
                TRY(bind_keyword(*kwnames_->item[i], args_[nargs_ + i]));
        }
        if (nargs_ > code_.argcount && !(code_.flags & kCodeVarArgs)) return raise_too_many();
        if (nargs_ < code_.argcount) TRY(fill_defaults());
        if (code_.kwonlyargcount) TRY(fill_keyword_only());
        return {};
    }

  private:
    int named() const { return code_.argcount + code_.kwonlyargcount; }
    Str& param(int i) const { return static_cast<Str&>(*code_.varnames->item[i]); }
    Result<std::string_view> text(Str& s) { return str_as_utf8(ts_, s); }

    Result<void> pack_rest(int from) {
        Index n = nargs_ - from;
        Value& slot = R_[named()];
        if (n == 0) {
            slot = Value(empty_tuple().release());
            return {};
        }
        auto t = TRY(tuple_alloc(ts_, n));
        for (Index i = 0; i < n; ++i) t->item[i] = nullptr;
        for (Index i = 0; i < n; ++i) {
            Value& v = args_[from + i];
            TRY(box_in_place(ts_, v));
            t->item[i] = std::exchange(v, Value()).object();
        }
        slot = Value(tuple_finish(ts_, std::move(t)).release());
        return {};
    }

    Result<void> bind_keyword(Object& key, Value& value) {
        if (!is_str(key)) {
            auto q = TRY(text(*f_.qualname));
            return raise(ts_, Exc::TypeError, "{}() keywords must be strings", q);
        }
        auto& name = static_cast<Str&>(key);
        int at = find(name, code_.posonlyargcount);
        if (at < 0) {
            if (varkw_) {
                auto boxed = TRY(box(ts_, value));
                return dict_set(ts_, static_cast<Dict&>(*varkw_->object()), key, *boxed);
            }
            if (code_.posonlyargcount) TRY(check_positional_only());
            auto q = TRY(text(*f_.qualname));
            auto n = TRY(text(name));
            return raise(ts_, Exc::TypeError, "{}() got an unexpected keyword argument '{}'", q, n);
        }
        if (R_[at]) {
            auto q = TRY(text(*f_.qualname));
            auto n = TRY(text(name));
            return raise(ts_, Exc::TypeError, "{}() got multiple values for argument '{}'", q, n);
        }
        R_[at] = std::exchange(value, Value());
        return {};
    }

    int find(Str& name, int from) const {
        int end = named();
        for (int i = from; i < end; ++i) {
            if (&param(i) == &name) return i;
        }
        for (int i = from; i < end; ++i) {
            if (str_eq(param(i), name)) return i;
        }
        return -1;
    }

    Result<void> check_positional_only() {
        auto wrong = TRY(list_new(ts_));
        for (int i = 0; i < code_.posonlyargcount; ++i) {
            for (Index k = 0; k < kwnames_->size; ++k) {
                if (is_str(*kwnames_->item[k]) && str_eq(param(i), static_cast<Str&>(*kwnames_->item[k]))) {
                    TRY(list_append(ts_, *wrong, param(i)));
                }
            }
        }
        if (wrong->size == 0) return {};
        auto comma = TRY(str_new_ascii(ts_, ", "));
        auto names = TRY(str_join_items(ts_, *comma, wrong->item, wrong->size));
        auto q = TRY(text(*f_.qualname));
        auto n = TRY(text(*names));
        return raise(ts_, Exc::TypeError,
                     "{}() got some positional-only arguments passed as keyword arguments: '{}'", q, n);
    }

    Raised raise_too_many() {
        int keyword_only = 0;
        for (int i = code_.argcount; i < named(); ++i) keyword_only += static_cast<bool>(R_[i]);
        Index ndefaults = f_.defaults ? f_.defaults->size : 0;
        bool plural = ndefaults || code_.argcount != 1;
        auto qr = text(*f_.qualname);
        if (!qr.ok()) return already_raised();
        auto q = qr.take();
        fmt::basic_memory_buffer<char, 200> b;
        auto out = std::back_inserter(b);
        fmt::format_to(out, "{}() takes ", q);
        if (ndefaults)
            fmt::format_to(out, "from {} to {}", code_.argcount - ndefaults, code_.argcount);
        else
            fmt::format_to(out, "{}", code_.argcount);
        fmt::format_to(out, " positional argument{} but {}", plural ? "s" : "", nargs_);
        if (keyword_only) {
            fmt::format_to(out, " positional argument{} (and {} keyword-only argument{})",
                           nargs_ != 1 ? "s" : "", keyword_only, keyword_only != 1 ? "s" : "");
        }
        fmt::format_to(out, " {} given", nargs_ == 1 && !keyword_only ? "was" : "were");
        return raise_text(ts_, Exc::TypeError, {b.data(), b.size()});
    }

    // "f() missing 2 required positional arguments: 'a' and 'b'", for the unset parameters of [from, to).
    Raised raise_missing(int from, int to, const char* kind) {
        int count = 0;
        for (int i = from; i < to; ++i) count += !R_[i];
        auto q = text(*f_.qualname);
        if (!q.ok()) return already_raised();
        fmt::basic_memory_buffer<char, 200> b;
        auto out = std::back_inserter(b);
        fmt::format_to(out, "{}() missing {} required {} argument{}: ", q.take(), count, kind,
                       count == 1 ? "" : "s");
        int seen = 0;
        for (int i = from; i < to; ++i) {
            if (R_[i]) continue;
            if (seen) fmt::format_to(out, "{}", count == 2 ? " and " : seen == count - 1 ? ", and " : ", ");
            auto shown = show_repr(ts_, param(i));
            if (!shown.ok()) return already_raised();
            fmt::format_to(out, "{}", shown.take().view);
            ++seen;
        }
        return raise_text(ts_, Exc::TypeError, {b.data(), b.size()});
    }

    Result<void> fill_defaults() {
        int ndefaults = f_.defaults ? static_cast<int>(f_.defaults->size) : 0;
        int required = code_.argcount - ndefaults;
        for (int i = nargs_; i < required; ++i) {
            if (!R_[i]) return raise_missing(nargs_, required, "positional");
        }
        for (int i = required > 0 ? required : 0; i < code_.argcount; ++i) {
            if (!R_[i]) R_[i] = unbox_borrowed(f_.defaults->item[i - required]);
        }
        return {};
    }

    Result<void> fill_keyword_only() {
        bool missing = false;
        for (int i = code_.argcount; i < named(); ++i) {
            if (R_[i]) continue;
            if (f_.kwdefaults) {
                Found found = TRY(dict_find(ts_, *f_.kwdefaults, param(i)));
                if (found.value) {
                    R_[i] = unbox_borrowed(found.value);
                    continue;
                }
            }
            missing = true;
        }
        if (missing) return raise_missing(code_.argcount, named(), "keyword-only");
        return {};
    }

    Attached ts_;
    Function& f_;
    Code& code_;
    Value* R_;
    Value* args_;
    int nargs_;
    Tuple* kwnames_;
    Value* varkw_ = nullptr;
};

}  // namespace

bool bind_python_args(Attached ts, Function& f, Value* R, Value* args, size_t nargs, Tuple* kwnames) {
    int n = f.code->temp_base();
    for (int i = 0; i < n; ++i) R[i] = Value();
    size_t total = nargs + (kwnames ? static_cast<size_t>(kwnames->size) : 0);
    bool ok = Binder(ts, f, R, args, nargs, kwnames).bind().ok();
    if (!ok) [[unlikely]] {
        for (int i = 0; i < n; ++i) drop(ts, std::exchange(R[i], Value()));
    }
    for (size_t i = 0; i < total; ++i) drop(ts, args[i]);  // what no parameter took
    return ok;
}

}  // namespace baton
