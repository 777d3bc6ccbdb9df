// str: questions about every character.
#include "runtime/types/str_methods.h"
#include "runtime/unicode_text.h"

namespace baton {
namespace {

// True when the text is not empty and `test` holds for each character.
template <class F>
bool all_of(const Str& s, F test) {
    if (s.length == 0) return false;
    return with_text(s, [&](auto* p) {
        for (Index i = 0; i < s.length; ++i) {
            if (!test(p[i])) return false;
        }
        return true;
    });
}

// At least one cased character, and none for which `wrong` holds.
template <class Right, class Wrong>
bool all_cased(const Str& s, Right right, Wrong wrong) {
    return with_text(s, [&](auto* p) {
        bool cased = false;
        for (Index i = 0; i < s.length; ++i) {
            if (wrong(p[i])) return false;
            cased = cased || right(p[i]);
        }
        return cased;
    });
}

}  // namespace

Result<bool> str_isascii(Attached, Str& self) {
    return str_is_ascii(self);
}

Result<bool> str_islower(Attached, Str& self) {
    return all_cased(self, unicode::is_lower,
                     [](uint32_t c) { return unicode::is_upper(c) || unicode::is_title(c); });
}

Result<bool> str_isupper(Attached, Str& self) {
    return all_cased(self, unicode::is_upper,
                     [](uint32_t c) { return unicode::is_lower(c) || unicode::is_title(c); });
}

Result<bool> str_istitle(Attached, Str& self) {
    return with_text(self, [&](auto* p) {
        bool cased = false, after_cased = false;
        for (Index i = 0; i < self.length; ++i) {
            uint32_t c = p[i];
            if (unicode::is_upper(c) || unicode::is_title(c)) {
                if (after_cased) return false;
                after_cased = cased = true;
            } else if (unicode::is_lower(c)) {
                if (!after_cased) return false;
                cased = true;
            } else {
                after_cased = false;
            }
        }
        return cased;
    });
}

Result<bool> str_isspace(Attached, Str& self) {
    return all_of(self, text::is_space);
}
Result<bool> str_isdecimal(Attached, Str& self) {
    return all_of(self, unicode::is_decimal);
}
Result<bool> str_isdigit(Attached, Str& self) {
    return all_of(self, unicode::is_digit);
}
Result<bool> str_isnumeric(Attached, Str& self) {
    return all_of(self, unicode::is_numeric);
}
Result<bool> str_isalpha(Attached, Str& self) {
    return all_of(self, unicode::is_alpha);
}
Result<bool> str_isalnum(Attached, Str& self) {
    return all_of(self, unicode::is_alnum);
}
Result<bool> str_isprintable(Attached, Str& self) {
    return self.length == 0 || all_of(self, unicode::is_printable);
}
Result<bool> str_isidentifier(Attached, Str& self) {
    return str_is_identifier(self);
}

bool str_is_identifier(const Str& s) {
    if (s.length == 0) return false;
    return with_text(s, [&](auto* p) {
        if (!unicode::is_xid_start(p[0])) return false;
        for (Index i = 1; i < s.length; ++i) {
            if (!unicode::is_xid_continue(p[i])) return false;
        }
        return true;
    });
}

}  // namespace baton
