using System.Diagnostics.CodeAnalysis;
using Checkpointing;
using Microsoft.Extensions.Logging;

namespace Grains.Entities;

/// <summary>How an entity becomes durable: one write at a time, for checkpoints, commands and the way out.</summary>
public abstract partial class EntityGrain
{
    private const string AnyThread = "What it does it does under the gate, and whoever waits for it may be a lane.";

    private EntityIndex? _index; // what the row is known to have
    private TaskCompletionSource? _writeEnded; // for those who wait for the write under way
    private long _calledAt;

    public async ValueTask<FlushAnswer> FlushAsync(string source, long released)
    {
        _calledAt = Time.GetTimestamp();
        // A command's answer is not yet durable with its outputs: what it changed is the command's to write.
        while (_commandGate is { } gate) await gate.Task;
        ThrowIfVoid();
        lock (Gate) _ledger.Prune(source, released);
        await WriteAsync();
        lock (Gate) return _ledger.Answer(source);
    }

    /// <summary>
    /// As <see cref="FlushAsync"/>, without a call, by any thread. False: nothing is done; it has to be a call, as for
    /// <see cref="TryDeliver"/>, and once in <see cref="EntityServices.MaxUncalled"/>.
    /// </summary>
    internal bool TryFlush(string source, long released, out ValueTask<FlushAnswer> answer)
    {
        answer = default;
        if (Time.GetElapsedTime(_calledAt) > _services.MaxUncalled || !Monitor.TryEnter(Gate)) return false;
        try
        {
            if (IsDisturbed || _ledger.IsWriting) return false;
            _ledger.Prune(source, released);
            answer = _ledger.IsDirty ? AnswerAsync(WriteOnceAsync(), source) : new(_ledger.Answer(source));
            return true;
        }
        finally
        {
            Monitor.Exit(Gate);
        }
    }

    [SuppressMessage("Usage", "ORLEANS0014", Justification = AnyThread)]
    private async ValueTask<FlushAnswer> AnswerAsync(Task write, string source)
    {
        await write.ConfigureAwait(false);
        lock (Gate) return _ledger.Answer(source);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_ledger is null) return; // it was not read
        _services.Active.Remove(this);
        lock (Gate) _isGoing = true;
        if (_void || !_ledger.IsDirty) return;
        try
        {
            await WriteAsync().WaitAsync(cancellationToken);
        }
        catch (Exception e)
        {
            // Nothing is lost: the lanes hold what is not durable and deliver it to the next activation.
            LogNotWritten(_services.Logger, e, Kind.Name, Key);
        }
    }

    /// <summary>Writes the row again, without what it need not hold any more.</summary>
    private protected Task RewriteAsync()
    {
        lock (Gate) _ledger.Touch();
        return WriteAsync();
    }

    /// <summary>Writes what is not written. Whoever comes while a write is under way waits for it, then looks again.</summary>
    private async Task WriteAsync()
    {
        while (true)
        {
            Task write;
            bool isOwn;
            lock (Gate)
            {
                isOwn = !_ledger.IsWriting;
                if (isOwn)
                {
                    ThrowIfVoid();
                    if (!_ledger.IsDirty) return;
                    write = WriteOnceAsync();
                }
                else
                {
                    write = (_writeEnded ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                }
            }

            await write;
            if (isOwn) return;
        }
    }

    /// <summary>Under the <see cref="Gate"/>; ends outside it.</summary>
    [SuppressMessage("Usage", "ORLEANS0014", Justification = AnyThread)]
    private async Task WriteOnceAsync()
    {
        var write = BeginWrite();
        try
        {
            var version = await _services.Store.CommitAsync(
                new EntityId(Kind.Name, Key), _version, write.State, write.StateType, write.History, write.Index).ConfigureAwait(false);
            lock (Gate)
            {
                _version = version;
                _index = write.Index ?? _index;
                _history?.Written();
                _ledger.Written(write.Cut);
            }
        }
        catch (Exception e)
        {
            if (e is EntityConflictException) Lose();
            lock (Gate) _ledger.WriteFailed(write.Cut);
            throw;
        }
        finally
        {
            lock (Gate)
            {
                _writeEnded?.SetResult();
                _writeEnded = null;
            }
        }
    }

    /// <summary>Takes all that is to be written, as of one moment: deliveries may come while it is written.</summary>
    private EntityWrite BeginWrite()
    {
        var index = ChangedIndex();
        var scratch = _scratch ??= new(1024);
        scratch.ResetWrittenCount();
        _ledger.Write(scratch);
        WriteState(scratch);
        // Last: if the state cannot be written out, no write is under way.
        return new(_ledger.BeginWrite(), scratch.WrittenSpan.ToArray(), StateType, _history?.BeginWrite() ?? [], index);
    }

    /// <summary>What is to be found of the entity, if that is not known to be in the row.</summary>
    private EntityIndex? ChangedIndex()
    {
        if (_ledger.LastSource is not { } source || IndexOf(SourceName.WithoutId(source)) is not { } index) return null;
        var isWritten = _index is { } old && (old.Source, old.Due, old.Version) == (index.Source, index.Due, index.Version)
            && old.Alerts.Span.SequenceEqual(index.Alerts.Span);
        return isWritten ? null : index;
    }

    private readonly record struct EntityWrite(
        FlushCut Cut, byte[] State, string StateType, IReadOnlyList<HistoryBlock> History, EntityIndex? Index);

    [LoggerMessage(LogLevel.Warning, "{Kind}/{Key} goes without its last changes written; its lanes will deliver them again")]
    private static partial void LogNotWritten(ILogger logger, Exception exception, string kind, string key);
}
