// The main function of every unit test executable: a normal Catch2 run, or one registered child body.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "test/support/child.h"

int main(int argc, char** argv) {
    if (argc == 3 && std::string(argv[1]) == "--child") return baton::test::run_registered_child(argv[2]);
    return Catch::Session().run(argc, argv);
}
