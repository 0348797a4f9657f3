using System.Diagnostics;
using Checkpointing.Tests.Exploration;
using Xunit;

namespace Checkpointing.Tests;

/// <summary>
/// The rules of the protocol explored as a model: simulated drivers use the ledgers as reader, lane and entity do.
/// EXPLORE_SECONDS makes the random exploration longer, EXPLORE_SEED begins it elsewhere or repeats a seed that failed.
/// </summary>
public sealed class ExplorationTests(ITestOutputHelper output)
{
    [Fact]
    public void Random_schedules_keep_all_promises()
    {
        var explorer = new Explorer();
        var limit = TimeSpan.FromSeconds(Setting("EXPLORE_SECONDS", 15));
        var first = Setting("EXPLORE_SEED", 0);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i == 0 || clock.Elapsed < limit; i++)
            Keeps(explorer.Random(first + i));
        Report(explorer);
    }

    [Fact]
    public void Two_deviations_from_the_natural_schedule_of_two_records_keep_all_promises()
    {
        var explorer = new Explorer();
        Keeps(explorer.Bounded(new Scenario(1, 1, [new(0, 0, 0, [false]), new(1, 0, 0, [true])], [], 0), 2));
        Report(explorer);
    }

    [Fact]
    public void Two_deviations_from_the_natural_schedule_of_a_command_and_a_record_keep_all_promises()
    {
        var explorer = new Explorer();
        Keeps(explorer.Bounded(new Scenario(1, 1, [new(0, 0, 0, [false])], [0], 0), 2));
        Report(explorer);
    }

    [Fact]
    public void One_deviation_from_the_natural_schedule_of_two_lanes_keeps_all_promises()
    {
        var explorer = new Explorer();
        SimRecord[] records =
            [new(0, 0, 0, [false, true]), new(1, 1, 1, []), new(3, 0, 0, null), new(4, 1, 1, [false]), new(5, 0, 0, [false])];
        Keeps(explorer.Bounded(new Scenario(2, 2, records, [1], 0), 1));
        Report(explorer);
    }

    [Theory]
    [InlineData(nameof(Omitted.RowUnconditional))]
    [InlineData(nameof(Omitted.RowAnswersMemory))]
    [InlineData(nameof(Omitted.RowSameWriter))]
    [InlineData(nameof(Omitted.WindowTakesAny))]
    [InlineData(nameof(Omitted.WindowCacheForgets))]
    [InlineData(nameof(Omitted.AfterAcceptsAll))]
    [InlineData(nameof(Omitted.OutboxReturnsNothing))]
    [InlineData(nameof(Omitted.OutboxForgetsFlushed))]
    [InlineData(nameof(Omitted.DurableOfAnyActivation))]
    [InlineData(nameof(Omitted.DurableWithoutAcknowledgement))]
    [InlineData(nameof(Omitted.CommitFetched))]
    public void Leaving_out_a_rule_breaks_a_promise(string rule)
    {
        var explorer = new Explorer();
        var omitted = Enum.Parse<Omitted>(rule);
        for (var seed = 0; seed < 2000; seed++)
        {
            if (explorer.Random(seed, omitted) is not { } broken)
                continue;
            output.WriteLine(broken);
            return;
        }
        Assert.Fail($"2,000 schedules without the rule {rule} have broken nothing.");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;

    private static void Keeps(string? broken)
    {
        if (broken is not null)
            Assert.Fail(broken);
    }

    private void Report(Explorer explorer) => output.WriteLine($"{explorer.Steps} steps in {explorer.Schedules} schedules");
}
