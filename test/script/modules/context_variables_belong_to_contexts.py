import contextvars as c, _contextvars, re
r=lambda x: re.sub("0x[0-9a-f]+","0x",repr(x))
def o(f):
    try: print(r(f()))
    except BaseException as e: print(type(e).__name__, r(e.args))
V=c.ContextVar
v=V("v"); w=V("w",default=7)
o(lambda:r(v));o(lambda:r(w));o(lambda:v.get());o(lambda:v.get(3));o(lambda:w.get());o(lambda:w.get(9));o(lambda:v.name);o(lambda:V());o(lambda:V(3));o(lambda:V("a",defaultx=4));o(lambda:setattr(v,"name",3))
t=v.set(5); o(lambda:r(t)); o(lambda:v.get()); o(lambda:t.var is v); o(lambda:t.old_value); o(lambda:t.old_value is c.Token.MISSING); o(lambda:c.Token.MISSING); o(lambda:type(c.Token.MISSING)); o(lambda:c.Token())
t2=v.set(6); o(lambda:t2.old_value); o(lambda:v.reset(t2)); o(lambda:v.get()); o(lambda:v.reset(t2)); o(lambda:r(t2)); o(lambda:w.reset(t)); o(lambda:v.reset(t)); o(lambda:v.get()); o(lambda:v.reset(5))
def msg(f):
    try: f()
    except Exception as e: print(type(e).__name__, r(str(e)))
t3=v.set(1); msg(lambda:w.reset(t3)); msg(lambda:v.reset(t2))
ctx=c.copy_context(); msg(lambda:ctx.run(v.reset,t3))
o(lambda:len(ctx)); o(lambda:ctx[v]); o(lambda:ctx[w]) if 0 else msg(lambda:ctx[w]); o(lambda:ctx["x"]); o(lambda:ctx.get(v)); o(lambda:ctx.get(w)); o(lambda:ctx.get(w,8)); o(lambda:ctx.get("x")); o(lambda:v in ctx); o(lambda:w in ctx); o(lambda:"x" in ctx); o(lambda:list(ctx)==[v]); o(lambda:list(ctx.keys())==[v]); o(lambda:list(ctx.values())); o(lambda:list(ctx.items())==[(v,1)])
o(lambda:type(iter(ctx)));o(lambda:type(ctx.keys()));o(lambda:type(ctx.values()));o(lambda:type(ctx.items())); o(lambda:len(c.Context()))
o(lambda:ctx==c.copy_context()); o(lambda:ctx==5); o(lambda:ctx!=c.Context()); o(lambda:ctx<ctx); o(lambda:hash(ctx)); o(lambda:hash(v)==hash(v)); o(lambda:hash(t)) if 0 else None
try: hash(t); print("tokens hash")
except TypeError as e: print(e)
o(lambda:ctx.run()); o(lambda:ctx.run(lambda *a,**k:(a,k),1,x=2)); msg(lambda:ctx.run(lambda: ctx.run(int)))
o(lambda:c.Context(3)); o(lambda:c.Context(x=3)); o(lambda:ctx.copy()==ctx)
def f(): v.set(77); return v.get()
o(lambda:ctx.run(f)); o(lambda:v.get()); o(lambda:ctx[v])
o(lambda:V[int]); o(lambda:c.Token[int]); 
class A: pass
for T in (V,c.Token,c.Context):
    try:
        class B(T): pass
    except TypeError as e: print(e)
def g(): 1/0
o(lambda:ctx.run(g)); o(lambda:ctx.run(v.get))
import threading
res=[]
th=threading.Thread(target=lambda:res.append(v.get("none"))); th.start(); th.join(); print(res)
import weakref
o(lambda:weakref.ref(ctx)() is ctx); o(lambda:weakref.ref(v)); 
x=V("x"); x.set(x); 
import gc; print(gc.is_tracked(x), gc.is_tracked(ctx))
big=[V("b%d"%i) for i in range(500)]
def many():
    for i,b in enumerate(big): b.set(i)
    toks=[b.set(-1) for b in big[::2]]
    for b,tk in zip(big[::2],toks): b.reset(tk)
    return sum(b.get() for b in big), len(c.copy_context())
o(lambda:c.Context().run(many))
y=V("y",default=x); o(lambda:y.get() is x)
o(lambda:r(V("self", default=[1,2])))
o(lambda:v.get(1,2)); o(lambda:v.set()); o(lambda:v.get(default=3)); o(lambda: c.copy_context(3))
o(lambda: (c.Context.__module__, V.__module__, c.Token.__module__))
async def co(): return v.get()
it=co()
try: it.send(None)
except StopIteration as e: print(e.value)
o(lambda: ctx.keys()); 
