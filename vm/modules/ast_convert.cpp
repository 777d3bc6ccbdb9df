// _ast: trees of the parser as objects, and objects as trees for the compiler.
#include <climits>
#include <cstring>
#include <vector>

#include "runtime/attr.h"
#include "runtime/c_stack.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/compile.h"
#include "vm/modules/ast_nodes.h"
#include "vm/source_text.h"

namespace baton {

namespace {

using ast::field::Many;
using ast::field::One;
using Words = ast::Seq<void*>;     // a sequence of pointers, whatever they point to
using Bytes1 = ast::Seq<uint8_t>;  // a sequence of enum values

constexpr const char* kPlaces[] = {"lineno", "col_offset", "end_lineno", "end_col_offset"};

template <class T>
const T& at(const void* node, size_t offset) {
    return *reinterpret_cast<const T*>(static_cast<const char*>(node) + offset);
}
template <class T>
T& at(void* node, size_t offset) {
    return *reinterpret_cast<T*>(static_cast<char*>(node) + offset);
}

// ---- to objects ----

class ToObjects {
  public:
    explicit ToObjects(Attached ts) : ts_(ts), stack_floor_(static_cast<const char*>(c_stack_floor(ts))) {}

    // The kinds of a sum are told apart by the tag that stands first in the struct.
    Result<Ref<Object>> node(const void* tree, AstRange range) {
        const char here = 0;
        if (&here < stack_floor_ || depth_ > kMaxCompileNesting)
            return raise(ts_, Exc::RecursionError,
                         "maximum recursion depth exceeded during ast construction");
        ++depth_;
        auto made =
            node_of_row(tree, range.first + (range.count > 1 ? *static_cast<const uint8_t*>(tree) : 0));
        --depth_;
        return made;
    }

  private:
    Result<Ref<Object>> node_of_row(const void* tree, size_t row) {
        const AstNode& shape = ast_nodes()[row];
        Ref<Object> made = TRY(allocate_instance(ts_, ast_node_class(ts_, row)));
        for (const AstField& f : shape.fields) {
            const Ref<Object> value = TRY(field(tree, f));
            TRY(put(*made, f.name, *value));
        }
        if (!shape.attributes) return made;
        const auto& pos = at<ast::Pos>(tree, shape.pos);
        const int numbers[] = {pos.lineno, pos.col_offset, pos.end_lineno, pos.end_col_offset};
        for (size_t i = 0; i < 4; ++i) {
            const Ref<Int> number = TRY(box_int(ts_, numbers[i]));
            TRY(put(*made, kPlaces[i], *number));
        }
        return made;
    }
    Result<void> put(Object& node, const char* name, Object& value) {
        const Ref<Str> key = TRY(str_intern_utf8(ts_, name));
        return set_attr(ts_, node, *key, value);
    }
    Result<Ref<Object>> field(const void* tree, const AstField& f) {
        if (f.quantity != Many) return one(static_cast<const char*>(tree) + f.offset, f.type);
        const Ref<List> list = TRY(list_new(ts_, 0));
        const uint32_t count = at<Words>(tree, f.offset).count;
        for (uint32_t i = 0; i < count; ++i) {
            const void* item = ast_is_enum(f.type) ? static_cast<const void*>(&at<Bytes1>(tree, f.offset)[i])
                                                   : &at<Words>(tree, f.offset)[i];
            Ref<Object> made = TRY(one(item, f.type));
            TRY(list_append_owned(ts_, *list, std::move(made)));
        }
        return list.copy();
    }
    Result<Ref<Object>> one(const void* value, AstFieldType type) {
        if (ast_is_enum(type)) {
            return Ref<Object>::share(
                ast_enum_instance(ts_, ast_enum_index(type), *static_cast<const uint8_t*>(value)));
        }
        switch (type) {
            case AstFieldType::identifier: {
                const auto* name = *static_cast<const ast::Ident* const*>(value);
                if (name == nullptr) return Ref<Object>::share(none());
                return str_intern_utf8(ts_, name->view());
            }
            case AstFieldType::string: {
                const auto& text = *static_cast<const ast::Text*>(value);
                if (text.is_none()) return Ref<Object>::share(none());
                return ast_text_object(ts_, text);
            }
            case AstFieldType::int_:
                return box_int(ts_, *static_cast<const int*>(value));
            case AstFieldType::constant:
                return ast_constant_object(ts_, *static_cast<const ast::ConstantValue*>(value));
            default: {
                const void* inner = *static_cast<void* const*>(value);
                if (inner == nullptr) return Ref<Object>::share(none());
                return node(inner, ast_range(type));
            }
        }
    }

    Attached ts_;
    const char* stack_floor_;
    int depth_ = 0;
};

// ---- from objects ----

class FromObjects {
  public:
    FromObjects(Attached ts, ast::Arena& arena) : ts_(ts), arena_(arena) {}

    // A node of one of the rows of a sum, or of a product; null for None.
    Result<void> node(Object& o, AstRange range, const char* type, void** out) {
        if (is_none(o)) return {};
        const AstNode& first = ast_nodes()[range.first];
        const bool sum = std::string_view(first.sum) != "AST";
        RecursionScope scope(ts_);
        TRY(scope.enter(fmt::format(" while traversing '{}' node", type).c_str()));
        // CPython looks at the attributes of a sum first, at those of a product last.
        ast::Pos pos;
        if (sum && first.attributes) TRY(places(o, type, &pos));
        const size_t row = TRY(row_of(o, range, type));
        const AstNode& shape = ast_nodes()[row];
        void* made = shape.make(arena_, pos);
        for (const AstField& f : shape.fields) TRY(field(o, shape, f, made));
        if (!sum && shape.attributes) TRY(places(o, type, &at<ast::Pos>(made, shape.pos)));
        *out = made;
        return {};
    }

  private:
    Result<size_t> row_of(Object& o, AstRange range, const char* type) {
        for (size_t i = 0; i < range.count; ++i) {
            if (o.type == &ast_node_class(ts_, range.first + i)) return range.first + i;
        }
        for (size_t i = 0; i < range.count; ++i) {
            if (TRY(is_instance(ts_, o, ast_node_class(ts_, range.first + i)))) return range.first + i;
        }
        const Shown shown = TRY(show_repr(ts_, o));
        return raise(ts_, Exc::TypeError, "expected some sort of {}, but got {}", type, shown.view);
    }
    Result<OptRef<Object>> attribute(Object& o, const char* name) {
        const Ref<Str> key = TRY(str_intern_utf8(ts_, name));
        return get_attr_opt(ts_, o, *key);
    }
    Result<int> number(Object& o) {
        if (!is_int(o)) {
            const Shown shown = TRY(show_repr(ts_, o));
            return raise(ts_, Exc::ValueError, "invalid integer value: {}", shown.view);
        }
        int overflow = 0;
        const int64_t n = int_as_int64(static_cast<Int&>(o), &overflow);
        if (overflow != 0 || n < INT_MIN || n > INT_MAX)
            return raise(ts_, Exc::OverflowError, "Python int too large to convert to C int");
        return static_cast<int>(n);
    }
    Result<void> places(Object& o, const char* type, ast::Pos* pos) {
        int* const numbers[] = {&pos->lineno, &pos->col_offset, &pos->end_lineno, &pos->end_col_offset};
        for (size_t i = 0; i < 4; ++i) {
            const OptRef<Object> value = TRY(attribute(o, kPlaces[i]));
            if (i >= 2 && (!value || is_none(*value)) && std::string_view(type) != "pattern") {
                *numbers[i] = *numbers[i - 2];
            } else if (!value) {
                return raise(ts_, Exc::TypeError, "required field \"{}\" missing from {}", kPlaces[i], type);
            } else {
                *numbers[i] = TRY(number(*value));
            }
        }
        return {};
    }

    Result<void> field(Object& o, const AstNode& shape, const AstField& f, void* made) {
        const OptRef<Object> value = TRY(attribute(o, f.name));
        if (!value && f.quantity != ast::field::Opt)
            return raise(ts_, Exc::TypeError, "required field \"{}\" missing from {}", f.name, shape.name);
        Object& given = value ? *value : none();
        char* to = static_cast<char*>(made) + f.offset;
        if (f.quantity == Many) return list(given, shape, f, to);
        if (f.quantity == ast::field::Opt && is_none(given)) return {};
        TRY(one(given, f.type, to));
        // Where a pointer is wanted, None has given a null one.
        const bool pointer = f.type <= AstFieldType::identifier;
        if (f.quantity == One && pointer && *reinterpret_cast<void**>(to) == nullptr)
            return raise(ts_, Exc::ValueError, "field '{}' is required for {}", f.name, shape.name);
        return {};
    }
    Result<void> list(Object& given, const AstNode& shape, const AstField& f, char* to) {
        if (!is_list(given)) {
            return raise(ts_, Exc::TypeError, "{} field \"{}\" must be a list, not a {}", shape.name, f.name,
                         type_name(given));
        }
        auto& items = static_cast<List&>(given);
        const Index count = items.size;
        std::vector<void*> words;
        std::vector<uint8_t> values;
        for (Index i = 0; i < count; ++i) {
            const Ref<Object> item = Ref<Object>::share(*items.item[i]);
            alignas(8) char one_value[8] = {};
            TRY(one(*item, f.type, one_value));
            if (ast_is_enum(f.type))
                values.push_back(static_cast<uint8_t>(one_value[0]));
            else
                words.push_back(*reinterpret_cast<void**>(one_value));
            if (items.size != count) {
                return raise(ts_, Exc::RuntimeError, "{} field \"{}\" changed size during iteration",
                             shape.name, f.name);
            }
            // Only keys and keyword defaults may be left out.
            const bool may_miss = f.type == AstFieldType::expr || f.type == AstFieldType::stmt ||
                                  f.type == AstFieldType::pattern;
            if (!ast_is_enum(f.type) && words.back() == nullptr && !may_miss)
                return raise(ts_, Exc::ValueError, "field '{}' is required for {}", f.name, shape.name);
        }
        if (ast_is_enum(f.type))
            *reinterpret_cast<Bytes1*>(to) = arena_.seq(values);
        else
            *reinterpret_cast<Words*>(to) = arena_.seq(words);
        return {};
    }
    Result<void> one(Object& o, AstFieldType type, char* to) {
        if (ast_is_enum(type)) return enum_value(o, type, reinterpret_cast<uint8_t*>(to));
        switch (type) {
            case AstFieldType::identifier: {
                if (is_none(o)) return {};
                if (!is_exact(o, PyUnicode_Type))
                    return raise(ts_, Exc::TypeError, "AST identifier must be of type str");
                const std::string_view text = TRY(str_as_utf8(ts_, static_cast<Str&>(o)));
                *reinterpret_cast<const ast::Ident**>(to) = arena_.intern(text);
                return {};
            }
            case AstFieldType::string:
                if (!is_exact(o, PyUnicode_Type))
                    return raise(ts_, Exc::TypeError, "AST string must be of type str");
                *reinterpret_cast<ast::Text*>(to) = text(static_cast<Str&>(o));
                return {};
            case AstFieldType::int_:
                *reinterpret_cast<int*>(to) = TRY(number(o));
                return {};
            case AstFieldType::constant:
                return constant(o, reinterpret_cast<ast::ConstantValue*>(to));
            default:
                return node(o, ast_range(type), ast_type_name(type), reinterpret_cast<void**>(to));
        }
    }
    Result<void> enum_value(Object& o, AstFieldType type, uint8_t* to) {
        const size_t which = ast_enum_index(type);
        for (size_t i = 0; i < ast_enums()[which].values.size(); ++i) {
            if (!TRY(is_instance(ts_, o, ast_enum_class(ts_, which, i)))) continue;
            *to = static_cast<uint8_t>(i);
            return {};
        }
        const Shown shown = TRY(show_repr(ts_, o));
        return raise(ts_, Exc::TypeError, "expected some sort of {}, but got {}", ast_type_name(type),
                     shown.view);
    }
    // Lone surrogates in their three-byte form.
    ast::Text text(const Str& s) {
        std::string out;
        for (Index i = 0; i < s.length; ++i) ast::append_utf8(out, str_char_unchecked(s, i));
        return arena_.text(out);
    }
    Result<void> constant(Object& o, ast::ConstantValue* out) {
        using ast::ConstantKind;
        if (is_none(o)) {
            out->kind = ConstantKind::None;
        } else if (&o == &ellipsis()) {
            out->kind = ConstantKind::Ellipsis;
        } else if (&o == &bool_object(true) || &o == &bool_object(false)) {
            out->kind = &o == &bool_object(true) ? ConstantKind::True : ConstantKind::False;
        } else if (is_exact(o, PyLong_Type)) {
            auto& number = static_cast<Int&>(o);
            int overflow = 0;
            out->kind = ConstantKind::Int;
            out->integer = int_as_int64(number, &overflow);
            out->fits = overflow == 0;
            if (out->fits) return {};
            const Ref<Object> magnitude = TRY(absolute(ts_, o));
            const Ref<Str> digits = TRY(int_to_text(ts_, Value(magnitude.get()), 16));
            out->negative = overflow < 0;
            out->base = 16;
            out->text = arena_.text(str_ascii_view(*digits));
        } else if (is_exact(o, PyFloat_Type)) {
            out->kind = ConstantKind::Float;
            out->real = static_cast<Float&>(o).value;
        } else if (is_exact(o, PyComplex_Type)) {
            out->kind = ConstantKind::Complex;
            out->real = static_cast<Complex&>(o).real;
            out->imag = static_cast<Complex&>(o).imag;
        } else if (is_exact(o, PyUnicode_Type)) {
            out->kind = ConstantKind::Str;
            out->text = text(static_cast<Str&>(o));
        } else if (is_exact(o, PyBytes_Type)) {
            out->kind = ConstantKind::Bytes;
            out->text = arena_.text(bytes_view(static_cast<Bytes&>(o)));
        } else if (is_exact(o, PyTuple_Type) || is_exact(o, PyFrozenSet_Type)) {
            out->kind = is_exact(o, PyTuple_Type) ? ConstantKind::Tuple : ConstantKind::FrozenSet;
            RecursionScope scope(ts_);
            TRY(scope.enter(" during compilation"));
            std::vector<ast::ConstantValue> items;
            TRY(for_each(ts_, o, [&](Ref<Object> item) -> Result<bool> {
                ast::ConstantValue value;
                TRY(constant(*item, &value));
                items.push_back(value);
                return true;
            }));
            out->items = arena_.seq(items);
        } else {
            return raise(ts_, Exc::TypeError, "got an invalid type in Constant: {}",
                         type_short_name(*o.type));
        }
        return {};
    }

    Attached ts_;
    ast::Arena& arena_;
};

}  // namespace

Result<Ref<Object>> ast_to_object(Attached ts, const ast::Mod& tree) {
    TRY(ast_prepare(ts));
    return ToObjects(ts).node(&tree, ast_mod_range());
}

Result<ast::Mod*> ast_from_object(Attached ts, ast::Arena& arena, Object& tree, const char* kind) {
    TRY(ast_prepare(ts));
    const AstRange mods = ast_mod_range();
    for (size_t i = mods.first; i < mods.first + mods.count; ++i) {
        if (std::string_view(ast_nodes()[i].name) != kind) continue;
        if (!TRY(is_instance(ts, tree, ast_node_class(ts, i)))) {
            return raise(ts, Exc::TypeError, "expected {} node, got {}", kind, type_short_name(*tree.type));
        }
        void* made = nullptr;
        TRY(FromObjects(ts, arena).node(tree, {i, 1}, "mod", &made));
        auto* mod = static_cast<ast::Mod*>(made);
        TRY(ast_validate(ts, *mod));
        return mod;
    }
    return raise(ts, Exc::ValueError, "compile() mode must be 'exec', 'eval' or 'single'");
}

}  // namespace baton
