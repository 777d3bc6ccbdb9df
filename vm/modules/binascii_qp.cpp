// binascii: quoted-printable (RFC 1521).
#include "runtime/types/bytes_builder.h"
#include "vm/modules/binascii_text.h"

namespace baton {

namespace {

constexpr Index kLineLength = 76;

int hex_value(unsigned char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

class QuotedPrintable {
  public:
    QuotedPrintable(std::string_view data, bool quotetabs, bool istext, bool header)
        : data_(data), quotetabs_(quotetabs), istext_(istext), header_(header) {
        // Line ends are written as the first one of the input is.
        const size_t newline = data.find('\n');
        crlf_ = newline != data.npos && newline > 0 && data[newline - 1] == '\r';
    }

    void run(BytesBuilder& out) {
        for (size_t at = 0; at < data_.size();) {
            const auto c = static_cast<unsigned char>(data_[at]);
            if (must_quote(c, at)) {
                if (line_ + 3 >= kLineLength) soft_break(out);
                quote(out, c);
                line_ += 3;
                ++at;
            } else if (istext_ && (c == '\n' || (c == '\r' && next(at) == '\n'))) {
                // White space at the end of a line does not survive the mail, so it is quoted after all.
                const char last = out.size() > 0 ? out.view().back() : '\0';
                if (last == ' ' || last == '\t') {
                    out.truncate(out.size() - 1);
                    quote(out, static_cast<unsigned char>(last));
                }
                newline(out);
                at += c == '\r' ? 2 : 1;
            } else {
                if (at + 1 != data_.size() && next(at) != '\n' && line_ + 1 >= kLineLength) soft_break(out);
                ++line_;
                out.append(header_ && c == ' ' ? '_' : static_cast<char>(c));
                ++at;
            }
        }
    }

  private:
    int next(size_t at) const {
        return at + 1 < data_.size() ? static_cast<unsigned char>(data_[at + 1]) : -1;
    }

    bool must_quote(unsigned char c, size_t at) const {
        if (c > 126 || c == '=' || (header_ && c == '_')) return true;
        const int after = next(at);
        // A lone dot on a line ends a message in SMTP.
        if (c == '.' && line_ == 0) return after == -1 || after == '\n' || after == '\r' || after == 0;
        if (c == '\r' || c == '\n') return !istext_;
        if (c == '\t' || c == ' ') return after == -1 || quotetabs_;
        return c < 33;
    }
    void quote(BytesBuilder& out, unsigned char c) {
        out.append('=');
        out.append("0123456789ABCDEF"[c >> 4]);
        out.append("0123456789ABCDEF"[c & 15]);
    }
    void newline(BytesBuilder& out) {
        if (crlf_) out.append('\r');
        out.append('\n');
        line_ = 0;
    }
    void soft_break(BytesBuilder& out) {
        out.append('=');
        newline(out);
    }

    std::string_view data_;
    bool quotetabs_, istext_, header_, crlf_;
    Index line_ = 0;
};

}  // namespace

Result<Ref<Bytes>> binascii_b2a_qp(Attached ts, Object&, Object& data, Opt<bool> quotetabs, Opt<bool> istext,
                                   Opt<bool> header) {
    BytesLike buffer;
    TRY(buffer.get(ts, data));
    BytesBuilder out;
    QuotedPrintable(buffer.view(), quotetabs.or_else(false), istext.or_else(true), header.or_else(false))
        .run(out);
    return out.finish(ts);
}

Result<Ref<Bytes>> binascii_a2b_qp(Attached ts, Object&, Object& data, Opt<bool> header) {
    AsciiInput input;
    TRY(input.get(ts, data));
    const std::string_view text = input.view();
    const bool in_header = header.or_else(false);
    BytesBuilder out;
    for (size_t at = 0; at < text.size();) {
        const char c = text[at++];
        if (c != '=') {
            out.append(in_header && c == '_' ? ' ' : c);
            continue;
        }
        if (at == text.size()) break;
        if (text[at] == '\n' || text[at] == '\r') {  // a soft line break: nothing
            while (at < text.size() && text[at] != '\n') ++at;
            if (at < text.size()) ++at;
        } else if (text[at] == '=') {  // some encoders write "==" for "="
            out.append('=');
            ++at;
        } else if (at + 1 < text.size() && hex_value(static_cast<unsigned char>(text[at])) >= 0 &&
                   hex_value(static_cast<unsigned char>(text[at + 1])) >= 0) {
            out.append(static_cast<char>(hex_value(static_cast<unsigned char>(text[at])) << 4 |
                                         hex_value(static_cast<unsigned char>(text[at + 1]))));
            at += 2;
        } else {
            out.append('=');
        }
    }
    return out.finish(ts);
}

}  // namespace baton
