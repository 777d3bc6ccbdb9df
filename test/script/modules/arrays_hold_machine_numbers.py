import array,copy,pickle,sys
def o(f):
    try: print(repr(f()))
    except BaseException as e: print(type(e).__module__,type(e).__name__,e.args)
A=array.array
print(array.typecodes, A.__module__, A.__flags__&(1<<8), A.__flags__&(1<<5))
o(lambda:A()); o(lambda:A(5)); o(lambda:A("xx"));o(lambda:A("q"));o(lambda:A("z"));o(lambda:A("i",5));o(lambda:A("i","ab"));o(lambda:A("u","ab"));o(lambda:A("i",b"abcd"));o(lambda:A("i",b"abc"));o(lambda:A("i",bytearray(b"abcd")));o(lambda:A("i",[1,2]));o(lambda:A("i",(1,2)));o(lambda:A("i",range(3)));o(lambda:A("d",[1,2.5]));o(lambda:A("f",A("i",[1,2])));o(lambda:A("i",A("f",[1.5])));o(lambda:A("b",[128]));o(lambda:A("b",[-129]));o(lambda:A("B",[256]));o(lambda:A("B",[-1]));o(lambda:A("h",[1<<15]));o(lambda:A("h",[-1<<16]));o(lambda:A("H",[1<<16]));o(lambda:A("H",[-1]));o(lambda:A("i",[1<<31]));o(lambda:A("I",[1<<32]));o(lambda:A("I",[-1]));o(lambda:A("l",[1<<63]));o(lambda:A("L",[1<<64]));o(lambda:A("L",[-1]));o(lambda:A("q",[1<<63]));o(lambda:A("Q",[1<<64]));o(lambda:A("Q",[-1]));o(lambda:A("b",["x"]));o(lambda:A("i",[1.5]));o(lambda:A("d",["x"]));o(lambda:A("u",[3]));o(lambda:A("u",["ab"]));o(lambda:A("i",[],3));o(lambda:A("i",x=3)); o(lambda:A("u",A("i",[65])));o(lambda:A("i",A("u","a")));o(lambda:A("L",[1.0]));o(lambda:A("b",[1<<80]));o(lambda:A("h",[1<<80]));o(lambda:A("i",[1<<80]));o(lambda:A("I",[1<<80]));o(lambda:A("Q",[1<<80]))
a=A("i",[1,2,3,4])
o(lambda:a[1]);o(lambda:a[-1]);o(lambda:a[9]);o(lambda:a["x"]);o(lambda:a[1:3]);o(lambda:a[::2]);o(lambda:a+a);o(lambda:a+[1]);o(lambda:a+A("h"));o(lambda:a*2);o(lambda:2*a);o(lambda:a*-1);o(lambda:a*"x")
def st(s):
    def f():
        exec(s,globals()); return a
    o(f)
st("a[0]=9");st("a[9]=9");st("a[0]='x'");st("a['x']=1");st("a[1:2]=A('i',[7,8])");st("a[1:2]=[1]");st("a[1:2]=A('h',[1])");st("a[::2]=A('i',[1,2,3])");st("a[::2]=A('i',[1])");st("del a[0]");st("del a[9]");st("del a[1:2]");st("del a[::2]");st("a+=A('i',[5,6])");st("a+=[1]");st("a*=2");st("a.append(3)");st("a.append('x')");st("a.extend([1,2])");st("a.extend(A('i',[3]))");st("a.extend(A('h',[3]))");st("a.extend(5)");st("a.insert(1,99)");st("a.insert(-100,98)");st("a.insert(100,97)");st("a.insert(1,'x')");st("a.fromlist([1,2])");st("a.fromlist((1,))");st("a.fromlist([1,'x'])");st("a.frombytes(b'abcd')");st("a.frombytes(b'abc')");st("a.frombytes('abcd')");st("a.fromunicode('x')");st("a.byteswap()");st("a.byteswap()");st("a.reverse()");st("a.remove(99)");st("a.remove(99)");st("a[0:0]=a");st("a[:]=a")
o(lambda:a.pop());o(lambda:a.pop(0));o(lambda:a.pop(100));o(lambda:A("i").pop());o(lambda:a.index(3));o(lambda:a.index(12345));o(lambda:a.index(3,5));o(lambda:a.index(3,0,2));o(lambda:a.count(3));o(lambda:3 in a);o(lambda:"x" in a);o(lambda:len(a));o(lambda:a.tolist());o(lambda:a.tobytes()[:4]);o(lambda:a.tounicode());o(lambda:A("u","xyz").tounicode());o(lambda:a.itemsize);o(lambda:a.typecode);o(lambda:a.buffer_info()[1]==len(a));o(lambda:hash(a))
o(lambda:A("i",[1])==A("d",[1.0]));o(lambda:A("i",[1])<A("i",[2]));o(lambda:A("i",[1,2])<A("i",[1]));o(lambda:A("i",[1])==[1]);o(lambda:A("i",[1])<[1]);o(lambda:A("i",[1])!=A("i",[1]));o(lambda:A("i",[1])!=A("i",[1,2]));o(lambda:A("u","a")<A("u","b"));o(lambda:A("B",[200])>A("B",[100])); o(lambda: A("d",[float("nan")])==A("d",[float("nan")]))
o(lambda:copy.copy(a)==a);o(lambda:copy.deepcopy(a)==a);
for p in range(6): o(lambda:pickle.loads(pickle.dumps(A("i",[1,2,-3]),p)))
o(lambda:A("i",[1,2]).__reduce_ex__(3));o(lambda:A("i",[1,2]).__reduce_ex__(2));o(lambda:A("u","ab").__reduce_ex__(2));o(lambda:A("i").__reduce_ex__("x"));o(lambda:array._array_reconstructor(A,"i",8,b"\1\0\0\0"));o(lambda:array._array_reconstructor(A,"i",9,b"\1\0\0\0"));o(lambda:array._array_reconstructor(A,"d",14,b"\0"*4));o(lambda:array._array_reconstructor(A,"z",9,b""));o(lambda:array._array_reconstructor(A,"i",99,b""));o(lambda:array._array_reconstructor(int,"i",8,b""));o(lambda:array._array_reconstructor(A,"i",8,5));o(lambda:array._array_reconstructor(A,"i",8,b"123"));o(lambda:array._array_reconstructor(5,"i",8,b"123"))
o(lambda:array._array_reconstructor(A,"l",8,b"\1\0\0\0"));o(lambda:array._array_reconstructor(A,"u",18,"ab".encode("utf-16le")));o(lambda:array._array_reconstructor(A,"I",7,b"\0\0\0\1"));o(lambda:array._array_reconstructor(A,"f",15,b"\x3f\xf8\0\0\0\0\0\0"))
m=memoryview(a); o(lambda:(m.format,m.itemsize,m.shape,m.readonly,m.tolist()==a.tolist())); st("a.append(1)");st("a.pop()");st("a.insert(0,1)"); st("del a[0]");st("a.extend([1])"); st("a[0]=55"); st("a[0:1]=A('i',[7])"); m.release(); m=memoryview(A("u","a")); o(lambda:m.format); m.release()
i=iter(a); o(lambda:next(i)); o(lambda:type(i)); o(lambda:i.__reduce__()[2]); i.__setstate__(5); o(lambda:next(i)); i.__setstate__(500); o(lambda:i.__reduce__()); o(lambda:next(i,None)); o(lambda:list(iter(a))==a.tolist()); o(lambda:i.__reduce__())
class B(A): pass
b=B("i",[1]); b.x=3; o(lambda:b); o(lambda:b.__reduce_ex__(3)); o(lambda:b+b);o(lambda:type(b[:]));o(lambda:type(b*2));o(lambda:type(copy.copy(b)))
import weakref; o(lambda:weakref.ref(a)() is a); o(lambda:A("i").__sizeof__())
import io
f=io.BytesIO(); a.tofile(f); f.seek(0); c=A("i"); c.fromfile(f,2); o(lambda:c==a[:2]); o(lambda:c.fromfile(f,1000)); o(lambda:len(c)); o(lambda:c.fromfile(f,-1)); o(lambda:c.fromfile(f,1)); o(lambda:c.fromfile(5,1))
class R:
    def read(s,n): return "x"
o(lambda:c.fromfile(R(),1))
o(lambda:A("d",[1.5,2,float("inf")])); o(lambda:A("f",[0.1])); o(lambda:A("u","a\0b")); o(lambda:A("u")); o(lambda:A("q",[-1<<63]))
o(lambda:A[int]); o(lambda:array.array.__class_getitem__)
import collections.abc; o(lambda:issubclass(A,collections.abc.MutableSequence)); o(lambda:iter(a).__reduce__()[1][0] is a)
match A("i",[1,2]):
    case [x,y]: print(x,y)
