// _xxsubinterpreters: interpreters as ids, and channels between them.
//
// What passes from one interpreter to another is never an object but its data: a SharedValue. Channels belong
// to the process (the root of them is held by the main interpreter), are found by their number, and are kept
// as long as some ChannelID stands for them; their table has a mutex of its own, as interpreters may have
// locks of their own. Callers: attached threads.
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/native.h"
#include "threadstate/sync.h"

namespace baton {

enum class ChannelEnd : int8_t { kSend = 1, kBoth = 0, kRecv = -1 };

// The data of None, an int, bytes, a str, or a ChannelID.
struct SharedValue {
    enum class Kind : uint8_t { kNone, kInt, kBytes, kText, kChannel } kind = Kind::kNone;
    int text_kind = 1;  // bytes per character
    ChannelEnd end = ChannelEnd::kBoth;
    int64_t number = 0;
    std::string data;
};
bool is_shareable(const Object& o);
Result<SharedValue> share_value(Attached ts, Object& o);
Result<Ref<Object>> unshare_value(Attached ts, const SharedValue& value);

enum class ChannelError : uint8_t { kNone, kNotFound, kClosed, kAlreadyClosed, kNotEmpty };

class Channels {
  public:
    int64_t create();
    ChannelError send(int64_t id, int64_t interp, SharedValue value);
    // Empty: there is none.
    ChannelError receive(int64_t id, int64_t interp, std::optional<SharedValue>* out);
    ChannelError close(int64_t id, ChannelEnd end, bool force);
    ChannelError release(int64_t id, int64_t interp, ChannelEnd end);
    ChannelError destroy(int64_t id);
    ChannelError uses(int64_t id, int64_t interp, bool send, bool* out);
    std::vector<int64_t> ids();
    // A ChannelID more, or less; without any the channel goes.
    ChannelError hold(int64_t id);
    void let_go(int64_t id);

  private:
    using Ends = std::map<int64_t, bool>;  // interpreter -> the end is open to it
    struct Channel {
        std::deque<SharedValue> queue;
        Ends send, recv;
        bool open = true, closing = false;  // closing: nothing more goes in, the rest may be taken out
        bool gone = false;                  // closed for good: only the number is left
        int holders = 0;
    };
    ChannelError find(int64_t id, Channel** out);
    static bool associate(Ends& ends, int64_t interp);
    static void end_closing(Channel& c);

    sync::Mutex mu_{sync::Rank::kLeaf};
    std::map<int64_t, Channel> all_;
    int64_t next_ = 0;
};
Channels& process_channels();

// "channel ID must be an int": the number of a ChannelID or of an int.
Result<int64_t> channel_number(Attached ts, Object& o);
Result<Ref<Object>> channel_id_new(Attached ts, int64_t id, ChannelEnd end, bool force);
Raised raise_channel(Attached ts, ChannelError error, int64_t id);
Raised raise_from_module(Attached ts, const char* exception, std::string_view message);

// subinterpreters_channels.cpp: the functions
Result<Ref<Object>> channel_create(Attached ts, Module& module);
Result<void> channel_destroy(Attached ts, Module& module, Object& cid);
Result<Ref<Object>> channel_list_all(Attached ts, Module& module);
Result<Ref<Object>> channel_list_interpreters(Attached ts, Module& module, Object& cid, bool send);
Result<void> channel_send(Attached ts, Module& module, Object& cid, Object& obj);
Result<Ref<Object>> channel_recv(Attached ts, Module& module, Object& cid, Object* fallback);
Result<void> channel_close(Attached ts, Module& module, Object& cid, Opt<bool> send, Opt<bool> recv,
                           Opt<bool> force);
Result<void> channel_release(Attached ts, Module& module, Object& cid, Opt<bool> send, Opt<bool> recv,
                             Opt<bool> force);
Result<Ref<Object>> channel_id_make(Attached ts, Module& module, Object& id, Opt<bool> send, Opt<bool> recv,
                                    Opt<bool> force, Opt<bool> resolve);

Result<Ref<Object>> interpreter_id_new(Attached ts, int64_t id);

extern const TypeSpec interpreter_id_spec, channel_id_spec;

}  // namespace baton
