using Client.CommandLine;

return await new GranaryCommand(Terminal.Standard()).RunAsync(args);
