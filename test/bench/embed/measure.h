/* The clock and the output line of the embedding benchmarks: "name value unit", read by run.py. */
#ifndef MEASURE_H
#define MEASURE_H
#include <Python.h>
#include <time.h>

static inline double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The shortest of five runs of `rounds` rounds, in nanoseconds a round. */
#define MEASURE(name, rounds, statement)                      \
    do {                                                      \
        double best_ = 1e9;                                   \
        for (int run_ = 0; run_ < 5; ++run_) {                \
            double begin_ = seconds_now();                    \
            for (long i_ = 0; i_ < (rounds); ++i_) {          \
                statement;                                    \
            }                                                 \
            double span_ = seconds_now() - begin_;            \
            if (span_ < best_) best_ = span_;                 \
        }                                                     \
        printf("%s %.2f ns\n", name, best_ * 1e9 / (rounds)); \
    } while (0)

static inline double scale_of(int argc, char** argv) {
    return argc > 1 ? atof(argv[1]) : 1.0;
}
#endif
