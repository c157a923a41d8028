/*
 * Blocks the signals that end the agent before the runtime has made its first thread, so that every thread inherits the mask and only the
 * main thread, which waits for them by sigwait, ever sees one. A handler would run on any thread, in the middle of anything.
 *
 * As a side effect this is the visible proof that constructors run: see tests/Gates/constructors.sh.
 */
#include <signal.h>
#include <stddef.h>

__attribute__((constructor)) static void block_ending_signals(void)
{
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGHUP);

    /* There is one thread yet; pthread_sigmask would only add a library to those that an old C library must find. */
    sigprocmask(SIG_BLOCK, &ending, NULL);
}
