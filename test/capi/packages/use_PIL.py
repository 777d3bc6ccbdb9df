import io

from PIL import Image, ImageDraw, ImageFilter

image = Image.new("RGB", (16, 12), (10, 20, 30))
ImageDraw.Draw(image).rectangle((2, 3, 8, 9), fill=(200, 100, 50))
print(image.getpixel((2, 3)), image.getbbox(), image.histogram()[200], image.resize((4, 3)).tobytes().hex()[:24])
for kind in ("PNG", "BMP", "GIF"):
    out = io.BytesIO()
    image.save(out, kind)
    back = Image.open(io.BytesIO(out.getvalue()))
    print(kind, back.size, back.mode, back.convert("RGB").tobytes() == image.tobytes())
print(image.convert("L").filter(ImageFilter.BLUR).getextrema(), image.rotate(90, expand=True).size, image.split()[1].getextrema())
print(Image.frombytes("L", (2, 2), b"\x01\x02\x03\x04").transpose(Image.Transpose.FLIP_LEFT_RIGHT).tobytes(), image.point(lambda v: v // 2).getpixel((0, 0)))
for wrong in (lambda: Image.open(io.BytesIO(b"no image")), lambda: image.getpixel((99, 0)), lambda: Image.new("nope", (1, 1))):
    try:
        wrong()
    except Exception as e:
        print(type(e).__name__, str(e).split(" <")[0])
