using System.Buffers.Binary;

namespace HBase.Client.Tests.Fuzz;

/// <summary>Spoils bytes as a broken or hostile server might: lengths above all.</summary>
internal sealed class Mutator(Random random)
{
    private static readonly int[] _integers = [0, 1, -1, int.MinValue, int.MaxValue, 0x7FFF, 0x8000, 0x00FFFFFF, 12, 11, 1 << 20];

    // A varint of 2^31 - 1, of 2^63 - 1 and of more than ten bytes; a tag of a wrong type; an end of a group.
    private static readonly byte[][] _pieces =
    [
        [0xFF, 0xFF, 0xFF, 0xFF, 0x07], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x0B], [0x0C], [0x0A, 0x00],
    ];

    /// <summary>A malformed variation; sometimes, by chance, a well-formed one.</summary>
    public byte[] Spoil(byte[] good)
    {
        var bytes = good;
        for (var i = random.Next(1, 5); i > 0; i--) bytes = Once(bytes);
        return bytes;
    }

    private byte[] Once(byte[] bytes)
    {
        if (bytes.Length == 0) return _pieces[random.Next(_pieces.Length)];
        var at = random.Next(bytes.Length);
        switch (random.Next(7))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes[..at], .. _pieces[random.Next(_pieces.Length)], .. bytes[at..]];
            case 2:
                return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 9))..]];
            case 3:
                return [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]];
            case 4:
                var copy = bytes.ToArray();
                if (copy.Length - at >= sizeof(int))
                    BinaryPrimitives.WriteInt32BigEndian(copy.AsSpan(at), _integers[random.Next(_integers.Length)]);
                return copy;
            case 5:
                var flipped = bytes.ToArray();
                flipped[at] ^= (byte)(1 << random.Next(8));
                return flipped;
            default:
                var changed = bytes.ToArray();
                changed[at] = (byte)random.Next(256);
                return changed;
        }
    }
}
