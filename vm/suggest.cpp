// CPython 3.11: Python/suggestions.c has the limits and the costs.
#include "vm/suggest.h"

#include <algorithm>
#include <array>

#include "runtime/exceptions_layout.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/frame_object.h"
#include "vm/function.h"
#include "vm/traceback.h"

namespace baton {
namespace {

constexpr Index kMostCandidates = 750;
constexpr size_t kLongestName = 40;
constexpr size_t kMoveCost = 2, kCaseCost = 1;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
size_t change_cost(char a, char b) {
    if (a == b) return 0;
    return lower(a) == lower(b) ? kCaseCost : kMoveCost;
}

// The cost of making one of the other; something above `limit` if it is above.
size_t distance(std::string_view a, std::string_view b, size_t limit) {
    while (!a.empty() && !b.empty() && a.front() == b.front()) {
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
    while (!a.empty() && !b.empty() && a.back() == b.back()) {
        a.remove_suffix(1);
        b.remove_suffix(1);
    }
    if (a.empty() || b.empty()) return (a.size() + b.size()) * kMoveCost;
    if (a.size() > kLongestName || b.size() > kLongestName) return limit + 1;
    if (b.size() < a.size()) std::swap(a, b);
    if ((b.size() - a.size()) * kMoveCost > limit) return limit + 1;
    // row[i]: from the part of b read so far to the first i characters of a.
    std::array<size_t, kLongestName + 1> row;
    for (size_t i = 0; i <= a.size(); ++i) row[i] = i * kMoveCost;
    for (char c : b) {
        size_t diagonal = row[0];
        row[0] += kMoveCost;
        size_t least = SIZE_MAX;
        for (size_t i = 1; i <= a.size(); ++i) {
            size_t changed = diagonal + change_cost(c, a[i - 1]);
            diagonal = row[i];
            row[i] = std::min(changed, std::min(row[i - 1], row[i]) + kMoveCost);
            least = std::min(least, row[i]);
        }
        if (least > limit) return limit + 1;
    }
    return row[a.size()];
}

class Nearest {
  public:
    Nearest(Attached ts, std::string_view name) : ts_(ts), name_(name) {}

    Result<void> look_at(List& candidates) {
        if (candidates.size >= kMostCandidates) return {};
        for (Index i = 0; i < candidates.size; ++i) {
            if (!is_str(*candidates.item[i])) return {};
            auto& candidate = static_cast<Str&>(*candidates.item[i]);
            std::string_view text = TRY(str_as_utf8(ts_, candidate));
            if (text == name_) continue;
            size_t limit = (name_.size() + text.size() + 3) * kMoveCost / 6;
            if (found_) limit = std::min(limit, best_ - 1);
            size_t cost = distance(name_, text, limit);
            if (cost > limit) continue;
            best_ = cost;
            found_ = Ref<Str>::share(candidate);
            if (best_ == 0) break;
        }
        return {};
    }
    bool found() const { return static_cast<bool>(found_); }
    OptRef<Str> take() { return std::move(found_); }

  private:
    Attached ts_;
    std::string_view name_;
    size_t best_ = 0;
    OptRef<Str> found_;
};

Result<OptRef<Str>> attribute_suggestion(Attached ts, AttributeErrorObject& e) {
    if (!e.name || !e.obj || !is_str(*e.name)) return OptRef<Str>();
    auto name = Ref<Str>::share(static_cast<Str&>(*e.name));
    auto object = Ref<Object>::share(*e.obj);
    Nearest nearest(ts, TRY(str_as_utf8(ts, *name)));
    auto names = TRY(dir(ts, object.get()));
    TRY(nearest.look_at(*names));
    return nearest.take();
}

Result<OptRef<Str>> name_suggestion(Attached ts, NameErrorObject& e) {
    if (!e.name || !is_str(*e.name) || !e.traceback || !is_traceback(*e.traceback)) return OptRef<Str>();
    auto name = Ref<Str>::share(static_cast<Str&>(*e.name));
    auto* last = static_cast<Traceback*>(e.traceback);
    while (last->next) last = last->next;
    auto frame = Ref<FrameObject>::share(*last->frame);
    auto function = Ref<Function>::share(*frame->frame->function);
    Nearest nearest(ts, TRY(str_as_utf8(ts, *name)));
    auto locals = TRY(list_new(ts));
    for (Tuple* names : {function->code->varnames, function->code->cellvars, function->code->freevars})
        for (Index i = 0; i < names->size; ++i) TRY(list_append(ts, *locals, *names->item[i]));
    TRY(nearest.look_at(*locals));
    for (Dict* names : {function->globals, function->builtins}) {
        if (nearest.found()) break;
        auto keys = TRY(to_list(ts, *names));
        TRY(nearest.look_at(*keys));
    }
    return nearest.take();
}

}  // namespace

OptRef<Str> suggested_name(Attached ts, BaseException& e) {
    Result<OptRef<Str>> found = OptRef<Str>();
    if (is_exact(e, exc_type(Exc::AttributeError)))
        found = attribute_suggestion(ts, static_cast<AttributeErrorObject&>(e));
    else if (is_exact(e, exc_type(Exc::NameError)))
        found = name_suggestion(ts, static_cast<NameErrorObject&>(e));
    if (found.ok()) return found.take();
    clear_pending(ts);
    return {};
}

}  // namespace baton
