text = ""
ready()
while True:
    text += "x"
    text = text[-10:]
