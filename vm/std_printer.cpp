// See std_printer.h.
#include "vm/std_printer.h"

#include <unistd.h>

#include "runtime/allocate_instance.h"
#include "runtime/codec.h"
#include "runtime/native.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/str.h"
#include "vm/vm_types.h"

namespace baton {
namespace {

struct StdPrinter : Object {
    int fd;
};

Result<Index> printer_write(Attached ts, StdPrinter& self, Str& text) {
    const Ref<Bytes> bytes = TRY(encode_utf8(ts, text, "backslashreplace"));
    const char* data = bytes->data;
    const auto size = static_cast<size_t>(bytes->size);
    // Nobody could be told that it failed.
    const ssize_t n = ts.detached([&] { return ::write(self.fd, data, size); });
    return n < 0 ? 0 : static_cast<Index>(n);
}
Result<Index> printer_fileno(Attached, StdPrinter& self) {
    return self.fd;
}
Result<bool> printer_isatty(Attached, StdPrinter& self) {
    return ::isatty(self.fd) != 0;
}
Result<void> printer_nothing(Attached, StdPrinter&) {
    return {};
}
Result<Ref<Object>> printer_repr(Attached ts, StdPrinter& self) {
    return str_format(ts, "<stderrprinter(fd={}) object>", self.fd);
}
Result<Ref<Object>> get_closed(Attached, Object&) {
    return Ref<Object>::share(bool_object(false));
}
Result<Ref<Object>> get_encoding(Attached ts, Object&) {
    return str_intern_utf8(ts, "utf-8");
}
Result<Ref<Object>> get_mode(Attached ts, Object&) {
    return str_intern_utf8(ts, "w");
}

constexpr Method methods[] = {
    method<printer_nothing>("close($self, /)", "Does nothing: the descriptor is the process's."),
    method<printer_fileno>("fileno($self, /)", "The descriptor."),
    method<printer_nothing>("flush($self, /)", "Does nothing: everything is written at once."),
    method<printer_isatty>("isatty($self, /)", "Whether the descriptor is a terminal."),
    method<printer_write>("write($self, text, /)", "Writes text at once, and gives the number of its bytes."),
    {},
};
constexpr GetSet getset[] = {
    GetSet{"closed", get_closed, nullptr, nullptr},
    GetSet{"encoding", get_encoding, nullptr, nullptr},
    GetSet{"mode", get_mode, nullptr, nullptr},
    {},
};
void printer_dealloc(Attached ts, StdPrinter& self) {
    free_instance(ts, self);
}

}  // namespace

Result<Ref<Object>> std_printer_new(Attached ts, int fd) {
    Ref<StdPrinter> made = TRY(new_instance<StdPrinter>(ts, PyStdPrinter_Type));
    made->fd = fd;
    return made;
}

const TypeSpec std_printer_spec = {
    .name = "stderrprinter",
    .doc = "Writes to a descriptor at once.",
    .basicsize = sizeof(StdPrinter),
    .flags = kTypeDisallowInstantiation,
    .methods = methods,
    .getset = getset,
    .dealloc = typed_slot<printer_dealloc>,
    .repr = typed_slot<printer_repr>,
};

}  // namespace baton
