from markupsafe import Markup, _speedups, escape

print(_speedups.escape("<a href='x'>&\"</a>"), escape(Markup("<b>")), escape(3), escape("ü<ß"), escape("\U0001f600>"))
print(Markup("<i>%s</i>") % "<x>", Markup("a") + "<", Markup("<p>t</p>").striptags(), _speedups.escape_silent(None) == "")


class Own:
    def __html__(self):
        return "<own>"


print(escape(Own()), repr(_speedups.soft_str(Own)).startswith("\"<class"), type(escape("")).__name__)
