/* The agent's own mathematical functions against those of the C library. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ceil own_ceil
#define modf own_modf
#define log own_log
#include "../../src/HostAgent/Native/math.c"
#undef ceil
#undef modf
#undef log

static const double s_values[] = {
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, -1.5, 0.1, -0.9, 2.718281828459045, 1e-300, 5e-324, 123456789.75, -123456789.75,
    4503599627370495.5, 4503599627370497.0, -9007199254740993.0, 1e300, 1.7976931348623157e308, INFINITY, -INFINITY, NAN,
};

static int s_failed;

static void expect(const char *what, double value, double is, double wanted, double tolerance)
{
    int equal = isnan(wanted) ? isnan(is) : is == wanted ? signbit(is) == signbit(wanted) : fabs(is - wanted) <= tolerance * fabs(wanted);
    if (!equal)
    {
        printf("FAILED %s of %.17g is %.17g, not %.17g\n", what, value, is, wanted);
        s_failed = 1;
    }
}

static void compare(double value)
{
    double is_whole, wanted_whole;
    double is = own_modf(value, &is_whole), wanted = modf(value, &wanted_whole);
    expect("ceil", value, own_ceil(value), ceil(value), 0);
    expect("the fraction", value, is, wanted, 0);
    expect("the whole", value, is_whole, wanted_whole, 0);
    expect("log", value, own_log(value), log(value), 0x1p-52);
}

int main(void)
{
    for (size_t i = 0; i < sizeof s_values / sizeof *s_values; i++)
    {
        compare(s_values[i]);
    }

    /* Numbers of every exponent: any 64 bits are one. */
    uint64_t bits = 1;
    for (int i = 0; i < 1000000; i++)
    {
        double value;
        bits = bits * 6364136223846793005u + 1442695040888963407u;
        memcpy(&value, &bits, sizeof value);
        compare(value);
    }

    puts(s_failed ? "the mathematical functions differ from the C library's" : "the mathematical functions agree with the C library's");
    return s_failed;
}
