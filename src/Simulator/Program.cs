using System;
using System.IO;
using EsxAgent.Simulator;

// Raw streams: the tools print bytes, and a console writer would cost start-up time on every call.
using Stream input = OrNull(Console.OpenStandardInput);
using Stream output = OrNull(Console.OpenStandardOutput);
using Stream error = OrNull(Console.OpenStandardError);

string argv0 = Environment.GetCommandLineArgs()[0];
return ToolSwitch.Run(argv0, Environment.ProcessPath, args, input, output, error);

// A caller may have closed a standard descriptor; a tool that does not use it must still work.
static Stream OrNull(Func<Stream> open)
{
    try
    {
        return open();
    }
    catch (IOException)
    {
        return Stream.Null;
    }
}
