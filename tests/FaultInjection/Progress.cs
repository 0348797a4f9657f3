using Confluent.Kafka;
using Load.Topics;

namespace FaultInjection;

/// <summary>
/// Watches what the group has committed. A stall is a partition that has records to commit and commits none for
/// <see cref="StallAfter"/>, which is more than two checkpoints take, and then goes on.
/// </summary>
internal sealed class Progress(TopicAdmin admin, string topic, TimeProvider time) : IAsyncDisposable
{
    public static readonly TimeSpan StallAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyList<TopicPartition> _partitions = admin.Partitions(topic);
    private Task _loop = Task.CompletedTask;
    private long[] _committed = new long[8];
    private long[] _ends = new long[8];
    private long[] _since = new long[8];
    private TimeSpan _longestStall;

    /// <summary>Records that are written and not committed.</summary>
    public long Lag => _ends.Zip(_committed, (end, committed) => Math.Max(0, end - committed)).Sum();

    public IReadOnlyList<long> Committed => _committed;

    public IReadOnlyList<long> Ends => _ends;

    /// <summary>Why Kafka was last not asked with success; null: it always was.</summary>
    public string? LastError { get; private set; }

    public void Start()
    {
        Array.Fill(_since, time.GetTimestamp());
        _loop = LoopAsync();
    }

    /// <summary>The longest stall that has ended since this was last asked, zero if none was long enough.</summary>
    public TimeSpan TakeLongestStall()
    {
        var longest = _longestStall;
        _longestStall = TimeSpan.Zero;
        return longest >= StallAfter ? longest : TimeSpan.Zero;
    }

    /// <summary>Waits until there is lag, as there nearly always is under load; how much.</summary>
    public async Task<long> WaitForLagAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < 20 && Lag == 0; i++) await Task.Delay(Poll, time, cancellationToken);
        return Lag;
    }

    /// <summary>Waits until everything that is written now is committed; false when that takes too long.</summary>
    public async Task<bool> CatchUpAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await Task.Delay(2 * Poll, time, cancellationToken);
        var ends = _ends.ToArray();
        while (_committed.Zip(ends).Any(pair => pair.First < pair.Second))
        {
            if (time.GetElapsedTime(started) > limit) return false;
            await Task.Delay(Poll, time, cancellationToken);
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        using var timer = new PeriodicTimer(Poll, time);
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            var asked = time.GetTimestamp();
            try
            {
                var committed = await admin.CommittedAsync(Cluster.Group, _partitions, _stop.Token);
                var ends = await admin.EndsAsync(_partitions, _stop.Token);
                Note(committed, ends, time.GetElapsedTime(asked) > StallAfter ? time.GetTimestamp() - asked : 0);
            }
            catch (KafkaException e)
            {
                LastError = $"{e.Error.Reason} ({time.GetLocalNow():HH:mm:ss})";
                Note(_committed, _ends, time.GetTimestamp() - asked);
            }
        }
    }

    /// <param name="unseen">A time in which Kafka did not answer: nobody knows whether commits stood still in it.</param>
    private void Note(long[] committed, long[] ends, long unseen)
    {
        var now = time.GetTimestamp();
        for (var i = 0; i < _since.Length; i++) _since[i] = Math.Min(now, _since[i] + unseen);
        for (var i = 0; i < committed.Length; i++)
        {
            var hadNothingToDo = _committed[i] >= _ends[i];
            if (committed[i] == _committed[i] && !hadNothingToDo) continue;
            var stall = time.GetElapsedTime(_since[i], now);
            if (!hadNothingToDo && stall > _longestStall) _longestStall = stall;
            _since[i] = now;
        }

        (_committed, _ends) = (committed, ends);
    }
}
