// Programs with the answers recorded from Python 3.11, as the tests read them.
//
// Invariants. The files are written by tools/ast_oracle.py only; a block that has not four lines is a
// comment.
//
// Callers. Tests built with BATON_TEST_SCRIPTS, the path of test/script.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "vm/source_text.h"

namespace baton::test {

inline std::string script(const char* name) {
    return std::string(BATON_TEST_SCRIPTS "/") + name;
}

inline std::string from_json(std::string_view text) {
    std::string out;
    auto unit = [&](size_t at) {
        return static_cast<uint32_t>(std::stoul(std::string(text.substr(at, 4)), nullptr, 16));
    };
    for (size_t i = 1; i + 1 < text.size(); i++) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        switch (char c = text[++i]) {
            case 'n':
                out += '\n';
                break;
            case 't':
                out += '\t';
                break;
            case 'r':
                out += '\r';
                break;
            case 'f':
                out += '\f';
                break;
            case 'b':
                out += '\b';
                break;
            case 'u': {
                uint32_t ch = unit(i + 1);
                i += 4;
                if (ch >= 0xD800 && ch < 0xDC00) {
                    ch = 0x10000 + ((ch - 0xD800) << 10) + (unit(i + 3) - 0xDC00);
                    i += 6;
                }
                ast::append_utf8(out, ch);
                break;
            }
            default:
                out += c;
        }
    }
    return out;
}

struct Case {
    std::string name, mode, source, answer;
};

// The programs of test/script/`name`, in the form tools/ast_oracle.py records them.
inline std::vector<Case> load(const char* name) {
    std::ifstream in(script(name));
    std::vector<Case> cases;
    std::vector<std::string> block;
    auto finish = [&] {
        if (block.size() == 4) {
            size_t space = block[0].find(' ');
            cases.push_back({block[0].substr(0, space),
                             space == std::string::npos ? "exec" : block[0].substr(space + 1),
                             from_json(block[1]), block[3]});
        }
        block.clear();
    };
    for (std::string line; std::getline(in, line);) {
        if (line == "====")
            finish();
        else
            block.push_back(line);
    }
    finish();
    return cases;
}

}  // namespace baton::test
