// CPython 3.11: tok_get (Parser/tokenizer.c), whose order of checks decides which error a text gets.
#include "vm/lexer.h"

#include <array>
#include <cstring>

#include <fmt/format.h>

#include "vm/source_text.h"

namespace baton::ast {

namespace {

constexpr int kTabSize = 8;
constexpr int kAltTabSize = 1;

enum : uint8_t { kNameStart = 1, kNameChar = 2, kDigit = 4, kHexDigit = 8 };

constexpr std::array<uint8_t, 256> make_classes() {
    std::array<uint8_t, 256> classes{};
    for (int c = 0; c < 256; c++) {
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 128;
        bool digit = c >= '0' && c <= '9';
        bool hex = digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        classes[c] = static_cast<uint8_t>((letter ? kNameStart | kNameChar : 0) |
                                          (digit ? kNameChar | kDigit : 0) | (hex ? kHexDigit : 0));
    }
    return classes;
}
constexpr std::array<uint8_t, 256> kClasses = make_classes();

bool has_class(int c, uint8_t mask) {
    return c >= 0 && (kClasses[c] & mask);
}

Tok one_char(int c) {
    switch (c) {
        case '%':
            return Tok::Percent;
        case '&':
            return Tok::Amper;
        case '(':
            return Tok::LPar;
        case ')':
            return Tok::RPar;
        case '*':
            return Tok::Star;
        case '+':
            return Tok::Plus;
        case ',':
            return Tok::Comma;
        case '-':
            return Tok::Minus;
        case '.':
            return Tok::Dot;
        case '/':
            return Tok::Slash;
        case ':':
            return Tok::Colon;
        case ';':
            return Tok::Semi;
        case '<':
            return Tok::Less;
        case '=':
            return Tok::Equal;
        case '>':
            return Tok::Greater;
        case '@':
            return Tok::At;
        case '[':
            return Tok::LSqb;
        case ']':
            return Tok::RSqb;
        case '^':
            return Tok::Circumflex;
        case '{':
            return Tok::LBrace;
        case '|':
            return Tok::VBar;
        case '}':
            return Tok::RBrace;
        case '~':
            return Tok::Tilde;
        default:
            return Tok::Unknown;
    }
}

Tok two_chars(int a, int b) {
    if (b == '=') {
        switch (a) {
            case '!':
                return Tok::NotEqual;
            case '%':
                return Tok::PercentEqual;
            case '&':
                return Tok::AmperEqual;
            case '*':
                return Tok::StarEqual;
            case '+':
                return Tok::PlusEqual;
            case '-':
                return Tok::MinEqual;
            case '/':
                return Tok::SlashEqual;
            case ':':
                return Tok::ColonEqual;
            case '<':
                return Tok::LessEqual;
            case '=':
                return Tok::EqEqual;
            case '>':
                return Tok::GreaterEqual;
            case '@':
                return Tok::AtEqual;
            case '^':
                return Tok::CircumflexEqual;
            case '|':
                return Tok::VBarEqual;
            default:
                return Tok::Unknown;
        }
    }
    if (a == b) {
        switch (a) {
            case '*':
                return Tok::DoubleStar;
            case '/':
                return Tok::DoubleSlash;
            case '<':
                return Tok::LeftShift;
            case '>':
                return Tok::RightShift;
            default:
                return Tok::Unknown;
        }
    }
    if (a == '-' && b == '>') return Tok::RArrow;
    if (a == '<' && b == '>') return Tok::NotEqual;
    return Tok::Unknown;
}

Tok three_chars(Tok two, int c) {
    if (c != '=') return Tok::Unknown;
    switch (two) {
        case Tok::DoubleStar:
            return Tok::DoubleStarEqual;
        case Tok::DoubleSlash:
            return Tok::DoubleSlashEqual;
        case Tok::LeftShift:
            return Tok::LeftShiftEqual;
        case Tok::RightShift:
            return Tok::RightShiftEqual;
        default:
            return Tok::Unknown;
    }
}

}  // namespace

Lexer::Lexer(std::string_view buffer, const ParseOptions& options, int first_lineno)
    : start_of_buffer_(buffer.data()),
      end_(buffer.data() + buffer.size()),
      cursor_(buffer.data()),
      line_start_(buffer.data()),
      line_end_(buffer.data()),
      text_start_(buffer.data()),
      lineno_(first_lineno - 1),
      hooks_(options.hooks),
      type_comments_(options.type_comments),
      async_names_(options.feature_version < 7) {}

int Lexer::get_line() {
    if (done_ != Done::Ok) return kEof;
    if (line_end_ == end_) {
        done_ = Done::Eof;
        return kEof;
    }
    const void* newline = std::memchr(line_end_, '\n', end_ - line_end_);
    if (!token_start_) text_start_ = cursor_;
    line_end_ = newline ? static_cast<const char*>(newline) + 1 : end_;
    line_start_ = cursor_;
    lineno_++;
    return static_cast<unsigned char>(*cursor_++);
}

// Is `text` what follows, to the end of the word?
bool Lexer::word_ends_with(const char* text) const {
    size_t size = std::strlen(text);
    size_t left = static_cast<size_t>(line_end_ - cursor_);
    if (left < size || std::memcmp(cursor_, text, size) != 0) return false;
    return left == size || !has_class(static_cast<unsigned char>(cursor_[size]), kNameChar);
}

void Lexer::imply_dedents() {
    pending_ = -indent_;
    indent_ = 0;
}

Token Lexer::make(Tok type, const char* start, const char* end) {
    Token token;
    token.type = type;
    token.level = static_cast<uint16_t>(level_);
    bool string = type == Tok::String;
    const char* first = string ? first_line_start_ : line_start_;
    token.start = start ? static_cast<uint32_t>(start - start_of_buffer_) : 0;
    token.end = end ? static_cast<uint32_t>(end - start_of_buffer_) : 0;
    token.lineno = string ? first_lineno_ : lineno_;
    token.end_lineno = lineno_;
    token.col = start && start >= first ? static_cast<int>(start - first) : -1;
    token.end_col = end && end >= line_start_ ? static_cast<int>(end - line_start_) : -1;
    return token;
}

Token Lexer::fail(Done why) {
    done_ = why;
    return make(Tok::Error, nullptr, nullptr);
}

Token Lexer::syntax_error_range(int col, int end_col, std::string message) {
    error_.kind = ErrorKind::SyntaxError;
    error_.message = std::move(message);
    error_.lineno = error_.end_lineno = lineno_;
    if (col < 0) col = count_characters({line_start_, static_cast<size_t>(cursor_ - line_start_)});
    error_.offset = col;
    error_.end_offset = end_col < 0 ? col : end_col;
    const void* newline = std::memchr(line_start_, '\n', end_ - line_start_);
    const char* line_end = newline ? static_cast<const char*>(newline) : end_;
    error_.has_text = true;
    error_.text = replace_malformed({line_start_, static_cast<size_t>(line_end - line_start_)});
    return fail(Done::Error);
}

Token Lexer::syntax_error(std::string message) {
    return syntax_error_range(-1, -1, std::move(message));
}

int Lexer::continuation_line() {
    int c = get();
    if (c != '\n') {
        done_ = Done::LineContinuation;
        return kEof;
    }
    c = get();
    if (c == kEof) {
        done_ = Done::Eof;
        cursor_ = line_end_;
        return kEof;
    }
    unget(c);
    return c;
}

// Measures the indentation of a new line. False: an error, `done_` is set.
bool Lexer::indentation(bool* blank_line) {
    int col = 0;
    int alt_col = 0;
    int continued_col = 0;
    int c;
    at_line_begin_ = false;
    for (;;) {
        c = get();
        if (c == ' ') {
            col++;
            alt_col++;
        } else if (c == '\t') {
            col = (col / kTabSize + 1) * kTabSize;
            alt_col = (alt_col / kAltTabSize + 1) * kAltTabSize;
        } else if (c == '\f') {
            col = alt_col = 0;
        } else if (c == '\\') {
            // The first backslash decides the indentation of the logical line.
            if (!continued_col) continued_col = col;
            if (continuation_line() == kEof) return false;
        } else {
            break;
        }
    }
    unget(c);
    if (c == '#' || c == '\n') {
        *blank_line = true;
        return true;
    }
    if (level_ != 0) return true;
    if (continued_col) col = alt_col = continued_col;
    if (col == indents_[indent_]) {
        if (alt_col == alt_indents_[indent_]) return true;
        done_ = Done::TabSpace;
    } else if (col > indents_[indent_]) {
        if (indent_ + 1 >= kMaxIndent) {
            done_ = Done::TooDeep;
        } else if (alt_col <= alt_indents_[indent_]) {
            done_ = Done::TabSpace;
        } else {
            pending_++;
            indents_[++indent_] = col;
            alt_indents_[indent_] = alt_col;
            return true;
        }
    } else {
        while (indent_ > 0 && col < indents_[indent_]) {
            pending_--;
            indent_--;
        }
        if (col != indents_[indent_]) {
            done_ = Done::Dedent;
        } else if (alt_col != alt_indents_[indent_]) {
            done_ = Done::TabSpace;
        } else {
            return true;
        }
    }
    cursor_ = line_end_;
    return false;
}

Token Lexer::next() {
    int c;
    for (;;) {
        token_start_ = nullptr;
        bool blank_line = false;
        if (at_line_begin_ && !indentation(&blank_line)) return make(Tok::Error, nullptr, nullptr);
        token_start_ = cursor_;
        if (pending_ != 0) {
            Tok type = pending_ < 0 ? Tok::Dedent : Tok::Indent;
            pending_ += pending_ < 0 ? 1 : -1;
            return make(type, nullptr, nullptr);
        }
        unget(c = get());
        // A type comment at the start of a function comes before its indentation is known.
        if (async_def_ && !blank_line && c != '\n' && level_ == 0 && async_def_newline_ &&
            async_def_indent_ >= indent_)
            async_def_ = async_def_newline_ = false;

        for (;;) {  // once more after each backslash at a line's end
            token_start_ = nullptr;
            do c = get();
            while (c == ' ' || c == '\t' || c == '\f');
            token_start_ = c == kEof ? cursor_ : cursor_ - 1;
            if (c == '#') {
                while (cursor_ != line_end_ && *cursor_ != '\n') cursor_++;
                Token token;
                if (type_comments_ && type_comment(blank_line, &token)) return token;
                c = get();
            }
            if (c != '\\') break;
            if (continuation_line() == kEof) return make(Tok::Error, nullptr, nullptr);
        }
        if (c == '\n') {
            at_line_begin_ = true;
            if (blank_line || level_ > 0) continue;
            if (async_def_) async_def_newline_ = true;
            return make(Tok::Newline, token_start_, cursor_ - 1);
        }
        break;
    }
    if (c == kEof) {
        if (level_ || done_ != Done::Eof) return make(Tok::Error, nullptr, nullptr);
        return make(Tok::EndMarker, nullptr, nullptr);
    }
    if (has_class(c, kNameStart)) return name_or_string(c);
    if (has_class(c, kDigit)) return number(c);
    if (c == '\'' || c == '"') return string(c);
    if (c == '.') {
        c = get();
        if (has_class(c, kDigit)) return fraction_or_exponent('.');
        if (c == '.') {
            c = get();
            if (c == '.') return make(Tok::Ellipsis, token_start_, cursor_);
            unget(c);
            unget('.');
        } else {
            unget(c);
        }
        return make(Tok::Dot, token_start_, cursor_);
    }
    return operator_token(c);
}

Token Lexer::name_or_string(int c) {
    bool b = false, r = false, u = false, f = false;
    for (;;) {
        if (!(b || u || f) && (c == 'b' || c == 'B'))
            b = true;
        else if (!(b || u || r || f) && (c == 'u' || c == 'U'))
            u = true;
        else if (!(r || u) && (c == 'r' || c == 'R'))
            r = true;
        else if (!(f || b || u) && (c == 'f' || c == 'F'))
            f = true;
        else
            break;
        c = get();
        if (c == '\'' || c == '"') return string(c);
    }
    // A name does not cross a line, so the rest of it needs no get().
    bool ascii = c < 128;
    if (has_class(c, kNameChar)) {
        while (cursor_ != line_end_) {
            unsigned char next = static_cast<unsigned char>(*cursor_);
            if (!(kClasses[next] & kNameChar)) break;
            if (next >= 128) ascii = false;
            cursor_++;
        }
    } else {
        unget(c);
    }
    if (!ascii) {
        Token bad = check_identifier();
        if (bad.type == Tok::Error) return bad;
    }
    size_t size = static_cast<size_t>(cursor_ - token_start_);
    Tok word = keyword_or_name(token_start_, size);
    if (async_names_ && (word == Tok::KwAsync || word == Tok::KwAwait) && !is_async_keyword(word))
        word = Tok::Name;
    return make(word, token_start_, cursor_);
}

bool Lexer::type_comment(bool blank_line, Token* token) {
    const char* at = token_start_;
    for (const char* want = "# type: "; *want; want++) {
        if (*want == ' ') {
            while (at != cursor_ && (*at == ' ' || *at == '\t')) at++;
        } else if (at != cursor_ && *at == *want) {
            at++;
        } else {
            return false;
        }
    }
    constexpr std::string_view kIgnore = "ignore";
    std::string_view rest(at, static_cast<size_t>(cursor_ - at));
    bool ignore = rest.substr(0, kIgnore.size()) == kIgnore;
    if (ignore && rest.size() > kIgnore.size()) {
        unsigned char next = static_cast<unsigned char>(rest[kIgnore.size()]);
        ignore = next == '_' || !(kClasses[next] & kNameChar);
    }
    if (!ignore) {
        *token = make(Tok::TypeComment, at, cursor_);
        return true;
    }
    *token = make(Tok::TypeIgnore, at + kIgnore.size(), cursor_);
    // Alone on its line it takes the line's end with it.
    if (blank_line) {
        get();
        at_line_begin_ = true;
    }
    return true;
}

// As 3.5 and 3.6 had it: `async` before `def`, and both words inside of such a function.
bool Lexer::is_async_keyword(Tok word) {
    if (async_def_) return true;
    if (word == Tok::KwAwait) return false;
    Lexer ahead(*this);
    ahead.async_names_ = false;  // what comes after the word at hand is all that is asked for
    if (ahead.next().type != Tok::KwDef) return false;
    async_def_ = true;
    async_def_indent_ = indent_;
    return true;
}

Token Lexer::check_identifier() {
    for (const char* at = token_start_; at != cursor_;) {
        uint32_t ch;
        int length = decode_utf8(at, cursor_, &ch);
        if (length == 0) return fail(Done::Decode);
        at += length;
    }
    for (const char* at = token_start_; at != cursor_;) {
        uint32_t ch;
        int length = decode_utf8(at, cursor_, &ch);
        auto test = at == token_start_ ? hooks_.is_xid_start : hooks_.is_xid_continue;
        bool good = ch < 128 || !test || test(hooks_.context, ch);
        at += length;
        if (good) continue;
        cursor_ = at;
        if (!hooks_.is_printable || hooks_.is_printable(hooks_.context, ch))
            return syntax_error(
                fmt::format("invalid character '{}' (U+{:04X})", std::string_view(at - length, length), ch));
        return syntax_error(fmt::format("invalid non-printable character U+{:04X}", ch));
    }
    return make(Tok::Name, token_start_, cursor_);
}

bool Lexer::decimal_tail(int* c) {
    for (;;) {
        do *c = get();
        while (has_class(*c, kDigit));
        if (*c != '_') return true;
        *c = get();
        if (!has_class(*c, kDigit)) {
            unget(*c);
            syntax_error("invalid decimal literal");
            return false;
        }
    }
}

// `c` is the character after the number, already read.
Token Lexer::end_number(int c, const char* kind) {
    bool keyword = false;
    switch (c) {
        case 'a':
            keyword = word_ends_with("nd");
            break;
        case 'e':
            keyword = word_ends_with("lse");
            break;
        case 'f':
            keyword = word_ends_with("or");
            break;
        case 'i':
            keyword = cursor_ != line_end_ && std::strchr("fns", *cursor_);
            break;
        case 'o':
            keyword = word_ends_with("r");
            break;
        case 'n':
            keyword = word_ends_with("ot");
            break;
        default:
            break;
    }
    unget(c);
    if (keyword) {
        int col = static_cast<int>(token_start_ - line_start_);
        int end_col = static_cast<int>(cursor_ - line_start_);
        warnings_.push_back({WarningKind::SyntaxWarning,
                             fmt::format("invalid {} literal", kind),
                             {lineno_, col, lineno_, end_col}});
    } else if (has_class(c, kNameChar)) {
        return syntax_error(fmt::format("invalid {} literal", kind));
    }
    return make(Tok::Number, token_start_, cursor_);
}

Token Lexer::radix_number(int c, int base, const char* kind) {
    auto is_digit = [base](int ch) {
        return base == 16 ? has_class(ch, kHexDigit) : ch >= '0' && ch < '0' + base;
    };
    auto bad_digit = [&] {
        return syntax_error(fmt::format("invalid digit '{}' in {} literal", static_cast<char>(c), kind));
    };
    c = get();
    do {
        if (c == '_') c = get();
        if (!is_digit(c)) {
            if (has_class(c, kDigit)) return bad_digit();
            unget(c);
            return syntax_error(fmt::format("invalid {} literal", kind));
        }
        do c = get();
        while (is_digit(c));
    } while (c == '_');
    if (has_class(c, kDigit)) return bad_digit();
    return end_number(c, kind);
}

Token Lexer::number(int c) {
    if (c != '0') {
        if (!decimal_tail(&c)) return make(Tok::Error, nullptr, nullptr);
        return fraction_or_exponent(c);
    }
    c = get();
    if (c == 'x' || c == 'X') return radix_number(c, 16, "hexadecimal");
    if (c == 'o' || c == 'O') return radix_number(c, 8, "octal");
    if (c == 'b' || c == 'B') return radix_number(c, 2, "binary");
    for (;;) {  // more zeros
        if (c == '_') {
            c = get();
            if (!has_class(c, kDigit)) {
                unget(c);
                return syntax_error("invalid decimal literal");
            }
        }
        if (c != '0') break;
        c = get();
    }
    const char* zeros_end = cursor_;
    bool nonzero = has_class(c, kDigit);
    if (nonzero && !decimal_tail(&c)) return make(Tok::Error, nullptr, nullptr);
    if (c == '.' || c == 'e' || c == 'E' || c == 'j' || c == 'J') return fraction_or_exponent(c);
    if (nonzero) {
        unget(c);
        return syntax_error_range(static_cast<int>(token_start_ + 1 - line_start_),
                                  static_cast<int>(zeros_end - line_start_),
                                  "leading zeros in decimal integer literals are not permitted; "
                                  "use an 0o prefix for octal integers");
    }
    return end_number(c, "decimal");
}

// `c` is the character after the integer part. For a number that starts with a dot the first digit is read
// already.
Token Lexer::fraction_or_exponent(int c) {
    if (c == '.') {
        if (token_start_ + 1 == cursor_ - 1 && *token_start_ == '.')
            c = static_cast<unsigned char>(cursor_[-1]);
        else
            c = get();
        if (has_class(c, kDigit) && !decimal_tail(&c)) return make(Tok::Error, nullptr, nullptr);
    }
    if (c == 'e' || c == 'E') {
        int e = c;
        c = get();
        if (c == '+' || c == '-') {
            c = get();
            if (!has_class(c, kDigit)) {
                unget(c);
                return syntax_error("invalid decimal literal");
            }
        } else if (!has_class(c, kDigit)) {
            unget(c);
            return end_number(e, "decimal");
        }
        if (!decimal_tail(&c)) return make(Tok::Error, nullptr, nullptr);
    }
    if (c == 'j' || c == 'J') return end_number(get(), "imaginary");
    return end_number(c, "decimal");
}

Token Lexer::string(int quote) {
    first_lineno_ = lineno_;
    first_line_start_ = line_start_;
    int quote_size = 1;
    int end_quotes = 0;
    int c = get();
    if (c == quote) {
        c = get();
        if (c == quote)
            quote_size = 3;
        else
            end_quotes = 1;
    }
    if (c != quote) unget(c);
    while (end_quotes != quote_size) {
        c = get();
        if (c == kEof || (quote_size == 1 && c == '\n')) {
            ended_in_string_ = c == kEof;
            // The caret goes to the opening quote.
            cursor_ = token_start_ + 1;
            line_start_ = first_line_start_;
            int detected = lineno_;
            lineno_ = first_lineno_;
            return syntax_error(fmt::format("unterminated {}string literal (detected at line {})",
                                            quote_size == 3 ? "triple-quoted " : "", detected));
        }
        if (c == quote) {
            end_quotes++;
        } else {
            end_quotes = 0;
            if (c == '\\') get();
        }
    }
    return make(Tok::String, token_start_, cursor_);
}

Token Lexer::operator_token(int c) {
    int c2 = get();
    Tok type = two_chars(c, c2);
    if (type != Tok::Unknown) {
        int c3 = get();
        Tok longer = three_chars(type, c3);
        if (longer != Tok::Unknown)
            type = longer;
        else
            unget(c3);
        return make(type, token_start_, cursor_);
    }
    unget(c2);

    if (c == '(' || c == '[' || c == '{') {
        if (level_ >= kMaxBrackets) return syntax_error("too many nested parentheses");
        brackets_[level_++] = {static_cast<char>(c), lineno_, static_cast<int>(token_start_ - line_start_)};
    } else if (c == ')' || c == ']' || c == '}') {
        if (level_ == 0) return syntax_error(fmt::format("unmatched '{}'", static_cast<char>(c)));
        const Bracket& bracket = brackets_[--level_];
        char close = bracket.open == '(' ? ')' : bracket.open == '[' ? ']' : '}';
        if (c != close) {
            std::string message =
                fmt::format("closing parenthesis '{}' does not match opening parenthesis '{}'",
                            static_cast<char>(c), bracket.open);
            if (bracket.lineno != lineno_) message += fmt::format(" on line {}", bracket.lineno);
            return syntax_error(std::move(message));
        }
    }
    if (c < 32 || c == 127) return syntax_error(fmt::format("invalid non-printable character U+{:04X}", c));
    return make(one_char(c), token_start_, cursor_);
}

}  // namespace baton::ast
