// The struct layouts that compiled cp311 programs have built in, as numbers.
#include "runtime/raise.h"
#include "runtime/type.h"
#include "runtime/types/descr.h"
#include "runtime/weakref.h"

namespace baton {
namespace {

#define AT(T, field, n) static_assert(offsetof(T, field) == (n))
#define SIZE(T, n) static_assert(sizeof(T) == (n))

SIZE(Object, 16);
AT(Object, refcnt, 0);
AT(Object, type, 8);
AT(VarObject, size, 16);
AT(Int, digit, 24);
AT(Float, value, 16);
AT(Complex, real, 16);
AT(Complex, imag, 24);
AT(Tuple, item, 24);
AT(List, item, 24);
AT(List, allocated, 32);
SIZE(List, 40);
AT(Bytes, hash, 24);
AT(Bytes, data, 32);
AT(ByteArray, alloc, 24);
AT(ByteArray, bytes, 32);
AT(ByteArray, start, 40);
AT(ByteArray, exports, 48);
SIZE(ByteArray, 56);
AT(Str, length, 16);
AT(Str, hash, 24);
AT(Str, state, 32);
AT(Str, wstr, 40);
SIZE(Str, 48);
AT(WideStr, utf8_length, 48);
AT(WideStr, utf8, 56);
AT(WideStr, wstr_length, 64);
SIZE(WideStr, 72);
AT(SubclassStr, data, 72);
SIZE(SubclassStr, 80);
AT(Slice, start, 16);
AT(Slice, step, 32);
AT(Set, fill, 16);
AT(Set, used, 24);
AT(Set, mask, 32);
AT(Set, table, 40);
AT(Set, hash, 48);
AT(Set, smalltable, 64);
AT(Set, weakreflist, 192);
SIZE(Set, 200);
AT(Dict, used, 16);
AT(Dict, version_tag, 24);
AT(Dict, keys, 32);
AT(Dict, values, 40);
SIZE(Dict, 48);

SIZE(MethodDef, 32);
SIZE(MemberDef, 40);
AT(MemberDef, type, 8);
AT(MemberDef, offset, 16);
AT(MemberDef, flags, 24);
AT(MemberDef, doc, 32);
SIZE(GetSetDef, 40);
AT(CFunction, ml, 16);
AT(CFunction, self, 24);
AT(CFunction, module, 32);
AT(CFunction, weakreflist, 40);
AT(CFunction, vectorcall, 48);
AT(CMethod, cls, 56);
AT(BoundMethod, func, 16);
AT(BoundMethod, self, 24);
AT(BoundMethod, vectorcall, 40);
AT(Descr, owner, 16);
AT(Descr, name, 24);
AT(Descr, qualname, 32);
AT(MethodDescr, method, 40);
AT(MethodDescr, vectorcall, 48);
AT(MemberDescr, member, 40);
AT(GetSetDescr, getset, 40);
AT(WrapperDescr, base, 40);
AT(WrapperDescr, wrapped, 48);
AT(SlotRow, doc, 32);
AT(SlotRow, name_object, 48);

AT(BaseException, dict, 16);
AT(BaseException, args, 24);
AT(BaseException, notes, 32);
AT(BaseException, traceback, 40);
AT(BaseException, context, 48);
AT(BaseException, cause, 56);
AT(BaseException, suppress_context, 64);
SIZE(BaseException, 72);
AT(StopIterationObject, value, 72);
AT(SyntaxErrorObject, msg, 72);
AT(OSErrorObject, myerrno, 72);
AT(UnicodeErrorObject, encoding, 72);
AT(UnicodeErrorObject, start, 88);

SIZE(ModuleDefBase, 40);
SIZE(ModuleDef, 104);
AT(ModuleDef, name, 40);
AT(ModuleDef, size, 56);
AT(ModuleDef, slots, 72);
AT(Module, dict, 16);
AT(Module, def, 24);
AT(Module, state, 32);
AT(Module, name, 48);
SIZE(BufferView, 80);
SIZE(WeakRef, 64);
AT(WeakRef, object, 16);
AT(WeakRef, callback, 24);

SIZE(NumberMethods, 288);
SIZE(SequenceMethods, 80);
SIZE(MappingMethods, 24);
SIZE(AsyncMethods, 32);
SIZE(BufferProcs, 16);
SIZE(Type, 408);
AT(Type, name, 24);
AT(Type, basicsize, 32);
AT(Type, dealloc, 48);
AT(Type, vectorcall_offset, 56);
AT(Type, as_async, 80);
AT(Type, as_number, 96);
AT(Type, hash, 120);
AT(Type, getattro, 144);
AT(Type, as_buffer, 160);
AT(Type, flags, 168);
AT(Type, doc, 176);
AT(Type, traverse, 184);
AT(Type, richcompare, 200);
AT(Type, weaklistoffset, 208);
AT(Type, iternext, 224);
AT(Type, methods, 232);
AT(Type, base, 256);
AT(Type, dict, 264);
AT(Type, dictoffset, 288);
AT(Type, init, 296);
AT(Type, alloc, 304);
AT(Type, new_, 312);
AT(Type, free, 320);
AT(Type, bases, 336);
AT(Type, mro, 344);
AT(Type, info, 352);
AT(Type, subclasses, 360);
AT(Type, weaklist, 368);
AT(Type, version_tag, 384);
AT(Type, finalize, 392);
AT(Type, vectorcall, 400);
SIZE(HeapType, 904);
AT(HeapType, as_async_, 408);
AT(HeapType, as_number_, 440);
AT(HeapType, as_mapping_, 728);
AT(HeapType, as_sequence_, 752);
AT(HeapType, as_buffer_, 832);
AT(HeapType, ht_name, 848);
AT(HeapType, ht_slots, 856);
AT(HeapType, ht_qualname, 864);
AT(HeapType, ht_module, 880);
AT(HeapType, spec_cache, 896);

}  // namespace
}  // namespace baton
