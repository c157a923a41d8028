using System;
using EsxAgent.Simulator;

using var input = new StandardStream(0);
using var output = new StandardStream(1);
using var error = new StandardStream(2);

return ToolSwitch.Run(Environment.GetCommandLineArgs()[0], Environment.ProcessPath, args, input, output, error);
