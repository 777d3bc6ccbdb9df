# No bytes are the empty text in whatever encoding; encoding the empty text looks the encoding up.
for f in (lambda: str(b'','bogus'), lambda: b''.decode('bogus'), lambda: bytearray().decode('bogus'), lambda: str(memoryview(b''),'bogus'), lambda: str(b'','utf-8','bogus'), lambda: ''.encode('bogus'), lambda: b''.decode('utf-16'), lambda: __import__('codecs').decode(b'','bogus')
  , lambda: str('', 'bogus'), lambda: str(b'', 'rot13'), lambda: b''.decode('a\0b')):
    try: print(repr(f()))
    except Exception as e: print(type(e).__name__, e)
