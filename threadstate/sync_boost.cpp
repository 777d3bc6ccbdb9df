// Thread creation through Boost.Thread: the one file that includes it.
//
// Threads are detached at birth and never joined by Boost. They end by returning from their main function; a
// thread that must not return parks for ever (finalize.h), so Boost's exit code never runs under an unwinding
// thread.
#include <boost/thread/thread.hpp>

#include "threadstate/sync.h"

namespace baton::sync {

namespace {

// What a thread of ours needs besides what the program asks for: room to raise, and to report, on a stack as
// small as programs may ask for. Address space, most of it never touched.
constexpr size_t kOwnStack = 640 * 1024;

}  // namespace

bool spawn(ThreadMain main, void* arg, size_t stack_size, unsigned long* ident) {
    try {
        boost::thread::attributes attributes;
        if (stack_size != 0) attributes.set_stack_size(stack_size + kOwnStack);
        boost::thread thread(attributes, [main, arg] { main(arg); });
        *ident = static_cast<unsigned long>(thread.native_handle());
        thread.detach();
        return true;
    } catch (const boost::thread_resource_error&) {
        return false;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

}  // namespace baton::sync
