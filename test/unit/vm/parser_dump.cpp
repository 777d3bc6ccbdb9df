#include "test/unit/vm/parser_dump.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "vm/source_text.h"

namespace baton::ast {

namespace {

std::string decimal(std::string_view digits, int base) {
    std::vector<uint32_t> limbs{0};  // base 10^9, least first
    for (char c : digits) {
        uint64_t carry = static_cast<uint64_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        for (uint32_t& limb : limbs) {
            carry += static_cast<uint64_t>(limb) * base;
            limb = static_cast<uint32_t>(carry % 1000000000);
            carry /= 1000000000;
        }
        if (carry) limbs.push_back(static_cast<uint32_t>(carry));
    }
    std::string out = fmt::format("{}", limbs.back());
    for (size_t i = limbs.size() - 1; i-- > 0;) out += fmt::format("{:09}", limbs[i]);
    return out;
}

// Python's repr(float); `force_point` is off for complex parts.
std::string float_repr(double value, bool force_point = true) {
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    char buffer[64];
    auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
    std::string text(buffer, end);
    size_t e = text.find('e');
    int exponent = std::stoi(text.substr(e + 1));
    std::string digits = text.substr(0, e);
    digits.erase(std::remove(digits.begin(), digits.end(), '.'), digits.end());
    if (exponent < -4 || exponent >= 16) {
        std::string out = digits.substr(0, 1);
        if (digits.size() > 1) out += "." + digits.substr(1);
        return out + fmt::format("e{}{:02}", exponent < 0 ? '-' : '+', std::abs(exponent));
    }
    if (exponent < 0) return "0." + std::string(-exponent - 1, '0') + digits;
    std::string out;
    if (static_cast<int>(digits.size()) <= exponent + 1) {
        out = digits + std::string(exponent + 1 - digits.size(), '0');
        return force_point ? out + ".0" : out;
    }
    return digits.substr(0, exponent + 1) + "." + digits.substr(exponent + 1);
}

char quote_for(std::string_view text) {
    return text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos ? '"' : '\'';
}

class Dumper {
  public:
    explicit Dumper(const Hooks& hooks) : hooks_(hooks) {}
    std::string out;

    void node(const Mod* mod) {
        switch (mod->kind) {
#define AST_MOD(py_name, cpp_name, fields) \
    case ModKind::cpp_name: {              \
        auto* n = cast<cpp_name>(mod);     \
        begin(#py_name);                   \
        fields out += ')';                 \
        break;                             \
    }
#define AST_FIELD_AS(asdl_type, quantity, py_name, cpp_name) \
    field(#py_name, n->cpp_name, #quantity[0] == 'O' && #quantity[1] == 'p');
#include "vm/ast.def"
        }
    }
    void node(const Stmt* stmt) {
        switch (stmt->kind) {
#define AST_STMT(py_name, cpp_name, fields)              \
    case StmtKind::cpp_name: {                           \
        [[maybe_unused]] auto* n = cast<cpp_name>(stmt); \
        begin(#py_name);                                 \
        fields end(stmt->pos);                           \
        break;                                           \
    }
#define AST_FIELD_AS(asdl_type, quantity, py_name, cpp_name) \
    field(#py_name, n->cpp_name, #quantity[0] == 'O' && #quantity[1] == 'p');
#include "vm/ast.def"
        }
    }
    void node(const Expr* expr) {
        switch (expr->kind) {
#define AST_EXPR(py_name, cpp_name, fields) \
    case ExprKind::cpp_name: {              \
        auto* n = cast<cpp_name>(expr);     \
        begin(#py_name);                    \
        fields end(expr->pos);              \
        break;                              \
    }
#define AST_FIELD_AS(asdl_type, quantity, py_name, cpp_name) \
    field(#py_name, n->cpp_name, #quantity[0] == 'O' && #quantity[1] == 'p');
#include "vm/ast.def"
        }
    }
    void node(const Pattern* pattern) {
        switch (pattern->kind) {
#define AST_PATTERN(py_name, cpp_name, fields) \
    case PatternKind::cpp_name: {              \
        auto* n = cast<cpp_name>(pattern);     \
        begin(#py_name);                       \
        fields end(pattern->pos);              \
        break;                                 \
    }
#define AST_FIELD_AS(asdl_type, quantity, py_name, cpp_name) \
    field(#py_name, n->cpp_name, #quantity[0] == 'O' && #quantity[1] == 'p');
#include "vm/ast.def"
        }
    }
#define END_Yes end(n->pos)
#define END_No out += ')'
#define AST_PRODUCT(py_name, cpp_name, has_attributes, fields) \
    void node(const cpp_name* n) {                             \
        begin(#py_name);                                       \
        fields END_##has_attributes;                           \
    }
#define AST_HANDLER(py_name, cpp_name, fields) \
    void node(const cpp_name* n) {             \
        begin(#py_name);                       \
        fields end(n->pos);                    \
    }
#define AST_FIELD_AS(asdl_type, quantity, py_name, cpp_name) \
    field(#py_name, n->cpp_name, #quantity[0] == 'O' && #quantity[1] == 'p');
#include "vm/ast.def"

#define AST_ENUM(py_name, cpp_name, values) \
    void value(cpp_name v) {                \
        using E = cpp_name;                 \
        switch (v) { values }               \
    }
#define AST_VALUE(name)    \
    case E::name:          \
        out += #name "()"; \
        break;
#include "vm/ast.def"

  private:
    void begin(const char* name) {
        out += name;
        out += '(';
    }
    void separator() {
        if (out.back() != '(') out += ", ";
    }
    void end(const Pos& pos) {
        separator();
        out += fmt::format("lineno={}, col_offset={}, end_lineno={}, end_col_offset={})", pos.lineno,
                           pos.col_offset, pos.end_lineno, pos.end_col_offset);
    }
    static bool absent(const void* pointer) {
        return pointer == nullptr;
    }
    static bool absent(const Text& text) {
        return text.is_none();
    }
    template <class T>
    static bool absent(const T&) {
        return false;
    }
    template <class T>
    void field(const char* name, const T& v, bool optional) {
        if constexpr (std::is_pointer_v<T>) {
            if (optional && v == nullptr) return;
        } else if (optional && absent(v)) {
            return;
        }
        separator();
        out += name;
        out += '=';
        value(v);
    }
    void value(int v) {
        out += fmt::format("{}", v);
    }
    void value(const Ident* ident) {
        text(ident->view());
    }
    void value(const Text& v) {
        text(v.view());
    }
    template <class T>
    void value(T* v) {
        if (v)
            node(v);
        else
            out += "None";
    }
    template <class T>
    void value(const Seq<T>& seq) {
        out += '[';
        bool first = true;
        for (const T& item : seq) {
            if (!first) out += ", ";
            first = false;
            value(item);
        }
        out += ']';
    }
    void value(const ConstantValue& v) {
        switch (v.kind) {
            case ConstantKind::None:
                out += "None";
                break;
            case ConstantKind::True:
                out += "True";
                break;
            case ConstantKind::False:
                out += "False";
                break;
            case ConstantKind::Ellipsis:
                out += "Ellipsis";
                break;
            case ConstantKind::Int:
                if (v.fits)
                    out += fmt::format("{}", v.integer);
                else
                    out += decimal(v.text.view(), v.base);
                break;
            case ConstantKind::Float:
                out += float_repr(v.real);
                break;
            case ConstantKind::Complex:
                out += float_repr(v.imag, false) + "j";
                break;
            case ConstantKind::Str:
                text(v.text.view());
                break;
            case ConstantKind::Bytes:
                bytes(v.text.view());
                break;
            case ConstantKind::Tuple:
            case ConstantKind::FrozenSet:
                value(v.items);
                break;
        }
    }
    void bytes(std::string_view body) {
        char quote = quote_for(body);
        out += 'b';
        out += quote;
        for (unsigned char c : body) {
            if (!simple(c, quote)) {
                if (c < 32 || c >= 127)
                    out += fmt::format("\\x{:02x}", c);
                else
                    out += static_cast<char>(c);
            }
        }
        out += quote;
    }
    bool simple(uint32_t c, char quote) {
        if (c == static_cast<unsigned char>(quote) || c == '\\') {
            out += '\\';
            out += static_cast<char>(c);
            return true;
        }
        if (c == '\n' || c == '\r' || c == '\t') {
            out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
            return true;
        }
        return false;
    }
    void text(std::string_view body) {
        char quote = quote_for(body);
        out += quote;
        const char* end = body.data() + body.size();
        for (const char* at = body.data(); at != end;) {
            uint32_t ch;
            int length = decode_utf8(at, end, &ch);
            if (length == 0) {  // a lone surrogate
                length = 3;
                ch = (at[0] & 0x0Fu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
                out += fmt::format("\\u{:04x}", ch);
            } else if (!simple(ch, quote)) {
                bool printable = ch < 128 ? ch >= 32 && ch < 127
                                          : hooks_.is_printable && hooks_.is_printable(hooks_.context, ch);
                if (printable)
                    out.append(at, length);
                else if (ch < 0x100)
                    out += fmt::format("\\x{:02x}", ch);
                else if (ch < 0x10000)
                    out += fmt::format("\\u{:04x}", ch);
                else
                    out += fmt::format("\\U{:08x}", ch);
            }
            at += length;
        }
        out += quote;
    }

    const Hooks& hooks_;
};

std::string json(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\')
            out += {'\\', c};
        else if (const char* simple = std::strchr("\nn\tt\rr\bb\ff", c); c && simple && c < 32)
            out += {'\\', simple[1]};
        else if (static_cast<unsigned char>(c) < 32)
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out + '"';
}

const char* kind_name(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::SyntaxError:
            return "SyntaxError";
        case ErrorKind::IndentationError:
            return "IndentationError";
        case ErrorKind::TabError:
            return "TabError";
        case ErrorKind::MemoryError:
            return "MemoryError";
        case ErrorKind::ValueError:
            return "ValueError";
    }
    return "";
}

}  // namespace

bool UnicodeFacts::contains(const Ranges& ranges, uint32_t ch) {
    auto after = std::upper_bound(ranges.begin(), ranges.end(), std::make_pair(ch, UINT32_MAX));
    return after != ranges.begin() && ch <= std::prev(after)->second;
}

bool UnicodeFacts::load(const char* path) {
    std::ifstream in(path);
    if (!in) return false;
    std::string line;
    while (std::getline(in, line)) {
        std::istringstream words(line);
        std::string kind, first, second;
        words >> kind >> first;
        if (kind == "name") {
            std::getline(words >> std::ws, second);
            names_[second] = static_cast<uint32_t>(std::stoul(first, nullptr, 16));
            continue;
        }
        words >> second;
        if (kind == "nfkc") {
            nfkc_[first] = second;
            continue;
        }
        Ranges& ranges = kind == "start" ? start_ : kind == "continue" ? continue_ : print_;
        ranges.emplace_back(std::stoul(first, nullptr, 16), std::stoul(second, nullptr, 16));
    }
    return true;
}

Hooks UnicodeFacts::hooks() {
    Hooks hooks;
    hooks.context = this;
    hooks.is_xid_start = [](void* context, uint32_t ch) {
        return contains(static_cast<UnicodeFacts*>(context)->start_, ch);
    };
    hooks.is_xid_continue = [](void* context, uint32_t ch) {
        return contains(static_cast<UnicodeFacts*>(context)->continue_, ch);
    };
    hooks.is_printable = [](void* context, uint32_t ch) {
        return contains(static_cast<UnicodeFacts*>(context)->print_, ch);
    };
    hooks.nfkc = [](void* context, std::string_view identifier, std::string& out) {
        auto& map = static_cast<UnicodeFacts*>(context)->nfkc_;
        auto found = map.find(std::string(identifier));
        out = found == map.end() ? std::string(identifier) : found->second;
    };
    hooks.name_to_char = [](void* context, std::string_view name, uint32_t* ch) {
        auto& map = static_cast<UnicodeFacts*>(context)->names_;
        std::string upper(name);
        for (char& c : upper)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
        auto found = map.find(upper);
        if (found == map.end()) return false;
        *ch = found->second;
        return true;
    };
    return hooks;
}

std::string dump(const Mod* tree, const Hooks& hooks) {
    Dumper dumper(hooks);
    dumper.node(tree);
    return std::move(dumper.out);
}

std::string describe(const ParseResult& result, const Hooks& hooks) {
    if (result.tree) return dump(result.tree, hooks);
    const ParseError& e = *result.error;
    return fmt::format("{} [{}, {}, {}, {}, {}, {}]", kind_name(e.kind), json(e.message), e.lineno, e.offset,
                       e.has_text ? json(e.text) : "null", e.end_lineno, e.end_offset);
}

}  // namespace baton::ast
