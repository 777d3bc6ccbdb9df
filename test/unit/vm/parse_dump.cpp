// parse_dump [--facts FILE] [--mode exec|eval|single] [--str] [--time] [--list FILE | FILE…]
//
// Prints for each file one line: the text of ast.dump(…, include_attributes=True), or the error as
// "KIND (message, lineno, offset, text, end_lineno, end_offset)" with strings as JSON. The partner of
// tools/ast_oracle.py. --time prints nothing but how long the parsing took.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include <iconv.h>

#include <fmt/format.h>

#include "test/unit/vm/parser_dump.h"

using namespace baton::ast;

namespace {

bool decode(void*, std::string_view encoding, std::string_view bytes, std::string& out, bool* unknown) {
    iconv_t conversion = iconv_open("UTF-8", std::string(encoding).c_str());
    *unknown = conversion == reinterpret_cast<iconv_t>(-1);
    if (*unknown) return false;
    out.resize(bytes.size() * 4);
    char* in = const_cast<char*>(bytes.data());
    size_t in_left = bytes.size();
    char* to = out.data();
    size_t to_left = out.size();
    bool good = iconv(conversion, &in, &in_left, &to, &to_left) != static_cast<size_t>(-1);
    out.resize(good ? static_cast<size_t>(to - out.data()) : 0);
    if (!good) out = fmt::format("'{}' codec can't decode", encoding);
    iconv_close(conversion);
    return good;
}

bool read_file(const std::string& path, std::string& out) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return false;
    out.assign(std::istreambuf_iterator<char>(in), {});
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    UnicodeFacts facts;
    ParseOptions options;
    std::vector<std::string> paths;
    bool timing = false;
    for (int i = 1; i < argc; i++) {
        std::string arg = argv[i];
        if (arg == "--facts" && i + 1 < argc) {
            if (!facts.load(argv[++i])) return 2;
        } else if (arg == "--mode" && i + 1 < argc) {
            arg = argv[++i];
            options.mode = arg == "eval" ? Mode::Eval : arg == "single" ? Mode::Single : Mode::Exec;
        } else if (arg == "--str") {
            options.ignore_cookie = true;
        } else if (arg == "--time") {
            timing = true;
        } else if (arg == "--list" && i + 1 < argc) {
            std::ifstream in(argv[++i]);
            for (std::string line; std::getline(in, line);) paths.push_back(line);
        } else {
            paths.push_back(arg);
        }
    }
    options.hooks = facts.hooks();
    options.hooks.decode = decode;
    double seconds = 0;
    size_t bytes = 0;
    for (const std::string& path : paths) {
        std::string source;
        if (!read_file(path, source)) {
            fmt::print(stderr, "cannot read {}\n", path);
            return 2;
        }
        Arena arena;
        auto start = std::chrono::steady_clock::now();
        ParseResult result = parse(arena, source, options);
        seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        bytes += source.size();
        if (timing) continue;
        std::string text = describe(result, options.hooks);
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::fputc('\n', stdout);
    }
    if (timing) fmt::print("{} files, {:.1f} MB, {:.3f} s\n", paths.size(), bytes / 1e6, seconds);
}
