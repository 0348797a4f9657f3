using HBase.Client.Routing;

namespace HBase.Client.Connection;

/// <summary>
/// Which thread reads a connection. While there is one call at a time its thread leaves for the caller of each answer, which
/// saves a second wake-up, and comes back when that caller waits again. Another thread takes over as soon as somebody needs an
/// answer meanwhile, also that caller itself, when it blocks its thread.
/// </summary>
internal sealed class ReaderTurns : IDisposable
{
    // So many answers without another call in flight are no coincidence.
    private const int AloneFor = 16;

    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(20);

    private readonly Action _read;
    private readonly string _name;
    private readonly ITimer _watch;
    private int _alone; // the reader's
    private int _turn;
    private int _away; // the thread that is with a caller; 0: it reads
    private int _isWatched;
    private int _watchedTurn;

    /// <param name="read">Reads until the connection ends, or until the thread has been replaced.</param>
    public ReaderTurns(ServerAddress address, TimeProvider time, Action read)
    {
        _read = read;
        _name = $"HBase {address}";
        _watch = time.CreateTimer(_ => Watch(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private int Away => Interlocked.CompareExchange(ref _away, 0, 0);

    public void Start() => new Thread(() => _read()) { IsBackground = true, Name = _name }.UnsafeStart();

    /// <summary>The reader may leave. From then on it is away, whatever it does, until <see cref="TryReturn"/>.</summary>
    public bool TryLeave(bool isAlone)
    {
        _alone = isAlone ? _alone + 1 : 0;
        if (_alone < AloneFor) return false;
        _turn++;
        Interlocked.Exchange(ref _away, Environment.CurrentManagedThreadId);
        return true;
    }

    /// <summary>False: another thread reads now.</summary>
    public bool TryReturn()
    {
        var self = Environment.CurrentManagedThreadId;
        return Interlocked.CompareExchange(ref _away, 0, self) == self;
    }

    /// <summary>A call has been made, and wants somebody to read its answer.</summary>
    public void Called()
    {
        var away = Away;
        if (away == 0) return;
        if (away == Environment.CurrentManagedThreadId) WatchTurn();
        else Replace(away);
    }

    /// <summary>Somebody reads from here on, whatever the caller does that the reader is with.</summary>
    public void Replace()
    {
        var away = Away;
        if (away != 0) Replace(away);
    }

    public void Dispose() => _watch.Dispose();

    private void Replace(int away)
    {
        if (Interlocked.CompareExchange(ref _away, 0, away) != away) return;
        _alone = 0;
        Start();
    }

    // Most callers come back at once to wait: one timer serves many turns.
    private void WatchTurn()
    {
        if (Interlocked.Exchange(ref _isWatched, 1) != 0) return;
        Volatile.Write(ref _watchedTurn, Volatile.Read(ref _turn));
        _watch.Change(_patience, Timeout.InfiniteTimeSpan);
    }

    private void Watch()
    {
        Interlocked.Exchange(ref _isWatched, 0);
        var away = Away;
        if (away == 0) return;
        if (Volatile.Read(ref _turn) == Volatile.Read(ref _watchedTurn)) Replace(away);
        else WatchTurn();
    }
}
