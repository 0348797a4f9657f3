namespace Checkpointing;

/// <summary>What an entity is to do with a command.</summary>
public enum CommandVerdict
{
    /// <summary>Run it: it is open from now on.</summary>
    New,

    /// <summary>It has run; the stored answer is its answer.</summary>
    Repeated,

    /// <summary>Issued so long ago that whether it has run is forgotten: refuse it.</summary>
    TooOld,

    /// <summary>Too many commands in a short time: refuse it.</summary>
    Full,

    /// <summary>Another command, or the same one, is open: it has to wait.</summary>
    Busy,
}

/// <summary>The commands that an entity has run, with their answers and the outputs that are not acknowledged.</summary>
internal sealed class CommandMemory
{
    public const int Limit = 128;
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly List<KeptCommand> _commands = [];
    private string? _open;
    private long _openIssued;

    public bool IsOpen => _open is not null;

    public IReadOnlyList<KeptCommand> Commands => _commands;

    /// <summary>
    /// The latest issue time, ms, of a command that was forgotten. It makes the age of a command not a matter of the clock of
    /// the silo that it reaches: one that was forgotten is too old on every other silo, too.
    /// </summary>
    public long ForgottenUntil { get; private set; } = long.MinValue;

    public CommandVerdict Begin(string id, DateTimeOffset issued, DateTimeOffset now, out byte[]? answer)
    {
        answer = null;
        if (_open is not null)
            return CommandVerdict.Busy;
        if (_commands.Find(c => c.Id == id) is { } kept)
        {
            answer = kept.Answer;
            return CommandVerdict.Repeated;
        }
        var at = issued.ToUnixTimeMilliseconds();
        var oldest = (now - Kept).ToUnixTimeMilliseconds();
        Forget(oldest);
        if (at < oldest || at <= ForgottenUntil)
            return CommandVerdict.TooOld;
        if (_commands.Count >= Limit)
            return CommandVerdict.Full;
        _open = id;
        _openIssued = at;
        return CommandVerdict.New;
    }

    /// <summary>Opens what nobody repeats: it is forgotten once its outputs are acknowledged.</summary>
    public void BeginOnce(string id, DateTimeOffset now)
    {
        if (_open is not null)
            throw new InvalidOperationException($"The command {_open} is open.");
        Forget((now - Kept).ToUnixTimeMilliseconds());
        _open = id;
        _openIssued = 0;
    }

    public void End(string id, DateTimeOffset now, byte[] answer, IReadOnlyList<Output> outputs)
    {
        if (_open != id)
            throw new InvalidOperationException($"The command {id} is not open.");
        _commands.Add(new KeptCommand(id, _openIssued, _openIssued == 0 ? 0 : now.ToUnixTimeMilliseconds(), answer, [.. outputs]));
    }

    public void Close(string id)
    {
        if (_open == id)
            _open = null;
    }

    public IReadOnlyList<Output> Outputs(string? id) =>
        [.. _commands.Where(c => id is null || c.Id == id).SelectMany(c => c.Outputs)];

    public void Acknowledge(Output output)
    {
        foreach (var command in _commands)
            command.Outputs.RemoveAll(o => o.Id == output.Id && o.ContentHash == output.ContentHash);
    }

    public void Restore(long forgottenUntil) => ForgottenUntil = forgottenUntil;

    public void Restore(KeptCommand command) => _commands.Add(command);

    private void Forget(long oldest)
    {
        for (var i = _commands.Count - 1; i >= 0; i--)
        {
            var command = _commands[i];
            if (command.Issued >= oldest || command.Ended >= oldest || command.Outputs.Count > 0)
                continue;
            ForgottenUntil = Math.Max(ForgottenUntil, command.Issued);
            _commands.RemoveAt(i);
        }
    }
}

/// <param name="Issued">When the client issued it, ms since the Unix epoch.</param>
/// <param name="Ended">When it ran, by the entity's clock, ms since the Unix epoch.</param>
/// <param name="Outputs">Those that are not acknowledged.</param>
internal sealed record KeptCommand(string Id, long Issued, long Ended, byte[] Answer, List<Output> Outputs);
