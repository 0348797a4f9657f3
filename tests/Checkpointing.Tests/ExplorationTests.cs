using System.Diagnostics;
using Xunit;
using Checkpointing.Tests.Exploration;

namespace Checkpointing.Tests;

/// <summary>The rules of DESIGN.md explored as a model: simulated drivers use the ledgers as reader, lane and entity do.</summary>
public sealed class ExplorationTests(ITestOutputHelper output)
{
    [Fact]
    public void Random_schedules_keep_all_promises()
    {
        var explorer = new Explorer();
        var limit = TimeSpan.FromSeconds(
            int.TryParse(Environment.GetEnvironmentVariable("EXPLORE_SECONDS"), out var seconds) ? seconds : 10);
        var first = int.TryParse(Environment.GetEnvironmentVariable("EXPLORE_SEED"), out var seed) ? seed : 0;
        var clock = Stopwatch.StartNew();
        for (var i = 0; clock.Elapsed < limit; i++)
            if (explorer.Random(first + i) is { } broken)
                Assert.Fail(broken);
        output.WriteLine($"{explorer.Steps} steps in {explorer.Schedules} schedules");
    }
}
