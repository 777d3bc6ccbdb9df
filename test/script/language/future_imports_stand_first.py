for source in [
    "'doc'; from __future__ import division",
    "'doc'\nfrom __future__ import division; from __future__ import annotations\nimport os",
    "'doc'; 'more'; from __future__ import division",
    "'doc'\n'more'\nfrom __future__ import division",
    "from __future__ import division; import os; from __future__ import division",
    "from __future__ import division\nimport os\nfrom __future__ import division",
    "import os; from __future__ import braces",
    "from __future__ import braces",
    "from .__future__ import nothing",
    "from __future__ import nested_scopes; import os; from __future__ import \\\n nested_scopes\n",
]:
    try:
        print(hex(compile(source, "f", "exec").co_flags & 0x1ff0000))
    except SyntaxError as e:
        print(e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)
for source in ["[i for i in (lambda: (j := 1))()]", "[i for i in [(j := 1) for j in x]]", "{i for i in {j for j in x if (k := 1)}}"]:
    try:
        compile(source, "f", "exec")
    except SyntaxError as e:
        print(e.msg)
for pattern in ['f""', 'f"{x}"', '"a" f"b"']:
    try:
        compile(f"match x:\n  case {pattern}: pass", "f", "exec")
    except SyntaxError as e:
        print(e.msg, e.lineno, e.offset)
