using Checkpointing;
using Grains.Interfaces;
using Grains.Timers;

namespace Grains.Entities;

/// <summary>What does not come from a record: durable, and its outputs acknowledged, before it is answered.</summary>
public abstract partial class EntityGrain
{
    private static readonly TimeSpan OutputTimeout = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Runs a command once, whatever its caller repeats: a repeated id gets the stored answer. When it returns, what it
    /// changed is durable. Should that fail, the activation's memory is void and the row alone tells what has happened.
    /// </summary>
    /// <param name="id">Names the command; the entity remembers it for ten minutes.</param>
    /// <param name="issued">When the caller issued it first.</param>
    /// <param name="body">
    /// Changes the state and gives the answer to store; null: it was none, nothing is stored. An exception means that it
    /// has changed nothing.
    /// </param>
    private protected ValueTask<byte[]?> RunCommandAsync(string id, DateTimeOffset issued, Func<ValueTask<byte[]?>> body) =>
        RunSendingCommandAsync(id, issued, async () => await body() is { } answer ? (answer, (IReadOnlyList<Output>)[]) : null);

    /// <summary>As <see cref="RunCommandAsync"/>, of a command with outputs: the broker has them when it returns.</summary>
    private protected async ValueTask<byte[]?> RunSendingCommandAsync(
        string id, DateTimeOffset issued, Func<ValueTask<(byte[] Answer, IReadOnlyList<Output> Outputs)?>> body)
    {
        ThrowIfVoid();
        var now = Time.GetUtcNow();
        CommandVerdict verdict;
        byte[]? answer;
        lock (Gate) verdict = _ledger.BeginCommand(id, issued, now, out answer);
        return verdict switch
        {
            CommandVerdict.New => await RunOpenAsync(id, body),
            CommandVerdict.Repeated => answer!,
            CommandVerdict.TooOld => throw new CommandRefusedException(
                $"Command {id} was issued {now - issued} ago and is not remembered; issue it anew."),
            CommandVerdict.Full => throw new CommandRefusedException(
                $"{Kind.Name}/{Key} has had too many commands in ten minutes; try later."),
            _ => throw new CommandRefusedException($"{Kind.Name}/{Key} is busy with another command; try again."),
        };
    }

    /// <summary>Within a command: the outputs of records to a topic are void, so the row need not hold them.</summary>
    private protected void DropOutputs(string topic) => _ledger.DropOutputs(topic);

    private protected bool CommandOpen => _ledger.CommandOpen;

    private async ValueTask RunTimersAsync(DueTimes until, bool isNewVersion)
    {
        var id = $"time/{Guid.NewGuid():N}";
        _ledger.BeginOnce(id, Time.GetUtcNow());
        var changed = await RunOpenAsync(id, () => RunTimers(until, isNewVersion) is { } outputs ? new(([], outputs)) : default);
        // Until it is written, the row says that the entity is due or of an earlier version: that would be found again and again.
        if (changed is not null || (!isNewVersion && Due.IsBy(until.Plus(LaneTimers.Ahead)))) return;
        try
        {
            await RewriteAsync();
        }
        catch
        {
            await ForgetAsync();
            throw;
        }
    }

    /// <summary>Runs what is open; null: it has changed nothing.</summary>
    private async ValueTask<byte[]?> RunOpenAsync(string id, Func<ValueTask<(byte[] Answer, IReadOnlyList<Output> Outputs)?>> body)
    {
        var gate = _commandGate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            if (await body() is not { } done) return null;
            await MakeDurableAsync(id, done.Answer, done.Outputs);
            return done.Answer;
        }
        finally
        {
            lock (Gate) _ledger.CloseCommand(id);
            _commandGate = null;
            gate.SetResult();
        }
    }

    private async Task MakeDurableAsync(string id, byte[] answer, IReadOnlyList<Output> outputs)
    {
        try
        {
            _ledger.EndCommand(id, Time.GetUtcNow(), answer, outputs);
            await WriteAsync();
            await SendCommandOutputsAsync(_ledger.CommandOutputs(id), CancellationToken.None);
        }
        catch
        {
            await ForgetAsync();
            throw;
        }
    }

    private async Task SendCommandOutputsAsync(IReadOnlyList<Output> outputs, CancellationToken cancellationToken)
    {
        if (outputs.Count == 0) return;
        using var timeout = new CancellationTokenSource(OutputTimeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        // At once, yet handed to the producer in their order.
        await Task.WhenAll(outputs.Select(output => SendCommandOutputAsync(output, either.Token)));
    }

    private async Task SendCommandOutputAsync(Output output, CancellationToken cancellationToken)
    {
        await _services.Outputs.SendAsync(output, cancellationToken);
        _ledger.CommandOutputAcknowledged(output);
    }
}
