// Names for clang's thread-safety analysis.
//
// Each macro states one fact about a lock (which field it guards, which function needs, takes or gives it) so
// that `clang++ -Wthread-safety -Werror` can prove lock discipline at compile time. GCC ignores them all.
//
// Callers: only threadstate/ and the model build; the layers above prove "attached" with the Attached token
// instead.
#pragma once

#if defined(__clang__)
#define BATON_TSA(x) __attribute__((x))
#else
#define BATON_TSA(x)
#endif

#define CAPABILITY(name) BATON_TSA(capability(name))
#define SCOPED_CAPABILITY BATON_TSA(scoped_lockable)
#define GUARDED_BY(m) BATON_TSA(guarded_by(m))
#define PT_GUARDED_BY(m) BATON_TSA(pt_guarded_by(m))
#define REQUIRES(...) BATON_TSA(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) BATON_TSA(locks_excluded(__VA_ARGS__))
#define ACQUIRE(...) BATON_TSA(acquire_capability(__VA_ARGS__))
#define RELEASE(...) BATON_TSA(release_capability(__VA_ARGS__))
#define TRY_ACQUIRE(...) BATON_TSA(try_acquire_capability(__VA_ARGS__))
#define ASSERT_CAPABILITY(m) BATON_TSA(assert_capability(m))
#define RETURN_CAPABILITY(m) BATON_TSA(lock_returned(m))
#define NO_THREAD_SAFETY_ANALYSIS BATON_TSA(no_thread_safety_analysis)
