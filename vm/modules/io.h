// The _io module: its types and what they share.
//
// Structure: IoBase heads every stream object (its __dict__ and weak references), so the abstract bases,
// FileIO, the buffered streams and the text streams are one family of layouts. Every system call detaches and
// is retried after EINTR once the signal handlers have run (PEP 475). Callers: attached threads.
#pragma once
#include <string_view>

#include "runtime/native.h"
#include "runtime/types/bytes.h"

namespace baton {

struct IoBase : Object {
    Dict* dict;
    Object* weakreflist;
};

struct FileIo : IoBase {
    int fd;  // -1 = closed
    bool created, readable, writable, appending, closefd;
    int8_t seekable;  // -1 = not yet known
    bool finalizing;
    unsigned blksize;
};

inline constexpr Index kDefaultBufferSize = 8192;

extern const TypeSpec io_base_spec, io_raw_base_spec, io_buffered_base_spec, io_text_base_spec, io_file_spec,
    io_buffered_reader_spec, io_buffered_writer_spec, io_buffered_random_spec, io_buffered_rwpair_spec,
    io_bytesio_spec, io_bytesio_buffer_spec, io_stringio_spec, io_newline_decoder_spec, io_text_wrapper_spec;

// io.UnsupportedOperation(message).
Raised raise_unsupported(Attached ts, const char* what);
// ValueError "I/O operation on closed file." unless stream.closed is false.
Result<void> check_open(Attached ts, Object& stream);
Result<bool> stream_closed(Attached ts, Object& stream);
// Calls close() in the finalizer of a stream, unless it is closed. Errors are dropped, as CPython does in
// release builds.
void finalize_stream(Attached ts, Object& self);
void stream_dealloc_base(Attached ts, IoBase& self);  // dict and weak references
// Raw calls on a FileIo, usable without going through its methods.
Result<Index> file_read(Attached ts, FileIo& f, char* to, Index n);       // -1: would block
Result<Index> file_write(Attached ts, FileIo& f, std::string_view data);  // -1: would block
Result<Ref<Object>> stream_call(Attached ts, Object& o, const char* method,
                                std::initializer_list<Object*> args = {});
// The name of the module's types' attribute lookups used often.
Result<Ref<Object>> io_open(Attached ts, Object& module, Object& file, Object* mode, Opt<int> buffering,
                            Object* encoding, Object* errors, Object* newline, Opt<bool> closefd,
                            Object* opener);

}  // namespace baton
