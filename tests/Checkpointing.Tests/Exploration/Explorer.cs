using System.Text;

namespace Checkpointing.Tests.Exploration;

/// <summary>Drives worlds through schedules: random ones, and all with a bounded number of deviations from the natural one.</summary>
internal sealed class Explorer
{
    private const int UnfairSteps = 400;
    private const int FairSteps = 4000;

    public long Steps { get; private set; }

    public long Schedules { get; private set; }

    /// <summary>A scenario and a schedule that the seed determines; null when all promises are kept, else what was broken and how.</summary>
    public string? Random(int seed, Omitted omitted = Omitted.Nothing)
    {
        if (RunRandom(seed, omitted, null) is not { } broken)
            return null;
        var trace = new StringBuilder();
        RunRandom(seed, omitted, trace);
        return $"seed {seed}: {broken}\n{trace}";
    }

    /// <summary>All schedules of a scenario that deviate at most so often from the natural one, by a fault or by another order.</summary>
    public string? Bounded(Scenario scenario, int deviations) => Bounded(scenario, [], deviations);

    private string? Bounded(Scenario scenario, (int Step, int Choice)[] deviations, int more)
    {
        var widths = new List<int>();
        if (RunBounded(scenario, deviations, widths, null) is { } broken)
        {
            var trace = new StringBuilder();
            RunBounded(scenario, deviations, [], trace);
            return $"deviations {string.Join(", ", deviations)}: {broken}\n{trace}";
        }
        if (more == 0)
            return null;
        var first = deviations.Length == 0 ? 0 : deviations[^1].Step + 1;
        for (var step = first; step < widths.Count; step++)
        {
            for (var choice = 1; choice < widths[step]; choice++)
            {
                if (Bounded(scenario, [.. deviations, (step, choice)], more - 1) is { } found)
                    return found;
            }
        }
        return null;
    }

    private string? RunBounded(Scenario scenario, (int Step, int Choice)[] deviations, List<int> widths, StringBuilder? trace)
    {
        Schedules++;
        try
        {
            var world = new World(scenario);
            var choices = new List<Choice>();
            var next = 0;
            for (var step = 0; step < FairSteps; step++)
            {
                choices.Clear();
                world.Choices(choices);
                var natural = choices.Count;
                // What is finished still has to take what comes late.
                if (natural == 0 || (world.IsFinished && !choices.Exists(c => c.IsLate)))
                {
                    world.CheckEnd();
                    return null;
                }
                world.TimeOuts(choices);
                world.Losses(choices);
                widths.Add(choices.Count);
                var choice = 0;
                if (next < deviations.Length && deviations[next].Step == step)
                    choice = deviations[next++].Choice;
                Take(choices[choice], trace);
            }
            return "it does not finish";
        }
        catch (Exception e) when (e is ViolationException or ArgumentException or InvalidOperationException)
        {
            return e.Message;
        }
    }

    private string? RunRandom(int seed, Omitted omitted, StringBuilder? trace)
    {
        Schedules++;
        var random = new Random(seed);
        var scenario = RandomScenario(random) with { Omitted = omitted };
        trace?.AppendLine(System.Globalization.CultureInfo.InvariantCulture,
            $"{scenario.Lanes} lanes, {scenario.Entities} entities, commands for {string.Join(",", scenario.Commands)}, {scenario.Faults} faults");
        foreach (var r in scenario.Records)
            trace?.AppendLine($"  {r.Offset}: lane {r.Lane}, {(char)('a' + r.Entity)}, {(r.Outputs is null ? "bad" : string.Join(",", r.Outputs))}");
        try
        {
            var world = new World(scenario);
            Unfair(world, random, trace);
            if (!Fair(world, random, trace))
                return "it does not finish";
            world.CheckEnd();
            return null;
        }
        catch (Exception e) when (e is ViolationException or ArgumentException or InvalidOperationException)
        {
            return e.Message;
        }
    }

    private void Unfair(World world, Random random, StringBuilder? trace)
    {
        var faults = world.Scenario.Faults;
        var choices = new List<Choice>();
        // How much reordering there is differs, for some mistakes need a long delay and others a regular run before.
        var disorder = random.NextDouble();
        for (var step = 0; step < UnfairSteps && !(faults == 0 && world.IsFinished); step++)
        {
            choices.Clear();
            if (faults > 0 && random.Next(15) == 0)
            {
                faults--;
                if (random.Next(2) == 0)
                    world.TimeOuts(choices);
                else
                    world.Losses(choices);
                if (choices.Count > 0)
                    Take(choices[random.Next(choices.Count)], trace);
                continue;
            }
            world.Choices(choices);
            if (choices.Count == 0)
                return;
            var choice = choices[random.NextDouble() < disorder ? random.Next(choices.Count) : 0];
            if (choice.IsLate && random.Next(4) != 0)
                continue;
            Take(choice, trace);
        }
    }

    private bool Fair(World world, Random random, StringBuilder? trace)
    {
        var choices = new List<Choice>();
        if (random.Next(2) == 0)
            world.DropLate();
        for (var step = 0; step < FairSteps; step++)
        {
            choices.Clear();
            world.Choices(choices);
            if (world.IsFinished && !choices.Exists(c => c.IsLate))
                return true;
            if (choices.Count == 0)
                return false;
            Take(choices[random.Next(choices.Count)], trace);
        }
        return false;
    }

    private void Take(Choice choice, StringBuilder? trace)
    {
        Steps++;
        trace?.AppendLine($"  {choice}");
        choice.Run();
    }

    private static Scenario RandomScenario(Random random)
    {
        var entities = random.Next(1, 4);
        var lanes = random.Next(1, 3);
        var records = new SimRecord[random.Next(1, 9)];
        var offset = 0L;
        for (var i = 0; i < records.Length; i++)
        {
            var entity = random.Next(entities);
            var outputs = new bool[random.Next(3)];
            for (var o = 0; o < outputs.Length; o++)
                outputs[o] = random.Next(3) == 0;
            var isBad = random.Next(15) == 0;
            records[i] = new SimRecord(offset, isBad ? 0 : entity % lanes, entity, isBad ? null : outputs);
            offset += random.Next(4) == 0 ? 3 : 1;
        }
        var commands = new int[random.Next(3)];
        for (var i = 0; i < commands.Length; i++)
            commands[i] = random.Next(entities);
        return new Scenario(lanes, entities, records, commands, random.Next(0, 9));
    }
}
