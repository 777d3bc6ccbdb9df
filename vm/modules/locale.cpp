// _locale: the C library's locales, for the module locale.
//
// The locale belongs to the process: these functions run attached, so that scripts do not meet in the middle
// of them.
#include <langinfo.h>
#include <libintl.h>

#include <cerrno>
#include <climits>
#include <clocale>
#include <cstring>
#include <cwchar>
#include <string>

#include "runtime/call.h"
#include "runtime/codec.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/fs_text.h"
#include "vm/interp_data.h"
#include "vm/text_locale.h"

namespace baton {
namespace {

struct LocaleState {
    Object* error;  // locale.Error
};

struct Constant {
    const char* name;
    int value;
};
constexpr Constant kCategories[] = {{"LC_CTYPE", LC_CTYPE},
                                    {"LC_TIME", LC_TIME},
                                    {"LC_COLLATE", LC_COLLATE},
                                    {"LC_MONETARY", LC_MONETARY},
                                    {"LC_MESSAGES", LC_MESSAGES},
                                    {"LC_NUMERIC", LC_NUMERIC},
                                    {"LC_ALL", LC_ALL}};
#define INFO(name) {#name, name},
constexpr Constant kInfo[] = {
    INFO(DAY_1) INFO(DAY_2) INFO(DAY_3) INFO(DAY_4) INFO(DAY_5) INFO(DAY_6) INFO(DAY_7) INFO(ABDAY_1)
        INFO(ABDAY_2) INFO(ABDAY_3) INFO(ABDAY_4) INFO(ABDAY_5) INFO(ABDAY_6) INFO(ABDAY_7) INFO(MON_1)
            INFO(MON_2) INFO(MON_3) INFO(MON_4) INFO(MON_5) INFO(MON_6) INFO(MON_7) INFO(MON_8) INFO(MON_9)
                INFO(MON_10) INFO(MON_11) INFO(MON_12) INFO(ABMON_1) INFO(ABMON_2) INFO(ABMON_3) INFO(ABMON_4)
                    INFO(ABMON_5) INFO(ABMON_6) INFO(ABMON_7) INFO(ABMON_8) INFO(ABMON_9) INFO(ABMON_10)
                        INFO(ABMON_11) INFO(ABMON_12) INFO(RADIXCHAR) INFO(THOUSEP) INFO(CRNCYSTR) INFO(D_FMT)
                            INFO(D_T_FMT) INFO(T_FMT) INFO(AM_STR) INFO(PM_STR) INFO(CODESET) INFO(T_FMT_AMPM)
                                INFO(ERA) INFO(ERA_D_FMT) INFO(ERA_D_T_FMT) INFO(ERA_T_FMT) INFO(ALT_DIGITS)
                                    INFO(YESEXPR) INFO(NOEXPR) INFO(_DATE_FMT)};
#undef INFO

Raised raise_locale(Attached ts, Module& module, const char* message) {
    const Ref<Str> text = TRY(str_new_ascii(ts, message));
    return raise_type(ts, static_cast<Type&>(*module_state<LocaleState>(module).error), text.get());
}
// Text of the C library: the locale's encoding is UTF-8 in every locale that we know to handle; what is not
// stays as lone surrogates.
Result<Ref<Str>> locale_text(Attached ts, const char* text) {
    return fs_decode(ts, text);
}
Result<std::string> c_string(Attached ts, Str& s) {
    const Ref<Bytes> bytes = TRY(encode_utf8(ts, s, "surrogateescape"));
    const std::string_view view(bytes->data, static_cast<size_t>(bytes->size));
    if (view.find('\0') != view.npos) return raise(ts, Exc::ValueError, "embedded null character");
    return std::string(view);
}
// str or None.
Result<OptRef<Str>> optional_text(Attached ts, Object& o, const char* function, int position) {
    if (is_none(o)) return OptRef<Str>();
    if (!is_str(o)) {
        return raise(ts, Exc::TypeError, "{}() argument {} must be str or None, not {}", function, position,
                     type_name(o));
    }
    return OptRef<Str>::share(&static_cast<Str&>(o));
}

Result<Ref<Object>> locale_setlocale(Attached ts, Module& module, int category, Object* locale) {
    bool known = false;
    for (const Constant& c : kCategories) known |= c.value == category;
    const OptRef<Str> wanted = locale ? TRY(optional_text(ts, *locale, "setlocale", 2)) : OptRef<Str>();
    if (!wanted) {
        const char* now = known ? std::setlocale(category, nullptr) : nullptr;
        if (!now) return raise_locale(ts, module, "locale query failed");
        return locale_text(ts, now);
    }
    const std::string name = TRY(c_string(ts, *wanted));
    const char* set = known ? std::setlocale(category, name.c_str()) : nullptr;
    if (!set) return raise_locale(ts, module, "unsupported locale setting");
    return locale_text(ts, set);
}

// Sizes of groups, until they repeat.
Result<Ref<List>> grouping(Attached ts, const char* sizes) {
    Ref<List> list = TRY(list_new(ts));
    if (!*sizes) return list;
    for (;; ++sizes) {
        Ref<Int> size = TRY(box_int(ts, *sizes));
        TRY(list_append_owned(ts, *list, std::move(size)));
        if (*sizes == '\0' || *sizes == CHAR_MAX) return list;
    }
}
Result<Ref<Dict>> locale_localeconv(Attached ts, Module&) {
    const lconv* c = ::localeconv();
    Ref<Dict> result = TRY(dict_new(ts));
    const auto put = [&](const char* name, Ref<Object> value) -> Result<void> {
        const Ref<Str> key = TRY(str_intern_utf8(ts, name));
        return dict_set_str(ts, *result, *key, *value);
    };
    for (const auto& [name, text] : {std::pair{"int_curr_symbol", c->int_curr_symbol},
                                     {"currency_symbol", c->currency_symbol},
                                     {"mon_decimal_point", c->mon_decimal_point},
                                     {"mon_thousands_sep", c->mon_thousands_sep},
                                     {"positive_sign", c->positive_sign},
                                     {"negative_sign", c->negative_sign},
                                     {"decimal_point", c->decimal_point},
                                     {"thousands_sep", c->thousands_sep}}) {
        Ref<Str> value = TRY(locale_text(ts, text));
        TRY(put(name, std::move(value)));
    }
    for (const auto& [name, number] : {std::pair{"int_frac_digits", c->int_frac_digits},
                                       {"frac_digits", c->frac_digits},
                                       {"p_cs_precedes", c->p_cs_precedes},
                                       {"p_sep_by_space", c->p_sep_by_space},
                                       {"n_cs_precedes", c->n_cs_precedes},
                                       {"n_sep_by_space", c->n_sep_by_space},
                                       {"p_sign_posn", c->p_sign_posn},
                                       {"n_sign_posn", c->n_sign_posn}}) {
        Ref<Int> value = TRY(box_int(ts, number));
        TRY(put(name, std::move(value)));
    }
    Ref<List> money = TRY(grouping(ts, c->mon_grouping));
    TRY(put("mon_grouping", std::move(money)));
    Ref<List> groups = TRY(grouping(ts, c->grouping));
    TRY(put("grouping", std::move(groups)));
    return result;
}

Result<std::wstring> wide(Attached ts, Str& s) {
    std::wstring text;
    for (Index i = 0; i < s.length; ++i) text += static_cast<wchar_t>(str_char_unchecked(s, i));
    if (text.find(L'\0') != text.npos) return raise(ts, Exc::ValueError, "embedded null character");
    return text;
}
Result<Index> locale_strcoll(Attached ts, Module&, Str& os1, Str& os2) {
    const std::wstring a = TRY(wide(ts, os1)), b = TRY(wide(ts, os2));
    return std::wcscoll(a.c_str(), b.c_str());
}
Result<Ref<Str>> locale_strxfrm(Attached ts, Module&, Str& string) {
    const std::wstring text = TRY(wide(ts, string));
    errno = 0;
    std::wstring key(text.size() + 1, L'\0');
    size_t needed = std::wcsxfrm(key.data(), text.c_str(), key.size());
    if (errno != 0 && errno != ERANGE) return raise_oserror(ts, errno);
    if (needed >= key.size()) {
        key.resize(needed + 1);
        errno = 0;
        needed = std::wcsxfrm(key.data(), text.c_str(), key.size());
        if (errno != 0) return raise_oserror(ts, errno);
    }
    if (needed == 0) return str_empty();
    // A sort key may hold anything; what is no code point cannot be text.
    for (size_t i = 0; i < needed; ++i) {
        if (static_cast<uint32_t>(key[i]) > kMaxCodePoint) {
            return raise(ts, Exc::ValueError, "character U+{:x} is not in range [U+0000; U+10ffff]",
                         static_cast<uint32_t>(key[i]));
        }
    }
    return str_new_ucs4(ts, reinterpret_cast<const uint32_t*>(key.data()), static_cast<Index>(needed));
}

Result<Ref<Str>> locale_nl_langinfo(Attached ts, Module&, int key) {
    for (const Constant& c : kInfo) {
        if (c.value != key) continue;
        const char* text = ::nl_langinfo(key);
        return locale_text(ts, text ? text : "");
    }
    return raise(ts, Exc::ValueError, "unsupported langinfo constant");
}
Result<Ref<Str>> locale_getencoding(Attached ts, Module&) {
    const char* codeset = ::nl_langinfo(CODESET);
    return str_new_utf8(ts, codeset && *codeset ? codeset : "UTF-8");
}

// ---- messages ----
Result<Ref<Str>> locale_gettext(Attached ts, Module&, Str& msg) {
    const std::string text = TRY(c_string(ts, msg));
    return locale_text(ts, ::gettext(text.c_str()));
}
Result<Ref<Str>> locale_dgettext(Attached ts, Module&, Object& domain, Str& msg) {
    const OptRef<Str> given = TRY(optional_text(ts, domain, "dgettext", 1));
    const std::string name = given ? TRY(c_string(ts, *given)) : std::string();
    const std::string text = TRY(c_string(ts, msg));
    return locale_text(ts, ::dgettext(given ? name.c_str() : nullptr, text.c_str()));
}
Result<Ref<Str>> locale_dcgettext(Attached ts, Module&, Object& domain, Str& msg, int category) {
    const OptRef<Str> given = TRY(optional_text(ts, domain, "dcgettext", 1));
    const std::string name = given ? TRY(c_string(ts, *given)) : std::string();
    const std::string text = TRY(c_string(ts, msg));
    return locale_text(ts, ::dcgettext(given ? name.c_str() : nullptr, text.c_str(), category));
}
Result<Ref<Str>> locale_textdomain(Attached ts, Module&, Object& domain) {
    const OptRef<Str> given = TRY(optional_text(ts, domain, "textdomain", 1));
    const std::string name = given ? TRY(c_string(ts, *given)) : std::string();
    const char* now = ::textdomain(given ? name.c_str() : nullptr);
    if (!now) return raise_oserror(ts, errno);
    return locale_text(ts, now);
}
Result<Ref<Str>> locale_bindtextdomain(Attached ts, Module& module, Str& domain, Object& dir) {
    const std::string name = TRY(c_string(ts, domain));
    if (name.empty()) return raise_locale(ts, module, "domain must be a non-empty string");
    std::string folder;
    if (!is_none(dir)) TRY(fs_encode(ts, dir, &folder));
    errno = 0;
    const char* now = ::bindtextdomain(name.c_str(), is_none(dir) ? nullptr : folder.c_str());
    if (!now) return raise_oserror(ts, errno);
    return locale_text(ts, now);
}
Result<Ref<Object>> locale_bind_textdomain_codeset(Attached ts, Module&, Str& domain, Object& codeset) {
    const std::string name = TRY(c_string(ts, domain));
    const OptRef<Str> given = TRY(optional_text(ts, codeset, "bind_textdomain_codeset", 2));
    const std::string wanted = given ? TRY(c_string(ts, *given)) : std::string();
    const char* now = ::bind_textdomain_codeset(name.c_str(), given ? wanted.c_str() : nullptr);
    if (!now) return Ref<Object>::share(none());
    return locale_text(ts, now);
}

constexpr Method functions[] = {
    method<locale_setlocale>("setlocale($module, category, locale=<unrepresentable>, /)",
                             "Chooses the locale of a category, or tells which it has."),
    method<locale_localeconv>("localeconv($module, /)", "How the locale writes numbers and money."),
    method<locale_strcoll>("strcoll($module, os1, os2, /)", "Which of two texts comes first in the locale."),
    method<locale_strxfrm>("strxfrm($module, string, /)",
                           "A text whose plain order is the order of string in the locale."),
    method<locale_nl_langinfo>("nl_langinfo($module, key, /)", "One fact about the locale."),
    method<locale_getencoding>("getencoding($module, /)", "The locale's encoding."),
    method<locale_gettext>("gettext($module, msg, /)", "The translation of a message."),
    method<locale_dgettext>("dgettext($module, domain, msg, /)", "The translation of a domain's message."),
    method<locale_dcgettext>("dcgettext($module, domain, msg, category, /)",
                             "The translation of a domain's message by a category's locale."),
    method<locale_textdomain>("textdomain($module, domain, /)",
                              "Sets the domain of gettext(), and tells it."),
    method<locale_bindtextdomain>("bindtextdomain($module, domain, dir, /)",
                                  "Sets the folder of a domain's translations, and tells it."),
    method<locale_bind_textdomain_codeset>("bind_textdomain_codeset($module, domain, codeset, /)",
                                           "Sets the encoding of a domain's translations, and tells it."),
    {},
};

Result<void> locale_exec(Attached ts, Module& module) {
    const Ref<Dict> names = TRY(dict_new(ts));
    const Ref<Str> home = TRY(str_intern_utf8(ts, "locale"));
    TRY(dict_set_str(ts, *names, id(Name::__module__), *home));
    const Ref<Str> name = TRY(str_intern_utf8(ts, "Error"));
    const Ref<Tuple> bases = TRY(tuple_of(ts, {&exc_type(Exc::Exception)}));
    Ref<Object> error = TRY(call(ts, PyType_Type, {name.get(), bases.get(), names.get()}));
    TRY(module_add(ts, module, "Error", *error));
    module_state<LocaleState>(module).error = error.release();
    for (const Constant& c : kCategories) TRY(module_add_int(ts, module, c.name, c.value));
    for (const Constant& c : kInfo) TRY(module_add_int(ts, module, c.name, c.value));
    return module_add_int(ts, module, "CHAR_MAX", CHAR_MAX);
}
int locale_traverse(Module& module, VisitProc visit, void* arg) {
    Object* error = module_state<LocaleState>(module).error;
    return error ? visit(error, arg) : 0;
}
void locale_clear(Attached ts, Module& module) {
    replace_field<Object>(ts, module_state<LocaleState>(module).error, nullptr);
}

}  // namespace

extern const ModuleSpec locale_module;
const ModuleSpec locale_module = {
    .name = "_locale",
    .doc = "The C library's locales.",
    .methods = functions,
    .exec = locale_exec,
    .state_size = sizeof(LocaleState),
    .traverse = locale_traverse,
    .clear = locale_clear,
};

}  // namespace baton
