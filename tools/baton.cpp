// The `baton` command: the library's Py_BytesMain and nothing else.
extern "C" int Py_BytesMain(int argc, char** argv);

int main(int argc, char** argv) { return Py_BytesMain(argc, argv); }
