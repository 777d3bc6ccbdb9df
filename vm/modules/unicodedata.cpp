// unicodedata: the character database, and how it was in Unicode 3.2.0 (for IDNA and stringprep).
#include "runtime/memory.h"
#include "runtime/native.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/str_builder.h"
#include "runtime/unicode_data.h"
#include "vm/vm_types.h"

namespace baton {
namespace {

// What was different in Unicode 3.2 about characters that it had already.
struct Change {
    uint32_t first, last;
    std::string_view value;
};
constexpr Change kCategories[] = {
    {0xA7, 0xA7, "So"},      {0xAA, 0xAA, "Ll"},     {0xAD, 0xAD, "Pd"},     {0xB6, 0xB6, "So"},
    {0xBA, 0xBA, "Ll"},      {0x294, 0x294, "Ll"},   {0x2B9, 0x2BA, "Sk"},   {0x2C6, 0x2CF, "Sk"},
    {0x2EC, 0x2EC, "Sk"},    {0x374, 0x374, "Sk"},   {0x5BE, 0x5BE, "Po"},   {0x6DE, 0x6DE, "Me"},
    {0xF14, 0xF14, "So"},    {0x10D0, 0x10F8, "Lo"}, {0x1369, 0x1371, "Nd"}, {0x13A0, 0x13F4, "Lo"},
    {0x166D, 0x166D, "Po"},  {0x1734, 0x1734, "Mn"}, {0x17B4, 0x17B5, "Mc"}, {0x1885, 0x1886, "Lo"},
    {0x200B, 0x200B, "Zs"},  {0x2071, 0x2071, "Ll"}, {0x207F, 0x207F, "Ll"}, {0x2118, 0x2118, "So"},
    {0x2132, 0x2132, "So"},  {0x2183, 0x2183, "Nl"}, {0x2308, 0x230B, "Sm"}, {0x23B4, 0x23B4, "Ps"},
    {0x23B5, 0x23B5, "Pe"},  {0x23B6, 0x23B6, "Po"}, {0x302E, 0x302F, "Mn"}, {0x30FB, 0x30FB, "Pc"},
    {0xA015, 0xA015, "Lo"},  {0xFD3E, 0xFD3E, "Ps"}, {0xFD3F, 0xFD3F, "Pe"}, {0xFF65, 0xFF65, "Pc"},
    {0x10341, 0x10341, "Lo"}};
constexpr Change kBidiClasses[] = {
    {0x2B, 0x2B, "ET"},      {0x2D, 0x2D, "ET"},      {0x2F, 0x2F, "ES"},      {0xAD, 0xAD, "ON"},
    {0x6DD, 0x6DD, "AL"},    {0x6DE, 0x6DE, "NSM"},   {0x70F, 0x70F, "BN"},    {0xCBF, 0xCBF, "NSM"},
    {0xCC6, 0xCC6, "NSM"},   {0x1734, 0x1734, "NSM"}, {0x17B4, 0x17B5, "L"},   {0x1885, 0x1886, "L"},
    {0x202F, 0x202F, "WS"},  {0x2044, 0x2044, "ON"},  {0x207A, 0x207B, "ET"},  {0x208A, 0x208B, "ET"},
    {0x2132, 0x2132, "ON"},  {0x2212, 0x2212, "ET"},  {0x2460, 0x2487, "EN"},  {0x24EA, 0x24EA, "EN"},
    {0x2800, 0x28FF, "ON"},  {0x302E, 0x302F, "NSM"}, {0xFB29, 0xFB29, "ET"},  {0xFE62, 0xFE63, "ET"},
    {0xFF0B, 0xFF0B, "ET"},  {0xFF0D, 0xFF0D, "ET"},  {0xFF0F, 0xFF0F, "ES"},  {0xFFF9, 0xFFFB, "BN"},
    {0x1D6DB, 0x1D6DB, "L"}, {0x1D715, 0x1D715, "L"}, {0x1D74F, 0x1D74F, "L"}, {0x1D789, 0x1D789, "L"},
    {0x1D7C3, 0x1D7C3, "L"}};
constexpr Change kMirrored32[] = {{0xF3A, 0xF3D, "0"},     {0x169B, 0x169C, "0"},   {0x29A1, 0x29A1, "1"},
                                  {0xFE59, 0xFE5E, "0"},   {0xFE64, 0xFE65, "0"},   {0x1D6DB, 0x1D6DB, "0"},
                                  {0x1D715, 0x1D715, "0"}, {0x1D74F, 0x1D74F, "0"}, {0x1D789, 0x1D789, "0"},
                                  {0x1D7C3, 0x1D7C3, "0"}};
constexpr Change kWidths[] = {{0x231A, 0x231B, "N"}, {0x25FD, 0x25FE, "N"}, {0x2648, 0x2653, "N"}};
// Digits that counted as decimal ones: the value of the first; the others follow.
constexpr Change kDecimals[] = {{0xB2, 0xB3, "2"},     {0xB9, 0xB9, "1"},     {0x1369, 0x1371, "1"},
                                {0x2070, 0x2070, "0"}, {0x2074, 0x2079, "4"}, {0x2080, 0x2089, "0"}};

template <size_t N>
const Change* change_of(const Change (&changes)[N], uint32_t c) {
    for (const Change& change : changes) {
        if (c >= change.first && c <= change.last) return &change;
    }
    return nullptr;
}

// The functions of the module are the methods of its UCD objects too; self tells which version is meant.
bool is_old(const Object& self) {
    return is_exact(self, ucd_type());
}
bool missing(const Object& self, uint32_t c) {
    return is_old(self) && !unicode::has(c, unicode::kInUnicode32);
}

Result<uint32_t> character(Attached ts, const char* function, Object& o) {
    if (!is_str(o) || static_cast<Str&>(o).length != 1) {
        return raise(ts, Exc::TypeError, "{}() argument must be a unicode character, not {}", function,
                     type_name(o));
    }
    return str_char_unchecked(static_cast<Str&>(o), 0);
}
Result<uint32_t> first_character(Attached ts, const char* function, Object& o) {
    if (!is_str(o) || static_cast<Str&>(o).length != 1) {
        return raise(ts, Exc::TypeError, "{}() argument 1 must be a unicode character, not {}", function,
                     type_name(o));
    }
    return str_char_unchecked(static_cast<Str&>(o), 0);
}

Result<Ref<Str>> category(Attached ts, Object& self, Object& chr) {
    uint32_t c = TRY(character(ts, "category", chr));
    const Change* change = is_old(self) ? change_of(kCategories, c) : nullptr;
    return str_new_ascii(ts, missing(self, c) ? "Cn" : change ? change->value : unicode::category_name(c));
}
Result<Ref<Str>> bidirectional(Attached ts, Object& self, Object& chr) {
    uint32_t c = TRY(character(ts, "bidirectional", chr));
    const Change* change = is_old(self) ? change_of(kBidiClasses, c) : nullptr;
    return str_new_ascii(ts, missing(self, c) ? "" : change ? change->value : unicode::bidi_name(c));
}
Result<int> combining(Attached ts, Object& self, Object& chr) {
    uint32_t c = TRY(character(ts, "combining", chr));
    return missing(self, c) ? 0 : unicode::combining_class(c);
}
Result<int> mirrored(Attached ts, Object& self, Object& chr) {
    uint32_t c = TRY(character(ts, "mirrored", chr));
    if (missing(self, c)) return 0;
    const Change* change = is_old(self) ? change_of(kMirrored32, c) : nullptr;
    return change ? change->value == "1" : unicode::has(c, unicode::kMirrored);
}
Result<Ref<Str>> east_asian_width(Attached ts, Object& self, Object& chr) {
    uint32_t c = TRY(character(ts, "east_asian_width", chr));
    const Change* change = is_old(self) ? change_of(kWidths, c) : nullptr;
    return str_new_ascii(ts, missing(self, c) ? "F" : change ? change->value : unicode::width_name(c));
}
Result<Ref<Str>> decomposition(Attached ts, Object& self, Object& chr) {
    uint32_t c = TRY(character(ts, "decomposition", chr));
    StrBuilder out;
    if (!missing(self, c)) {
        unicode::Decomposition step = unicode::decomposition(c);
        out.append_ascii(step.tag);
        for (unsigned i = 0; i < step.count; ++i) {
            if (out.size() != 0) out.append(' ');
            out.append_format("{:04X}", step.points[i]);
        }
    }
    return out.finish(ts);
}

Result<Ref<Object>> or_default(Attached ts, Object* fallback, const char* complaint) {
    if (fallback != nullptr) return Ref<Object>::share(*fallback);
    return raise(ts, Exc::ValueError, "{}", complaint);
}
Result<Ref<Object>> decimal(Attached ts, Object& self, Object& chr, Object* fallback) {
    uint32_t c = TRY(first_character(ts, "decimal", chr));
    int value = missing(self, c) ? -1 : unicode::decimal_value(c);
    if (const Change* change = is_old(self) ? change_of(kDecimals, c) : nullptr) {
        value = change->value[0] - '0' + static_cast<int>(c - change->first);
    }
    if (value < 0) return or_default(ts, fallback, "not a decimal");
    return small_int(value);
}
Result<Ref<Object>> digit(Attached ts, Object&, Object& chr, Object* fallback) {
    uint32_t c = TRY(first_character(ts, "digit", chr));  // as in 3.11, the old version knows new digits
    int value = unicode::digit_value(c);
    if (value < 0) return or_default(ts, fallback, "not a digit");
    return small_int(value);
}
Result<Ref<Object>> numeric(Attached ts, Object& self, Object& chr, Object* fallback) {
    uint32_t c = TRY(first_character(ts, "numeric", chr));
    if (missing(self, c) || !unicode::is_numeric(c))
        return or_default(ts, fallback, "not a numeric character");
    return float_from_double(ts, unicode::numeric_value(c));
}

Result<Ref<Object>> name(Attached ts, Object& self, Object& chr, Object* fallback) {
    uint32_t c = TRY(first_character(ts, "name", chr));
    char text[unicode::kMaxNameLength];
    size_t size = missing(self, c) ? 0 : unicode::character_name(c, text);
    if (size == 0) return or_default(ts, fallback, "no such name");
    return str_new_ascii(ts, {text, size});
}
Result<Ref<Str>> lookup(Attached ts, Object& self, Object& wanted) {
    BytesLike held;
    std::string_view text;
    if (is_str(wanted)) {
        text = TRY(str_as_utf8(ts, static_cast<Str&>(wanted)));
    } else {
        TRY(held.get(ts, wanted));
        text = held.view();
    }
    if (text.size() >= unicode::kMaxNameLength) return raise(ts, Exc::KeyError, "name too long");
    uint32_t found[unicode::kMaxSequence];
    unsigned count = unicode::find_character(text, found, !is_old(self));
    if (count != 0 && is_old(self)) {  // no aliases, no characters of later versions
        char official[unicode::kMaxNameLength];
        size_t size = missing(self, found[0]) ? 0 : unicode::character_name(found[0], official);
        bool same = size == text.size();
        for (size_t i = 0; same && i < size; ++i) {
            char c = text[i];
            same = official[i] == (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
        }
        if (!same) count = 0;
    }
    if (count == 0) {
        return raise(ts, Exc::KeyError, "undefined character name '{}'", text);
    }
    return str_new_ucs4(ts, found, static_cast<Index>(count));
}

Result<unicode::Form> form_argument(Attached ts, Str& form) {
    if (str_eq_ascii(form, "NFC")) return unicode::Form::Nfc;
    if (str_eq_ascii(form, "NFD")) return unicode::Form::Nfd;
    if (str_eq_ascii(form, "NFKC")) return unicode::Form::Nfkc;
    if (str_eq_ascii(form, "NFKD")) return unicode::Form::Nfkd;
    return raise(ts, Exc::ValueError, "invalid normalization form");
}

// The text as code points; false: out of memory.
bool copy_points(const Str& s, unicode::PointBuffer& out) {
    if (!out.reserve(static_cast<size_t>(s.length))) return false;
    return with_text(s, [&](auto* p) {
        for (Index i = 0; i < s.length; ++i) {
            if (!out.push(p[i])) return false;
        }
        return true;
    });
}

Result<Ref<Str>> normalize(Attached ts, Object& self, Str& form, Str& unistr) {
    unicode::Form f = TRY(form_argument(ts, form));
    if (str_is_ascii(unistr)) return Ref<Str>::share(unistr);
    unicode::PointBuffer text, result;
    if (!copy_points(unistr, text)) return raise_no_memory(ts);
    if (!is_old(self) && unicode::quick_check(f, text.data(), text.size()) == unicode::QuickCheck::Yes) {
        return Ref<Str>::share(unistr);
    }
    if (!unicode::normalize(f, text.data(), text.size(), result, is_old(self))) return raise_no_memory(ts);
    return str_new_ucs4(ts, result.data(), static_cast<Index>(result.size()));
}

Result<bool> is_normalized(Attached ts, Object& self, Str& form, Str& unistr) {
    unicode::Form f = TRY(form_argument(ts, form));
    if (str_is_ascii(unistr)) return true;
    unicode::PointBuffer text, result;
    if (!copy_points(unistr, text)) return raise_no_memory(ts);
    if (!is_old(self)) {
        unicode::QuickCheck quick = unicode::quick_check(f, text.data(), text.size());
        if (quick != unicode::QuickCheck::Maybe) return quick == unicode::QuickCheck::Yes;
    }
    if (!unicode::normalize(f, text.data(), text.size(), result, is_old(self))) return raise_no_memory(ts);
    return result.size() == text.size() &&
           std::memcmp(result.data(), text.data(), text.size() * sizeof(uint32_t)) == 0;
}

constexpr Method kRows[] = {
    method<decimal>("decimal($self, chr, default=<unrepresentable>, /)", "The decimal digit value of chr."),
    method<digit>("digit($self, chr, default=<unrepresentable>, /)", "The digit value of chr."),
    method<numeric>("numeric($self, chr, default=<unrepresentable>, /)",
                    "The numeric value of chr, as a float."),
    method<category>("category($self, chr, /)", "The general category of chr."),
    method<bidirectional>("bidirectional($self, chr, /)", "The bidirectional class of chr."),
    method<combining>("combining($self, chr, /)", "The canonical combining class of chr."),
    method<mirrored>("mirrored($self, chr, /)", "1 if chr is mirrored in right-to-left text, else 0."),
    method<east_asian_width>("east_asian_width($self, chr, /)", "The East Asian width of chr."),
    method<decomposition>("decomposition($self, chr, /)",
                          "The decomposition of chr, as the database has it."),
    method<name>("name($self, chr, default=<unrepresentable>, /)", "The name of chr."),
    method<lookup>("lookup($self, name, /)", "The character, or sequence of characters, of that name."),
    method<is_normalized>("is_normalized($self, form, unistr, /)",
                          "Whether normalize(form, unistr) would change nothing."),
    method<normalize>("normalize($self, form, unistr, /)",
                      "The normal form of unistr: NFC, NFD, NFKC or NFKD."),
    {},
};

Result<Ref<Object>> old_version(Attached ts, Object&) {
    return str_new_ascii(ts, "3.2.0");
}
constexpr GetSet kGetSet[] = {getter<old_version>("unidata_version"), {}};

void ucd_dealloc(Attached ts, Object& self) {
    free_block(ts, &self);
}

Result<void> exec(Attached ts, Module& module) {
    auto put = [&](const char* key, Object& value) -> Result<void> {
        auto interned = TRY(str_intern_utf8(ts, key));
        return dict_set_str(ts, *module.dict, *interned, value);
    };
    auto version = TRY(str_new_ascii(ts, unicode::kVersion));
    TRY(put("unidata_version", *version));
    TRY(put("UCD", ucd_type()));
    auto old = TRY(new_object<Object>(ts, ucd_type()));
    return put("ucd_3_2_0", *old);
}

}  // namespace

extern const TypeSpec ucd_spec;
const TypeSpec ucd_spec = {
    .name = "unicodedata.UCD",
    .flags = kTypeDisallowInstantiation,
    .methods = kRows,
    .getset = kGetSet,
    .dealloc = slot<ucd_dealloc>,
};

extern const ModuleSpec unicodedata_module;
const ModuleSpec unicodedata_module = {
    .name = "unicodedata",
    .doc = "The Unicode character database, version 14.0.0.",
    .methods = kRows,
    .exec = exec,
};

}  // namespace baton
