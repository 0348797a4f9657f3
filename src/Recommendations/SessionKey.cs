using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Recommendations;

/// <summary>
/// Names a session of a visitor in 16 bytes: a hash (XxHash128), so an item stores neither the visitor's name nor texts
/// of any length.
/// </summary>
public readonly record struct SessionKey(UInt128 Value) : IComparable<SessionKey>
{
    [ThreadStatic]
    private static XxHash128? t_hash;

    /// <summary>The session that the visitor's interactions name themselves.</summary>
    public static SessionKey Named(string visitor, string session) => Hash(visitor, 'n', session);

    /// <summary>A session that was cut by inactivity.</summary>
    /// <param name="began">The time of its first interaction, Unix milliseconds.</param>
    public static SessionKey Begun(string visitor, long began) =>
        Hash(visitor, 'b', began.ToString(CultureInfo.InvariantCulture));

    public int CompareTo(SessionKey other) => Value.CompareTo(other.Value);

    public static bool operator <(SessionKey left, SessionKey right) => left.Value < right.Value;

    public static bool operator >(SessionKey left, SessionKey right) => left.Value > right.Value;

    public static bool operator <=(SessionKey left, SessionKey right) => left.Value <= right.Value;

    public static bool operator >=(SessionKey left, SessionKey right) => left.Value >= right.Value;

    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);

    private static SessionKey Hash(string visitor, char kind, string session)
    {
        var hash = t_hash ??= new XxHash128();
        hash.Append(BitConverter.GetBytes(visitor.Length)); // no pair of texts can look like another one
        hash.Append(MemoryMarshal.AsBytes<char>(visitor));
        hash.Append([(byte)kind]);
        hash.Append(MemoryMarshal.AsBytes<char>(session));
        var key = new SessionKey(hash.GetCurrentHashAsUInt128());
        hash.Reset();
        return key;
    }
}
