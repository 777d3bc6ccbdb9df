// One format unit of PyArg_Parse at a time: an object to C values.
//
// What a unit has acquired (buffers, encoded strings, what O& converters own) is given back by the destructor
// unless keep() was called: a call that fails leaves nothing behind. Callers: attached threads; the va_list
// stays the caller's.
#pragma once
#include <vector>

#include "capi/impl.h"

namespace baton {

inline constexpr const char* kUnclean = "PY_SSIZE_T_CLEAN macro must be defined for '#' formats";

// A whole argument list by its format, into the C variables that va names. False: raised.
// `clean`: the caller says that its lengths after # are Py_ssize_t (PY_SSIZE_T_CLEAN); otherwise # is
// refused.
bool parse_tuple(Attached ts, Object* args, const char* format, va_list* va, bool clean);
bool parse_keywords(Attached ts, Object* args, Object* kwargs, const char* format, char** names, va_list* va,
                    bool clean);

class ArgumentParser {
  public:
    // function, message: what follows ':' and ';' in the format; null = absent.
    ArgumentParser(Attached ts, const char* format, va_list* va, const char* function, const char* message)
        : ts_(ts), f_(format), va_(va), function_(function), message_(message) {}
    ~ArgumentParser();
    ArgumentParser(const ArgumentParser&) = delete;
    ArgumentParser& operator=(const ArgumentParser&) = delete;

    // Converts the next argument, number `index` from 1 (0: the only one, which has no number). o null: skips
    // the unit and its C arguments. False: raised.
    bool next(Object* o, int index);
    // Everything succeeded: what was acquired belongs to the caller.
    void keep() { acquired_.clear(); }

  private:
    using Converter = int (*)(Object*, void*);
    struct Acquired {
        enum Kind : uint8_t { kBuffer, kMemory, kConverter } kind;
        void* what;
        Converter converter;
    };

    bool unit(Object* o);
    bool skip();
    bool sequence(Object* o);
    bool string(char c, Object* o);
    bool wide(bool none_passes, Object* o);
    bool bad_unit(const char* rest);  // "impossible<bad format char>" where a unit is skipped
    bool encoded(bool bytes_pass, Object* o);
    bool whole_buffer(Object* o, BufferView* view);
    bool read_only_bytes(Object* o, const char** data, Index* size);
    bool converted(Object* o);
    bool wrong(const char* expected, Object* got);  // "must be EXPECTED, not TYPE"
    bool refuse(std::string_view what);             // after "argument N"
    template <class T>
    bool integer(Object* o, int64_t low, int64_t high, const char* what);
    template <class T>
    bool masked(Object* o);
    template <class T>
    bool stored(T v) {
        *va_arg(*va_, T*) = v;
        return true;
    }

    Attached ts_;
    const char* f_;
    va_list* va_;
    const char* function_;
    const char* message_;
    int index_ = 0;
    std::vector<int> items_;  // where in nested sequences the unit stands
    std::vector<Acquired> acquired_;
};

}  // namespace baton
