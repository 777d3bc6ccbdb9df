// posix: moving data between descriptors and many buffers at once, and files without a name.
#include "vm/modules/posix_transfer.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <climits>
#include <memory>
#include <vector>

#include "runtime/types/memoryview.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "vm/audit.h"
#include "vm/modules/posix.h"

namespace baton {

namespace {

// The buffers of readv and its kin, held for the time of the call.
class Vectors {
  public:
    Result<void> get(Attached ts, Object& buffers, bool writable, const char* function) {
        if (!is_sequence(buffers))
            return raise(ts, Exc::TypeError, "{}() arg 2 must be a sequence", function);
        const Index count = TRY(length(ts, buffers));
        for (Index i = 0; i < count; ++i) {
            items_.push_back(TRY(sequence_item(ts, buffers, i)));
            held_.push_back(std::make_unique<BufferHold>());
            BufferHold& hold = *held_.back();
            TRY(get_buffer(ts, *items_.back(), &hold.view, writable ? kBufferWritable : kBufferSimple));
            hold.held = true;
            parts_.push_back({hold.view.buf, static_cast<size_t>(hold.view.len)});
        }
        return {};
    }
    const iovec* data() const { return parts_.data(); }
    int count() const { return static_cast<int>(parts_.size()); }

  private:
    struct BufferHold {
        BufferHold() = default;
        BufferHold(const BufferHold&) = delete;
        BufferHold& operator=(const BufferHold&) = delete;
        ~BufferHold() {
            if (held) release_buffer(&view);
        }
        BufferView view{};
        bool held = false;
    };
    std::vector<Ref<Object>> items_;
    std::vector<std::unique_ptr<BufferHold>> held_;
    std::vector<iovec> parts_;
};

Result<Index> count_of(Result<int64_t> r) {
    if (!r.ok()) return already_raised();
    return r.take();
}
// offset_src= and offset_dst=: None means the descriptor's own place.
struct Offset {
    off64_t value = 0;
    off64_t* place = nullptr;
    Result<void> get(Attached ts, Object* o) {
        if (o == nullptr || is_none(*o)) return {};
        if (!has_index(*o)) {
            return raise(ts, Exc::TypeError, "'{}' object cannot be interpreted as an integer",
                         type_name(*o));
        }
        const Ref<Int> number = TRY(number_index(ts, *o));
        value = TRY(convert_int64(ts, Value(number.get()), INT64_MIN, INT64_MAX, "long"));
        place = &value;
        return {};
    }
};

}  // namespace

Result<Index> posix_readv(Attached ts, Module&, int fd, Object& buffers) {
    Vectors v;
    TRY(v.get(ts, buffers, true, "readv"));
    return count_of(checked_call(ts, nullptr, [&] { return ::readv(fd, v.data(), v.count()); }));
}
Result<Index> posix_writev(Attached ts, Module&, int fd, Object& buffers) {
    Vectors v;
    TRY(v.get(ts, buffers, false, "writev"));
    return count_of(checked_call(ts, nullptr, [&] { return ::writev(fd, v.data(), v.count()); }));
}
Result<Index> posix_preadv(Attached ts, Module&, int fd, Object& buffers, int64_t offset, Opt<int> flags) {
    Vectors v;
    TRY(v.get(ts, buffers, true, "preadv"));
    const int how = flags.or_else(0);
    return count_of(
        checked_call(ts, nullptr, [&] { return ::preadv2(fd, v.data(), v.count(), offset, how); }));
}
Result<Index> posix_pwritev(Attached ts, Module&, int fd, Object& buffers, int64_t offset, Opt<int> flags) {
    Vectors v;
    TRY(v.get(ts, buffers, false, "pwritev"));
    const int how = flags.or_else(0);
    return count_of(
        checked_call(ts, nullptr, [&] { return ::pwritev2(fd, v.data(), v.count(), offset, how); }));
}

Result<Index> posix_copy_file_range(Attached ts, Module&, int src, int dst, Index count, Object* offset_src,
                                    Object* offset_dst) {
    if (count < 0) return raise(ts, Exc::ValueError, "negative value for 'count' not allowed");
    Offset from, to;
    TRY(from.get(ts, offset_src));
    TRY(to.get(ts, offset_dst));
    return count_of(checked_call(ts, nullptr, [&] {
        return ::copy_file_range(src, from.place, dst, to.place, static_cast<size_t>(count), 0);
    }));
}
Result<Index> posix_splice(Attached ts, Module&, int src, int dst, Index count, Object* offset_src,
                           Object* offset_dst, Opt<int> flags) {
    if (count < 0) return raise(ts, Exc::ValueError, "negative value for 'count' not allowed");
    Offset from, to;
    TRY(from.get(ts, offset_src));
    TRY(to.get(ts, offset_dst));
    const auto how = static_cast<unsigned>(flags.or_else(0));
    return count_of(checked_call(ts, nullptr, [&] {
        return ::splice(src, from.place, dst, to.place, static_cast<size_t>(count), how);
    }));
}

Result<void> posix_lockf(Attached ts, Module&, int fd, int command, int64_t length) {
    TRY(audit_values(ts, "os.lockf", fd, command, length));
    TRY(checked_call(ts, nullptr, [&] { return ::lockf(fd, command, length); }));
    return {};
}
// These two give the number of the error itself.
Result<void> posix_fallocate(Attached ts, Module&, int fd, int64_t offset, int64_t length) {
    TRY(checked_call(ts, nullptr, [&] {
        errno = ::posix_fallocate(fd, offset, length);
        return errno != 0 ? -1 : 0;
    }));
    return {};
}
Result<void> posix_fadvise(Attached ts, Module&, int fd, int64_t offset, int64_t length, int advice) {
    TRY(checked_call(ts, nullptr, [&] {
        errno = ::posix_fadvise(fd, offset, length, advice);
        return errno != 0 ? -1 : 0;
    }));
    return {};
}
Result<void> posix_sync(Attached ts, Module&) {
    ts.detached([] { ::sync(); });
    return {};
}

Result<Index> posix_memfd_create(Attached ts, Module&, Object& name, Opt<int> flags) {
    PathArg text;
    TRY(text.get(ts, &name, "memfd_create", "name"));
    const auto how = static_cast<unsigned>(flags.or_else(MFD_CLOEXEC));
    int error = 0;
    const int fd = system_call(ts, &error, [&] { return ::memfd_create(text.c_str(), how); });
    if (fd < 0) return raise_oserror(ts, error);
    return fd;
}
Result<Index> posix_eventfd(Attached ts, Module&, Object& initval, Opt<int> flags) {
    const Ref<Int> number = TRY(number_index(ts, initval));
    int overflow = 0;
    const int64_t value = int_as_int64(*number, &overflow);
    if (overflow < 0 || (overflow == 0 && value < 0))
        return raise(ts, Exc::ValueError, "value must be positive");
    if (overflow > 0 || value > UINT_MAX)
        return raise(ts, Exc::OverflowError, "Python int too large for C unsigned int");
    const int fd = ::eventfd(static_cast<unsigned>(value), flags.or_else(EFD_CLOEXEC));
    if (fd < 0) return raise_oserror(ts, errno);
    return fd;
}
Result<Ref<Object>> posix_eventfd_read(Attached ts, Module&, int fd) {
    eventfd_t value = 0;
    TRY(checked_call(ts, nullptr, [&] { return ::eventfd_read(fd, &value); }));
    return int_from_uint64(ts, value);
}
Result<void> posix_eventfd_write(Attached ts, Module&, int fd, Object& value) {
    const Ref<Int> number = TRY(number_index(ts, value));
    uint64_t amount = 0;
    if (number->size < 0) return raise(ts, Exc::ValueError, "value must be positive");
    if (!int_as_uint64(*number, &amount))
        return raise(ts, Exc::OverflowError, "Python int too large for C unsigned long long");
    TRY(checked_call(ts, nullptr, [&] { return ::eventfd_write(fd, amount); }));
    return {};
}

}  // namespace baton
