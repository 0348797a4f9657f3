using Rules.Codec;

namespace Recommendations.Feedback;

/// <summary>
/// Which notices of each source were taken, as an anti-replay window (RFC 4303, 3.4.3) does: the highest number and a bit for
/// each of the 64 up to it, so that their order does not matter and a repeated one is seen. Of between <paramref
/// name="capacity"/> and twice as many sources, those that were heard of last.
/// </summary>
internal sealed class NoticeWindows(int capacity)
{
    private const int Width = 64;

    private readonly Dictionary<ulong, Window> _windows = [];
    private long _turn;

    /// <summary>Whether the notice is new; it is not from then on. One behind the window counts as known.</summary>
    public bool Take(ulong source, long number)
    {
        var window = new Window(number, 1, ++_turn);
        if (_windows.TryGetValue(source, out var known))
        {
            var ahead = number - known.Highest;
            if (ahead <= -Width || (ahead <= 0 && (known.Taken >> (int)-ahead & 1) != 0))
                return false;
            window = ahead > 0
                ? new(number, (ahead < Width ? known.Taken << (int)ahead : 0) | 1, _turn)
                : known with { Taken = known.Taken | (1UL << (int)-ahead), Turn = _turn };
        }

        _windows[source] = window;
        if (_windows.Count > 2 * capacity)
            Trim();
        return true;
    }

    /// <summary>Their number · each: source (8 B) · highest number · bits; longest ago first.</summary>
    public void Write(ref ByteWriter writer)
    {
        writer.Unsigned((ulong)_windows.Count);
        foreach (var (source, window) in _windows.OrderBy(static entry => entry.Value.Turn))
        {
            writer.Fixed(source);
            writer.Unsigned((ulong)window.Highest);
            writer.Unsigned(window.Taken);
        }
    }

    public static NoticeWindows Read(ref ByteReader reader, int capacity)
    {
        var windows = new NoticeWindows(capacity);
        for (var left = reader.Length(10); left > 0; left--)
            windows._windows[reader.Fixed()] = new((long)reader.Unsigned(), reader.Unsigned(), ++windows._turn);
        return windows;
    }

    private void Trim()
    {
        var old = _windows.OrderByDescending(static entry => entry.Value.Turn).Skip(capacity).Select(static entry => entry.Key).ToList();
        foreach (var source in old)
            _windows.Remove(source);
    }

    /// <param name="Taken">Bit i: whether the one i below the highest was taken.</param>
    private readonly record struct Window(long Highest, ulong Taken, long Turn);
}
