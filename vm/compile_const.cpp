// Constants: from literals to objects, one entry per distinct value, and the folding that 3.11's optimizer
// does.
#include <cstring>

#include "runtime/names.h"
#include "runtime/types/bytes.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/compile_impl.h"

namespace baton {

using namespace ast;

namespace {

// Results of folding that are larger than these stay computations (limits of 3.11).
constexpr size_t kMaxFoldedBits = 128;
constexpr Index kMaxFoldedCollection = 256;
constexpr Index kMaxFoldedText = 4096;

bool is_exact_int(const Object& o) {
    return o.type == &int_type();
}

size_t bit_length(const Object& o) {
    const Int& i = static_cast<const Int&>(o);
    auto n = static_cast<size_t>(i.size < 0 ? -i.size : i.size);
    if (n == 0) return 0;
    return (n - 1) * kDigitBits + static_cast<size_t>(32 - __builtin_clz(i.digit[n - 1]));
}

// The value of a small non-negative int, or -1.
int64_t small_count(const Object& o) {
    int64_t v;
    if (!is_exact_int(o) || !int_fits_tag(static_cast<const Int&>(o), &v) || v < 0) return -1;
    return v;
}

void append_bytes(std::string& key, const void* p, size_t n) {
    key.append(static_cast<const char*>(p), n);
}

// Equal keys mean constants that may share an entry: same type, same value, sign of zero included.
void append_key(std::string& key, const Object& o) {
    if (is_exact_int(o)) {
        const Int& i = static_cast<const Int&>(o);
        key += 'i';
        append_bytes(key, &i.size, sizeof i.size);
        append_bytes(key, i.digit, static_cast<size_t>(i.size < 0 ? -i.size : i.size) * sizeof(uint32_t));
    } else if (o.type == &float_type()) {
        key += 'f';
        append_bytes(key, &static_cast<const Float&>(o).value, sizeof(double));
    } else if (o.type == &complex_type()) {
        key += 'c';
        append_bytes(key, &static_cast<const Complex&>(o).real, 2 * sizeof(double));
    } else if (o.type == &str_type()) {
        const Str& s = static_cast<const Str&>(o);
        key += static_cast<char>('0' + str_kind(s));
        append_bytes(key, &s.length, sizeof s.length);
        append_bytes(key, str_data(s), static_cast<size_t>(s.length) * static_cast<size_t>(str_kind(s)));
    } else if (o.type == &bytes_type()) {
        std::string_view v = bytes_view(static_cast<const Bytes&>(o));
        size_t n = v.size();
        key += 'b';
        append_bytes(key, &n, sizeof n);
        key += v;
    } else if (o.type == &tuple_type()) {
        const baton::Tuple& t = static_cast<const baton::Tuple&>(o);
        key += '(';
        append_bytes(key, &t.size, sizeof t.size);
        for (Index i = 0; i < t.size; ++i) append_key(key, *t.item[i]);
    } else {
        const Object* p = &o;
        key += 'o';
        append_bytes(key, &p, sizeof p);
    }
}

bool is_name_like(const Str& s) {
    if (!str_is_ascii(s)) return false;
    for (char c : str_ascii_view(s))
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'))
            return false;
    return true;
}

}  // namespace

Result<Ref<Str>> Compiler::str_of(const Ident* id) {
    if (id->id >= idents_.size()) idents_.resize(arena_.ident_count());
    OptRef<Str>& slot = idents_[id->id];
    if (!slot) slot = TRY(str_intern_utf8(ts_, id->view()));
    return Ref<Str>::share(*slot);
}

// The text of a literal; lone surrogates come as their three-byte forms.
Result<Ref<Str>> ast_text_object(Attached ts, Text text) {
    std::string_view v = text.view();
    bool surrogates = false;
    for (size_t i = 0; i + 1 < v.size() && !surrogates; ++i)
        surrogates = static_cast<unsigned char>(v[i]) == 0xED && static_cast<unsigned char>(v[i + 1]) >= 0xA0;
    if (!surrogates) {
        Ref<Str> s = TRY(str_new_utf8(ts, v));
        if (is_name_like(*s)) return str_intern(ts, std::move(s));
        return s;
    }
    std::vector<uint32_t> points;
    points.reserve(v.size());
    for (size_t i = 0; i < v.size();) {
        auto c = static_cast<unsigned char>(v[i]);
        int more = c < 0x80 ? 0 : c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
        uint32_t ch = more == 0 ? c : c & (0x3Fu >> more);
        for (int k = 1; k <= more; ++k)
            ch = ch << 6 | (static_cast<unsigned char>(v[i + static_cast<size_t>(k)]) & 0x3F);
        points.push_back(ch);
        i += static_cast<size_t>(more) + 1;
    }
    return str_new_ucs4(ts, points.data(), static_cast<Index>(points.size()));
}

Result<Ref<Object>> ast_constant_object(Attached ts, const ConstantValue& v) {
    switch (v.kind) {
        case ConstantKind::None:
            return Ref<Object>::share(none());
        case ConstantKind::True:
            return Ref<Object>::share(bool_object(true));
        case ConstantKind::False:
            return Ref<Object>::share(bool_object(false));
        case ConstantKind::Ellipsis:
            return Ref<Object>::share(ellipsis());
        case ConstantKind::Int: {
            if (v.fits) return box_int(ts, v.integer);
            std::string digits = v.base == 16 ? "0x" : v.base == 8 ? "0o" : v.base == 2 ? "0b" : "";
            digits += v.text.view();
            Ref<Object> magnitude = TRY(boxed(ts, int_from_literal(ts, digits)));
            if (v.negative) return negative(ts, *magnitude);
            return magnitude;
        }
        case ConstantKind::Float:
            return float_from_double(ts, v.real);
        case ConstantKind::Complex:
            return complex_from_doubles(ts, v.real, v.imag);
        case ConstantKind::Str:
            return ast_text_object(ts, v.text);
        case ConstantKind::Bytes:
            return bytes_new(ts, v.text.view());
        case ConstantKind::Tuple:
        case ConstantKind::FrozenSet: {
            Ref<baton::Tuple> items = TRY(tuple_alloc(ts, static_cast<Index>(v.items.size())));
            for (uint32_t i = 0; i < v.items.size(); ++i)
                items->item[i] = TRY(ast_constant_object(ts, v.items[i])).release();
            Ref<baton::Tuple> t = tuple_finish(ts, std::move(items));
            if (v.kind == ConstantKind::Tuple) return t;
            return frozenset_new(ts, t.get());
        }
    }
    return Ref<Object>::share(none());
}

Result<Ref<Str>> Compiler::text_object(Text text) {
    return ast_text_object(ts_, text);
}
Result<Ref<Object>> Compiler::constant_object(const ConstantValue& v) {
    return ast_constant_object(ts_, v);
}

Ref<Object> Compiler::shared_const(Ref<Object> object, const std::string& key) {
    auto [at, is_new] = shared_consts_.try_emplace(key, Ref<Object>::share(*object));
    if (!is_new) return Ref<Object>::share(*at->second);
    if (object->type == &tuple_type()) {
        auto& items = static_cast<baton::Tuple&>(*object);
        for (Index i = 0; i < items.size; ++i) {
            std::string item_key;
            append_key(item_key, *items.item[i]);
            Ref<Object> item = shared_const(Ref<Object>::share(*items.item[i]), item_key);
            if (item.get() == items.item[i]) continue;
            Ref<Object> old = Ref<Object>::steal(items.item[i]);
            items.item[i] = item.release();
        }
    }
    return object;
}

Result<int> Compiler::add_const(Ref<Object> object) {
    std::string key;
    append_key(key, *object);
    auto [at, is_new] = u_->const_index.try_emplace(key, static_cast<int>(u_->consts.size()));
    if (!is_new) return at->second;
    // What is its own key anyway (None, code) or known by its address needs no second table.
    u_->consts.push_back(key[0] == 'o' ? std::move(object) : shared_const(std::move(object), key));
    return at->second;
}

Result<int> Compiler::add_name(const Ident* mangled) {
    auto [at, is_new] = u_->name_index.try_emplace(mangled, static_cast<int>(u_->names.size()));
    if (is_new) u_->names.push_back(mangled);
    return at->second;
}

Result<uint16_t> Compiler::short_name(const Ident* name) {
    int index = TRY(add_name(mangled(name)));
    if (index >= kNoRegister) return raise(ts_, Exc::OverflowError, "too many names in one code object");
    return static_cast<uint16_t>(index);
}

Result<void> Compiler::load_const(Object& o, Dest d) {
    Op integer = d.local ? Op::LOADI_L : Op::LOADI_T;
    Op any = d.local ? Op::LOADK_L : Op::LOADK_T;
    uint16_t to = d.local ? d.reg : u_->as.next_temp();
    int64_t v;
    if (is_exact_int(o) && int_fits_tag(static_cast<Int&>(o), &v) && v == static_cast<int32_t>(v)) {
        u_->as.emit_wide(integer, to, static_cast<int32_t>(v));
        return {};
    }
    int index = TRY(add_const(Ref<Object>::share(o)));
    u_->as.emit_wide(any, to, index);
    return {};
}

Result<void> Compiler::load_str(const Ident* id) {
    Ref<Str> s = TRY(str_of(id));
    return load_const(*s, Dest::temp());
}

Result<void> Compiler::return_const(Object& o) {
    if (u_->is_generator()) {
        TRY(load_const(o, Dest::temp()));
        u_->as.emit(Op::GEN_RETURN, 0, u_->as.top().reg, 0, kTakeB);
        return {};
    }
    int index = TRY(add_const(Ref<Object>::share(o)));
    u_->as.emit_wide(Op::RETURN_CONST, 0, index);
    return {};
}

// ---- folding ----

namespace {

// A raised exception means: leave the computation to run time. Only running out of memory is passed on... as
// is an interruption: anything that is not an Exception.
template <class T>
Result<OptRef<Object>> folded_or_nothing(Attached ts, T&& result) {
    if (result.ok()) return OptRef<Object>(Ref<Object>(result.take()));
    if (!pending_is(ts, Exc::Exception) || pending_is(ts, Exc::MemoryError)) return already_raised();
    clear_pending(ts);
    return OptRef<Object>();
}

BinaryOp binary_op_of(Operator op) {
    switch (op) {
        case Operator::Add:
            return BinaryOp::add;
        case Operator::Sub:
            return BinaryOp::subtract;
        case Operator::Mult:
            return BinaryOp::multiply;
        case Operator::MatMult:
            return BinaryOp::matrix_multiply;
        case Operator::Div:
            return BinaryOp::true_divide;
        case Operator::Mod:
            return BinaryOp::remainder;
        case Operator::Pow:
            return BinaryOp::power;
        case Operator::LShift:
            return BinaryOp::lshift;
        case Operator::RShift:
            return BinaryOp::rshift;
        case Operator::BitOr:
            return BinaryOp::nb_or;
        case Operator::BitXor:
            return BinaryOp::nb_xor;
        case Operator::BitAnd:
            return BinaryOp::nb_and;
        case Operator::FloorDiv:
            return BinaryOp::floor_divide;
    }
    return BinaryOp::add;
}

Index item_count(const Object& o) {
    if (o.type == &tuple_type()) return static_cast<const baton::Tuple&>(o).size;
    if (o.type == &str_type()) return static_cast<const Str&>(o).length;
    if (o.type == &bytes_type()) return static_cast<const Bytes&>(o).size;
    return -1;
}

// All constants a tuple holds, nested ones too, up to a limit; more: -1.
Index nested_count(const Object& o, Index limit) {
    if (o.type != &tuple_type()) return 0;
    const baton::Tuple& t = static_cast<const baton::Tuple&>(o);
    limit -= t.size;
    for (Index i = 0; i < t.size && limit >= 0; ++i) {
        Index inner = nested_count(*t.item[i], limit);
        limit = inner < 0 ? -1 : limit - inner;
    }
    return limit < 0 ? -1 : kMaxFoldedCollection - limit;
}

bool may_multiply(const Object& a, const Object& b) {
    if (is_exact_int(a) && is_exact_int(b))
        return bit_length(a) + bit_length(b) <= kMaxFoldedBits || bit_length(a) == 0 || bit_length(b) == 0;
    const Object& sequence = item_count(a) >= 0 ? a : b;
    const Object& count = &sequence == &a ? b : a;
    if (item_count(sequence) < 0 || !is_exact_int(count)) return true;
    if (sequence.type == &tuple_type()) {
        Index size = item_count(sequence);
        if (size == 0) return true;
        int64_t n = small_count(count);
        if (n < 0 || n > kMaxFoldedCollection / size) return false;
        return n == 0 || nested_count(sequence, kMaxFoldedCollection / n) >= 0;
    }
    Index size = item_count(sequence);
    if (size == 0) return true;
    int64_t n = small_count(count);
    return n >= 0 && n <= kMaxFoldedText / size;
}

bool may_fold(Operator op, const Object& a, const Object& b) {
    switch (op) {
        case Operator::MatMult:
            return false;
        case Operator::Mult:
            return may_multiply(a, b);
        case Operator::Pow:
            if (is_exact_int(a) && is_exact_int(b) && int_sign(static_cast<const Int&>(b)) > 0) {
                int64_t n = small_count(b);
                size_t bits = bit_length(a);
                return bits == 0 || (n >= 0 && static_cast<size_t>(n) <= kMaxFoldedBits / bits);
            }
            return true;
        case Operator::LShift:
            if (is_exact_int(a) && is_exact_int(b) && bit_length(a) && bit_length(b)) {
                int64_t n = small_count(b);
                return n >= 0 && n <= static_cast<int64_t>(kMaxFoldedBits) &&
                       bit_length(a) <= kMaxFoldedBits - static_cast<size_t>(n);
            }
            return true;
        case Operator::Mod:
            return a.type != &str_type() && a.type != &bytes_type();
        default:
            return true;
    }
}

}  // namespace

Result<OptRef<Object>> Compiler::fold_binary(const BinOp* e) {
    OptRef<Object> a = TRY(fold(e->left));
    if (!a) return OptRef<Object>();
    OptRef<Object> b = TRY(fold(e->right));
    if (!b || !may_fold(e->op, *a, *b)) return OptRef<Object>();
    return folded_or_nothing(ts_, baton::binary(ts_, binary_op_of(e->op), *a, *b));
}

Result<OptRef<Object>> Compiler::fold_unary(const UnaryOp* e) {
    OptRef<Object> v = TRY(fold(e->operand));
    if (!v) return OptRef<Object>();
    switch (e->op) {
        case UnaryOperator::Not: {
            bool truth = TRY(is_true(ts_, *v));
            return OptRef<Object>::share(&bool_object(!truth));
        }
        case UnaryOperator::USub:
            return folded_or_nothing(ts_, negative(ts_, *v));
        case UnaryOperator::UAdd:
            return folded_or_nothing(ts_, positive(ts_, *v));
        case UnaryOperator::Invert:
            return folded_or_nothing(ts_, invert(ts_, *v));
    }
    return OptRef<Object>();
}

Result<OptRef<Object>> Compiler::fold_subscript(const Subscript* e) {
    if (e->ctx != ExprContext::Load) return OptRef<Object>();
    OptRef<Object> o = TRY(fold(e->value));
    if (!o) return OptRef<Object>();
    OptRef<Object> key = TRY(fold(e->slice));
    if (!key) return OptRef<Object>();
    return folded_or_nothing(ts_, get_item(ts_, *o, *key));
}

Result<OptRef<Object>> Compiler::fold_items(Seq<Expr*> items) {
    std::vector<Ref<Object>> values;
    for (Expr* item : items) {
        OptRef<Object> v = TRY(fold(item));
        if (!v) return OptRef<Object>();
        values.push_back(std::move(v).take());
    }
    Ref<baton::Tuple> t = TRY(tuple_alloc(ts_, static_cast<Index>(values.size())));
    for (size_t i = 0; i < values.size(); ++i) t->item[i] = values[i].release();
    return OptRef<Object>(tuple_finish(ts_, std::move(t)));
}

// Made again in the order of the one before, which decides where colliding items stand: CPython's compiler
// does so when it merges its constants, and once more when there are names among them, which it interns.
Result<Ref<Object>> Compiler::to_frozenset(Object& items) {
    Ref<Object> made = TRY(frozenset_new(ts_, &items));
    int again = 1;
    Ref<baton::Tuple> members = TRY(to_tuple(ts_, *made));
    for (Index i = 0; i < members->size; ++i) {
        const Object& o = *members->item[i];
        if (o.type != &str_type()) continue;
        const auto& text = static_cast<const Str&>(o);
        if (text.length > 0 && is_name_like(text)) again = 2;
    }
    while (again-- > 0) made = TRY(frozenset_new(ts_, TRY(to_tuple(ts_, *made)).get()));
    return made;
}

// For a list or set of constants that is only searched or walked through, so that nobody sees it: the tuple
// or frozenset in its place.
Result<OptRef<Object>> Compiler::fold_unseen(const Expr* e) {
    if (auto l = ast::as<ast::List>(e)) return fold_items(l->elts);
    auto s = ast::as<ast::Set>(e);
    if (!s) return OptRef<Object>();
    OptRef<Object> items = TRY(fold_items(s->elts));
    if (items) items = TRY(to_frozenset(*items));
    return items;
}

Result<OptRef<Object>> Compiler::fold(const Expr* e) {
    switch (e->kind) {
        case ExprKind::Constant:
        case ExprKind::BinOp:
        case ExprKind::UnaryOp:
        case ExprKind::Tuple:
        case ExprKind::Subscript:
            break;
        case ExprKind::Name:
            if (cast<ast::Name>(e)->id->view() == "__debug__" && cast<ast::Name>(e)->ctx == ExprContext::Load)
                return OptRef<Object>::share(&bool_object(optimize_ == 0));
            return OptRef<Object>();
        default:
            return OptRef<Object>();
    }
    if (auto at = folded_.find(e); at != folded_.end()) return OptRef<Object>::share(at->second.get());
    Nesting level(*this);
    TRY(level.check());
    OptRef<Object> value;
    switch (e->kind) {
        case ExprKind::Constant:
            value = TRY(constant_object(cast<ast::Constant>(e)->value));
            break;
        case ExprKind::BinOp:
            value = TRY(fold_binary(cast<ast::BinOp>(e)));
            break;
        case ExprKind::UnaryOp:
            value = TRY(fold_unary(cast<ast::UnaryOp>(e)));
            break;
        case ExprKind::Subscript:
            value = TRY(fold_subscript(cast<ast::Subscript>(e)));
            break;
        default: {
            auto t = cast<ast::Tuple>(e);
            if (t->ctx == ExprContext::Load) value = TRY(fold_items(t->elts));
            break;
        }
    }
    OptRef<Object> result = OptRef<Object>::share(value.get());
    folded_[e] = std::move(value);
    return result;
}

}  // namespace baton
