// Tests that need a process of their own: because they must die, or because they end the runtime.
//
//     CHILD(restores_null) { restore_thread(nullptr, "PyEval_RestoreThread"); return 0; }
//     TEST_CASE("...") { REQUIRE(dies_with("restores_null", "tstate is NULL")); }
//
// The test binary is executed again with --child NAME, so the body starts in a fresh process without threads.
// It has kChildSeconds; a child that hangs is killed and reported as such.
#pragma once

#include <string>

namespace baton::test {

inline constexpr int kChildSeconds = 30;

struct ChildResult {
    int exit_code = -1;  // -1: ended by a signal
    int signal = 0;
    bool hung = false;
    std::string output;  // both standard streams
    bool ok() const { return exit_code == 0; }
    bool aborted_with(const std::string& text) const;
};
ChildResult run_child(const std::string& name);

// The child aborts, and says `text` on the way. Prints the output if not.
bool dies_with(const std::string& name, const std::string& text);
// The child returns 0. Prints the output if not.
bool succeeds(const std::string& name);

int run_registered_child(const std::string& name);

struct ChildBody {
    const char* name;
    int (*body)();
    ChildBody* next;
    ChildBody(const char* n, int (*b)());
};

// In a child body: complain and fail.
#define CHILD_CHECK(cond)                                                      \
    do {                                                                       \
        if (!(cond)) {                                                         \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #cond); \
            return 1;                                                          \
        }                                                                      \
    } while (0)

#define CHILD(name)                                                          \
    static int child_##name();                                               \
    static ::baton::test::ChildBody child_entry_##name(#name, child_##name); \
    static int child_##name()

}  // namespace baton::test
