using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Notifications.Groups;

namespace Notifications.Tests.Dispatch;

/// <summary>A store that forgets nothing when a dispatcher ends, and fails when it is told to.</summary>
internal sealed class MemoryStore : IGroupStore
{
    private readonly ConcurrentDictionary<string, byte[]> _groups = new();
    private readonly Channel<string> _saves = Channel.CreateUnbounded<string>();
    private int _failures;

    public int Count => _groups.Count;

    public MemoryStore Copy()
    {
        var copy = new MemoryStore();
        foreach (var (key, state) in _groups)
            copy._groups[key] = state;
        return copy;
    }

    /// <summary>All that is stored.</summary>
    public string Text() => string.Join('\n', _groups.Values.Select(Encoding.UTF8.GetString));

    /// <summary>Waits for a save with a pending notification, or without.</summary>
    public async Task SavedAsync(bool isPending)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await _saves.Reader.ReadAsync(limit.Token)).Contains("\"Pending\":{", StringComparison.Ordinal) != isPending)
        {
        }
    }

    public void FailNext(int count) => Volatile.Write(ref _failures, count);

    public Task<IReadOnlyList<StoredGroup>> LoadAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StoredGroup>>([.. _groups.Select(g => new StoredGroup(g.Key, g.Value))]);

    public Task SaveAsync(StoredGroup group, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        _groups[group.Key] = group.State.ToArray();
        _saves.Writer.TryWrite(Encoding.UTF8.GetString(group.State.Span));
        return Task.CompletedTask;
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        _groups.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    private void ThrowIfFailing()
    {
        if (Interlocked.Decrement(ref _failures) >= 0)
            throw new IOException("the store fails");
    }
}
