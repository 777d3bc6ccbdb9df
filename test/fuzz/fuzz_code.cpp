// Fuzz target: marshalled code objects through the reader, the verifier and the disassembler.
//
// Where the format of the code's tables stands (code_bytes.h), inputs have kPlaceholder, so that they outlive
// a change of the opcodes. Whatever the bytes are, the reader makes a value or raises, and the verifier says
// yes or no.
#include "fuzz.h"
#include "vm/code_bytes.h"
#include "vm/disassemble.h"
#include "vm/modules/marshal.h"
#include "vm/verify.h"

using namespace baton;

namespace {

constexpr std::string_view kPlaceholder = "#FORMAT#";

void look_at(Object& o, int depth) {
    if (!is_code(o) || depth > 20) return;
    const auto& code = static_cast<Code&>(o);
    if (verify_code(code, false).empty()) (void)disassemble(code);
    for (Index i = 0; i < code.consts->size; ++i) look_at(*code.consts->item[i], depth + 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Attached ts = fuzz_thread();
    std::string bytes(reinterpret_cast<const char*>(data), size);
    const uint64_t format = code_format();
    for (size_t at = 0; (at = bytes.find(kPlaceholder, at)) != bytes.npos; at += sizeof format)
        bytes.replace(at, sizeof format, reinterpret_cast<const char*>(&format), sizeof format);
    auto value = marshal_read(ts, bytes);
    if (value.ok() == (pending(ts) != nullptr)) found_fault("outcome and exception disagree");
    if (value.ok()) look_at(*value, 0);
    end_of_input(ts);
    return 0;
}
