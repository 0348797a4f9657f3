namespace HBase.Client.Connection;

/// <summary>
/// Whether the answers of one region server may be believed. One that hangs for longer than its session with ZooKeeper is
/// declared dead, and its regions open elsewhere; when it wakes up it may answer calls before it learns of that. On HDFS its
/// log is closed to it by then; on other file systems such a write is acknowledged and lost. So the first answer after a long
/// silence waits until the master has said that the server still is one of its own.
/// </summary>
/// <param name="isOnline">Asks the master.</param>
internal sealed class ServerTrust(TimeProvider time, TimeSpan maxSilence, Func<CancellationToken, Task<bool>> isOnline)
{
    // Since when calls have been waiting without an answer, over all connections to the server; 0: none waits.
    private long _silentSince;

    /// <summary>A call is on its way.</summary>
    public void Asked() => Interlocked.CompareExchange(ref _silentSince, time.GetTimestamp(), 0);

    /// <summary>An answer that was believed has come.</summary>
    public void Heard(bool isMoreExpected) => Volatile.Write(ref _silentSince, isMoreExpected ? time.GetTimestamp() : 0);

    /// <summary>To be asked with each answer, before it is looked at.</summary>
    public ValueTask<bool> IsBelievedAsync(CancellationToken cancellationToken)
    {
        var since = Volatile.Read(ref _silentSince);
        return since == 0 || time.GetElapsedTime(since) < maxSilence ? new(true) : new(isOnline(cancellationToken));
    }
}
