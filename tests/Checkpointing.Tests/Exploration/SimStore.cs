namespace Checkpointing.Tests.Exploration;

internal sealed class SimStore(World world)
{
    private readonly (Guid Writer, byte[] Bytes, string Log)[] _rows =
        [.. Enumerable.Repeat((Guid.Empty, Array.Empty<byte>(), ""), world.Scenario.Entities)];

    public (Guid Writer, byte[] Bytes) Read(int entity) => (_rows[entity].Writer, _rows[entity].Bytes);

    public string Log(int entity) => _rows[entity].Log;

    public bool Has(int entity, string cause) => (" " + _rows[entity].Log).Contains($" {cause} ", StringComparison.Ordinal);

    /// <summary>A conditional write. One that has lost is read back: it may be ours, its outcome unknown before.</summary>
    public bool Write(int entity, Guid expected, Guid writer, byte[] bytes, string log)
    {
        var row = _rows[entity];
        if (row.Writer != expected && !world.Omits(Omitted.RowUnconditional))
            return row.Writer == writer;
        if (!log.StartsWith(row.Log, StringComparison.Ordinal))
            throw new ViolationException($"The row of {(char)('a' + entity)} goes from '{row.Log}' to '{log}'");
        _rows[entity] = (writer, bytes, log);
        Check(entity);
        return true;
    }

    public void CheckAllApplied()
    {
        foreach (var record in world.Scenario.Records)
        {
            if (record.Outputs is not null && !Has(record.Entity, $"{record.Offset}"))
                throw new ViolationException($"{record.Offset} is not in the row '{Log(record.Entity)}'");
        }
    }

    /// <summary>The records in a row are the first ones of its entity, each once and in order; so are commands, in any order.</summary>
    private void Check(int entity)
    {
        var causes = _rows[entity].Log.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var expected = world.Scenario.Records.Where(r => r.Entity == entity && r.Outputs is not null).Select(r => $"{r.Offset}");
        var records = causes.Where(c => c[0] != 'c').ToArray();
        if (!records.SequenceEqual(expected.Take(records.Length)) || causes.Distinct().Count() != causes.Length)
            throw new ViolationException($"The row of {(char)('a' + entity)} is '{_rows[entity].Log}'");
    }
}

/// <summary>A write on its way; without an answer its outcome is unknown, and it may land late.</summary>
internal sealed class WriteCall(
    World world, SimActivation from, int entity, FlushCut cut, Guid expected, Guid writer, byte[] bytes, string log)
    : Message(() => $"write of '{log}' by {from}", from)
{
    public override void Run()
    {
        var written = world.Store.Write(entity, expected, writer, bytes, log);
        if (!IsOrphan)
            world.Post(new Note(() => $"{(written ? "success" : "loss")} of the {this}", from, () => from.WriteEnded(cut, writer, !written), TimeOut));
    }

    public override void TimeOut() => from.WriteEnded(cut, null, false);
}
