using System;
using System.Globalization;
using System.Linq;
using System.Threading;
using EsxAgent.HostileGuest;

// A guest that means harm, started by the tests: each line that it reads is a number of connections to misuse; it answers with a line when that is done.
if (args is not [var path, var threads, var seed, .. var chosen])
{
    Console.Error.WriteLine("usage: EsxAgent.HostileGuest SOCKET THREADS SEED [ACT]…, then numbers of connections, a line each");
    Console.Error.WriteLine($"acts: {string.Join(", ", HostileActs.All.Keys)}");
    return 2;
}

string[] names = chosen.Length > 0 ? chosen : [.. HostileActs.All.Keys];
int given = 0;
while (Console.ReadLine() is string line)
{
    int end = given + int.Parse(line, CultureInfo.InvariantCulture);
    int refused = 0;
    int next = given - 1;
    Thread[] workers = [.. Enumerable.Range(0, int.Parse(threads, CultureInfo.InvariantCulture)).Select(_ => new Thread(Misuse, 256 << 10))];
    Array.ForEach(workers, worker => worker.Start());
    Array.ForEach(workers, worker => worker.Join());
    Console.WriteLine($"{end - given} connections, {refused} not taken");
    given = end;

    void Misuse()
    {
        for (int i = Interlocked.Increment(ref next); i < end; i = Interlocked.Increment(ref next))
        {
            using HostileConnection? connection = HostileConnection.TryOpen(path);
            if (connection is null)
            {
                Interlocked.Increment(ref refused);
                continue;
            }

            HostileActs.All[names[i % names.Length]](connection, path, new Random(HashCode.Combine(i) ^ int.Parse(seed, CultureInfo.InvariantCulture)));
        }
    }
}

return 0;
