print("stra\xdfe".upper(), "\ufb01x".upper(), "\xdfx".title(), "\ufb01x".capitalize())  # expect: STRASSE FIX Ssx Fix
print(ascii("\u0130".lower()), ascii("\u03a3\u03a3 A\u03a3.\u03a3".lower()), ascii("\u1e9e".lower()))  # expect: 'i\u0307' '\u03c3\u03c2 a\u03c3.\u03c2' '\xdf'
print(ascii("\u01c6x".title()), ascii("\u01c4".swapcase()), ascii("\u10d0".upper()), ascii("\u13a0".casefold()))  # expect: '\u01c5x' '\u01c6' '\u1c90' '\u13a0'
print("Hello World".swapcase(), "they're bill's".title(), "hELLO".capitalize(), "MASSE" == "Ma\xdfe".casefold().upper())  # expect: hELLO wORLD They'Re Bill'S Hello True
