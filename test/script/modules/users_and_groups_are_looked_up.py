import grp
import os
import pwd


def outcome(f, *args, **kw):
    try:
        return repr(f(*args, **kw))
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(outcome(pwd.getpwuid, 0), pwd.getpwnam("root") == pwd.getpwuid(0), outcome(pwd.getpwuid, 123456789), outcome(pwd.getpwnam, "no such name"))
print(outcome(pwd.getpwuid, -1), outcome(pwd.getpwuid, 1 << 40), outcome(pwd.getpwuid, -5), outcome(pwd.getpwuid, "x"), outcome(pwd.getpwnam, "a\0b"))
print(pwd.getpwuid(0) in pwd.getpwall(), type(pwd.getpwall()[0]), pwd.struct_passwd.n_fields, pwd.getpwuid(0).pw_dir)
print(outcome(grp.getgrgid, 0), grp.getgrnam("root") == grp.getgrgid(0), outcome(grp.getgrgid, 123456789), outcome(grp.getgrnam, "no such name"))
print(outcome(grp.getgrgid, 1 << 40), outcome(grp.getgrgid, -5), outcome(grp.getgrgid, -1), outcome(grp.getgrgid, "x"), outcome(grp.getgrgid, 1.5))
print(grp.getgrgid(0) in grp.getgrall(), grp.struct_group, grp.getgrgid(id=0).gr_name, os.path.expanduser("~root"))
