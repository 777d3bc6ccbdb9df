#include "test/support/child.h"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace baton::test {
namespace {

ChildBody* g_bodies = nullptr;

double seconds() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

}  // namespace

ChildBody::ChildBody(const char* n, int (*b)()) : name(n), body(b), next(g_bodies) {
    g_bodies = this;
}

int run_registered_child(const std::string& name) {
    rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    for (ChildBody* b = g_bodies; b != nullptr; b = b->next) {
        if (name == b->name) return b->body();
    }
    fprintf(stderr, "no child body named %s\n", name.c_str());
    return 2;
}

bool ChildResult::aborted_with(const std::string& text) const {
    return signal == SIGABRT && output.find(text) != std::string::npos;
}

ChildResult run_child(const std::string& name) {
    ChildResult r;
    int pipes[2];
    if (pipe(pipes) != 0) return r;
    pid_t pid = fork();
    if (pid == 0) {
        dup2(pipes[1], 1);
        dup2(pipes[1], 2);
        close(pipes[0]);
        close(pipes[1]);
        char self[] = "/proc/self/exe", flag[] = "--child";
        char* args[] = {self, flag, const_cast<char*>(name.c_str()), nullptr};
        execv(self, args);
        _exit(127);
    }
    close(pipes[1]);
    double end = seconds() + kChildSeconds;
    for (;;) {
        int left = static_cast<int>((end - seconds()) * 1000);
        pollfd p{pipes[0], POLLIN, 0};
        int n = left > 0 ? poll(&p, 1, left) : 0;
        if (n <= 0) {
            r.hung = true;
            kill(pid, SIGKILL);
            break;
        }
        char buf[4096];
        ssize_t got = read(pipes[0], buf, sizeof buf);
        if (got <= 0) break;
        r.output.append(buf, static_cast<size_t>(got));
    }
    close(pipes[0]);
    int status = 0;
    waitpid(pid, &status, 0);
    if (WIFEXITED(status)) r.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) r.signal = WTERMSIG(status);
    return r;
}

bool dies_with(const std::string& name, const std::string& text) {
    ChildResult r = run_child(name);
    if (r.aborted_with(text)) return true;
    fprintf(stderr, "child %s: %s, exit %d, signal %d, wanted an abort saying \"%s\", output:\n%s\n",
            name.c_str(), r.hung ? "hung" : "ended", r.exit_code, r.signal, text.c_str(), r.output.c_str());
    return false;
}

bool succeeds(const std::string& name) {
    ChildResult r = run_child(name);
    if (r.ok()) return true;
    fprintf(stderr, "child %s: %s, exit %d, signal %d, output:\n%s\n", name.c_str(),
            r.hung ? "hung" : "ended", r.exit_code, r.signal, r.output.c_str());
    return false;
}

}  // namespace baton::test
