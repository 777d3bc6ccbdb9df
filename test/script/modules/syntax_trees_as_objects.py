import _ast,ast,pickle,copy,re
clean=lambda x: re.sub("0x[0-9a-f]+","0x",repr(x))
def o(f):
    try: print(clean(f()))
    except BaseException as e: print(type(e).__name__, clean(e.args))
L=_ast.Load(); S=_ast.Store(); N=lambda i,c=L:_ast.Name(i,c)
E1=lambda v: ast.fix_missing_locations(_ast.Expression(v))
M1=lambda *v: ast.fix_missing_locations(_ast.Module(list(v),[]))
C=lambda t,m='eval': compile(t,'x',m)
o(lambda:_ast.Name(1,2,3,4)); o(lambda:_ast.Name(1,x=3).x); o(lambda:_ast.Name(1,id=3)); o(lambda:_ast.Name().id); o(lambda:vars(_ast.Name('a',lineno=3))); o(lambda:_ast.AST(1)); o(lambda:_ast.AST(x=1).x); o(lambda:_ast.Name('a').__reduce__()); o(lambda:_ast.Add() is _ast.Add()); o(lambda:ast.parse('a+b').body[0].value.op is ast.parse('c+d').body[0].value.op); o(lambda:_ast.Pass(1)); o(lambda:_ast.Expr(1,2)); o(lambda:_ast.Name(**{'a b':1}).__dict__); o(lambda:_ast.Name._fields); o(lambda:_ast.AST._fields)
o(lambda:C(_ast.Name()));o(lambda:C(_ast.Expression()));o(lambda:C(_ast.Expression(_ast.Name('a'))));o(lambda:C(_ast.Expression(_ast.Name('a',_ast.Load()))));o(lambda:C(_ast.Expression(_ast.Name('a',_ast.Load(),lineno=1,col_offset=2))).co_names);o(lambda:C(_ast.Expression(_ast.Name(5,_ast.Load(),lineno=1,col_offset=2))));o(lambda:C(_ast.Expression(5)));o(lambda:C(_ast.Expression(None)));o(lambda:C(_ast.Module([None],[]),'exec'));o(lambda:C(_ast.Module(5,[]),'exec'));o(lambda:C(_ast.Module([],[])));o(lambda:C(_ast.Module([],[]),'exec').co_name);o(lambda:C(_ast.Interactive([]),'single').co_name);o(lambda:C(_ast.Module([N('a')],[]),'exec'))
o(lambda:C(E1(N('a',S))));o(lambda:C(E1(_ast.Compare(N('a'),[],[]))));o(lambda:C(E1(_ast.Compare(N('a'),[_ast.Lt()],[]))));o(lambda:C(E1(_ast.BoolOp(_ast.And(),[N('a')]))));o(lambda:C(E1(N('True'))));o(lambda:C(E1(_ast.Constant([1]))));o(lambda:C(E1(_ast.Constant((1,[2])))));o(lambda:C(E1(_ast.Constant((1,frozenset([2]),-10**30,1j,b'x','\ud800',...,None)))).co_consts);o(lambda:C(E1(_ast.Dict([N('a')],[]))));o(lambda:C(E1(_ast.ListComp(N('a'),[]))));o(lambda:C(E1(_ast.Lambda(_ast.arguments([],[],None,[],[],None,[N('a')]),N('a')))));o(lambda:C(E1(_ast.Lambda(_ast.arguments([],[],None,[_ast.arg('x')],[],None,[]),N('a')))))
o(lambda:C(E1(_ast.BinOp(N('a'),5,N('b')))));o(lambda:C(E1(_ast.Set([None]))));o(lambda:C(E1(_ast.Attribute(N('a'),None,L))));o(lambda:C(E1(_ast.Attribute(N('a'),'b',S))));o(lambda:C(E1(_ast.FormattedValue(N('a'),99,None))));o(lambda:C(E1(_ast.FormattedValue(N('a'),'x',None))));o(lambda:C(E1(_ast.JoinedStr([_ast.Constant('a')]))).co_consts)
x=N('a'); x.lineno='s'; x.col_offset=1
o(lambda:C(_ast.Expression(x)))
X=lambda *v: C(M1(*v),'exec')
P=_ast.Pass()
o(lambda:X(_ast.Delete([])));o(lambda:X(_ast.Delete([N('a')])));o(lambda:X(_ast.Assign([],N('a'))));o(lambda:X(_ast.Assign([N('a')],N('a'))));o(lambda:X(_ast.If(N('a'),[],[])));o(lambda:X(_ast.For(N('a'),N('b'),[P],[])));o(lambda:X(_ast.With([],[P])));o(lambda:X(_ast.Raise(None,N('a'))));o(lambda:X(_ast.Try([],[],[],[])));o(lambda:X(_ast.Try([P],[],[],[])));o(lambda:X(_ast.Try([P],[],[P],[P])));o(lambda:X(_ast.TryStar([P],[_ast.ExceptHandler(None,None,[])],[],[])));o(lambda:X(_ast.Import([])));o(lambda:X(_ast.ImportFrom(None,[],0)));o(lambda:X(_ast.ImportFrom('a',[_ast.alias('b')],-1)));o(lambda:X(_ast.Global([])));o(lambda:X(_ast.Nonlocal([])));o(lambda:X(_ast.FunctionDef('f',_ast.arguments([],[],None,[],[],None,[]),[],[])));o(lambda:X(_ast.FunctionDef('f',_ast.arguments([],[],None,[],[],None,[]),[P],[])).co_names);o(lambda:X(_ast.ClassDef('f',[],[],[],[])));o(lambda:X(_ast.While(N('a'),[],[])));o(lambda:X(_ast.AnnAssign(N('a',S),N('b'),None,'q')));o(lambda:X(_ast.Match(N('a'),[])));
mc=lambda p: X(_ast.Match(N('a'),[_ast.match_case(p,None,[P])]))
o(lambda:mc(_ast.MatchValue(N('a'))));o(lambda:mc(_ast.MatchValue(_ast.Constant(None))));o(lambda:mc(_ast.MatchSingleton(5)));o(lambda:mc(_ast.MatchStar('a')));o(lambda:mc(_ast.MatchOr([_ast.MatchAs()])));o(lambda:mc(_ast.MatchMapping([_ast.Constant(1)],[],None)));o(lambda:mc(_ast.MatchClass(N('a'),[],['x'],[])));o(lambda:mc(_ast.MatchClass(_ast.Constant(1),[],[],[])));o(lambda:mc(_ast.MatchAs(_ast.MatchAs(),None)));o(lambda:mc(_ast.MatchAs(None,'_')));o(lambda:mc(_ast.MatchSequence([_ast.MatchStar()])).co_names);o(lambda:mc(_ast.MatchMapping([N('b')],[_ast.MatchAs()],None)));o(lambda:mc(_ast.MatchSequence([_ast.MatchStar(),_ast.MatchStar()])))
o(lambda:C(_ast.Module([P],[]),'exec'));o(lambda:C(E1(_ast.expr())));o(lambda:C(_ast.AST()));o(lambda:C(ast.Module([],[_ast.TypeIgnore('x','y')]),'exec'));o(lambda:C(ast.Module([],[_ast.TypeIgnore(1,5)]),'exec'));o(lambda:C(ast.FunctionType([],N('a')),'exec'))
o(lambda:C(E1(_ast.Yield(None))));o(lambda:X(_ast.Return(None)));o(lambda:C(E1(_ast.Starred(N('a'),L))));o(lambda:C(E1(_ast.Slice())))
y=N('z'); y.lineno=3; y.col_offset=0; y.end_lineno=2; y.end_col_offset=0; o(lambda:C(_ast.Expression(y))); y.end_lineno=3; y.col_offset=5; y.end_col_offset=2; o(lambda:C(_ast.Expression(y))); y.lineno=-1; y.end_lineno=5;  o(lambda:C(_ast.Expression(y))); y.lineno=1<<70; o(lambda:C(_ast.Expression(y)))
o(lambda:compile("a=1","x","exec",ast.PyCF_ONLY_AST)._fields);o(lambda:ast.parse("x:=1"))
o(lambda:ast.dump(ast.parse("1+1",mode="eval"),include_attributes=True)); o(lambda:ast.dump(compile("1",'f','single',ast.PyCF_ONLY_AST)))
o(lambda:compile(ast.parse("1"),'f','exec',ast.PyCF_ONLY_AST)); o(lambda:compile(5,'f','exec',ast.PyCF_ONLY_AST))
t=ast.parse("-"*600+"1") ; o(lambda:type(compile(t,'f','exec')).__name__)
z=N('a')
for i in range(100000): z=_ast.UnaryOp(_ast.Not(),z,lineno=1,col_offset=1)
o(lambda:C(_ast.Expression(z)))
z2=_ast.UnaryOp(_ast.Not()); z2.operand=z2; z2.lineno=z2.col_offset=1; o(lambda:C(_ast.Expression(z2)))
while isinstance(z,_ast.UnaryOp): z=z.operand
# Every class: its base, fields, attributes and defaults.
for n in sorted(vars(_ast)):
    t=getattr(_ast,n)
    if isinstance(t,type) and issubclass(t,_ast.AST): print(n,t.__base__.__name__,t._fields,t._attributes,t.__match_args__,t.__module__,{f:vars(t)[f] for f in sorted(vars(t)) if f in t._fields+t._attributes})
print({k:v for k,v in vars(_ast).items() if k.startswith('PyCF')})
# Trees survive the way to objects, through pickle and back to text and code.
source=open(ast.__file__).read()
tree=ast.parse(source)
print(len(ast.dump(tree,include_attributes=True)),ast.dump(ast.parse(ast.unparse(tree)))==ast.dump(tree))
print(ast.dump(pickle.loads(pickle.dumps(tree)))==ast.dump(copy.deepcopy(tree)))
exec(compile(tree,'copy','exec'),{'__name__':'copy'})
small=ast.parse("""
async def f(a: int = 1, /, b=2, *c, d, e=5, **g) -> None:
    'doc'
    async with a as b, c: pass
    async for x in y: break
    else: continue
    return [await z async for z in a if b]
class C(B, metaclass=M):
    global q; nonlocal_ = lambda x, *y: (yield)
@d
def h():
    try: raise A from B
    except (C, D) as e: del x[1:2, ::3], y.z
    else: assert t, u
    finally: import os.path as p, sys
    try: pass
    except* E: from .. import k as l
    while a < b <= c is not d not in e: a += 1; b @= 2; c: int = 3
    with open(f) as g, (h): x = y = {**a, 'b': 1} | {1, *c}
    return not a and -b ** ~c or (d if e else f)(*g, k=1, **l), b'x', 1j, ..., None, f'{a!r:>{w}}{b=}', u'k'
match p:
    case [1, -2, 3+4j, *rest] | {'k': v, **kw} | C(x, y=None) if z: pass
    case (str() as s) | _: (n := 10)
""")
print(ast.dump(small,include_attributes=True))
print(ast.unparse(small))
print(type(small.body[0].args.args[0]).__name__, ast.get_docstring(small.body[0]), ast.literal_eval("{'a':[1,2.5,(3,-4j)],'b':b'x'}"))
class Swap(ast.NodeTransformer):
    def visit_Constant(self,node): return ast.copy_location(ast.Constant(node.value*2),node)
print(eval(compile(ast.fix_missing_locations(Swap().visit(ast.parse("1+2*3",mode="eval"))),'x','eval')))
