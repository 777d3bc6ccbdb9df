import _csv,csv,io,copy,pickle,re
def o(f):
    try: print(re.sub('0x[0-9a-f]+','0x',repr(f())))
    except BaseException as e: print(type(e).__module__,type(e).__name__,e.args)
R=lambda s,**k: list(csv.reader(s if isinstance(s,list) else [s],**k))
def W(*rows,**k):
    b=io.StringIO(); w=csv.writer(b,**k)
    for r in rows: w.writerow(r)
    return b.getvalue()
o(lambda:R('a,b,c'));o(lambda:R('a,"b,c",d'));o(lambda:R('a,"b""c",d'));o(lambda:R('a,"b"c,d'));o(lambda:R('a,"b"c,d',strict=True));o(lambda:R('a,"b'));o(lambda:R('a,"b',strict=True));o(lambda:R(['a,"b\n','c",d']));o(lambda:R(''));o(lambda:R(['','a']));o(lambda:R('a\nb'));o(lambda:R('a\r\n'));o(lambda:R('a\r\nb'));o(lambda:R(' a, b',skipinitialspace=True));o(lambda:R('a\\,b',escapechar='\\'));o(lambda:R('a\\',escapechar='\\'));o(lambda:R('"a\\"b"',escapechar='\\'));o(lambda:R("'a,b'",quotechar="'"));o(lambda:R('1,"2",3.5',quoting=csv.QUOTE_NONNUMERIC));o(lambda:R('x,1',quoting=csv.QUOTE_NONNUMERIC));o(lambda:R('"a",b',quoting=csv.QUOTE_NONE));o(lambda:R('a;b',delimiter=';'));o(lambda:R('a\tb',dialect='excel-tab'));o(lambda:R([b'x']));o(lambda:csv.reader(5));o(lambda:R('a\0b'));o(lambda:R('"a" ,b'));o(lambda:R('"a"\n'));o(lambda:R(['a\\\n','b'],escapechar='\\'));o(lambda:R('"a\\\nb"',escapechar='\\'));o(lambda:R('a,,b'));o(lambda:R(',',quoting=csv.QUOTE_NONNUMERIC));o(lambda:R('"",""'));o(lambda:R('a"b'));o(lambda:R("a,b",quotechar=None,quoting=csv.QUOTE_NONE));o(lambda:R('\n'));o(lambda:R('"ab"c"d"'))
o(lambda:W(['a','b,c','d"e',1,2.5,None,'']));o(lambda:W(['a','b'],quoting=csv.QUOTE_ALL));o(lambda:W(['a',1,2.5,None],quoting=csv.QUOTE_NONNUMERIC));o(lambda:W(['a,b'],quoting=csv.QUOTE_NONE));o(lambda:W(['a,b'],quoting=csv.QUOTE_NONE,escapechar='\\'));o(lambda:W(['a"b'],doublequote=False));o(lambda:W(['a"b'],doublequote=False,escapechar='\\'));o(lambda:W(['']));o(lambda:W([''],quoting=csv.QUOTE_NONE));o(lambda:W([]));o(lambda:W(5));o(lambda:W('abc'));o(lambda:W(['a b',' c'],delimiter=' '));o(lambda:W(['a\nb','c\rd']));o(lambda:W(['x'],lineterminator='END'));o(lambda:W(['a\\b'],escapechar='\\'));o(lambda:W(['a\\b'],escapechar='\\',quoting=csv.QUOTE_NONE));o(lambda:W([1],quotechar=None,quoting=csv.QUOTE_NONE));o(lambda:W([None]));o(lambda:W(['"'],quotechar="'"));o(lambda:W(['a"b'],quoting=csv.QUOTE_NONE,escapechar='\\'));o(lambda:W(['a!b'],lineterminator='!'));o(lambda:csv.writer(5));o(lambda:csv.writer());o(lambda:csv.reader())
class F:
    def write(self,x): return len(x)
o(lambda:csv.writer(F()).writerow([1]));o(lambda:csv.writer(F()).writerows([[1],[2]]));o(lambda:csv.writer(F()).writerows(5));o(lambda:csv.writer(F()).dialect.delimiter)
for kw in (dict(delimiter='ab'),dict(delimiter=''),dict(delimiter=5),dict(delimiter=None),dict(quotechar='ab'),dict(quotechar=''),dict(quotechar=5),dict(quotechar=None),dict(escapechar='ab'),dict(escapechar=5),dict(escapechar=None),dict(lineterminator=5),dict(lineterminator=None),dict(quoting=9),dict(quoting='x'),dict(quoting=None),dict(doublequote='x'),dict(strict=[]),dict(dialect='nope'),dict(dialect=5),dict(dialect=None),dict(quoting=True)):
    o(lambda:csv.writer(F(),**kw).dialect.__class__)
D=_csv.Dialect
o(lambda:[(n,getattr(D(),n)) for n in ('delimiter','doublequote','escapechar','lineterminator','quotechar','quoting','skipinitialspace','strict')]);o(lambda:D(csv.excel_tab).delimiter);o(lambda:D(csv.excel_tab,delimiter=';').delimiter);o(lambda:D(D(delimiter='|')).delimiter);o(lambda:copy.copy(D()));o(lambda:pickle.dumps(D()))
o(lambda:csv.list_dialects());o(lambda:csv.register_dialect('mine',delimiter='|'));o(lambda:csv.get_dialect('mine').delimiter);o(lambda:csv.unregister_dialect('mine'));o(lambda:csv.get_dialect('mine'));o(lambda:csv.unregister_dialect('mine'));o(lambda:csv.register_dialect(5));o(lambda:csv.register_dialect());o(lambda:csv.get_dialect(5))
o(lambda:csv.field_size_limit());o(lambda:csv.field_size_limit(5));o(lambda:R('abcdefgh'));o(lambda:csv.field_size_limit(131072));o(lambda:csv.field_size_limit('x'))
r=csv.reader(['a','b']);o(lambda:r.line_num);o(lambda:next(r));o(lambda:r.line_num);o(lambda:r.dialect.strict);o(lambda:type(r));o(lambda:type(csv.writer(F())));o(lambda:iter(r) is r)
o(lambda:(_csv.QUOTE_MINIMAL,_csv.QUOTE_ALL,_csv.QUOTE_NONNUMERIC,_csv.QUOTE_NONE,_csv.__version__,_csv.Error.__mro__,dir(_csv)))
o(lambda:list(csv.DictReader(['a,b','1,2'])));
b=io.StringIO();w=csv.DictWriter(b,['a','b']);w.writeheader();w.writerow({'a':1,'b':2});print(repr(b.getvalue()))
o(lambda:csv.Sniffer().sniff('a;b;c\n1;2;3\n').delimiter)
