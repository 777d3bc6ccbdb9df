print("a,b,,c".split(","), "a,b,,c".rsplit(",", 1), " a  b ".split(), " a  b ".rsplit(None, 1))  # expect: ['a', 'b', '', 'c'] ['a,b,', 'c'] ['a', 'b'] [' a', 'b']
print("a\nb\r\nc\x1cd\u2028e".splitlines(), "a\nb".splitlines(True))  # expect: ['a', 'b', 'c', 'd', 'e'] ['a\n', 'b']
print("aXbXc".partition("X"), "aXbXc".rpartition("X"), "abc".partition("X"))  # expect: ('a', 'X', 'bXc') ('aXb', 'X', 'c') ('abc', '', '')
print("banana".replace("an", "AN"), "banana".replace("a", "", 2), "abc".replace("", "-"), "\u20aca".replace("\u20ac", "e"))  # expect: bANANa bnna -a-b-c- ea
print("banana".find("an"), "banana".rfind("an"), "banana".find("an", 2), "banana".find("x"), "banana".count("ana"))  # expect: 1 3 3 -1 1
print("abc".find("", 3), "abc".find("", 4), "abc".rfind(""), "abc".index("c", -1), "abc".count(""))  # expect: 3 -1 3 2 4
print("abc".startswith(("x", "ab")), "abc".endswith("bc", 1), "abc".startswith("", 5), "abc".startswith("b", 1, 2))  # expect: True True False True
print("  x ".strip() + "|", "xxaxx".strip("x"), "\xa0a\u3000".strip(), "\u20aca\u20ac".lstrip("\u20acx"))  # expect: x| a a a€
print("ab".center(7, "*"), "ab".ljust(4) + "|", "ab".rjust(4, "\u20ac") == "\u20ac\u20acab", "-5".zfill(4), "\t|a\tb".expandtabs(4))  # expect: ***ab** ab  | True -005     |a  b
print("abc".translate({97: "x", 98: None}), "abc".translate(str.maketrans("ab", "\u20acd")) == "\u20acdc")  # expect: xc True
print("prefix-x".removeprefix("prefix-"), "x.py".removesuffix(".py"), "x".removesuffix(""))  # expect: x x x
print("-".join(["a", "b", "\u20ac"]) == "a-b-\u20ac", "".join(()), "x".join("abc"))  # expect: True  axbxc
print("abc"[1:], "abc"[::-1], "abc"[-1], "a\u20acc"[::2], "abc"[5:], "abc" * 2, "abc" * -1)  # expect: bc cba c ac  abcabc 
print("b" in "abc", "" in "", "\u20ac" in "abc", "abc" < "abd", "a" < "\u20ac", "z" < "\U00010000")  # expect: True True False True True True
print("\u0661".isdecimal(), "\xb2".isdigit(), "\xbd".isnumeric(), "a1".isalnum(), "Ab".istitle(), "a b".isprintable())  # expect: True True True True True True
print("x_1".isidentifier(), "1x".isidentifier(), "\xe9".isidentifier(), "".isalpha(), "".isascii(), " \t".isspace())  # expect: True False True False True True
print(repr("it's"), repr('"\''), repr("\x00\x7f\x85\xa0\u20ac\u200b\U0001f600"), ascii("\xe9\u20ac\U0001f600"))  # expect: "it's" '"\'' '\x00\x7f\x85\xa0€\u200b😀' '\xe9\u20ac\U0001f600'
print(list("a\u20ac") == ["a", "\u20ac"], len("\U0001f600"), hash("abc") == hash("abc"), str(b"\xc3\xa9", "utf-8") == "\xe9")  # expect: True 1 True True
