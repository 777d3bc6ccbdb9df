// See source_lines.h.
#include "vm/source_lines.h"

#include <cstdio>

#include "runtime/attr.h"
#include "runtime/codec.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/list.h"
#include "vm/compile.h"
#include "vm/file_text.h"
#include "vm/fs_text.h"
#include "vm/parser.h"
#include "vm/sys_access.h"

namespace baton {
namespace {

// Code points of UTF-8 text up to a byte position.
size_t characters(const std::string& text, size_t bytes) {
    size_t n = 0;
    for (size_t i = 0; i < bytes && i < text.size(); ++i)
        n += (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    return n;
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\f';
}

// Where the operator of the expression text[start, end) stands, as byte positions in text.
bool operator_anchors(const std::string& text, size_t start, size_t end, size_t* left, size_t* right) {
    ast::Arena arena;
    std::string segment = text.substr(start, end - start);
    ast::ParseOptions options;
    options.ignore_cookie = true;
    auto parsed = ast::parse(arena, segment, options);
    if (parsed.error || !parsed.tree) return false;
    auto* module = ast::as<ast::Module>(parsed.tree);
    if (!module || module->body.size() != 1) return false;
    auto* statement = ast::as<ast::ExprStmt>(module->body[0]);
    if (!statement) return false;
    if (auto* op = ast::as<ast::BinOp>(statement->value)) {
        auto stop = static_cast<size_t>(op->right->pos.col_offset);
        if (op->left->pos.end_lineno != 1 || op->right->pos.lineno != 1) return false;
        for (auto i = static_cast<size_t>(op->left->pos.end_col_offset); i < stop && i < segment.size();
             ++i) {
            if (is_space(segment[i])) continue;
            *left = start + i;
            *right = *left + 1;
            if (i + 1 < stop && !is_space(segment[i + 1])) ++*right;
            return true;
        }
        return false;
    }
    if (auto* sub = ast::as<ast::Subscript>(statement->value)) {
        *left = start + static_cast<size_t>(sub->value->pos.end_col_offset);
        *right = start + static_cast<size_t>(sub->slice->pos.end_col_offset) + 1;
        return true;
    }
    return false;
}

bool read_line(Attached ts, const std::string& path, int lineno, std::string* out) {
    std::string text;
    if (!read_file(ts, path, &text).ok()) {
        clear_pending(ts);
        return false;
    }
    text = decode_source(ts, text);
    size_t start = 0;
    for (int n = 1; n < lineno; ++n) {
        start = text.find('\n', start);
        if (start == text.npos) return false;
        ++start;
    }
    if (start >= text.size()) return false;
    size_t end = text.find('\n', start);
    *out = text.substr(start, end == text.npos ? end : end - start);
    if (!out->empty() && out->back() == '\r') out->pop_back();
    return true;
}

}  // namespace

bool source_line_of(Attached ts, Str& filename, int lineno, std::string* out) {
    if (lineno < 1 || filename.length == 0 || str_char_unchecked(filename, 0) == '<') return false;
    auto kept = fetch(ts);
    std::string path;
    bool found = fs_encode(ts, filename, &path).ok() && read_line(ts, path, lineno, out);
    clear_pending(ts);
    // A relative name may be that of a file found through sys.path.
    if (!found && !path.empty() && path[0] != '/') {
        auto search = sys_get(ts, id(Name::path));
        std::string tail = path.substr(path.rfind('/') + 1);
        for (Index i = 0; search && is_list(*search) && !found && i < static_cast<List&>(*search).size; ++i) {
            std::string folder;
            Object& entry = *static_cast<List&>(*search).item[i];
            if (!is_str(entry) || !fs_encode(ts, entry, &folder).ok()) {
                clear_pending(ts);
                continue;
            }
            found = read_line(ts, folder + "/" + tail, lineno, out);
        }
    }
    if (kept) restore(ts, std::move(kept).take());
    return found;
}

std::string carets_under(const std::string& line, size_t stripped, size_t shown, const PositionEntry& p,
                         int lineno) {
    if (p.line < 1 || p.end_line < 1 || p.column < 0 || p.end_column < 0 || p.line != lineno) return {};
    auto start = static_cast<size_t>(p.column);
    size_t end;
    size_t left = std::string::npos, right = std::string::npos;
    if (p.line == p.end_line) {
        end = static_cast<size_t>(p.end_column);
    } else {
        end = line.size();
        while (end > 0 && (is_space(line[end - 1]) || line[end - 1] == '\n')) --end;
    }
    if (start > line.size() || end > line.size() || start >= end || start < stripped) return {};
    bool anchored = p.line == p.end_line && operator_anchors(line, start, end, &left, &right);
    // Marks under the whole line say nothing.
    if (!anchored && end - start == line.size() - stripped) return {};
    (void)shown;
    std::string marks(characters(line, start) - characters(line, stripped), ' ');
    size_t first = characters(line, start), last = characters(line, end);
    size_t l = anchored ? characters(line, left) : 0, r = anchored ? characters(line, right) : 0;
    for (size_t i = first; i < last; ++i) marks += !anchored || (i >= l && i < r) ? '^' : '~';
    return marks;
}

std::vector<std::string> syntax_error_lines(const std::string& text, int64_t offset, int64_t end_offset,
                                            int64_t line, int64_t end_line) {
    std::string shown = text;
    if (end_line > line) end_offset = static_cast<int64_t>(characters(text, text.size()));
    auto length =
        static_cast<int64_t>(characters(text, text.size())) - (!text.empty() && text.back() == '\n');
    if (end_offset > length + 1) end_offset = length + 1;
    if (offset > length + 1) offset = length + 1;
    int64_t repeat = end_offset > 0 && end_offset > offset ? end_offset - offset : 1;
    int64_t column = offset - 1;
    size_t strip = 0;
    while (strip < shown.size() && is_space(shown[strip])) {
        ++strip;
        --column;
    }
    shown.erase(0, strip);
    if (!shown.empty() && shown.back() == '\n') shown.pop_back();
    for (;;) {
        size_t newline = shown.find('\n');
        if (newline == shown.npos || static_cast<int64_t>(newline) >= column) break;
        shown.erase(0, newline + 1);
        column -= static_cast<int64_t>(newline) + 1;
    }
    std::vector<std::string> lines{"    " + shown};
    if (column >= 0 && offset > 0)
        lines.push_back(std::string(4 + static_cast<size_t>(column), ' ') +
                        std::string(static_cast<size_t>(repeat), '^'));
    return lines;
}

std::string encode_for_stderr(Attached ts, Str& text) {
    auto bytes = encode_utf8(ts, text, "backslashreplace");
    if (!bytes.ok()) {
        clear_pending(ts);
        return {};
    }
    return {bytes->data, static_cast<size_t>(bytes->size)};
}

}  // namespace baton
