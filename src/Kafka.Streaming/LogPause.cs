namespace Kafka.Streaming;

/// <summary>Lets a line through every ten seconds: librdkafka tells of a broker that is away many times a second.</summary>
internal sealed class LogPause(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private long _last;

    /// <summary>Whether a line may be logged now; then the next one waits.</summary>
    public bool TryEnd()
    {
        var last = Interlocked.Read(ref _last);
        return (last == 0 || time.GetElapsedTime(last) >= Pause)
            && Interlocked.CompareExchange(ref _last, time.GetTimestamp(), last) == last;
    }
}
