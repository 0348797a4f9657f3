using Load;
using Load.Comparison;
using Load.Recommendations;
using Load.Timers;
using Load.Verification;

return await CommandLine.RunAsync(stop => args switch
{
    ["verify", .. var rest] => VerifyCommand.RunAsync(rest, stop),
    ["compare", .. var rest] => CompareCommand.RunAsync(rest, stop),
    ["latency", .. var rest] => LatencyCommand.RunAsync(rest, stop),
    ["recommendations", .. var rest] => RecommendationLoadCommand.RunAsync(rest, stop),
    ["timers", .. var rest] => TimersCommand.RunAsync(rest, stop),
    _ => throw new UsageException("usage: load verify|compare|latency|recommendations|timers [--name value ..]; --help after one lists its names"),
});
