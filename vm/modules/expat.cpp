// pyexpat: the type of parsers, and the module.
#include "vm/modules/expat.h"

#include <algorithm>
#include <climits>
#include <cstring>

#include "runtime/allocate_instance.h"
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/gc.h"
#include "runtime/object_ops.h"
#include "runtime/siphash.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/import.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

constexpr int kBufferSize = 8192;
constexpr Index kMostAtOnce = 1 << 20;

struct ExpatState {
    Object* error;  // ExpatError
};

Result<Ref<XmlParser>> make_parser(Attached ts, XML_Parser expat, Dict* intern) {
    auto made = new_instance<XmlParser>(ts, baton_xml_parser_type);
    if (!made.ok()) {
        if (expat) XML_ParserFree(expat);
        return already_raised();
    }
    Ref<XmlParser> p = made.take();
    if (!expat) return raise(ts, Exc::RuntimeError, "XML_ParserCreate failed");
    p->expat = expat;
    p->intern = OptRef<Dict>::share(intern).release();
    p->buffer_size = kBufferSize;
    XML_SetHashSalt(expat, static_cast<unsigned long>(hash_key().k0));
    XML_SetUserData(expat, p.get());
    XML_SetUnknownEncodingHandler(expat, expat_unknown_encoding, p.get());
    gc_track(ts, p.get());
    return p;
}

// ---- errors ----
Raised raise_expat(Attached ts, XmlParser& p, XML_Error code) {
    const Ref<Object> module = TRY(import_module(ts, "pyexpat"));
    const auto line = static_cast<int64_t>(XML_GetErrorLineNumber(p.expat));
    const auto column = static_cast<int64_t>(XML_GetErrorColumnNumber(p.expat));
    const Ref<Str> text = TRY(str_format(ts, "{}: line {}, column {}", XML_ErrorString(code), line, column));
    Type& type = static_cast<Type&>(*module_state<ExpatState>(static_cast<Module&>(*module)).error);
    const Ref<Object> error = TRY(call(ts, type, {text.get()}));
    for (const auto& [name, number] :
         {std::pair{"code", static_cast<int64_t>(code)}, {"offset", column}, {"lineno", line}}) {
        const Ref<Str> key = TRY(str_intern_utf8(ts, name));
        const Ref<Int> value = TRY(box_int(ts, number));
        TRY(set_attr(ts, *error, *key, *value));
    }
    return raise_type(ts, type, error.get());
}
// What a step of the parse gave, after text that waits.
Result<Index> outcome(Attached ts, XmlParser& p, XML_Status status) {
    if (pending(ts)) return already_raised();
    if (status == XML_STATUS_ERROR) return raise_expat(ts, p, XML_GetErrorCode(p.expat));
    if (!expat_flush_text(p)) return already_raised();
    return static_cast<Index>(status);
}
// Says which thread expat's calls are on, for the time of a parse.
class Running {
  public:
    Running(const Attached& ts, XmlParser& p) : p_(p), before_(std::exchange(p.running, &ts)) {}
    ~Running() { p_.running = before_; }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

  private:
    XmlParser& p_;
    const Attached* before_;
};

// ---- methods ----
// A parser has one position in one text: it is not for its own handlers, nor for two threads at once.
Result<void> check_free(Attached ts, XmlParser& p) {
    if (p.running) return raise(ts, Exc::RuntimeError, "the parser is already at work");
    return {};
}
Result<Index> parser_parse(Attached ts, XmlParser& p, Object& data, Object* isfinal) {
    const bool last = isfinal && TRY(is_true(ts, *isfinal));
    const Ref<XmlParser> keep = Ref<XmlParser>::share(p);
    BytesLike buffer;
    std::string_view rest;
    if (is_str(data)) {
        rest = TRY(str_as_utf8(ts, static_cast<Str&>(data)));
        (void)XML_SetEncoding(p.expat, "utf-8");
    } else {
        TRY(buffer.get(ts, data));
        rest = buffer.view();
    }
    TRY(check_free(ts, p));
    const Running running(ts, p);
    XML_Status status = XML_STATUS_OK;
    while (static_cast<Index>(rest.size()) > kMostAtOnce) {
        status = XML_Parse(p.expat, rest.data(), static_cast<int>(kMostAtOnce), 0);
        if (status != XML_STATUS_OK || pending(ts)) return outcome(ts, p, status);
        rest.remove_prefix(static_cast<size_t>(kMostAtOnce));
    }
    status = XML_Parse(p.expat, rest.data(), static_cast<int>(rest.size()), last);
    return outcome(ts, p, status);
}
Result<Index> parser_parse_file(Attached ts, XmlParser& p, Object& file) {
    constexpr int kPiece = 2048;
    const Ref<XmlParser> keep = Ref<XmlParser>::share(p);
    const Ref<Str> name = TRY(str_intern_utf8(ts, "read"));
    const OptRef<Object> read = TRY(get_attr_opt(ts, file, *name));
    if (!read) return raise(ts, Exc::TypeError, "argument must have 'read' attribute");
    TRY(check_free(ts, p));
    const Running running(ts, p);
    const Ref<Int> size = TRY(box_int(ts, kPiece));
    for (;;) {
        const Ref<Object> piece = TRY(call(ts, *read, {size.get()}));
        std::string_view text;
        if (is_bytes(*piece)) {
            text = {static_cast<Bytes&>(*piece).data, static_cast<size_t>(static_cast<Bytes&>(*piece).size)};
        } else if (is_instance_exact(*piece, PyByteArray_Type)) {
            BytesLike buffer;
            TRY(buffer.get(ts, *piece));
            text = buffer.view();
        } else {
            return raise(ts, Exc::TypeError, "read() did not return a bytes object (type={})",
                         type_name(*piece));
        }
        if (text.size() > kPiece) {
            return raise(ts, Exc::ValueError,
                         "read() returned too much data: {} bytes requested, {} returned", kPiece,
                         text.size());
        }
        // expat reads a copy: the handlers may change a bytearray.
        const std::string copy(text);
        const XML_Status status =
            XML_Parse(p.expat, copy.data(), static_cast<int>(copy.size()), copy.empty());
        if (status != XML_STATUS_OK || pending(ts) || copy.empty()) return outcome(ts, p, status);
    }
}
Result<void> parser_set_base(Attached ts, XmlParser& p, Str& base) {
    const char* text = TRY(str_as_c_string(ts, base));
    if (XML_SetBase(p.expat, text) == XML_STATUS_ERROR) return raise_no_memory(ts);
    return {};
}
Result<Ref<Object>> parser_get_base(Attached ts, XmlParser& p) {
    const char* base = XML_GetBase(p.expat);
    if (!base) return Ref<Object>::share(none());
    return str_new_utf8(ts, base);
}
Result<Ref<Object>> parser_input_context(Attached ts, XmlParser& p) {
    if (!p.in_callback) return Ref<Object>::share(none());
    int offset = 0, size = 0;
    const char* buffer = XML_GetInputContext(p.expat, &offset, &size);
    if (!buffer) return Ref<Object>::share(none());
    return bytes_new(ts, {buffer + offset, static_cast<size_t>(size - offset)});
}
// str or None, which leaves *out as it is.
Result<void> optional_name(Attached ts, Object* o, const char* function, const char* argument,
                           const char** out) {
    if (!o || is_none(*o)) return {};
    if (!is_str(*o)) {
        return raise(ts, Exc::TypeError, "{}() argument {} must be str or None, not {}", function, argument,
                     type_name(*o));
    }
    *out = TRY(str_as_c_string(ts, static_cast<Str&>(*o)));
    return {};
}
Result<Ref<Object>> parser_entity_parser(Attached ts, XmlParser& p, Object& context, Object* encoding) {
    const char* where = nullptr;
    TRY(optional_name(ts, &context, "ExternalEntityParserCreate", "1", &where));
    const char* how = nullptr;
    if (encoding) {
        if (!is_str(*encoding)) {
            return raise(ts, Exc::TypeError, "ExternalEntityParserCreate() argument 2 must be str, not {}",
                         type_name(*encoding));
        }
        how = TRY(str_as_c_string(ts, static_cast<Str&>(*encoding)));
    }
    const Ref<XmlParser> made =
        TRY(make_parser(ts, XML_ExternalEntityParserCreate(p.expat, where, how), p.intern));
    made->parent = Ref<XmlParser>::share(p).release();
    made->buffer_size = p.buffer_size;
    if (p.text) made->text = new std::string();
    made->ordered_attributes = p.ordered_attributes;
    made->specified_attributes = p.specified_attributes;
    made->namespace_prefixes = p.namespace_prefixes;
    for (int i = 0; i < kExpatHandlers; ++i) {
        if (p.handlers[i]) made->handlers[i] = Ref<Object>::share(*p.handlers[i]).release();
    }
    expat_install_handlers(*made);
    return made.copy();
}
Result<Index> parser_param_entities(Attached, XmlParser& p, int flag) {
    return XML_SetParamEntityParsing(p.expat, static_cast<XML_ParamEntityParsing>(flag));
}
Result<void> parser_foreign_dtd(Attached ts, XmlParser& p, Opt<bool> flag) {
    const XML_Error error = XML_UseForeignDTD(p.expat, flag.or_else(true) ? XML_TRUE : XML_FALSE);
    if (error != XML_ERROR_NONE) return raise_expat(ts, p, error);
    return {};
}

// ---- attributes ----
XmlParser& self_of(Object& o) {
    return static_cast<XmlParser&>(o);
}
Raised cannot_delete(Attached ts) {
    return raise(ts, Exc::RuntimeError, "Cannot delete attribute");
}
template <int which>
Result<Ref<Object>> get_handler(Attached, Object& o) {
    Object* handler = self_of(o).handlers[which];
    return Ref<Object>::share(handler ? *handler : none());
}
template <int which>
Result<void> set_handler(Attached ts, Object& o, Object* value) {
    if (!value) return cannot_delete(ts);
    return expat_set_handler(ts, self_of(o), which, is_none(*value) ? nullptr : value);
}
template <bool XmlParser::*field>
Result<Ref<Object>> get_flag(Attached, Object& o) {
    return Ref<Object>::share(bool_object(self_of(o).*field));
}
template <bool XmlParser::*field>
Result<void> set_flag(Attached ts, Object& o, Object* value) {
    if (!value) return cannot_delete(ts);
    self_of(o).*field = TRY(is_true(ts, *value));
    return {};
}
Result<void> set_namespace_prefixes(Attached ts, Object& o, Object* value) {
    TRY(set_flag<&XmlParser::namespace_prefixes>(ts, o, value));
    XML_SetReturnNSTriplet(self_of(o).expat, self_of(o).namespace_prefixes);
    return {};
}
Result<Ref<Object>> get_buffer_text(Attached, Object& o) {
    return Ref<Object>::share(bool_object(self_of(o).text != nullptr));
}
Result<void> set_buffer_text(Attached ts, Object& o, Object* value) {
    if (!value) return cannot_delete(ts);
    XmlParser& p = self_of(o);
    const bool on = TRY(is_true(ts, *value));
    if (on && !p.text) p.text = new std::string();
    if (on || !p.text) return {};
    if (p.running && !expat_flush_text(p)) return already_raised();
    delete std::exchange(p.text, nullptr);
    return {};
}
Result<Ref<Object>> get_buffer_size(Attached ts, Object& o) {
    return box_int(ts, self_of(o).buffer_size);
}
Result<void> set_buffer_size(Attached ts, Object& o, Object* value) {
    if (!value) return cannot_delete(ts);
    XmlParser& p = self_of(o);
    if (!is_int(*value)) return raise(ts, Exc::TypeError, "buffer_size must be an integer");
    const int64_t size = TRY(convert_int64(ts, Value(value), INT64_MIN, INT64_MAX, "long"));
    if (size <= 0) return raise(ts, Exc::ValueError, "buffer_size must be greater than zero");
    if (size > INT_MAX) return raise(ts, Exc::ValueError, "buffer_size must not be greater than {}", INT_MAX);
    if (size == p.buffer_size) return {};
    if (p.running && !expat_flush_text(p)) return already_raised();
    p.buffer_size = static_cast<int>(size);
    return {};
}
Result<Ref<Object>> get_buffer_used(Attached ts, Object& o) {
    return box_int(ts, self_of(o).text ? static_cast<int64_t>(self_of(o).text->size()) : 0);
}
Result<Ref<Object>> get_intern(Attached, Object& o) {
    return Ref<Object>::share(self_of(o).intern ? *static_cast<Object*>(self_of(o).intern) : none());
}
template <auto F>
Result<Ref<Object>> get_number(Attached ts, Object& o) {
    return box_int(ts, static_cast<int64_t>(F(self_of(o).expat)));
}
int64_t error_line(XML_Parser x) {
    return static_cast<int64_t>(XML_GetErrorLineNumber(x));
}
int64_t error_column(XML_Parser x) {
    return static_cast<int64_t>(XML_GetErrorColumnNumber(x));
}
int64_t error_byte(XML_Parser x) {
    return XML_GetErrorByteIndex(x);
}

template <size_t... I>
constexpr std::array<GetSet, kExpatHandlers + 16> make_getset(std::index_sequence<I...>) {
    std::array<GetSet, kExpatHandlers + 16> rows{};
    ((rows[I] = GetSet{kExpatHandlerNames[I], &get_handler<static_cast<int>(I)>,
                       &set_handler<static_cast<int>(I)>, nullptr}),
     ...);
    size_t at = kExpatHandlers;
    for (const GetSet& row : {
             GetSet{"buffer_size", get_buffer_size, set_buffer_size, nullptr},
             GetSet{"buffer_text", get_buffer_text, set_buffer_text, nullptr},
             GetSet{"buffer_used", get_buffer_used, nullptr, nullptr},
             GetSet{"intern", get_intern, nullptr, nullptr},
             GetSet{"namespace_prefixes", get_flag<&XmlParser::namespace_prefixes>, set_namespace_prefixes,
                    nullptr},
             GetSet{"ordered_attributes", get_flag<&XmlParser::ordered_attributes>,
                    set_flag<&XmlParser::ordered_attributes>, nullptr},
             GetSet{"specified_attributes", get_flag<&XmlParser::specified_attributes>,
                    set_flag<&XmlParser::specified_attributes>, nullptr},
             GetSet{"ErrorCode", get_number<&XML_GetErrorCode>, nullptr, nullptr},
             GetSet{"ErrorLineNumber", get_number<&error_line>, nullptr, nullptr},
             GetSet{"ErrorColumnNumber", get_number<&error_column>, nullptr, nullptr},
             GetSet{"ErrorByteIndex", get_number<&error_byte>, nullptr, nullptr},
             GetSet{"CurrentLineNumber", get_number<&error_line>, nullptr, nullptr},
             GetSet{"CurrentColumnNumber", get_number<&error_column>, nullptr, nullptr},
             GetSet{"CurrentByteIndex", get_number<&error_byte>, nullptr, nullptr},
         })
        rows[at++] = row;
    return rows;
}
constexpr auto getset = make_getset(std::make_index_sequence<kExpatHandlers>());

constexpr Method methods[] = {
    method<parser_parse>("Parse($self, data, isfinal=False, /)",
                         "Parses a piece of a document; isfinal says that it is the last."),
    method<parser_parse_file>("ParseFile($self, file, /)", "Parses what file.read() gives, to its end."),
    method<parser_set_base>("SetBase($self, base, /)", "What relative system identifiers are relative to."),
    method<parser_get_base>("GetBase($self, /)", "What SetBase() was given; None before."),
    method<parser_input_context>("GetInputContext($self, /)",
                                 "The text that brought the handler which is running, and what follows."),
    method<parser_entity_parser>("ExternalEntityParserCreate($self, context, encoding=<unrepresentable>, /)",
                                 "A parser with the same handlers for the text of an external entity."),
    method<parser_param_entities>(
        "SetParamEntityParsing($self, flag, /)",
        "Chooses whether parameter entities are parsed; whether that could be done."),
    method<parser_foreign_dtd>("UseForeignDTD($self, flag=True, /)",
                               "Asks for an external subset also when the document names none."),
    {},
};

int parser_traverse(Object* o, VisitProc visit, void* arg) {
    XmlParser& p = self_of(*o);
    for (Object* handler : p.handlers) {
        if (!handler) continue;
        if (int r = visit(handler, arg)) return r;
    }
    return visit_fields(visit, arg, p.intern, p.parent);
}
int parser_clear(Object* o) {
    expat_forget_handlers(current_attached(), self_of(*o));
    return 0;
}
void parser_dealloc(Attached ts, XmlParser& self) {
    gc_untrack(&self);
    if (self.expat) XML_ParserFree(self.expat);
    for (Object*& handler : self.handlers) xdecref(ts, std::exchange(handler, nullptr));
    xdecref(ts, self.intern);
    xdecref(ts, self.parent);
    delete self.text;
    free_instance(ts, self);
}

// ---- the module ----
Result<Ref<Object>> expat_create(Attached ts, Module&, Object* encoding, Object* namespace_separator,
                                 Object* intern) {
    const char *how = nullptr, *separator = nullptr;
    TRY(optional_name(ts, encoding, "ParserCreate", "'encoding'", &how));
    TRY(optional_name(ts, namespace_separator, "ParserCreate", "'namespace_separator'", &separator));
    if (separator && std::strlen(separator) > 1) {
        return raise(ts, Exc::ValueError,
                     "namespace_separator must be at most one character, omitted, or None");
    }
    OptRef<Dict> names;
    if (!intern)
        names = TRY(dict_new(ts));
    else if (is_dict(*intern))
        names = OptRef<Dict>::share(static_cast<Dict*>(intern));
    else if (!is_none(*intern))
        return raise(ts, Exc::TypeError, "intern must be a dictionary");
    return make_parser(ts, XML_ParserCreate_MM(how, nullptr, separator), names.get());
}
Result<Ref<Object>> expat_error_string(Attached ts, Module&, int64_t code) {
    const char* text = XML_ErrorString(static_cast<XML_Error>(code));
    if (!text) return Ref<Object>::share(none());
    return str_new_utf8(ts, text);
}

constexpr Method functions[] = {
    method<expat_create>(
        "ParserCreate($module, /, encoding=None, namespace_separator=None, intern=<unrepresentable>)",
        "A new parser."),
    method<expat_error_string>("ErrorString($module, code, /)", "What an error's number means."),
    {},
};

struct Constant {
    const char* name;
    int value;
};
#define ERROR(name) {#name, name},
constexpr Constant kErrors[] = {
    ERROR(XML_ERROR_NO_MEMORY) ERROR(XML_ERROR_SYNTAX) ERROR(XML_ERROR_NO_ELEMENTS) ERROR(
        XML_ERROR_INVALID_TOKEN) ERROR(XML_ERROR_UNCLOSED_TOKEN) ERROR(XML_ERROR_PARTIAL_CHAR)
        ERROR(XML_ERROR_TAG_MISMATCH) ERROR(XML_ERROR_DUPLICATE_ATTRIBUTE) ERROR(
            XML_ERROR_JUNK_AFTER_DOC_ELEMENT) ERROR(XML_ERROR_PARAM_ENTITY_REF)
            ERROR(XML_ERROR_UNDEFINED_ENTITY) ERROR(XML_ERROR_RECURSIVE_ENTITY_REF) ERROR(
                XML_ERROR_ASYNC_ENTITY) ERROR(XML_ERROR_BAD_CHAR_REF) ERROR(XML_ERROR_BINARY_ENTITY_REF)
                ERROR(XML_ERROR_ATTRIBUTE_EXTERNAL_ENTITY_REF) ERROR(XML_ERROR_MISPLACED_XML_PI)
                    ERROR(XML_ERROR_UNKNOWN_ENCODING) ERROR(XML_ERROR_INCORRECT_ENCODING) ERROR(
                        XML_ERROR_UNCLOSED_CDATA_SECTION) ERROR(XML_ERROR_EXTERNAL_ENTITY_HANDLING)
                        ERROR(XML_ERROR_NOT_STANDALONE) ERROR(XML_ERROR_UNEXPECTED_STATE) ERROR(
                            XML_ERROR_ENTITY_DECLARED_IN_PE) ERROR(XML_ERROR_FEATURE_REQUIRES_XML_DTD)
                            ERROR(XML_ERROR_CANT_CHANGE_FEATURE_ONCE_PARSING) ERROR(XML_ERROR_UNBOUND_PREFIX)
                                ERROR(XML_ERROR_UNDECLARING_PREFIX) ERROR(XML_ERROR_INCOMPLETE_PE) ERROR(
                                    XML_ERROR_XML_DECL) ERROR(XML_ERROR_TEXT_DECL) ERROR(XML_ERROR_PUBLICID)
                                    ERROR(XML_ERROR_SUSPENDED) ERROR(XML_ERROR_NOT_SUSPENDED)
                                        ERROR(XML_ERROR_ABORTED) ERROR(XML_ERROR_FINISHED)
                                            ERROR(XML_ERROR_SUSPEND_PE) ERROR(XML_ERROR_RESERVED_PREFIX_XML)
                                                ERROR(XML_ERROR_RESERVED_PREFIX_XMLNS)
                                                    ERROR(XML_ERROR_RESERVED_NAMESPACE_URI)
                                                        ERROR(XML_ERROR_INVALID_ARGUMENT)
                                                            ERROR(XML_ERROR_NO_BUFFER)
                                                                ERROR(XML_ERROR_AMPLIFICATION_LIMIT_BREACH)};
constexpr Constant kModel[] = {ERROR(XML_CTYPE_EMPTY) ERROR(XML_CTYPE_ANY) ERROR(XML_CTYPE_MIXED)
                                   ERROR(XML_CTYPE_NAME) ERROR(XML_CTYPE_CHOICE) ERROR(XML_CTYPE_SEQ)
                                       ERROR(XML_CQUANT_NONE) ERROR(XML_CQUANT_OPT) ERROR(XML_CQUANT_REP)
                                           ERROR(XML_CQUANT_PLUS)};
#undef ERROR

// A module inside this one, to be found by import as well.
Result<Ref<Module>> submodule(Attached ts, Module& module, const char* name, const char* doc) {
    const Ref<Str> full = TRY(str_format(ts, "pyexpat.{}", name));
    Ref<Module> made = TRY(module_new(ts, *full));
    const Ref<Str> text = TRY(str_new_ascii(ts, doc));
    TRY(dict_set_str(ts, *made->dict, id(Name::__doc__), *text));
    TRY(dict_set(ts, *interp(ts).sys_modules, *full, *made));
    TRY(module_add(ts, module, name, *made));
    return made;
}
Result<void> add_errors(Attached ts, Module& module) {
    const Ref<Module> errors =
        TRY(submodule(ts, module, "errors", "Names of the errors, their texts and numbers."));
    const Ref<Dict> codes = TRY(dict_new(ts)), messages = TRY(dict_new(ts));
    for (const Constant& e : kErrors) {
        const char* meaning = XML_ErrorString(static_cast<XML_Error>(e.value));
        if (!meaning) continue;  // a library older than the header
        const Ref<Str> text = TRY(str_new_utf8(ts, meaning));
        const Ref<Int> number = TRY(box_int(ts, e.value));
        TRY(module_add(ts, *errors, e.name, *text));
        TRY(dict_set(ts, *codes, *text, *number));
        TRY(dict_set(ts, *messages, *number, *text));
    }
    TRY(module_add(ts, *errors, "codes", *codes));
    return module_add(ts, *errors, "messages", *messages);
}
Result<void> expat_exec(Attached ts, Module& module) {
    const Ref<Dict> names = TRY(dict_new(ts));
    const Ref<Str> home = TRY(str_intern_utf8(ts, "xml.parsers.expat"));
    TRY(dict_set_str(ts, *names, id(Name::__module__), *home));
    const Ref<Str> name = TRY(str_intern_utf8(ts, "ExpatError"));
    const Ref<Tuple> bases = TRY(tuple_of(ts, {&exc_type(Exc::Exception)}));
    Ref<Object> error = TRY(call(ts, PyType_Type, {name.get(), bases.get(), names.get()}));
    TRY(module_add(ts, module, "ExpatError", *error));
    TRY(module_add(ts, module, "error", *error));
    module_state<ExpatState>(module).error = error.release();
    TRY(module_add(ts, module, "XMLParserType", baton_xml_parser_type));
    Ref<Str> version = TRY(str_new_utf8(ts, XML_ExpatVersion()));
    TRY(module_add_owned(ts, module, "EXPAT_VERSION", std::move(version)));
    const XML_Expat_Version parts = XML_ExpatVersionInfo();
    const Value numbers[] = {Value::of_int(parts.major), Value::of_int(parts.minor),
                             Value::of_int(parts.micro)};
    Ref<Tuple> info = TRY(tuple_from_values(ts, numbers, 3));
    TRY(module_add_owned(ts, module, "version_info", std::move(info)));
    Ref<Str> native = TRY(str_new_ascii(ts, "UTF-8"));
    TRY(module_add_owned(ts, module, "native_encoding", std::move(native)));
    const Ref<List> features = TRY(list_new(ts));
    for (const XML_Feature* f = XML_GetFeatureList(); f && f->feature != XML_FEATURE_END; ++f) {
        const Ref<Str> what = TRY(str_new_utf8(ts, f->name));
        const Ref<Int> value = TRY(box_int(ts, f->value));
        Ref<Tuple> pair = TRY(tuple_of(ts, {what.get(), value.get()}));
        TRY(list_append_owned(ts, *features, std::move(pair)));
    }
    TRY(module_add(ts, module, "features", *features));
    for (const auto& [constant, value] :
         {std::pair{"XML_PARAM_ENTITY_PARSING_NEVER", XML_PARAM_ENTITY_PARSING_NEVER},
          {"XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE", XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE},
          {"XML_PARAM_ENTITY_PARSING_ALWAYS", XML_PARAM_ENTITY_PARSING_ALWAYS}})
        TRY(module_add_int(ts, module, constant, value));
    TRY(add_errors(ts, module));
    const Ref<Module> model =
        TRY(submodule(ts, module, "model", "Numbers in what element declarations say."));
    for (const Constant& c : kModel) TRY(module_add_int(ts, *model, c.name, c.value));
    return {};
}
int expat_traverse(Module& module, VisitProc visit, void* arg) {
    Object* error = module_state<ExpatState>(module).error;
    return error ? visit(error, arg) : 0;
}
void expat_clear(Attached ts, Module& module) {
    replace_field<Object>(ts, module_state<ExpatState>(module).error, nullptr);
}

}  // namespace

const TypeSpec xml_parser_spec = {
    .name = "pyexpat.xmlparser",
    .doc = "A parser of XML documents that calls handlers.",
    .basicsize = sizeof(XmlParser),
    .flags = kTypeHasGc | kTypeDisallowInstantiation,
    .traverse = parser_traverse,
    .clear = parser_clear,
    .methods = methods,
    .getset = getset.data(),
    .dealloc = typed_slot<parser_dealloc>,
};

extern const ModuleSpec expat_module;
const ModuleSpec expat_module = {
    .name = "pyexpat",
    .doc = "XML documents, parsed by expat.",
    .methods = functions,
    .exec = expat_exec,
    .state_size = sizeof(ExpatState),
    .traverse = expat_traverse,
    .clear = expat_clear,
};

}  // namespace baton
