// _register_code: looking at compiled code, for tests and for people.
#include "runtime/native.h"
#include "runtime/types/bytes.h"
#include "runtime/types/str.h"
#include "vm/code.h"
#include "vm/code_bytes.h"
#include "vm/disassemble.h"
#include "vm/verify.h"

namespace baton {

namespace {

Result<Code*> as_code(Attached ts, Object& o) {
    if (!is_code(o)) return raise(ts, Exc::TypeError, "expected a code object, not {}", type_name(o));
    return static_cast<Code*>(&o);
}

Result<Ref<Str>> module_disassemble(Attached ts, Object&, Object& code) {
    Code* c = TRY(as_code(ts, code));
    return str_new_utf8(ts, disassemble(*c));
}
Result<Ref<Str>> module_disassemble_all(Attached ts, Object&, Object& code) {
    Code* c = TRY(as_code(ts, code));
    return str_new_utf8(ts, disassemble_all(*c));
}
Result<Ref<Str>> module_verify(Attached ts, Object&, Object& code) {
    Code* c = TRY(as_code(ts, code));
    return str_new_utf8(ts, verify_code(*c, false));
}

Result<Ref<Bytes>> module_format(Attached ts, Object&) {
    const uint64_t format = code_format();
    return bytes_new(ts, {reinterpret_cast<const char*>(&format), sizeof format});
}

constexpr Method functions[] = {
    method<module_format>("format($module, /)",
                          "The bytes by which marshalled code tells for which build it was made."),
    method<module_disassemble>("disassemble($module, code, /)", "The instructions of a code object as text."),
    method<module_disassemble_all>("disassemble_all($module, code, /)",
                                   "The same for the code objects among its constants too."),
    method<module_verify>("verify($module, code, /)",
                          "What is wrong with a code object; the empty string if nothing is."),
    {},
};

}  // namespace

extern const ModuleSpec register_code_module;
const ModuleSpec register_code_module = {
    .name = "_register_code",
    .doc = "Register code as text.",
    .methods = functions,
};

}  // namespace baton
