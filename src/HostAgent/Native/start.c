/*
 * The program's entry, in place of the compiler's crt1.o, crti.o and crtbegin.o.
 *
 * Those belong to the C library of the machine that links: one of glibc 2.34 or later asks for __libc_start_main of 2.34 and leaves it to that
 * function to run the program's constructors. An older C library runs what it is handed as `init` and nothing else. Linked with the new objects
 * the program would be refused by the old library; linked with `init` empty it would start there and silently run no constructor.
 * So `init` is always handed over here. A newer C library, given one, calls it and does not walk the constructors a second time.
 */
#include <stddef.h>

typedef void (*constructor)(int, char **, char **);

extern int main(int argc, char **argv, char **environment);

extern int __libc_start_main(int (*program)(int, char **, char **), int argc, char **argv, constructor init, void (*fini)(void),
                             void (*loader_fini)(void), void *stack_end);

/* The linker puts these at the ends of .init_array. What the array holds to be run at exit (.fini_array) the loader runs in every release. */
extern constructor __init_array_start[] __attribute__((visibility("hidden")));
extern constructor __init_array_end[] __attribute__((visibility("hidden")));

void __attribute__((noreturn, used)) program_begin(const long *stack, void (*loader_fini)(void));

/* Names this program to __cxa_atexit: static destructors of C++ code carry its address. crtbegin.o defined it. */
void *__dso_handle __attribute__((visibility("hidden"))) = NULL;

/* What the kernel laid out for a new process: argument count, arguments, environment, auxiliary vector. overrides.c reads it again. */
const long *initial_stack __attribute__((visibility("hidden")));

static void run_constructors(int argc, char **argv, char **environment)
{
    for (constructor *next = __init_array_start; next < __init_array_end; next++)
    {
        (*next)(argc, argv, environment);
    }
}

void program_begin(const long *stack, void (*loader_fini)(void))
{
    initial_stack = stack;
    __libc_start_main(main, (int)stack[0], (char **)(stack + 1), run_constructors, NULL, loader_fini, (void *)stack);
    __builtin_trap();
}

/*
 * What the C library linked into every program besides its shared part, because it must know the program. The C++ parts of the runtime use it.
 */
extern int __cxa_atexit(void (*at_exit)(void *), void *argument, void *program);

int atexit(void (*at_exit)(void));

int atexit(void (*at_exit)(void))
{
    return __cxa_atexit((void (*)(void *))(void *)at_exit, NULL, __dso_handle);
}

/* The ABI starts a process with no return address, the stack at the argument count and the loader's exit function in rdx. */
__asm__(
    "    .text\n"
    "    .globl _start\n"
    "    .type _start, @function\n"
    "_start:\n"
    "    .cfi_startproc\n"
    "    .cfi_undefined rip\n"
    "    xorl %ebp, %ebp\n"
    "    movq %rsp, %rdi\n"
    "    movq %rdx, %rsi\n"
    "    andq $-16, %rsp\n"
    "    call program_begin\n"
    "    hlt\n"
    "    .cfi_endproc\n"
    "    .size _start, . - _start\n");
