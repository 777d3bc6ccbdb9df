// See dump_traceback.h.
#include "vm/dump_traceback.h"

#include <unistd.h>

#include "runtime/gc.h"
#include "runtime/types/dict.h"
#include "runtime/types/module.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "threadstate/interpreter_state.h"
#include "vm/frame.h"

namespace baton {
namespace {

constexpr int kMostFrames = 100, kMostThreads = 100;
constexpr Index kMostText = 500;

// Text with everything but printable ASCII escaped.
class RawText {
  public:
    explicit RawText(int fd) : fd_(fd) {}
    ~RawText() { flush(); }
    RawText(const RawText&) = delete;
    RawText& operator=(const RawText&) = delete;

    void put(char c) {
        if (used_ == sizeof text_) flush();
        text_[used_++] = c;
    }
    void put(const char* s) {
        while (*s != '\0') put(*s++);
    }
    void number(unsigned n) {
        char digits[12];
        int count = 0;
        do digits[count++] = static_cast<char>('0' + n % 10);
        while ((n /= 10) > 0);
        while (count > 0) put(digits[--count]);
    }
    void hex(unsigned long n, int width) {
        for (int shift = (width - 1) * 4; shift >= 0; shift -= 4) put("0123456789abcdef"[(n >> shift) & 15]);
    }
    void text(const Str& s) {
        for (Index i = 0; i < s.length && i < kMostText; ++i) {
            const uint32_t c = str_char_unchecked(s, i);
            if (c >= ' ' && c < 127) {
                put(static_cast<char>(c));
                continue;
            }
            put('\\');
            put(c < 0x100 ? 'x' : c < 0x10000 ? 'u' : 'U');
            hex(c, c < 0x100 ? 2 : c < 0x10000 ? 4 : 8);
        }
        if (s.length > kMostText) put("...");
    }

  private:
    void flush() {
        for (size_t done = 0; done < used_;) {
            const ssize_t n = ::write(fd_, text_ + done, used_ - done);
            if (n <= 0) break;
            done += static_cast<size_t>(n);
        }
        used_ = 0;
    }
    char text_[512];
    size_t used_ = 0;
    int fd_;
};

}  // namespace

void dump_traceback(int fd, ThreadState& state) {
    RawText out(fd);
    Frame* f = state.upper<RuntimeThread>().frame;
    if (!f) {
        out.put("  <no Python frame>\n");
        return;
    }
    for (int shown = 0; f; f = f->prev, ++shown) {
        if (shown == kMostFrames) {
            out.put("  ...\n");
            return;
        }
        out.put("  File ");
        if (f->code && f->code->filename) {
            out.put('"');
            out.text(*f->code->filename);
            out.put('"');
        } else {
            out.put("???");
        }
        out.put(", line ");
        const int line = f->code ? frame_line(*f) : -1;
        if (line >= 0)
            out.number(static_cast<unsigned>(line));
        else
            out.put("???");
        out.put(" in ");
        if (f->code && f->code->name)
            out.text(*f->code->name);
        else
            out.put("???");
        out.put('\n');
    }
}

void dump_threads(int fd, InterpreterState& interp, ThreadState* current, bool all) {
    if (!all) {
        if (!current) return;
        RawText(fd).put("Stack (most recent call first):\n");
        dump_traceback(fd, *current);
        return;
    }
    int shown = 0;
    for (ThreadState* t = interp.threads; t; t = t->next, ++shown) {
        {
            RawText out(fd);
            if (shown > 0) out.put('\n');
            if (shown == kMostThreads) {
                out.put("...\n");
                return;
            }
            out.put(t == current ? "Current thread 0x" : "Thread 0x");
            out.hex(t->thread_id, 16);
            out.put(" (most recent call first):\n");
            const GcState* gc = interp.upper<RuntimeInterp>().gc;
            if (t == current && gc && gc->collecting) out.put("  Garbage-collecting\n");
        }
        dump_traceback(fd, *t);
    }
}

namespace {
// By its characters: hashing may call into Python.
bool set_has_name(Set& names, const Str& name) {
    Index pos = 0;
    Object* key;
    Hash hash;
    while (set_next(names, &pos, &key, &hash)) {
        if (is_str(*key) && str_eq(static_cast<Str&>(*key), name)) return true;
    }
    return false;
}
}  // namespace

void dump_extension_modules(int fd, InterpreterState& interp) {
    auto& in = interp.upper<RuntimeInterp>();
    if (!in.sys_modules) return;
    Object *library = nullptr, *key, *value;
    Index pos = 0;
    while (in.sys_dict && dict_next(*in.sys_dict, &pos, &key, &value)) {
        if (is_str(*key) && str_eq_ascii(static_cast<Str&>(*key), "stdlib_module_names")) library = value;
    }
    if (library && !is_instance_exact(*library, PySet_Type) && !is_instance_exact(*library, PyFrozenSet_Type))
        library = nullptr;
    RawText out(fd);
    unsigned count = 0;
    pos = 0;
    while (dict_next(*in.sys_modules, &pos, &key, &value)) {
        if (!is_str(*key) || !is_module(*value) || !is_native_module(static_cast<Module&>(*value))) continue;
        const auto& name = static_cast<Str&>(*key);
        if (library && set_has_name(static_cast<Set&>(*library), name)) continue;
        out.put(count++ ? ", " : "\nExtension modules: ");
        out.text(name);
    }
    if (!count) return;
    out.put(" (total: ");
    out.number(count);
    out.put(")\n");
}

}  // namespace baton
