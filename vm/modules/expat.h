// pyexpat: the parser object, shared by the files of the module.
//
// A parser holds expat's parser, whose user data is the Python object. expat calls back only inside Parse()
// and ParseFile(), on the same thread, which stays attached: `running` is that thread. When a handler raises,
// all handlers are taken from expat, which runs on silently to the end of its input; then the call raises.
// Text is handed on at once, or collected while buffer_text is set. Callers: attached threads.
#pragma once
#include <expat.h>

#include <string>

#include "runtime/native.h"
#include "runtime/type.h"

namespace baton {

inline constexpr int kExpatHandlers = 22;

struct XmlParser : Object {
    XML_Parser expat;
    XmlParser* parent;  // of the parser of an external entity: whom it must not outlive
    Object* handlers[kExpatHandlers];
    Dict* intern;       // names to themselves; null = every name is made anew
    std::string* text;  // collected; null: buffer_text is not set
    int buffer_size;
    bool ordered_attributes, specified_attributes, namespace_prefixes, in_callback;
    const Attached* running;
};

// expat_handlers.cpp
Result<void> expat_set_handler(Attached ts, XmlParser& p, int which, Object* handler);  // null: none
void expat_forget_handlers(Attached ts, XmlParser& p);
// Hands on the text collected so far. False: raised.
bool expat_flush_text(XmlParser& p);
int expat_unknown_encoding(void* data, const XML_Char* name, XML_Encoding* out);
// The same for any parser: fills in an encoding of single bytes by what its codec makes of each.
int expat_single_byte_encoding(Attached ts, const XML_Char* name, XML_Encoding* out);
inline constexpr const char* kExpatHandlerNames[kExpatHandlers] = {"StartElementHandler",
                                                                   "EndElementHandler",
                                                                   "ProcessingInstructionHandler",
                                                                   "CharacterDataHandler",
                                                                   "UnparsedEntityDeclHandler",
                                                                   "NotationDeclHandler",
                                                                   "StartNamespaceDeclHandler",
                                                                   "EndNamespaceDeclHandler",
                                                                   "CommentHandler",
                                                                   "StartCdataSectionHandler",
                                                                   "EndCdataSectionHandler",
                                                                   "DefaultHandler",
                                                                   "DefaultHandlerExpand",
                                                                   "NotStandaloneHandler",
                                                                   "ExternalEntityRefHandler",
                                                                   "StartDoctypeDeclHandler",
                                                                   "EndDoctypeDeclHandler",
                                                                   "EntityDeclHandler",
                                                                   "XmlDeclHandler",
                                                                   "ElementDeclHandler",
                                                                   "AttlistDeclHandler",
                                                                   "SkippedEntityHandler"};
// Installs again, in another parser, those handlers that are set.
void expat_install_handlers(XmlParser& p);

extern const TypeSpec xml_parser_spec;

}  // namespace baton
