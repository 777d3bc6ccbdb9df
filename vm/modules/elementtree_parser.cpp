// _elementtree: the parser, which tells a target what expat finds.
//
// expat calls back only inside feed() and its like, on the same thread; `running` is that thread while one of
// them is under way. What a target raises ends the call: expat runs on silently to the end of its input. A
// target that is exactly a TreeBuilder is served without calls of Python. Names of elements and attributes
// are made once per parser.
#include <expat.h>

#include <climits>
#include <unordered_map>

#include "runtime/allocate_instance.h"
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/codec.h"
#include "runtime/gc.h"
#include "runtime/object_ops.h"
#include "runtime/siphash.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/tuple.h"
#include "vm/modules/elementtree.h"
#include "vm/modules/expat.h"

namespace baton {

namespace {

// The methods of a target that are called, in the order in which they are looked up.
enum Handle : int { kStartNs, kEndNs, kStart, kData, kEnd, kComment, kPi, kClose, kDoctype, kHandles };
constexpr const char* kHandleNames[kHandles] = {"start_ns", "end_ns", "start", "data",   "end",
                                                "comment",  "pi",     "close", "doctype"};

struct NameHash {
    using is_transparent = void;
    size_t operator()(std::string_view s) const { return siphash13(hash_key(), s.data(), s.size()); }
};
using NameTable = std::unordered_map<std::string, Str*, NameHash, std::equal_to<>>;  // owned

struct TreeParser : Object {
    XML_Parser expat;  // null: __init__() was not called
    Object* target;
    Object* entity;  // what other entities stand for, a dict
    Object* handle[kHandles];
    NameTable* names;
    const Attached* running;
};
TreeParser& parser_of(void* data) {
    return *static_cast<TreeParser*>(data);
}
// The target, if it is a builder that behaves as ours.
TreeBuilder* builder_of(const TreeParser& p) {
    return is_exact(*p.target, baton_tree_builder_type) ? static_cast<TreeBuilder*>(p.target) : nullptr;
}

// ---- errors ----
Raised raise_parse_error(Attached ts, TreeParser& p, XML_Error code, const char* message) {
    const Value position[] = {Value::of_int(static_cast<int64_t>(XML_GetErrorLineNumber(p.expat))),
                              Value::of_int(static_cast<int64_t>(XML_GetErrorColumnNumber(p.expat)))};
    const Ref<Str> text =
        TRY(str_format(ts, "{}: line {}, column {}", message, position[0].as_int(), position[1].as_int()));
    Type& type = parse_error_type(ts);
    const Ref<Object> error = TRY(call(ts, type, {text.get()}));
    const Ref<Int> number = TRY(box_int(ts, code));
    TRY(set_attr(ts, *error, id(Name::code), *number));
    const Ref<Tuple> pair = TRY(tuple_from_values(ts, position, 2));
    TRY(set_attr(ts, *error, *TRY(str_intern_utf8(ts, "position")), *pair));
    return raise_type(ts, type, error.get());
}

// ---- what expat calls ----
// An event, unless an earlier one has raised. What it raises is pending when expat returns.
template <class F>
void event(void* data, F&& f) {
    TreeParser& p = parser_of(data);
    const Attached ts = *p.running;
    if (pending(ts)) return;
    (void)[&]()->Result<void> {
        return f(ts, p);
    }
    ();
}
Result<void> tell(Attached ts, TreeParser& p, Handle which, std::initializer_list<Object*> args) {
    const Ref<Object> handle = Ref<Object>::share(*p.handle[which]);
    (void)TRY(call(ts, *handle, args));
    return {};
}
Result<Ref<Str>> text_or_empty(Attached ts, const XML_Char* s) {
    if (!s) return str_empty();
    return str_new_utf8(ts, s);
}
// {uri}name, from expat's uri}name; the same name is the same object.
Result<Ref<Str>> name_of(Attached ts, TreeParser& p, std::string_view s) {
    if (const auto found = p.names->find(s); found != p.names->end()) return Ref<Str>::share(*found->second);
    Ref<Str> name =
        s.find('}') == s.npos ? TRY(str_new_utf8(ts, s)) : TRY(str_new_utf8(ts, "{" + std::string(s)));
    p.names->emplace(s, name.copy().release());
    return name;
}
void on_start(void* data, const XML_Char* name, const XML_Char** attributes) {
    event(data, [&](Attached ts, TreeParser& p) -> Result<void> {
        TreeBuilder* builder = builder_of(p);
        if (!builder && !p.handle[kStart]) return {};
        const Ref<Str> tag = TRY(name_of(ts, p, name));
        OptRef<Dict> attrib;
        if (attributes[0] || !builder) attrib = TRY(dict_new(ts));
        for (; attributes[0]; attributes += 2) {
            Ref<Object> key = TRY(name_of(ts, p, attributes[0]));
            Ref<Object> value = TRY(str_new_utf8(ts, attributes[1]));
            TRY(dict_set_owned(ts, *attrib, std::move(key), std::move(value)));
        }
        if (!builder) return tell(ts, p, kStart, {tag.get(), attrib.get()});
        (void)TRY(builder_start(ts, *builder, *tag, attrib.get()));
        return {};
    });
}
void on_end(void* data, const XML_Char* name) {
    event(data, [&](Attached ts, TreeParser& p) -> Result<void> {
        if (TreeBuilder* builder = builder_of(p)) {
            (void)TRY(builder_end(ts, *builder, none()));
            return {};
        }
        if (!p.handle[kEnd]) return {};
        const Ref<Str> tag = TRY(name_of(ts, p, name));
        return tell(ts, p, kEnd, {tag.get()});
    });
}
void on_text(void* data, const XML_Char* text, int length) {
    event(data, [&](Attached ts, TreeParser& p) -> Result<void> {
        const std::string_view piece(text, static_cast<size_t>(length));
        if (TreeBuilder* builder = builder_of(p)) {
            builder_text(*builder, piece);
            return {};
        }
        if (!p.handle[kData]) return {};
        const Ref<Str> s = TRY(str_new_utf8(ts, piece));
        return tell(ts, p, kData, {s.get()});
    });
}
// What has no handler of its own; of interest are entities that expat does not know.
void on_default(void* data, const XML_Char* text, int length) {
    if (length < 2 || text[0] != '&') return;
    event(data, [&](Attached ts, TreeParser& p) -> Result<void> {
        const std::string_view whole(text, static_cast<size_t>(length));
        const Ref<Str> name = TRY(str_new_utf8(ts, whole.substr(1, whole.size() - 2)));
        const Found found = TRY(dict_find(ts, static_cast<Dict&>(*p.entity), *name));
        if (!found.value) {
            constexpr size_t kMostShown = 100;
            const std::string message = "undefined entity " + std::string(whole.substr(0, kMostShown));
            return raise_parse_error(ts, p, XML_ERROR_UNDEFINED_ENTITY, message.c_str());
        }
        const Ref<Object> value = Ref<Object>::share(*found.value);
        if (TreeBuilder* builder = builder_of(p)) return builder_data(ts, *builder, *value);
        if (!p.handle[kData]) return {};
        return tell(ts, p, kData, {value.get()});
    });
}
void on_start_namespace(void* data, const XML_Char* prefix, const XML_Char* uri) {
    event(data, [&](Attached ts, TreeParser& p) -> Result<void> {
        TreeBuilder* builder = builder_of(p);
        if (!builder && !p.handle[kStartNs]) return {};
        const Ref<Str> before = TRY(text_or_empty(ts, prefix)), what = TRY(text_or_empty(ts, uri));
        if (!builder) return tell(ts, p, kStartNs, {before.get(), what.get()});
        const Ref<Tuple> pair = TRY(tuple_of(ts, {before.get(), what.get()}));
        return builder_event(ts, *builder, TreeEvent::start_ns, *pair);
    });
}
void on_end_namespace(void* data, const XML_Char* prefix) {
    event(data, [&](Attached ts, TreeParser& p) -> Result<void> {
        if (TreeBuilder* builder = builder_of(p))
            return builder_event(ts, *builder, TreeEvent::end_ns, none());
        if (!p.handle[kEndNs]) return {};
        const Ref<Str> before = TRY(text_or_empty(ts, prefix));
        return tell(ts, p, kEndNs, {before.get()});
    });
}
void on_comment(void* data, const XML_Char* text) {
    event(data, [&](Attached ts, TreeParser& p) -> Result<void> {
        TreeBuilder* builder = builder_of(p);
        if (!builder && !p.handle[kComment]) return {};
        const Ref<Str> s = TRY(str_new_utf8(ts, text));
        if (!builder) return tell(ts, p, kComment, {s.get()});
        (void)TRY(builder_comment(ts, *builder, *s));
        return {};
    });
}
void on_pi(void* data, const XML_Char* target, const XML_Char* text) {
    event(data, [&](Attached ts, TreeParser& p) -> Result<void> {
        TreeBuilder* builder = builder_of(p);
        if (builder) {
            const bool told = builder->append_event && builder->event[static_cast<int>(TreeEvent::pi)];
            if (!told && !builder->insert_pis) return {};
        } else if (!p.handle[kPi]) {
            return {};
        }
        const Ref<Str> what = TRY(str_new_utf8(ts, target)), s = TRY(text_or_empty(ts, text));
        if (!builder) return tell(ts, p, kPi, {what.get(), s.get()});
        (void)TRY(builder_pi(ts, *builder, *what, s.get()));
        return {};
    });
}
Result<Ref<Object>> text_or_none(Attached ts, const XML_Char* s) {
    if (!s) return Ref<Object>::share(none());
    return str_new_utf8(ts, s);
}
void on_doctype(void* data, const XML_Char* name, const XML_Char* system_id, const XML_Char* public_id, int) {
    event(data, [&](Attached ts, TreeParser& p) -> Result<void> {
        const Ref<Str> what = TRY(name_of(ts, p, name));
        const Ref<Object> system = TRY(text_or_none(ts, system_id)), known = TRY(text_or_none(ts, public_id));
        if (p.handle[kDoctype]) return tell(ts, p, kDoctype, {what.get(), known.get(), system.get()});
        const OptRef<Object> old = TRY(get_attr_opt(ts, p, *TRY(str_intern_utf8(ts, "doctype"))));
        if (!old) return {};
        return warn(ts, Exc::RuntimeWarning,
                    "The doctype() method of XMLParser is ignored.  Define doctype() method on the "
                    "TreeBuilder target.");
    });
}
int on_unknown_encoding(void* data, const XML_Char* name, XML_Encoding* out) {
    return expat_single_byte_encoding(*parser_of(data).running, name, out);
}

// ---- life ----
void drop_names(Attached ts, TreeParser& p) {
    NameTable* names = std::exchange(p.names, nullptr);
    if (!names) return;
    for (const auto& [text, name] : *names) decref(ts, name);
    delete names;
}
int parser_traverse(Object* o, VisitProc visit, void* arg) {
    const auto& p = *static_cast<TreeParser*>(o);
    for (Object* handle : p.handle) {
        if (const int r = visit_field(handle, visit, arg)) return r;
    }
    return visit_fields(visit, arg, p.target, p.entity);
}
int parser_clear(Object* o) {
    const Attached ts = current_attached();
    auto& p = *static_cast<TreeParser*>(o);
    if (XML_Parser expat = std::exchange(p.expat, nullptr)) XML_ParserFree(expat);
    replace_field<Object>(ts, p.target, nullptr);
    replace_field<Object>(ts, p.entity, nullptr);
    for (Object*& handle : p.handle) replace_field<Object>(ts, handle, nullptr);
    return 0;
}
void parser_dealloc(Attached ts, TreeParser& p) {
    gc_untrack(&p);
    parser_clear(&p);
    drop_names(ts, p);
    free_instance(ts, p);
}
Result<Ref<Object>> make_parser(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    Ref<TreeParser> p = TRY(new_instance<TreeParser>(ts, cls));
    gc_track(ts, p.get());
    return p;
}
// A parser has one position in one text: its methods are not for its own handlers, nor for two threads at
// once.
Result<void> check_free(Attached ts, TreeParser& p) {
    if (p.running) return raise(ts, Exc::RuntimeError, "the parser is already at work");
    return {};
}
Result<void> check_ready(Attached ts, TreeParser& p) {
    if (!p.target) return raise(ts, Exc::ValueError, "XMLParser.__init__() wasn't called");
    return check_free(ts, p);
}
Result<void> init_with(Attached ts, TreeParser& p, Object* target, Object* encoding) {
    const char* how = nullptr;
    if (encoding && !is_none(*encoding)) {
        if (!is_str(*encoding)) {
            return raise(ts, Exc::TypeError, "XMLParser() argument 'encoding' must be str or None, not {}",
                         type_name(*encoding));
        }
        how = TRY(str_as_c_string(ts, static_cast<Str&>(*encoding)));
    }
    TRY(check_free(ts, p));
    OptRef<Object> given = OptRef<Object>::share(target && !is_none(*target) ? target : nullptr);
    if (!given)
        given = TRY(info(baton_tree_builder_type).tp_new(ts, baton_tree_builder_type, nullptr, 0, nullptr));
    OptRef<Object> handle[kHandles];
    if (!is_exact(*given, baton_tree_builder_type)) {
        for (int i = 0; i < kHandles; ++i)
            handle[i] = TRY(get_attr_opt(ts, *given, *TRY(str_intern_utf8(ts, kHandleNames[i]))));
    }
    Ref<Object> entity = TRY(dict_new(ts));
    TRY(check_free(ts, p));  // the look-ups ran code
    XML_Parser x = XML_ParserCreate_MM(how, nullptr, "}");
    if (!x) return raise_no_memory(ts);
    // What an earlier call left goes last: its destructors can look here.
    if (p.expat) XML_ParserFree(p.expat);
    p.expat = x;
    drop_names(ts, p);
    p.names = new NameTable;
    const OptRef<Object> old_entity = OptRef<Object>::steal(std::exchange(p.entity, entity.release()));
    const OptRef<Object> old_target = OptRef<Object>::steal(std::exchange(p.target, given.release()));
    for (int i = 0; i < kHandles; ++i)
        handle[i] = OptRef<Object>::steal(std::exchange(p.handle[i], handle[i].release()));
    XML_SetHashSalt(x, static_cast<unsigned long>(hash_key().k0));
    XML_SetUserData(x, &p);
    XML_SetElementHandler(x, on_start, on_end);
    XML_SetDefaultHandlerExpand(x, on_default);
    XML_SetCharacterDataHandler(x, on_text);
    if (p.handle[kStartNs] || p.handle[kEndNs])
        XML_SetNamespaceDeclHandler(x, on_start_namespace, on_end_namespace);
    const bool builder = builder_of(p) != nullptr;
    if (builder || p.handle[kComment]) XML_SetCommentHandler(x, on_comment);
    if (builder || p.handle[kPi]) XML_SetProcessingInstructionHandler(x, on_pi);
    XML_SetStartDoctypeDeclHandler(x, on_doctype);
    XML_SetUnknownEncodingHandler(x, on_unknown_encoding, &p);
    return {};
}
constexpr Method init_row = method<init_with>("XMLParser($self, *, target=None, encoding=None)", "");
Result<void> parser_init(Attached ts, Object& o, Value* args, size_t nargs, Tuple* kwnames) {
    const Value none_value = init_row.fn(ts, init_row, &o, args, nargs, kwnames);
    if (!none_value) return already_raised();
    drop(ts, none_value);
    return {};
}

// ---- methods ----
Result<void> parse(Attached ts, TreeParser& p, std::string_view text, bool last) {
    if (text.size() > INT_MAX) return raise(ts, Exc::OverflowError, "size does not fit in an int");
    TRY(check_ready(ts, p));
    const Ref<TreeParser> keep = Ref<TreeParser>::share(p);
    p.running = &ts;
    const XML_Status status = XML_Parse(p.expat, text.data(), static_cast<int>(text.size()), last);
    p.running = nullptr;
    if (pending(ts)) return already_raised();
    if (status != XML_STATUS_ERROR) return {};
    const XML_Error code = XML_GetErrorCode(p.expat);
    return raise_parse_error(ts, p, code, XML_ErrorString(code));
}
Result<void> feed(Attached ts, TreeParser& p, Object& data) {
    TRY(check_ready(ts, p));
    if (is_str(data)) {
        const std::string_view text = TRY(str_as_utf8(ts, static_cast<Str&>(data)));
        if (text.size() > INT_MAX) return raise(ts, Exc::OverflowError, "size does not fit in an int");
        (void)XML_SetEncoding(p.expat, "utf-8");
        return parse(ts, p, text, false);
    }
    BytesLike buffer;
    TRY(buffer.get(ts, data));
    if (is_exact(data, PyBytes_Type) || buffer.view().size() > INT_MAX)
        return parse(ts, p, buffer.view(), false);
    // expat reads a copy of what a handler could write to.
    const std::string copy(buffer.view());
    return parse(ts, p, copy, false);
}
Result<Ref<Object>> close(Attached ts, TreeParser& p) {
    TRY(parse(ts, p, "", true));
    if (TreeBuilder* builder = builder_of(p)) return builder_root(*builder);
    if (!p.handle[kClose]) return Ref<Object>::share(none());
    const Ref<Object> handle = Ref<Object>::share(*p.handle[kClose]);
    return call(ts, *handle);
}
Result<Ref<Object>> parse_whole(Attached ts, TreeParser& p, Object& file) {
    constexpr int kPiece = 64 * 1024;
    TRY(check_ready(ts, p));
    const Ref<Object> read = TRY(get_attr(ts, file, id(Name::read)));
    const Ref<Int> size = TRY(box_int(ts, kPiece));
    for (;;) {
        Ref<Object> piece = TRY(call(ts, *read, {size.get()}));
        if (is_exact_str(*piece)) {
            if (static_cast<Str&>(*piece).length == 0) break;
            piece = TRY(encode_utf8(ts, static_cast<Str&>(*piece), "surrogatepass"));
        }
        if (!is_exact(*piece, PyBytes_Type)) break;
        const auto& bytes = static_cast<Bytes&>(*piece);
        if (bytes.size == 0) break;
        TRY(parse(ts, p, {bytes.data, static_cast<size_t>(bytes.size)}, false));
    }
    TRY(parse(ts, p, "", true));
    if (TreeBuilder* builder = builder_of(p)) return builder_root(*builder);
    return Ref<Object>::share(none());
}

void ask_for_event(TreeParser& p, TreeEvent which) {
    switch (which) {
        case TreeEvent::start_ns:
        case TreeEvent::end_ns:
            return XML_SetNamespaceDeclHandler(p.expat, on_start_namespace, on_end_namespace);
        case TreeEvent::comment:
            return XML_SetCommentHandler(p.expat, on_comment);
        case TreeEvent::pi:
            return XML_SetProcessingInstructionHandler(p.expat, on_pi);
        default:
            return;
    }
}
Result<std::string_view> event_name(Attached ts, Object& o) {
    if (is_str(o)) return str_as_utf8(ts, static_cast<Str&>(o));
    if (is_bytes(o)) return std::string_view(static_cast<Bytes&>(o).data);  // to its first zero byte
    return raise(ts, Exc::ValueError, "invalid events sequence");
}
Result<void> set_events(Attached ts, TreeParser& p, Object& queue, Object* wanted) {
    if (!p.target) return raise(ts, Exc::ValueError, "XMLParser.__init__() wasn't called");
    if (!builder_of(p))
        return raise(ts, Exc::TypeError, "event handling only supported for ElementTree.TreeBuilder targets");
    const Ref<TreeBuilder> b = Ref<TreeBuilder>::share(*builder_of(p));
    replace_field<Object>(ts, b->append_event, TRY(get_attr(ts, queue, id(Name::append))).release());
    for (Object*& event : b->event) replace_field<Object>(ts, event, nullptr);
    if (!wanted || is_none(*wanted)) {
        const Ref<Str> name = TRY(str_intern_utf8(ts, "end"));
        replace_field<Object>(ts, b->event[static_cast<int>(TreeEvent::end)], name.copy().release());
        return {};
    }
    const Ref<Object> held = TRY(sequence_fast(ts, *wanted, "events must be a sequence"));
    const Ref<Tuple> names = TRY(to_tuple(ts, *held));
    for (Index i = 0; i < names->size; ++i) {
        const std::string_view name = TRY(event_name(ts, *names->item[i]));
        int which = 0;
        while (which < kTreeEvents && name != kTreeEventNames[which]) ++which;
        if (which == kTreeEvents) return raise(ts, Exc::ValueError, "unknown event '{}'", name);
        replace_field<Object>(ts, b->event[which], Ref<Object>::share(*names->item[i]).release());
        ask_for_event(p, static_cast<TreeEvent>(which));
    }
    return {};
}

Result<Ref<Object>> get_version(Attached ts, TreeParser&) {
    const XML_Expat_Version v = XML_ExpatVersionInfo();
    return str_format(ts, "Expat {}.{}.{}", v.major, v.minor, v.micro);
}
constexpr Method methods[] = {
    method<feed>("feed($self, data, /)", "Parses a piece of a document."),
    method<close>("close($self, /)",
                  "Says that the document is whole; answers what the target's close() gives."),
    method<parse_whole>("_parse_whole($self, file, /)", "Parses what file.read() gives, to its end."),
    method<set_events>("_setevents($self, events_queue, events_to_report=None, /)",
                       "Appends these events to a queue as they come."),
    {},
};
constexpr GetSet getset[] = {getter<get_version>("version", "which expat it is over"), {}};
constexpr int kMemberObject = 6, kMemberReadOnly = 1;
MemberDef members[] = {
    {"entity", kMemberObject, offsetof(TreeParser, entity), kMemberReadOnly,
     "what entities stand for, a dict"},
    {"target", kMemberObject, offsetof(TreeParser, target), kMemberReadOnly,
     "whom the parser tells what it finds"},
    {},
};

}  // namespace

extern const TypeSpec tree_parser_spec;
const TypeSpec tree_parser_spec = {
    .name = "xml.etree.ElementTree.XMLParser",
    .doc = "Parses a document and tells a target, by default a builder of trees, what is in it.",
    .basicsize = sizeof(TreeParser),
    .flags = kTypeHasGc | kTypeBaseType,
    .traverse = parser_traverse,
    .clear = parser_clear,
    .methods = methods,
    .getset = getset,
    .members = members,
    .dealloc = typed_slot<parser_dealloc>,
    .init = slot<parser_init>,
    .tp_new = slot<make_parser>,
};

}  // namespace baton
