using Rules.Codec;

namespace Recommendations;

/// <summary>What the codecs of this library share: a version in front, nothing behind.</summary>
internal static class StateFormat
{
    public static void Begin(ref ByteReader reader, byte version, string what) => Begin(ref reader, version, version, what);

    /// <summary>Answers the version that it is in.</summary>
    public static byte Begin(ref ByteReader reader, byte oldest, byte newest, string what)
    {
        var found = reader.Byte();
        return found >= oldest && found <= newest
            ? found
            : throw new InvalidDataException($"{what} in format {found}; known is {(oldest == newest ? "" : $"{oldest} to ")}{newest}.");
    }

    public static void End(in ByteReader reader, string what)
    {
        if (!reader.AtEnd)
            throw new InvalidDataException($"{what} is followed by more, from byte {reader.Position} on.");
    }

    public static void Key(this ref ByteWriter writer, SessionKey key)
    {
        writer.Fixed((ulong)(key.Value >> 64));
        writer.Fixed((ulong)key.Value);
    }

    public static SessionKey Key(this ref ByteReader reader)
    {
        var high = reader.Fixed();
        return new(new UInt128(high, reader.Fixed()));
    }

    /// <summary>A number that must lie in 0 to <paramref name="limit"/> - 1.</summary>
    public static int Below(this ref ByteReader reader, int limit, string what)
    {
        var value = reader.Unsigned();
        return value < (ulong)limit
            ? (int)value
            : throw new InvalidDataException($"{what} is {value} before byte {reader.Position}; it must be below {limit}.");
    }
}
