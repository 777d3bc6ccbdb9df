# stderr: Exception in thread worker:
# stderr: ZeroDivisionError: integer division or modulo by zero
# exit: 0
import threading

t = threading.Thread(target=lambda: 1 // 0, name="worker")
t.start()
t.join()
print("the program goes on")  # expect: the program goes on
