using FaultInjection;
using Load;

return await CommandLine.RunAsync(stop => args switch
{
    ["faults", .. var rest] => FaultRun.RunAsync(rest, stop),
    ["broken-records", .. var rest] => BrokenRun.RunAsync(rest, stop),
    ["drain-kills", .. var rest] => DrainKills.RunAsync(rest, stop),
    ["notification-kills", .. var rest] => NotificationKills.RunAsync(rest, stop),
    _ => throw new UsageException("usage: faults|broken-records|drain-kills|notification-kills [--name value ..]; --help after one lists its names"),
});
