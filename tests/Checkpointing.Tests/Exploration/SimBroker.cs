using System.Text;

namespace Checkpointing.Tests.Exploration;

internal sealed class SimBroker(World world)
{
    private readonly List<(string Id, string Content)> _log = [];

    /// <summary>Outputs of a record; what they say depends on all that the entity has applied before.</summary>
    public static Output[] OutputsOf(Scenario scenario, long offset, string log)
    {
        var record = Array.Find(scenario.Records, r => r.Offset == offset)!;
        var outputs = new Output[record.Outputs!.Length];
        for (var i = 0; i < outputs.Length; i++)
            outputs[i] = OutputOf($"{offset}/{i}", log, record.Outputs[i]);
        return outputs;
    }

    public static Output OutputOf(string id, string log, bool whenDurable = false) =>
        new() { Id = id, Topic = "out", Key = default, Value = Encoding.ASCII.GetBytes(log), WhenDurable = whenDurable };

    public static Output DeadLetter(long offset) => OutputOf($"{offset}/bad", "");

    public void Append(Output output)
    {
        var content = Encoding.ASCII.GetString(output.Value.Span);
        _log.Add((output.Id, content));
        if (output.WhenDurable && Right(output.Id) != content)
            throw new ViolationException($"{output.Id} '{content}' is sent before it is durable");
    }

    public bool Has(string id) => Right(id) is { } right && _log.Contains((id, right));

    public bool HasAllOf(SimRecord record)
    {
        if (record.Outputs is null)
            return _log.Exists(o => o.Id == $"{record.Offset}/bad");
        if (!world.Store.Has(record.Entity, $"{record.Offset}"))
            return false;
        for (var i = 0; i < record.Outputs.Length; i++)
        {
            if (!Has($"{record.Offset}/{i}"))
                return false;
        }
        return true;
    }

    /// <summary>What counts is the last output of an id.</summary>
    public void CheckLast()
    {
        var ids = world.Scenario.Records.SelectMany(r => (r.Outputs ?? []).Select((_, i) => $"{r.Offset}/{i}"))
            .Concat(world.Commands.Select(c => c.Id));
        foreach (var id in ids)
        {
            var last = _log.FindLast(o => o.Id == id).Content;
            if (last is null || last != Right(id))
                throw new ViolationException($"The last {id} is '{last}', right is '{Right(id)}'");
        }
        foreach (var bad in world.Scenario.Records.Where(r => r.Outputs is null))
        {
            if (!HasAllOf(bad))
                throw new ViolationException($"The dead letter of {bad.Offset} is missing");
        }
    }

    /// <summary>The content that an output has by the row that its cause is in; null when it is in none.</summary>
    private string? Right(string id)
    {
        var cause = id.Split('/')[0];
        for (var entity = 0; entity < world.Scenario.Entities; entity++)
        {
            var log = " " + world.Store.Log(entity);
            var at = log.IndexOf($" {cause} ", StringComparison.Ordinal);
            if (at >= 0)
                return log[1..(at + 1)];
        }
        return null;
    }
}
