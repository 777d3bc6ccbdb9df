import zlib,copy,re
def o(f):
    try: r=re.sub('0x[0-9a-f]+','0x',repr(f())); print(r if len(r)<200 else (len(r),r[:60]))
    except BaseException as e: print(type(e).__module__,type(e).__name__,e.args)
data=b"hello world "*100
c=zlib.compress(data)
o(lambda:zlib.decompress(c)==data); o(lambda:zlib.compress(data,9)==zlib.compress(data,level=9)); o(lambda:zlib.compress(data,0)[:5]); o(lambda:zlib.compress(data,10)); o(lambda:zlib.compress("x")); o(lambda:zlib.compress(data,wbits=-15)[:5]); o(lambda:zlib.compress(data,wbits=31)[:4]); o(lambda:zlib.compress(data,wbits=99))
o(lambda:zlib.decompress(b"junk")); o(lambda:zlib.decompress(c[:-5])); o(lambda:zlib.decompress(c+b"extra")==data); o(lambda:zlib.decompress(b"")); o(lambda:zlib.decompress(c,wbits=-15)); o(lambda:zlib.decompress(zlib.compress(data,wbits=-15),-15)==data); o(lambda:zlib.decompress(c,15,1)==data); o(lambda:zlib.decompress(c,15,0)==data); o(lambda:zlib.decompress(c,15,-1)); o(lambda:zlib.decompress(c,bufsize=3)==data); o(lambda:zlib.decompress("x")); o(lambda:zlib.decompress(c,99))
o(lambda:zlib.crc32(data));o(lambda:zlib.crc32(data,5));o(lambda:zlib.adler32(data));o(lambda:zlib.adler32(data,7));o(lambda:zlib.crc32(b""));o(lambda:zlib.adler32(b""));o(lambda:zlib.crc32("x"));o(lambda:zlib.crc32(b"a",-1));o(lambda:zlib.crc32(b"a",1<<40))
k=zlib.compressobj(); o(lambda:type(k)); a=k.compress(data); k2=k.copy(); a2=a+k2.flush(); a+=k.compress(data); a+=k.flush(zlib.Z_SYNC_FLUSH); a+=k.flush(); o(lambda:zlib.decompress(a)==data*2); o(lambda:zlib.decompress(a2)==data); o(lambda:k.flush()); o(lambda:k.compress(b"x")); o(lambda:k.copy()); o(lambda:copy.copy(zlib.compressobj())); o(lambda:k.flush(99)); o(lambda:zlib.compressobj().flush(0)); o(lambda:zlib.compressobj(99)); o(lambda:zlib.compressobj(memLevel=99)); o(lambda:zlib.compressobj(1,8,15,8,0,b"dict")); o(lambda:type(k)()); o(lambda:zlib.compressobj(1,8,-15,9,zlib.Z_HUFFMAN_ONLY)); o(lambda:zlib.compressobj(zdict="x")); o(lambda:zlib.compressobj(method=7))
d=zlib.decompressobj(); o(lambda:type(d)); o(lambda:d.decompress(c+b"tail")==data); o(lambda:(d.eof,d.unused_data,d.unconsumed_tail)); o(lambda:d.decompress(b"more")); o(lambda:d.unused_data); o(lambda:d.flush()); 
d=zlib.decompressobj(); o(lambda:d.decompress(c,10)); o(lambda:len(d.unconsumed_tail)>0); t=d.unconsumed_tail; o(lambda:d.decompress(t,5)); e=d.copy(); o(lambda:d.flush()==e.flush()); o(lambda:d.eof); o(lambda:d.unconsumed_tail)
d=zlib.decompressobj(); o(lambda:d.decompress(b"junk")); o(lambda:d.decompress(c,-1)); o(lambda:d.flush(0)); o(lambda:d.flush(-1)); o(lambda:zlib.decompressobj(99)); o(lambda:zlib.decompressobj(zdict=5)); o(lambda:copy.deepcopy(zlib.decompressobj()).eof)
d=zlib.decompressobj(); d.decompress(c[:20]); o(lambda:d.flush()); o(lambda:d.eof)
zd=b"hello world"; k=zlib.compressobj(zdict=zd); z=k.compress(data)+k.flush(); o(lambda:zlib.decompress(z)); o(lambda:zlib.decompressobj(zdict=zd).decompress(z)==data); o(lambda:zlib.decompressobj(zdict=b"wrong").decompress(z)); o(lambda:zlib.decompressobj(-15,zdict=zd)); o(lambda:zlib.decompressobj().decompress(z))
print({n:v for n,v in sorted(vars(zlib).items()) if isinstance(v,(int,str)) and not n.startswith('__')}); print(zlib.error.__mro__, zlib.__version__)
big=b"x"*3000000; o(lambda:zlib.decompress(zlib.compress(big))==big)
import threading
ts=[threading.Thread(target=lambda:zlib.decompress(zlib.compress(big))) for _ in range(4)]
[x.start() for x in ts];[x.join() for x in ts]
import gzip,io,zipfile
b=io.BytesIO()
with zipfile.ZipFile(b,'w',zipfile.ZIP_DEFLATED) as zf: zf.writestr('a.txt',data)
print(zipfile.ZipFile(b).read('a.txt')==data, gzip.decompress(gzip.compress(data))==data)
