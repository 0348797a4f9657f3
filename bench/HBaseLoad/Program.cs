using HBaseLoad;
using Load;

return await CommandLine.RunAsync(stop => args switch
{
    ["client", .. var rest] => ClientCommand.RunAsync(rest),
    ["compare", .. var rest] => CompareCommand.RunAsync(rest, stop),
    _ => throw new UsageException("usage: HBaseLoad client|compare [--name value ..]; --help after one lists its names"),
});
