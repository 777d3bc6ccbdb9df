// pyexpat: what expat calls, and how it becomes calls of Python functions.
#include <array>
#include <cstring>

#include "runtime/call.h"
#include "runtime/codec.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/modules/expat.h"

namespace baton {

namespace {

enum Handler : int {
    kStartElement,
    kEndElement,
    kProcessingInstruction,
    kCharacterData,
    kUnparsedEntityDecl,
    kNotationDecl,
    kStartNamespaceDecl,
    kEndNamespaceDecl,
    kComment,
    kStartCdataSection,
    kEndCdataSection,
    kDefault,
    kDefaultExpand,
    kNotStandalone,
    kExternalEntityRef,
    kStartDoctypeDecl,
    kEndDoctypeDecl,
    kEntityDecl,
    kXmlDecl,
    kElementDecl,
    kAttlistDecl,
    kSkippedEntity,
};

XmlParser& parser_of(void* data) {
    return *static_cast<XmlParser*>(data);
}

// Text or None.
Result<Ref<Object>> text_or_none(Attached ts, const XML_Char* s) {
    if (!s) return Ref<Object>::share(none());
    return str_new_utf8(ts, s);
}
// The same name gives the same object as long as the parser lives.
Result<Ref<Object>> name_or_none(Attached ts, XmlParser& p, const XML_Char* s) {
    if (!s) return Ref<Object>::share(none());
    Ref<Str> name = TRY(str_new_utf8(ts, s));
    if (!p.intern) return name;
    return dict_setdefault(ts, *p.intern, *name, *name);
}

// Calls a handler; what it raises ends the parse.
OptRef<Object> call_handler(XmlParser& p, Handler which, std::initializer_list<Object*> args) {
    const Attached ts = *p.running;
    const Ref<Object> handler = Ref<Object>::share(*p.handlers[which]);
    p.in_callback = true;
    auto result = call(ts, *handler, args);
    p.in_callback = false;
    if (!result.ok()) {
        expat_forget_handlers(ts, p);
        // An entity that nobody reads is not to be taken for read.
        XML_SetExternalEntityRefHandler(p.expat, [](XML_Parser, const XML_Char*, const XML_Char*,
                                                    const XML_Char*, const XML_Char*) { return 0; });
        return {};
    }
    return OptRef<Object>(result.take());
}
// The common course: text first, then arguments made by `make`, then the call.
template <class F>
OptRef<Object> event(void* data, Handler which, F&& make) {
    XmlParser& p = parser_of(data);
    if (!p.handlers[which] || pending(*p.running)) return {};
    if (!expat_flush_text(p)) return {};
    if (!p.handlers[which]) return {};
    const Attached ts = *p.running;
    auto result = [&]() -> Result<OptRef<Object>> { return make(ts, p); }();
    if (!result.ok()) {
        expat_forget_handlers(ts, p);
        return {};
    }
    return result.take();
}
// Handlers of names and texts only.
template <class... T>
void event_of_texts(void* data, Handler which, const T*... texts) {
    (void)event(data, which, [&](Attached ts, XmlParser& p) -> Result<OptRef<Object>> {
        const XML_Char* const given[] = {texts...};
        std::array<OptRef<Object>, sizeof...(T)> values;
        for (size_t i = 0; i < values.size(); ++i) values[i] = TRY(name_or_none(ts, p, given[i]));
        return [&]<size_t... I>(std::index_sequence<I...>) {
            return call_handler(p, which, {values[I].get()...});
        }
        (std::make_index_sequence<sizeof...(T)>());
    });
}
void event_alone(void* data, Handler which) {
    (void)event(data, which,
                [&](Attached, XmlParser& p) -> Result<OptRef<Object>> { return call_handler(p, which, {}); });
}
// The number a handler answers with; 0 when it raised.
int answer(XmlParser& p, OptRef<Object> result) {
    if (!result) return 0;
    const Attached ts = *p.running;
    auto number = convert_int64(ts, Value(result.get()), INT32_MIN, INT32_MAX, "int");
    if (number.ok()) return static_cast<int>(number.take());
    expat_forget_handlers(ts, p);
    return 0;
}

// ---- elements and text ----
void on_start_element(void* data, const XML_Char* name, const XML_Char** attributes) {
    (void)event(data, kStartElement, [&](Attached ts, XmlParser& p) -> Result<OptRef<Object>> {
        int count = 0;
        if (p.specified_attributes)
            count = XML_GetSpecifiedAttributeCount(p.expat);
        else
            while (attributes[count]) count += 2;
        OptRef<Object> container;
        if (p.ordered_attributes) {
            const Ref<List> list = TRY(list_new(ts));
            for (int i = 0; i < count; i += 2) {
                Ref<Object> key = TRY(name_or_none(ts, p, attributes[i]));
                Ref<Object> value = TRY(text_or_none(ts, attributes[i + 1]));
                TRY(list_append_owned(ts, *list, std::move(key)));
                TRY(list_append_owned(ts, *list, std::move(value)));
            }
            container = list.copy();
        } else {
            const Ref<Dict> dict = TRY(dict_new(ts));
            for (int i = 0; i < count; i += 2) {
                const Ref<Object> key = TRY(name_or_none(ts, p, attributes[i]));
                const Ref<Object> value = TRY(text_or_none(ts, attributes[i + 1]));
                TRY(dict_set(ts, *dict, *key, *value));
            }
            container = dict.copy();
        }
        const Ref<Object> tag = TRY(name_or_none(ts, p, name));
        return call_handler(p, kStartElement, {tag.get(), container.get()});
    });
}
void on_end_element(void* data, const XML_Char* name) {
    event_of_texts(data, kEndElement, name);
}
void give_text(XmlParser& p, std::string_view text) {
    const Attached ts = *p.running;
    if (!p.handlers[kCharacterData]) return;
    auto s = str_new_utf8(ts, text);
    if (s.ok())
        (void)call_handler(p, kCharacterData, {s.get()});
    else
        expat_forget_handlers(ts, p);
}
void on_text(void* data, const XML_Char* text, int length) {
    XmlParser& p = parser_of(data);
    if (pending(*p.running)) return;
    if (!p.text) return give_text(p, {text, static_cast<size_t>(length)});
    if (p.text->size() + static_cast<size_t>(length) > static_cast<size_t>(p.buffer_size)) {
        if (!expat_flush_text(p) || !p.handlers[kCharacterData]) return;
    }
    if (length > p.buffer_size) return give_text(p, {text, static_cast<size_t>(length)});
    p.text->append(text, static_cast<size_t>(length));
}
void on_default(void* data, Handler which, const XML_Char* text, int length) {
    (void)event(data, which, [&](Attached ts, XmlParser& p) -> Result<OptRef<Object>> {
        const Ref<Str> s = TRY(str_new_utf8(ts, {text, static_cast<size_t>(length)}));
        return call_handler(p, which, {s.get()});
    });
}

// ---- declarations ----
void on_entity(void* data, const XML_Char* name, int is_parameter, const XML_Char* value, int length,
               const XML_Char* base, const XML_Char* system_id, const XML_Char* public_id,
               const XML_Char* notation) {
    (void)event(data, kEntityDecl, [&](Attached ts, XmlParser& p) -> Result<OptRef<Object>> {
        const Ref<Object> n = TRY(name_or_none(ts, p, name)), b = TRY(name_or_none(ts, p, base)),
                          s = TRY(name_or_none(ts, p, system_id)), u = TRY(name_or_none(ts, p, public_id)),
                          t = TRY(name_or_none(ts, p, notation));
        const Ref<Object> v = value ? Ref<Object>(TRY(str_new_utf8(ts, {value, static_cast<size_t>(length)})))
                                    : Ref<Object>::share(none());
        const Ref<Int> kind = TRY(box_int(ts, is_parameter));
        return call_handler(p, kEntityDecl,
                            {n.get(), kind.get(), v.get(), b.get(), s.get(), u.get(), t.get()});
    });
}
void on_xml_decl(void* data, const XML_Char* version, const XML_Char* encoding, int standalone) {
    (void)event(data, kXmlDecl, [&](Attached ts, XmlParser& p) -> Result<OptRef<Object>> {
        const Ref<Object> v = TRY(text_or_none(ts, version)), e = TRY(text_or_none(ts, encoding));
        const Ref<Int> s = TRY(box_int(ts, standalone));
        return call_handler(p, kXmlDecl, {v.get(), e.get(), s.get()});
    });
}
Result<Ref<Object>> model_tuple(Attached ts, XmlParser& p, const XML_Content& model) {
    RecursionScope scope(ts);
    TRY(scope.enter(" in conv_content_model"));
    const Ref<List> children = TRY(list_new(ts));
    for (unsigned i = 0; i < model.numchildren; ++i) {
        Ref<Object> child = TRY(model_tuple(ts, p, model.children[i]));
        TRY(list_append_owned(ts, *children, std::move(child)));
    }
    const Ref<Int> type = TRY(box_int(ts, model.type)), quantity = TRY(box_int(ts, model.quant));
    const Ref<Object> name = TRY(name_or_none(ts, p, model.name));
    const Ref<Tuple> parts = TRY(to_tuple(ts, *children));
    return tuple_of(ts, {type.get(), quantity.get(), name.get(), parts.get()});
}
void on_element_decl(void* data, const XML_Char* name, XML_Content* model) {
    (void)event(data, kElementDecl, [&](Attached ts, XmlParser& p) -> Result<OptRef<Object>> {
        const Ref<Object> m = TRY(model_tuple(ts, p, *model));
        const Ref<Object> n = TRY(name_or_none(ts, p, name));
        return call_handler(p, kElementDecl, {n.get(), m.get()});
    });
    XML_FreeContentModel(parser_of(data).expat, model);
}
void on_attlist(void* data, const XML_Char* element, const XML_Char* attribute, const XML_Char* type,
                const XML_Char* otherwise, int required) {
    (void)event(data, kAttlistDecl, [&](Attached ts, XmlParser& p) -> Result<OptRef<Object>> {
        const Ref<Object> e = TRY(name_or_none(ts, p, element)), a = TRY(name_or_none(ts, p, attribute));
        const Ref<Object> t = TRY(text_or_none(ts, type)), d = TRY(text_or_none(ts, otherwise));
        const Ref<Int> r = TRY(box_int(ts, required));
        return call_handler(p, kAttlistDecl, {e.get(), a.get(), t.get(), d.get(), r.get()});
    });
}
void on_skipped(void* data, const XML_Char* name, int is_parameter) {
    (void)event(data, kSkippedEntity, [&](Attached ts, XmlParser& p) -> Result<OptRef<Object>> {
        const Ref<Object> n = TRY(name_or_none(ts, p, name));
        const Ref<Int> kind = TRY(box_int(ts, is_parameter));
        return call_handler(p, kSkippedEntity, {n.get(), kind.get()});
    });
}
void on_doctype(void* data, const XML_Char* name, const XML_Char* system_id, const XML_Char* public_id,
                int has_internal_subset) {
    (void)event(data, kStartDoctypeDecl, [&](Attached ts, XmlParser& p) -> Result<OptRef<Object>> {
        const Ref<Object> n = TRY(name_or_none(ts, p, name)), s = TRY(name_or_none(ts, p, system_id)),
                          u = TRY(name_or_none(ts, p, public_id));
        const Ref<Int> has = TRY(box_int(ts, has_internal_subset));
        return call_handler(p, kStartDoctypeDecl, {n.get(), s.get(), u.get(), has.get()});
    });
}
int on_not_standalone(void* data) {
    XmlParser& p = parser_of(data);
    return answer(p, event(data, kNotStandalone, [&](Attached, XmlParser& q) -> Result<OptRef<Object>> {
                      return call_handler(q, kNotStandalone, {});
                  }));
}
// expat gives the parser here, not the user data.
int on_external_entity(XML_Parser expat, const XML_Char* context, const XML_Char* base,
                       const XML_Char* system_id, const XML_Char* public_id) {
    void* data = XML_GetUserData(expat);
    XmlParser& p = parser_of(data);
    return answer(
        p, event(data, kExternalEntityRef, [&](Attached ts, XmlParser& q) -> Result<OptRef<Object>> {
            const Ref<Object> c = TRY(text_or_none(ts, context)), b = TRY(name_or_none(ts, q, base)),
                              s = TRY(name_or_none(ts, q, system_id)),
                              u = TRY(name_or_none(ts, q, public_id));
            return call_handler(q, kExternalEntityRef, {c.get(), b.get(), s.get(), u.get()});
        }));
}

// Tells expat of a handler, or that there is none.
void install(XML_Parser x, int which, bool on) {
    switch (which) {
        case kStartElement:
            return XML_SetStartElementHandler(x, on ? on_start_element : nullptr);
        case kEndElement:
            return XML_SetEndElementHandler(x, on ? on_end_element : nullptr);
        case kProcessingInstruction:
            return XML_SetProcessingInstructionHandler(
                x, on ? +[](void* d, const XML_Char* a,
                            const XML_Char* b) { event_of_texts(d, kProcessingInstruction, a, b); }
                      : nullptr);
        case kCharacterData:
            return XML_SetCharacterDataHandler(x, on ? on_text : nullptr);
        case kUnparsedEntityDecl:
            return XML_SetUnparsedEntityDeclHandler(
                x,
                on ? +[](void* d, const XML_Char* a, const XML_Char* b, const XML_Char* c, const XML_Char* e,
                         const XML_Char* f) { event_of_texts(d, kUnparsedEntityDecl, a, b, c, e, f); }
                   : nullptr);
        case kNotationDecl:
            return XML_SetNotationDeclHandler(
                x, on ? +[](void* d, const XML_Char* a, const XML_Char* b, const XML_Char* c,
                            const XML_Char* e) { event_of_texts(d, kNotationDecl, a, b, c, e); }
                      : nullptr);
        case kStartNamespaceDecl:
            return XML_SetStartNamespaceDeclHandler(
                x, on ? +[](void* d, const XML_Char* a,
                            const XML_Char* b) { event_of_texts(d, kStartNamespaceDecl, a, b); }
                      : nullptr);
        case kEndNamespaceDecl:
            return XML_SetEndNamespaceDeclHandler(
                x,
                on ? +[](void* d, const XML_Char* a) { event_of_texts(d, kEndNamespaceDecl, a); } : nullptr);
        case kComment:
            return XML_SetCommentHandler(
                x, on ? +[](void* d, const XML_Char* a) { event_of_texts(d, kComment, a); } : nullptr);
        case kStartCdataSection:
            return XML_SetStartCdataSectionHandler(
                x, on ? +[](void* d) { event_alone(d, kStartCdataSection); } : nullptr);
        case kEndCdataSection:
            return XML_SetEndCdataSectionHandler(
                x, on ? +[](void* d) { event_alone(d, kEndCdataSection); } : nullptr);
        case kDefault:
            return XML_SetDefaultHandler(
                x, on ? +[](void* d, const XML_Char* s, int n) { on_default(d, kDefault, s, n); } : nullptr);
        case kDefaultExpand:
            return XML_SetDefaultHandlerExpand(
                x, on ? +[](void* d, const XML_Char* s, int n) { on_default(d, kDefaultExpand, s, n); }
                      : nullptr);
        case kNotStandalone:
            return XML_SetNotStandaloneHandler(x, on ? on_not_standalone : nullptr);
        case kExternalEntityRef:
            return XML_SetExternalEntityRefHandler(x, on ? on_external_entity : nullptr);
        case kStartDoctypeDecl:
            return XML_SetStartDoctypeDeclHandler(x, on ? on_doctype : nullptr);
        case kEndDoctypeDecl:
            return XML_SetEndDoctypeDeclHandler(
                x, on ? +[](void* d) { event_alone(d, kEndDoctypeDecl); } : nullptr);
        case kEntityDecl:
            return XML_SetEntityDeclHandler(x, on ? on_entity : nullptr);
        case kXmlDecl:
            return XML_SetXmlDeclHandler(x, on ? on_xml_decl : nullptr);
        case kElementDecl:
            return XML_SetElementDeclHandler(x, on ? on_element_decl : nullptr);
        case kAttlistDecl:
            return XML_SetAttlistDeclHandler(x, on ? on_attlist : nullptr);
        default:
            return XML_SetSkippedEntityHandler(x, on ? on_skipped : nullptr);
    }
}

}  // namespace

Result<void> expat_set_handler(Attached ts, XmlParser& p, int which, Object* handler) {
    // What was collected belongs to the handler that is there now.
    if (which == kCharacterData && p.running && !expat_flush_text(p)) return already_raised();
    replace_field<Object>(ts, p.handlers[which], OptRef<Object>::share(handler).release());
    // expat goes on with a run of text after its handler went, so a running parse keeps ours.
    if (!handler && which == kCharacterData && p.in_callback) return {};
    install(p.expat, which, handler != nullptr);
    return {};
}
void expat_forget_handlers(Attached ts, XmlParser& p) {
    auto kept = fetch(ts);
    for (int i = 0; i < kExpatHandlers; ++i) {
        if (!p.handlers[i]) continue;
        install(p.expat, i, false);
        replace_field<Object>(ts, p.handlers[i], nullptr);
    }
    if (kept) restore(ts, std::move(kept).take());
}
void expat_install_handlers(XmlParser& p) {
    for (int i = 0; i < kExpatHandlers; ++i) {
        if (p.handlers[i]) install(p.expat, i, true);
    }
}
bool expat_flush_text(XmlParser& p) {
    if (!p.text || p.text->empty()) return true;
    const std::string text = std::exchange(*p.text, {});
    give_text(p, text);
    return !pending(*p.running);
}

int expat_unknown_encoding(void* data, const XML_Char* name, XML_Encoding* out) {
    return expat_single_byte_encoding(*parser_of(data).running, name, out);
}
int expat_single_byte_encoding(Attached ts, const XML_Char* name, XML_Encoding* out) {
    if (pending(ts)) return XML_STATUS_ERROR;
    char bytes[256];
    for (int i = 0; i < 256; ++i) bytes[i] = static_cast<char>(i);
    auto decoded = decode_view(ts, {bytes, sizeof bytes}, name, "replace");
    if (!decoded.ok()) return XML_STATUS_ERROR;
    if (decoded->length != 256) {
        (void)raise(ts, Exc::ValueError, "multi-byte encodings are not supported");
        return XML_STATUS_ERROR;
    }
    for (int i = 0; i < 256; ++i) {
        const uint32_t c = str_char_unchecked(*decoded, i);
        out->map[i] = c == 0xfffd ? -1 : static_cast<int>(c);
    }
    out->data = nullptr;
    out->convert = nullptr;
    out->release = nullptr;
    return XML_STATUS_OK;
}

}  // namespace baton
