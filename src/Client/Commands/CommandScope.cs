using Checkpointing;

namespace Client;

/// <summary>
/// Gives the grain calls in it one command id, so that an entity carries the command out once however often it is sent:
/// <c>using (CommandScope.Begin()) await grain.Calibrate(3);</c>. It does not repeat anything;
/// <see cref="EntityClient.CommandAsync{TGrain}(TGrain, Func{TGrain, ValueTask}, CancellationToken)"/> does.
/// </summary>
public readonly struct CommandScope : IDisposable
{
    private readonly (string Id, DateTimeOffset Issued)? _outer;

    private CommandScope(Guid id, DateTimeOffset issued)
    {
        _outer = CommandContext.Current;
        Id = id;
        Issued = issued;
        CommandContext.Set(id.ToString("N"), issued);
    }

    /// <summary>The command's id; ids sort by the time of issue.</summary>
    public Guid Id { get; }

    /// <summary>When the command was issued, in whole milliseconds. An entity refuses an id that is older than it keeps.</summary>
    public DateTimeOffset Issued { get; }

    /// <summary>A new command, issued now.</summary>
    public static CommandScope Begin(TimeProvider? time = null)
    {
        var now = (time ?? TimeProvider.System).GetUtcNow();
        var issued = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        return new CommandScope(Guid.CreateVersion7(issued), issued);
    }

    /// <summary>A command that was issued before and is sent again.</summary>
    public static CommandScope Resume(Guid id, DateTimeOffset issued) => new(id, issued);

    public void Dispose()
    {
        if (_outer is { } outer)
            CommandContext.Set(outer.Id, outer.Issued);
        else
            CommandContext.Clear();
    }
}
