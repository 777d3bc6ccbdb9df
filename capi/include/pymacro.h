/* Small macros. */
#ifndef Py_PYMACRO_H
#define Py_PYMACRO_H
#define Py_BUILD_ASSERT_EXPR(condition) (sizeof(char[1 - 2 * !(condition)]) - 1)
#define Py_BUILD_ASSERT(condition) ((void)Py_BUILD_ASSERT_EXPR(condition))
#define Py_MEMBER_SIZE(type, member) sizeof(((type *)0)->member)
#define _Py_ALIGN_DOWN(p, a) ((void *)((uintptr_t)(p) & ~((uintptr_t)(a) - 1)))
#define _Py_ALIGN_UP(p, a) ((void *)(((uintptr_t)(p) + ((uintptr_t)(a) - 1)) & ~((uintptr_t)(a) - 1)))
#define _Py_IS_ALIGNED(p, a) (!((uintptr_t)(p) & ((uintptr_t)(a) - 1)))
#define _Py_STRINGIFY(x) Py_STRINGIFY_(x)
#define _Py_XSTRINGIFY(x) _Py_STRINGIFY(x)
#endif
