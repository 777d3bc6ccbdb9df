// The whole thread-state library, linked with nothing of ours above it: an upward call would not link.
#include "threadstate/process_state.h"

int main() {
    const char* error = nullptr;
    return baton::initialize_runtime(&error) != nullptr ? 0 : 1;
}
