using System.Collections.Concurrent;
using System.Text;
using HBase.Client;

namespace TestKit;

/// <summary>
/// Writers that contend for one row by conditional commits. Each commit gives the row a new id on the condition that it still
/// has the one that was read, stamped with that one's time + 1, and puts a further row that names the one before. The table
/// keeps all versions (<see cref="Family"/>), so afterwards the row's versions must be a chain in which each commit is once if
/// its answer was "done", not at all if it was "no", and either if it was unknown. All members may be called concurrently.
/// </summary>
/// <param name="first">The timestamp of the first commit; one that is ahead of every server's clock is good too.</param>
public sealed class CommitChain(string row, long first = 1)
{
    private static readonly byte[] _family = "h"u8.ToArray();
    private static readonly byte[] _id = "id"u8.ToArray();

    private readonly ConcurrentQueue<Answer> _answers = new();

    private enum Outcome
    {
        Done,
        No,
        Unknown,
    }

    /// <summary>The family that a chain's table must have.</summary>
    public static FamilyDescriptor Family { get; } = new("h") { MaxVersions = int.MaxValue };

    /// <summary>How many commits were told that they are done.</summary>
    public int Done => _answers.Count(answer => answer.Outcome == Outcome.Done);

    /// <summary>Reads the row and commits once. False: another commit came in between.</summary>
    /// <exception cref="HBaseException">Of the read, or of the commit.</exception>
    public async Task<bool> CommitAsync(ITable table)
    {
        var read = await table.GetAsync(new Get(Bytes(row)) { Columns = [new(_family, _id)] });
        return read is { Cells: [var newest] }
            ? await CommitAsync(table, newest.Value, newest.Timestamp + 1)
            : await CommitAsync(table, default, first);
    }

    /// <summary>Commits once, on the condition that the row has an id that it never has.</summary>
    /// <exception cref="HBaseException">Of the commit.</exception>
    public Task<bool> CommitStaleAsync(ITable table) => CommitAsync(table, Guid.NewGuid().ToByteArray(), first);

    /// <summary>What is not as it must be: writes that were acknowledged and are not there, and answers that are not true.</summary>
    /// <exception cref="HBaseException">Of the reads.</exception>
    public async Task<(IReadOnlyList<string> Lost, IReadOnlyList<string> Wrong)> VerifyAsync(ITable table)
    {
        List<string> lost = [], wrong = [];
        var chain = await ReadChainAsync(table, wrong);
        var further = await ReadFurtherAsync(table);
        foreach (var (id, time, outcome) in _answers)
        {
            var isThere = chain.Remove(id, out var link) && link.Time == time;
            if (outcome == Outcome.Done && !isThere) lost.Add($"{row}: the commit {id} at {time} was done and is not there");
            if (outcome == Outcome.No && isThere) wrong.Add($"{row}: the commit {id} at {time} was refused and is there");
            if (further.Remove(id, out var before) != isThere)
                wrong.Add($"{row}: of the commit {id} at {time} only {(isThere ? "the first" : "the further")} row is there");
            else if (isThere && before != link.Before)
                wrong.Add($"{row}: the commit {id} came behind {link.Before} and says {before}");
        }

        wrong.AddRange(chain.Keys.Select(id => $"{row}: nobody has written {id}"));
        wrong.AddRange(further.Keys.Select(id => $"{row}: nobody has written the further row {id}"));
        return (lost, wrong);
    }

    private async Task<bool> CommitAsync(ITable table, ReadOnlyMemory<byte> expected, long time)
    {
        var id = Guid.NewGuid();
        var before = expected.IsEmpty ? new byte[16] : expected;
        var commit = new ConditionalCommit(
            new Condition(Bytes(row), _family, _id, expected),
            new Put(Bytes(row)).Add(_family, _id, id.ToByteArray(), time),
            [new Put(Bytes($"{row}/{id:N}")).Add(_family, _id, before, time)]);
        var outcome = Outcome.Unknown;
        try
        {
            var done = await table.CommitAsync(commit);
            outcome = done ? Outcome.Done : Outcome.No;
            return done;
        }
        catch (HBaseException e) when (e is not HBaseOutcomeUnknownException)
        {
            outcome = Outcome.No;
            throw;
        }
        finally
        {
            _answers.Enqueue(new Answer(id, time, outcome));
        }
    }

    // By id; versions come newest first.
    private async Task<Dictionary<Guid, Link>> ReadChainAsync(ITable table, List<string> wrong)
    {
        var read = await table.GetAsync(new Get(Bytes(row)) { Columns = [new(_family, _id)], MaxVersions = int.MaxValue });
        var chain = new Dictionary<Guid, Link>();
        var (before, next) = (Guid.Empty, first);
        foreach (var cell in (read?.Cells ?? []).Reverse())
        {
            if (cell.Timestamp != next) wrong.Add($"{row}: the link at {next} is followed by one at {cell.Timestamp}");
            var id = new Guid(cell.Value.Span);
            if (!chain.TryAdd(id, new Link(cell.Timestamp, before))) wrong.Add($"{row}: {id} is there twice");
            (before, next) = (id, cell.Timestamp + 1);
        }

        return chain;
    }

    private async Task<Dictionary<Guid, Guid>> ReadFurtherAsync(ITable table)
    {
        var further = new Dictionary<Guid, Guid>();
        await foreach (var read in table.ScanAsync(Scan.Prefix(Bytes($"{row}/"))))
            further[Guid.Parse(Encoding.UTF8.GetString(read.Key.Span)[(row.Length + 1)..])] = new Guid(read.Cells[0].Value.Span);
        return further;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private readonly record struct Link(long Time, Guid Before);

    private readonly record struct Answer(Guid Id, long Time, Outcome Outcome);
}
