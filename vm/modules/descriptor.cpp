// A file descriptor as Python code gives it: an int, or an object with fileno().
#include "vm/modules/descriptor.h"

#include <climits>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/native.h"
#include "runtime/types/int.h"

namespace baton {

Result<int> file_descriptor(Attached ts, Object& o) {
    OptRef<Object> given;
    if (is_int(o)) {
        given = OptRef<Object>::share(&o);
    } else {
        const OptRef<Object> method = TRY(get_attr_opt(ts, o, id(Name::fileno)));
        if (!method) return raise(ts, Exc::TypeError, "argument must be an int, or have a fileno() method.");
        given = TRY(call(ts, *method));
        if (!is_int(*given)) return raise(ts, Exc::TypeError, "fileno() returned a non-integer");
    }
    int overflow = 0;
    const int64_t number = int_as_int64(static_cast<Int&>(*given), &overflow);
    if (overflow != 0 || number < INT_MIN || number > INT_MAX)
        return raise(ts, Exc::OverflowError, "Python int too large to convert to C int");
    if (number < 0)
        return raise(ts, Exc::ValueError, "file descriptor cannot be a negative integer ({})", number);
    return static_cast<int>(number);
}

}  // namespace baton
