/*
 * Preloaded, makes a newer C library start programs as those before glibc 2.34 did: it runs the function that the program hands over, and no
 * constructor of the program that this function leaves out.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>

typedef int (*program_main)(int, char **, char **);
typedef void (*initialiser)(int, char **, char **);
typedef int (*starter)(program_main, int, char **, initialiser, void (*)(void), void (*)(void), void *);

int __libc_start_main(program_main program, int argc, char **argv, initialiser init, void (*fini)(void), void (*loader_fini)(void), void *stack_end);

static initialiser s_handed_over;

static void run_what_was_handed_over(int argc, char **argv, char **environment)
{
    if (s_handed_over != NULL)
    {
        s_handed_over(argc, argv, environment);
    }
}

int __libc_start_main(program_main program, int argc, char **argv, initialiser init, void (*fini)(void), void (*loader_fini)(void), void *stack_end)
{
    starter next;
    *(void **)&next = dlsym(RTLD_NEXT, "__libc_start_main");
    if (next == NULL)
    {
        abort();
    }

    /* Given a function, the newer library calls it and leaves the program's constructors to it. */
    s_handed_over = init;
    return next(program, argc, argv, run_what_was_handed_over, fini, loader_fini, stack_end);
}
