#include "vm/parser_strings.h"

#include <cstring>

#include <fmt/format.h>

#include "vm/lexer.h"
#include "vm/parser_impl.h"
#include "vm/source_text.h"

namespace baton::ast {

namespace {

constexpr int kMaxFieldDepth = 2;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Octal escape of up to three digits; `at` stands on the first.
uint32_t octal(const char*& at, const char* end) {
    uint32_t value = 0;
    for (int i = 0; i < 3 && at != end && *at >= '0' && *at <= '7'; i++) value = value * 8 + (*at++ - '0');
    return value;
}

// The character of a one-letter escape, -1 if it is not one.
int simple_escape(char c) {
    switch (c) {
        case '\\':
            return '\\';
        case '\'':
            return '\'';
        case '"':
            return '"';
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 't':
            return '\t';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 'v':
            return '\v';
        case 'a':
            return '\a';
        default:
            return -1;
    }
}

}  // namespace

bool StringParser::fail(std::string message) {
    if (failure_) return false;
    failure_.emplace();
    failure_->message = std::move(message);
    return false;
}

// `escape` stands after the backslash.
void StringParser::warn_escape(const char* escape, const Token& token) {
    bool octal = *escape >= '4' && *escape <= '7';
    warnings_.push_back(
        {WarningKind::DeprecationWarning,
         octal ? fmt::format("invalid octal escape sequence '\\{}'", std::string_view(escape, 3))
               : fmt::format("invalid escape sequence '\\{}'", *escape),
         {token.lineno, token.col, token.end_lineno, token.end_col}});
}

// Prefix letters and quotes off.
bool StringParser::split(const Token& token, Literal* out) {
    const char* at = buffer_.data() + token.start;
    const char* end = buffer_.data() + token.end;
    for (; *at != '\'' && *at != '"'; at++) {
        switch (*at | 0x20) {
            case 'b':
                out->bytes = true;
                break;
            case 'r':
                out->raw = true;
                break;
            case 'f':
                out->format = true;
                break;
            default:
                break;
        }
    }
    size_t quotes = end - at >= 6 && at[1] == at[0] && at[2] == at[0] ? 3 : 1;
    out->body = {at + quotes, static_cast<size_t>(end - at) - 2 * quotes};
    return true;
}

bool StringParser::decode_bytes(const Literal& literal, const Token& token, std::string& out) {
    for (char c : literal.body)
        if (c & 0x80) return fail("bytes can only contain ASCII literal characters");
    if (literal.raw) {
        out += literal.body;
        return true;
    }
    bool warned = false;
    const char* start = literal.body.data();
    const char* end = start + literal.body.size();
    for (const char* at = start; at != end;) {
        if (*at != '\\') {
            out += *at++;
            continue;
        }
        const char* escape = at++;
        char c = *at++;
        if (c == '\n') continue;
        if (int simple = simple_escape(c); simple >= 0) {
            out += static_cast<char>(simple);
        } else if (c >= '0' && c <= '7') {
            uint32_t value = octal(--at, end);
            if (value > 0377 && !warned) warn_escape(escape + 1, token);
            warned |= value > 0377;
            out += static_cast<char>(value);
        } else if (c == 'x') {
            if (end - at < 2 || hex_digit(at[0]) < 0 || hex_digit(at[1]) < 0)
                return fail(fmt::format("(value error) invalid \\x escape at position {}", escape - start));
            out += static_cast<char>(hex_digit(at[0]) * 16 + hex_digit(at[1]));
            at += 2;
        } else {
            if (!warned) warn_escape(at - 1, token);
            warned = true;
            out += '\\';
            out += c;
        }
    }
    return true;
}

// CPython decodes a copy in which every non-ASCII character is spelled in ten characters; the positions in
// its messages count that copy.
bool StringParser::decode_text(std::string_view body, bool raw, const Token& token, std::string& out) {
    if (auto malformed = explain_malformed(body)) {
        // A run of non-ASCII bytes is decoded by itself when there are escapes around it.
        if (!raw && body.find('\\') != std::string_view::npos) {
            size_t from = 0;
            while (from < body.size()) {
                while (from < body.size() && !(body[from] & 0x80)) from++;
                size_t to = from;
                while (to < body.size() && (body[to] & 0x80)) to++;
                malformed = explain_malformed(body.substr(from, to - from));
                if (malformed) break;
                from = to;
            }
        }
        return fail("(unicode error) " + *malformed);
    }
    if (raw || body.find('\\') == std::string_view::npos) {
        out += body;
        return true;
    }
    bool warned = false;
    int extra = 0;  // how much longer the copy is, up to here
    const char* start = body.data();
    const char* end = start + body.size();
    for (const char* at = start; at != end;) {
        if (*at & 0x80) {
            uint32_t ch;
            int length = decode_utf8(at, end, &ch);
            out.append(at, length);
            at += length;
            extra += 10 - length;
            continue;
        }
        if (*at != '\\') {
            out += *at++;
            continue;
        }
        long escape = at - start + extra;
        auto bad = [&](const char* why) {
            long stop = at - start + extra - 1;
            return fail(
                fmt::format("(unicode error) 'unicodeescape' codec can't decode bytes in position {}-{}: {}",
                            escape, stop, why));
        };
        at++;
        if (at == end || (*at & 0x80)) {
            out += '\\';
            extra += 5;
            continue;
        }
        char c = *at++;
        if (c == '\n') continue;
        if (int simple = simple_escape(c); simple >= 0) {
            out += static_cast<char>(simple);
            continue;
        }
        if (c >= '0' && c <= '7') {
            const char* digits = --at;
            uint32_t value = octal(at, end);
            if (value > 0377 && !warned) warn_escape(digits, token);
            warned |= value > 0377;
            append_utf8(out, value);
            continue;
        }
        if (c == 'x' || c == 'u' || c == 'U') {
            int count = c == 'x' ? 2 : c == 'u' ? 4 : 8;
            uint32_t ch = 0;
            int i = 0;
            for (; i < count && at != end && hex_digit(*at) >= 0; i++) ch = ch << 4 | hex_digit(*at++);
            if (i < count)
                return bad(c == 'x'   ? "truncated \\xXX escape"
                           : c == 'u' ? "truncated \\uXXXX escape"
                                      : "truncated \\UXXXXXXXX escape");
            if (ch > 0x10FFFF) return bad("illegal Unicode character");
            append_utf8(out, ch);
            continue;
        }
        if (c == 'N') {
            if (at == end || *at != '{') return bad("malformed \\N character escape");
            const char* name = ++at;
            while (at != end && *at != '}') {
                // The copy has non-ASCII characters spelled out here too.
                uint32_t ch;
                int length = decode_utf8(at, end, &ch);
                if (length > 1) extra += 10 - length;
                at += length;
            }
            if (at == end || at == name) return bad("malformed \\N character escape");
            std::string_view text(name, static_cast<size_t>(at - name));
            at++;
            uint32_t ch;
            if (!options_.hooks.name_to_char ||
                !options_.hooks.name_to_char(options_.hooks.context, text, &ch))
                return bad("unknown Unicode character name");
            append_utf8(out, ch);
            continue;
        }
        if (!warned) warn_escape(at - 1, token);
        warned = true;
        out += '\\';
        out += c;
    }
    return true;
}

Expr* StringParser::text_constant(std::string_view text) {
    auto* node = arena_.make<Constant>(pos_);
    node->value.kind = ConstantKind::Str;
    node->value.text = arena_.text(text);
    if (u_) node->kind_text = arena_.text("u");
    return node;
}

void StringParser::flush(std::string& pending, std::vector<Expr*>& parts) {
    if (pending.empty()) return;
    parts.push_back(text_constant(pending));
    pending.clear();
}

Expr* StringParser::concatenate(const Token* tokens, size_t count) {
    const Token& last = tokens[count - 1];
    pos_ = {tokens->lineno, tokens->col, last.end_lineno, last.end_col};
    u_ = buffer_[tokens->start] == 'u';
    std::string pending;
    std::vector<Expr*> parts;
    bool format = false;
    bool bytes = false;
    for (size_t i = 0; i < count; i++) {
        const Token& token = tokens[i];
        Literal literal;
        split(token, &literal);
        if (literal.bytes) {
            std::string decoded;
            if (!decode_bytes(literal, token, decoded)) return nullptr;
            if (i != 0 && !bytes) return fail("cannot mix bytes and nonbytes literals"), nullptr;
            pending += decoded;
        } else if (literal.format) {
            if (i != 0 && bytes) return fail("cannot mix bytes and nonbytes literals"), nullptr;
            if (options_.feature_version < 6)
                return fail("Format strings are only supported in Python 3.6 and greater"), nullptr;
            format = true;
            Body body{literal.body.data(), literal.body.data() + literal.body.size(), literal.raw, &token};
            if (!format_string(body, 0, pending, parts)) return nullptr;
        } else if (count == 1 && (literal.raw || literal.body.find('\\') == std::string_view::npos)) {
            if (auto malformed = explain_malformed(literal.body))
                return fail("(unicode error) " + *malformed), nullptr;
            return text_constant(literal.body);
        } else {
            std::string decoded;
            if (!decode_text(literal.body, literal.raw, token, decoded)) return nullptr;
            if (i != 0 && bytes) return fail("cannot mix bytes and nonbytes literals"), nullptr;
            pending += decoded;
        }
        if (i == 0) bytes = literal.bytes;
    }
    if (bytes) {
        auto* node = arena_.make<Constant>(pos_);
        node->value.kind = ConstantKind::Bytes;
        node->value.text = arena_.text(pending);
        if (u_) node->kind_text = arena_.text("u");
        return node;
    }
    if (!format) return text_constant(pending);
    flush(pending, parts);
    auto* node = arena_.make<JoinedStr>(pos_);
    node->values = arena_.seq(parts);
    return node;
}

// Literal text up to the next replacement field (Brace) or the end of the body or format spec (End).
StringParser::Piece StringParser::literal_piece(Body& body, int depth, std::string& pending) {
    for (;;) {
        const char* start = body.at;
        const char* at = start;
        bool doubled = false;
        while (at != body.end) {
            char c = *at++;
            if (!body.raw && c == '\\' && at != body.end) {
                c = *at++;
                if (c == 'N') {
                    if (at != body.end && *at++ == '{')
                        while (at != body.end && *at++ != '}') {
                        }
                    continue;
                }
                if (c == '{') warn_escape(at - 1, *body.token);
            }
            if (c != '{' && c != '}') continue;
            if (depth == 0) {
                if (at != body.end && *at == c) {
                    doubled = true;
                    break;
                }
                if (c == '}') {
                    fail("f-string: single '}' is not allowed");
                    return Piece::Failed;
                }
            }
            at--;
            break;
        }
        if (at != start &&
            !decode_text({start, static_cast<size_t>(at - start)}, body.raw, *body.token, pending))
            return Piece::Failed;
        body.at = at + doubled;
        if (doubled) continue;
        return body.at == body.end || *body.at == '}' ? Piece::End : Piece::Brace;
    }
}

bool StringParser::format_string(Body& body, int depth, std::string& pending, std::vector<Expr*>& parts) {
    for (;;) {
        Piece piece = literal_piece(body, depth, pending);
        if (piece == Piece::Failed) return false;
        if (piece == Piece::End) break;
        if (!replacement_field(body, depth, pending, parts)) return false;
    }
    if (depth == 0 && body.at != body.end) return fail("f-string: unexpected end of string");
    if (depth != 0 && (body.at == body.end || *body.at != '}')) return fail("f-string: expecting '}'");
    return true;
}

// Moves to the character that ends the expression: ! : = or }.
bool StringParser::find_field_end(Body& body) {
    char quote = 0;
    bool triple = false;
    int depth = 0;
    char brackets[kMaxBrackets];
    auto tripled = [&](char c) { return body.end - body.at > 2 && body.at[1] == c && body.at[2] == c; };
    for (; body.at < body.end; body.at++) {
        char c = *body.at;
        if (c == '\\') return fail("f-string expression part cannot include a backslash");
        if (quote) {
            if (c != quote) continue;
            if (triple) {
                if (!tripled(c)) continue;
                body.at += 2;
            }
            quote = 0;
            continue;
        }
        if (c == '\'' || c == '"') {
            triple = tripled(c);
            if (triple) body.at += 2;
            quote = c;
        } else if (c == '[' || c == '{' || c == '(') {
            if (depth >= kMaxBrackets) return fail("f-string: too many nested parenthesis");
            brackets[depth++] = c;
        } else if (c == '#') {
            return fail("f-string expression part cannot include '#'");
        } else if (depth == 0 && std::strchr("!:}=><", c)) {
            if (body.end - body.at > 1 && body.at[1] == '=' && std::strchr("!=<>", c)) {
                body.at++;
                continue;
            }
            if (c == '>' || c == '<') continue;
            break;
        } else if (c == ']' || c == '}' || c == ')') {
            if (depth == 0) return fail(fmt::format("f-string: unmatched '{}'", c));
            char open = brackets[--depth];
            if (c != (open == '(' ? ')' : open == '[' ? ']' : '}'))
                return fail(fmt::format(
                    "f-string: closing parenthesis '{}' does not match opening parenthesis '{}'", c, open));
        }
    }
    if (quote) return fail("f-string: unterminated string");
    if (depth) return fail(fmt::format("f-string: unmatched '{}'", brackets[depth - 1]));
    if (body.at >= body.end) return fail("f-string: expecting '}'");
    return true;
}

bool StringParser::replacement_field(Body& body, int depth, std::string& pending, std::vector<Expr*>& parts) {
    if (depth >= kMaxFieldDepth) return fail("f-string: expressions nested too deeply");
    auto ended = [&] {
        if (body.at < body.end) return false;
        fail("f-string: expecting '}'");
        return true;
    };
    body.at++;
    const char* start = body.at;
    if (!find_field_end(body)) return false;
    Expr* value = field_expression(start, body.at, *body.token);
    if (!value) return false;
    bool debug = *body.at == '=';
    if (debug) {
        if (options_.feature_version < 8)
            return fail(
                "f-string: self documenting expressions are only supported in Python 3.8 and greater");
        body.at++;
        while (body.at < body.end && std::strchr(" \t\n\f\v\r", *body.at)) body.at++;
        if (ended()) return false;
        pending.append(start, static_cast<size_t>(body.at - start));
    }
    flush(pending, parts);
    int conversion = -1;
    if (*body.at == '!') {
        body.at++;
        if (ended()) return false;
        conversion = static_cast<unsigned char>(*body.at++);
        if (conversion != 's' && conversion != 'r' && conversion != 'a')
            return fail("f-string: invalid conversion character: expected 's', 'r', or 'a'");
        if (ended()) return false;
    }
    Expr* spec = nullptr;
    if (*body.at == ':') {
        body.at++;
        if (ended()) return false;
        spec = format_spec(body, depth + 1);
        if (!spec) return false;
    }
    if (body.at >= body.end || *body.at != '}') return fail("f-string: expecting '}'");
    body.at++;
    if (debug && !spec && conversion == -1) conversion = 'r';
    auto* node = arena_.make<FormattedValue>(pos_);
    node->value = value;
    node->conversion = conversion;
    node->format_spec = spec;
    parts.push_back(node);
    return true;
}

// A format spec is an f-string of its own, and its nodes have the place of the one token it stands in.
Expr* StringParser::format_spec(Body& body, int depth) {
    Pos outer_pos = pos_;
    bool outer_u = u_;
    const Token& token = *body.token;
    pos_ = {token.lineno, token.col, token.end_lineno, token.end_col};
    u_ = false;
    std::string pending;
    std::vector<Expr*> parts;
    JoinedStr* node = nullptr;
    if (format_string(body, depth, pending, parts)) {
        flush(pending, parts);
        node = arena_.make<JoinedStr>(pos_);
        node->values = arena_.seq(parts);
    }
    pos_ = outer_pos;
    u_ = outer_u;
    return node;
}

Expr* StringParser::field_expression(const char* start, const char* end, const Token& token) {
    const char* at = start;
    while (at != end && std::strchr(" \t\n\f", *at)) at++;
    if (at == end) {
        if (std::strchr("!:=", *end))
            fail(fmt::format("f-string: expression required before '{}'", *end));
        else
            fail("f-string: empty expression not allowed");
        return nullptr;
    }

    // Where the field stands. 3.11 looks back from its brace to the line's start, unless only blanks follow
    // the brace on its line.
    const char* brace = start - 1;
    const char* text = buffer_.data() + token.start;
    int lines = 0;
    int cols = 0;
    for (const char* p = text; p < brace; p++) lines += *p == '\n';
    const char* p = start;
    while (*p != '}' && (*p == ' ' || *p == '\t' || *p == '\f')) p++;
    bool newline_follows = *p == '\n' || *p == '}';
    if (!newline_follows) {
        p = brace;
        while (p > text && *p != '\n') p--;
        cols = static_cast<int>(brace - p);
        if (*p == '\n' && lines != 0) cols--;
    }
    int lineno = token.lineno + lines;
    int col = lines != 0 ? cols : token.col + cols;

    std::string field;
    field.reserve(static_cast<size_t>(end - start) + 3);
    field += '(';
    field.append(start, static_cast<size_t>(end - start));
    field += ")\n";
    Parser parser(arena_, field, options_, warnings_, lineno);
    Expr* value = parser.parse_replacement_field(col);
    if (!value && !failure_) {
        failure_.emplace();
        failure_->field = std::move(field);
        failure_->field_lineno = lineno;
        failure_->field_col = col;
    }
    return value;
}

}  // namespace baton::ast
