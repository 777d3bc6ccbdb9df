// posix: moving data between descriptors and many buffers at once, and files without a name; posix.cpp has
// the table. Callers: attached threads.
#pragma once
#include "runtime/native.h"

namespace baton {

Result<Index> posix_readv(Attached ts, Module& module, int fd, Object& buffers);
Result<Index> posix_writev(Attached ts, Module& module, int fd, Object& buffers);
Result<Index> posix_preadv(Attached ts, Module& module, int fd, Object& buffers, int64_t offset,
                           Opt<int> flags);
Result<Index> posix_pwritev(Attached ts, Module& module, int fd, Object& buffers, int64_t offset,
                            Opt<int> flags);
Result<Index> posix_copy_file_range(Attached ts, Module& module, int src, int dst, Index count,
                                    Object* offset_src, Object* offset_dst);
Result<Index> posix_splice(Attached ts, Module& module, int src, int dst, Index count, Object* offset_src,
                           Object* offset_dst, Opt<int> flags);
Result<void> posix_lockf(Attached ts, Module& module, int fd, int command, int64_t length);
Result<void> posix_fallocate(Attached ts, Module& module, int fd, int64_t offset, int64_t length);
Result<void> posix_fadvise(Attached ts, Module& module, int fd, int64_t offset, int64_t length, int advice);
Result<void> posix_sync(Attached ts, Module& module);
Result<Index> posix_memfd_create(Attached ts, Module& module, Object& name, Opt<int> flags);
Result<Index> posix_eventfd(Attached ts, Module& module, Object& initval, Opt<int> flags);
Result<Ref<Object>> posix_eventfd_read(Attached ts, Module& module, int fd);
Result<void> posix_eventfd_write(Attached ts, Module& module, int fd, Object& value);

}  // namespace baton
