using System.Text;
using Checkpointing;
using Grains.Timers;
using Microsoft.Extensions.Logging;

namespace Grains.Ingest;

/// <summary>
/// How time passes for a lane's entities. The lane tells them, for it alone knows up to when it has given them all that there is:
/// what a record would bring about that has not come yet, and what time does, then happen in one order, whatever is repeated.
/// </summary>
internal sealed partial class LaneDriver
{
    private readonly LaneTimers _timers = new();
    private Guid _readerId;
    private int _passing;
    private bool _passingFailed;

    private long _eventTime;
    private long _version;

    private DueTimes Now => new(_eventTime, time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>The times up to which the lane has all records.</summary>
    private DueTimes Reached()
    {
        // A reader that has stopped does not know what has come since.
        if (readers.Find(_readerId) is not { } reader) return default;
        var clock = reader.ClockOf(id.Lane, _ledger.Position);
        if (clock.EventTime > 0) _eventTime = clock.EventTime;
        _version = Math.Max(_version, clock.Version);
        return new(clock.EventTime, clock.IsCaughtUp ? Now.WallClock : 0);
    }

    /// <summary>Tells the entities that have a timer due; each answer goes on with this.</summary>
    private void PassTime()
    {
        if (stopping.IsCancellationRequested) return;
        foreach (var found in inbox.Take(_source, id.Lane)) _timers.Add(Encoding.UTF8.GetBytes(found.Entity.Key), found.Due);
        if (!hasTimers() && _timers.IsEmpty) return;
        var until = Reached();
        while (_passing < options.MaxConcurrentDeliveries && _timers.TryTake(until, out var key))
        {
            // One that has records on their way says anew when it is due, as it answers.
            if (!_ledger.IsSettled(key, out var after)) continue;
            _passing++;
            _ = PassTimeAsync(key, new TimePassed { Source = _source, After = after, Until = until, Version = _version });
        }

        if (_passing == 0) _passingFailed = false;
    }

    private async Task PassTimeAsync(ReadOnlyMemory<byte> key, TimePassed passed)
    {
        var name = Encoding.UTF8.GetString(key.Span);
        try
        {
            var answer = await entityOf(name).PassTimeAsync(passed);
            if (!answer.Accepted) throw new EntityLostException(name);
            _timers.Set(key, answer.Due, Now);
        }
        catch (Exception e)
        {
            if (!_passingFailed) LogPassTimeFailed(logger, e, id.ToString(), name);
            _passingFailed = true;
            await Task.Delay(RetryPause, time, stopping).ConfigureAwait(Quietly);
            _timers.Add(key, passed.Until);
        }

        _passing--;
        PassTime();
    }

    /// <summary>The entity's activation lacks records; they are delivered again, and its timers wait for them.</summary>
    private sealed class EntityLostException(string key) : Exception($"Entity '{key}' has lost memory.");

    [LoggerMessage(LogLevel.Warning, "Lane {Lane}: timers of entity '{Entity}' could not be run; they will be tried again")]
    private static partial void LogPassTimeFailed(ILogger logger, Exception exception, string lane, string entity);
}
