// The state that BufferedReader, BufferedWriter and BufferedRandom share, and its operations.
//
// One block of memory serves either as read-ahead (`read_end` > 0: bytes [pos, read_end) were read but not
// asked for) or as data to be written (`write_end` > 0: bytes [0, write_end)); never both: switching flushes
// the one or seeks back over the other. Invariants: raw_pos is the raw stream's position as far as we know
// it, -1 = unknown. Whoever works on the state holds `lock` (a call on the raw stream detaches, so the
// interpreter's lock is not enough); a second call by the same thread is an error. Callers: attached threads.
#pragma once
#include "threadstate/lock.h"
#include "vm/modules/io.h"

namespace baton {

struct Buffered : IoBase {
    Object* raw;  // null: not initialised, or detached
    char* buffer;
    Index size;
    Index pos, read_end, write_end;
    int64_t raw_pos;
    bool ok, detached, readable, writable, finalizing, fast_raw;  // fast_raw: raw is exactly a FileIO
    ByteLock lock;
    unsigned long owner;
};

// Holds the stream's lock for a call. TRY(hold.enter()) right after construction.
class HoldStream {
  public:
    HoldStream(Attached ts, Buffered& b) : ts_(ts), b_(b) {}
    Result<void> enter();
    ~HoldStream();

  private:
    Attached ts_;
    Buffered& b_;
    bool held_ = false;
};

Result<void> buffered_check(Attached ts, Buffered& b);  // initialised and not detached
Result<void> buffered_check_open(Attached ts, Buffered& b, const char* message);
Result<void> buffered_init(Attached ts, Buffered& b, Object& raw, Index size, bool reader, bool writer);
// BlockingIOError for a stream that took only so much.
Raised raise_would_block(Attached ts, Index written);
// With the lock held:
Result<void> buffered_flush(Attached ts, Buffered& b);  // writes everything out; BlockingIOError if it cannot
Result<void> buffered_rewind(Attached ts, Buffered& b);  // seeks the raw stream back over the read-ahead
Result<Index> buffered_fill(Attached ts,
                            Buffered& b);  // one raw read into an empty buffer; 0 end, -1 would block
Result<Index> raw_readinto(Attached ts, Buffered& b, char* to, Index n);   // -1: would block
Result<Index> raw_write(Attached ts, Buffered& b, std::string_view data);  // -1: would block
Result<int64_t> raw_seek(Attached ts, Buffered& b, int64_t pos, int whence);
Result<int64_t> raw_tell(Attached ts, Buffered& b);

int buffered_traverse(Object* o, VisitProc visit, void* arg);
int buffered_clear(Object* o);
void buffered_dealloc(Attached ts, Buffered& self);
Result<Ref<Object>> buffered_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames);
Result<Ref<Object>> buffered_repr(Attached ts, Buffered& self);

// Method and attribute rows (io_buffered_common.cpp): what all three have.
extern const GetSet* const buffered_getset;
Result<Ref<Object>> buffered_seek(Attached ts, Buffered& b, Object& target, Opt<int> whence);
Result<Index> buffered_tell(Attached ts, Buffered& b);
Result<Ref<Object>> buffered_truncate(Attached ts, Buffered& b, Object* size);
Result<void> buffered_flush_method(Attached ts, Buffered& b);
Result<Ref<Object>> buffered_close(Attached ts, Buffered& b);
Result<Index> buffered_sizeof(Attached ts, Buffered& b);
Result<Ref<Object>> buffered_detach(Attached ts, Buffered& b);
Result<Ref<Object>> buffered_fileno(Attached ts, Buffered& b);
Result<Ref<Object>> buffered_isatty(Attached ts, Buffered& b);
Result<Ref<Object>> buffered_seekable(Attached ts, Buffered& b);
Result<Ref<Object>> buffered_readable(Attached ts, Buffered& b);
Result<Ref<Object>> buffered_writable(Attached ts, Buffered& b);
Result<Ref<Object>> buffered_dealloc_warn(Attached ts, Buffered& b, Object& source);
Result<void> no_pickle(Attached ts, Object& self);

#define BUFFERED_COMMON_ROWS                                                                                 \
    method<buffered_seek>("seek($self, target, whence=0, /)", "Change the stream position."),                \
        method<buffered_tell>("tell($self, /)", "Where in the file the next byte is read or written."),      \
        method<buffered_truncate>("truncate($self, pos=None, /)",                                            \
                                  "Makes the file end after size bytes, or at the present place."),          \
        method<buffered_flush_method>("flush($self, /)", "Flush write buffers."),                            \
        method<buffered_close>("close($self, /)", "Flush and close the stream."),                            \
        method<buffered_sizeof>("__sizeof__($self, /)", "Bytes that the stream takes with its buffer."),     \
        method<buffered_detach>("detach($self, /)", "The raw stream, which this object then does without."), \
        method<buffered_fileno>("fileno($self, /)", "The file descriptor of the raw stream."),               \
        method<buffered_isatty>("isatty($self, /)", "Whether the raw stream is a terminal."),                \
        method<buffered_seekable>("seekable($self, /)", "Whether the raw stream is seekable."),              \
        method<buffered_dealloc_warn>("_dealloc_warn($self, source, /)", ""),                                \
        method<no_pickle>("__getstate__($self, /)", "")

}  // namespace baton
