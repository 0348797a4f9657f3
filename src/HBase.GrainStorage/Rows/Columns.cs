namespace HBase.GrainStorage.Rows;

/// <summary>The families and qualifiers of a table of states: names of one byte, for every cell repeats them.</summary>
internal static class Columns
{
    /// <summary>Family of the state.</summary>
    public static readonly ReadOnlyMemory<byte> State = "s"u8.ToArray();

    /// <summary>Family of the blocks of events.</summary>
    public static readonly ReadOnlyMemory<byte> Events = "h"u8.ToArray();

    /// <summary>Family of the alert changes.</summary>
    public static readonly ReadOnlyMemory<byte> Alerts = "a"u8.ToArray();

    /// <summary>Family of what is found without asking the entity: see <see cref="IndexCells"/>.</summary>
    public static readonly ReadOnlyMemory<byte> Index = "i"u8.ToArray();

    /// <summary><c>s:d</c>, the serialized state; empty when cleared.</summary>
    public static readonly ReadOnlyMemory<byte> Data = "d"u8.ToArray();

    /// <summary><c>s:e</c>, the version: see <see cref="Etag"/>.</summary>
    public static readonly ReadOnlyMemory<byte> Version = "e"u8.ToArray();

    /// <summary><c>s:t</c>, the state's type and version, UTF-8; empty when cleared.</summary>
    public static readonly ReadOnlyMemory<byte> Type = "t"u8.ToArray();
}
