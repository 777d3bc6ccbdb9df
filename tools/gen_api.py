#!/usr/bin/env python3
"""From capi/api*.def: the headers baton/api.h, baton/ts.h, baton/exceptions.h, typeslots.h, the C++ declarations and the exported functions.

    gen_api.py WHAT OUTPUT EXCEPTIONS_DEF TYPESLOTS_DEF API_DEF...      WHAT: api.h ts.h exceptions.h typeslots.h impl.h exports.inc names
"""
import re
import sys

CPP = [(r"\bPyObject\b", "Object"), (r"\bPyVarObject\b", "VarObject"), (r"\bPyTypeObject\b", "Type"), (r"\bPyThreadState\b", "ThreadState"),
       (r"\bPyInterpreterState\b", "InterpreterState"), (r"\bPy_ssize_t\b", "Index"), (r"\bPy_hash_t\b", "Hash"), (r"\bPy_buffer\b", "BufferView"),
       (r"\bPyModuleDef\b", "ModuleDef"), (r"\bPyMethodDef\b", "MethodDef"), (r"\bPy_UCS4\b", "uint32_t"), (r"\bPyGILState_STATE\b", "int"),
       (r"\bPyThread_type_lock\b", "void*"), (r"\bPyLockStatus\b", "int"), (r"\bPy_tss_t\b", "CTss"), (r"\bPyStatus\b", "CStatus"),
       (r"\bPyCompilerFlags\b", "CCompilerFlags"), (r"\bPyInterpreterConfig\b", "CInterpreterConfig"), (r"\bPyType_Spec\b", "CTypeSpec"),
       (r"\bPyCapsule_Destructor\b", "CCapsuleDestructor"), (r"\bPyGIL_Stats\b", "CGilStats"), (r"\bPyGIL_Event\b", "CGilEvent"),
       (r"\bPyFrameObject\b", "FrameObject"), (r"\bPyCodeObject\b", "Code"), (r"\bPyMemberDef\b", "MemberDef"),
       (r"\bPyGetSetDef\b", "GetSetDef"), (r"\bPy_complex\b", "CComplex"), (r"\b_PyUnicodeWriter\b", "CUnicodeWriter"),
       (r"\b_Py_Identifier\b", "CIdentifier"), (r"\b_PyTime_t\b", "int64_t"), (r"\bPyConfig\b", "CConfig"),
       (r"\bPyPreConfig\b", "CPreConfig"), (r"\bPyWideStringList\b", "CWideStringList"), (r"\bPySendResult\b", "int"),
       (r"\bPyStructSequence_Desc\b", "CStructSequenceDesc"), (r"\bPy_UNICODE\b", "wchar_t"), (r"\bvectorcallfunc\b", "CVectorcall"),
       (r"\bPy_tracefunc\b", "TraceFunctionAbi"), (r"\bPyMemAllocatorEx\b", "CAllocator"), (r"\bPyMemAllocatorDomain\b", "int"),
       (r"\bPyObjectArenaAllocator\b", "CArenaAllocator"), (r"\bPyCFunction\b", "CCFunction"), (r"\bPyCapsule_Destructor\b", "CCapsuleDestructor"),
       (r"\bPyWeakReference\b", "WeakRef"), (r"\bPyGenObject\b", "Generator"), (r"\bPyOS_sighandler_t\b", "CSignalHandler"),
       (r"\bPy_AuditHookFunction\b", "CAuditHook"), (r"\bPy_OpenCodeHookFunction\b", "COpenCodeHook"), (r"\bPyHash_FuncDef\b", "CHashFunction"),
       (r"\bPyArg_Parser\b", "CArgParser"), (r"\bPySlot_Offset\b", "void"), (r"\bPy_UCS1\b", "uint8_t"), (r"\bPy_UCS2\b", "uint16_t"),
       (r"\bPyDictKeysObject\b", "DictKeys"), (r"\bPySetObject\b", "Set"), (r"\bPy_uhash_t\b", "size_t"), (r"\benum PyUnicode_Kind\b", "int"),
       (r"\b_inittab\b", "CInittab"), (r"\bPyAsyncGenASend\b", "Object"), (r"\b_Py_clock_info_t\b", "CClockInfo"),
       (r"\b_PyTime_round_t\b", "int"), (r"\bPyLongObject\b", "Int"), (r"\bPyLockStatus\b", "int"), (r"\bstruct timeval\b", "timeval"),
       (r"\bstruct timespec\b", "timespec"), (r"\b_PyCrossInterpreterData\b", "CCrossInterpreterData"), (r"\b_PyArg_Parser\b", "CArgParser"),
       (r"\bcrossinterpdatafunc\b", "CCrossInterpreterFunction"), (r"\b_PyErr_StackItem\b", "HandledException"), (r"\bstruct wrapperbase\b", "SlotRow"),
       (r"\bstruct _Py_stat_struct\b", "struct stat"), (r"\bPyDictObject\b", "Dict"), (r"\bPyListObject\b", "List"),
       (r"\bdestructor(?= dealloc)", "CDestructor"), (r"\bstruct CArgParser\b", "CArgParser")]


def rows(path):
    for line in open(path, encoding="utf-8"):
        line = line.split("#")[0].strip()
        if not line:
            continue
        m = re.match(r"(.+?)\s*\b(_?Py\w+)\((.*)\)\s*:\s*(\w+)\s*(.*)$", line)
        if not m:
            raise SystemExit(f"api.def: not understood: {line}")
        result, name, params, lock, traits = m.groups()
        yield result.strip(), name, params.strip(), lock, traits.split()


def split(params):
    """Parameters as (type, name) pairs; commas inside parentheses do not separate."""
    if params == "void":
        return []
    parts, depth, start = [], 0, 0
    for i, c in enumerate(params + ","):
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            parts.append(params[start:i].strip())
            start = i + 1
    named = []
    for p in parts:
        m = re.search(r"\(\*(\w+)\)", p) or re.search(r"(\w+)$", p)
        named.append((p, m.group(1)))
    return named


def cpp(text):
    for pattern, new in CPP:
        text = re.sub(pattern, new, text)
    return text


def ts_name(name):
    return "PyTs" + re.sub(r"^_?Py", "", name) if name.startswith("Py_") or name.startswith("_Py_") else "PyTs_" + re.sub(r"^_?Py", "", name)


def twins(table):
    """The functions with an explicit-state form, and its name. A private function whose name a public one has too goes without."""
    taken = {ts_name(name) for _, name, _, lock, traits in table if not name.startswith("_") and lock == "gil"}
    return {name: ts_name(name) for _, name, _, lock, traits in table if lock == "gil" and "runtime" not in traits
            and not (name.startswith("_") and ts_name(name) in taken)}


def main():
    what, output, exceptions, typeslots, *apis = sys.argv[1:]
    out = []
    table = [row for api in apis for row in rows(api)]
    ours = [row for row in table if "runtime" not in row[4]]  # the rest is defined below this layer
    explicit = twins(table)
    if what == "api.h":
        out += ["/* Made from capi/api.def: the functions of the interface. */", "#ifndef BATON_API_H", "#define BATON_API_H"]
        for result, name, params, _, _ in table:
            out.append(f"PyAPI_FUNC({result}) ({name})({params});")  # in parentheses: the name may be a macro too
        out.append("#endif")
    elif what == "ts.h":
        out += ["/* Made from capi/api.def: the explicit-state form. Each function takes the caller's attached thread state first and reads",
                " * no global and no thread-local. */", "#ifndef BATON_TS_H", "#define BATON_TS_H", '#include "Python.h"']
        for result, name, params, lock, _ in ours:
            if name in explicit:
                rest = "" if params == "void" else ", " + params
                out.append(f"PyAPI_FUNC({result}) {explicit[name]}(PyThreadState *ts{rest});")
        out.append("#endif")
    elif what == "exceptions.h":
        names = re.findall(r"^EXC(?:_OWN)?\((\w+)", open(exceptions, encoding="utf-8").read(), re.M)
        out += ["/* Made from runtime/exceptions.def. */", "#ifndef BATON_EXCEPTIONS_H", "#define BATON_EXCEPTIONS_H"]
        out += [f"PyAPI_DATA(PyObject *) PyExc_{n};" for n in names + ["EnvironmentError", "IOError"]]
        out.append("#endif")
    elif what == "typeslots.h":
        out += ["/* Made from runtime/typeslots.def: the numbers of PyType_Slot. */", "#ifndef Py_TYPESLOTS_H", "#define Py_TYPESLOTS_H"]
        out += [f"#define Py_{name} {number}"
                for number, name in re.findall(r"^TYPE_SLOT\((\d+), (\w+)", open(typeslots, encoding="utf-8").read(), re.M)]
        out.append("#endif")
    elif what == "impl.h":
        out += ["// Made from capi/api.def: what capi/*.cpp implement.", "#pragma once", '#include "capi/c_types.h"', "namespace baton::api {"]
        for result, name, params, lock, _ in ours:
            if lock == "gil":
                rest = "" if params == "void" else ", " + cpp(params)
                out.append(f"{cpp(result)} {name}(Attached ts{rest});")
            else:
                out.append(f"{cpp(result)} {name}({cpp(params)});")
        out.append("}  // namespace baton::api")
    elif what == "exports.inc":
        out.append("// Made from capi/api.def: the exported functions.")
        for result, name, params, lock, _ in ours:
            args = ", ".join(n for _, n in split(params))
            ret = "" if result == "void" else "return "
            if lock == "gil":
                rest = ", " + args if args else ""
                out.append(f'BATON_EXPORT {cpp(result)} {name}({cpp(params)}) {{ {ret}api::{name}(calling_thread("{name}"){rest}); }}')
                if name not in explicit:
                    continue
                prest = "" if params == "void" else ", " + cpp(params)
                out.append(f"BATON_EXPORT {cpp(result)} {explicit[name]}(ThreadState* ts{prest}) {{ {ret}api::{name}(explicit_thread(ts){rest}); }}")
            else:
                out.append(f"BATON_EXPORT {cpp(result)} {name}({cpp(params)}) {{ {ret}api::{name}({args}); }}")
    elif what == "names":
        for _, name, _, lock, traits in table:
            out.append(name)
            if name in explicit:
                out.append(explicit[name])
    with open(output, "w", encoding="utf-8") as f:
        f.write("\n".join(out) + "\n")


main()
