using HBaseFaults;
using Load;

return await CommandLine.RunAsync(stop => FaultRun.RunAsync(args, stop));
