namespace Checkpointing.Tests.Exploration;

/// <summary>A schedule told in words: each step is the text of a choice or a fault; the natural order goes on until it is possible.</summary>
internal sealed class Script(Scenario scenario)
{
    private readonly List<string> _trace = [];

    public World World { get; } = new(scenario);

    public static Scenario Records(int count, params int[] commands) =>
        new(1, 1, [.. Enumerable.Range(0, count).Select(i => new SimRecord(i, 0, 0, [false]))], commands, 0);

    public static void Play(Scenario scenario, params string[] steps)
    {
        var script = new Script(scenario);
        foreach (var step in steps)
            script.Do(step);
        script.Finish();
    }

    /// <summary>Does that as soon as it is possible.</summary>
    public void Do(string text)
    {
        for (var i = 0; i < 200; i++)
        {
            var all = Choices(withFaults: true);
            var index = all.FindIndex(c => c.ToString().Contains(text, StringComparison.Ordinal));
            if (index >= 0)
            {
                Take(all[index]);
                return;
            }
            var natural = Choices(withFaults: false);
            if (natural.Count == 0)
                break;
            Take(natural[0]);
        }
        throw new InvalidOperationException($"'{text}' was never possible:\n{string.Join("\n", _trace)}");
    }

    /// <summary>Goes on without faults until all is committed, then takes what comes late, and checks.</summary>
    public void Finish()
    {
        for (var i = 0; i < 1000; i++)
        {
            var choices = Choices(withFaults: false);
            if (choices.Count == 0 || (World.IsFinished && !choices.Exists(c => c.IsLate)))
            {
                World.CheckEnd();
                return;
            }
            Take(choices[0]);
        }
        throw new ViolationException($"It does not finish:\n{string.Join("\n", _trace)}");
    }

    private List<Choice> Choices(bool withFaults)
    {
        var choices = new List<Choice>();
        World.Choices(choices);
        if (withFaults)
        {
            World.TimeOuts(choices);
            World.Losses(choices);
        }
        return choices;
    }

    private void Take(Choice choice)
    {
        _trace.Add(choice.ToString());
        choice.Run();
    }
}
