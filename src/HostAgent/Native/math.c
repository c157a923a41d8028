/*
 * The three functions of the mathematics library that the runtime calls. Having them here spares the program that library: 340 KB of resident memory,
 * and a file to be found and mapped at every start.
 */
#include <smmintrin.h>

double ceil(double value);
double modf(double value, double *whole);
double log(double value);

/* The runtime asks for a processor with SSE 4.2 before it does anything. */
#define ROUNDS __attribute__((target("sse4.1")))

ROUNDS double ceil(double value)
{
    __m128d whole = _mm_set_sd(value);
    return _mm_cvtsd_f64(_mm_ceil_sd(whole, whole));
}

/* What is left has the sign of the value, also where it is zero. */
ROUNDS double modf(double value, double *whole)
{
    __m128d all = _mm_set_sd(value);
    __m128d part = _mm_round_sd(all, all, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
    *whole = _mm_cvtsd_f64(part);
    double rest = value == *whole ? 0 : value - *whole;
    return __builtin_copysign(rest, value);
}

/* The processor's own y * log2(x), exact to more digits than a double has. */
double log(double value)
{
    double result;
    __asm__("fldln2\n\tfldl %1\n\tfyl2x\n\tfstpl %0" : "=m"(result) : "m"(value) : "st", "st(1)");
    return result;
}
