using System.Buffers.Binary;

namespace HBase.GrainStorage.Rows;

/// <summary>
/// The value of <c>s:e</c>: version number (8 bytes, big-endian), then the writer's id (16 bytes, in the order of its
/// text). As text, which Orleans' ETags are, it is the same bytes in hexadecimal, as HBase's shell shows them.
/// </summary>
internal static class Etag
{
    public const int Length = 24;

    public static byte[] Encode(EntityVersion version)
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, version.Number);
        version.Writer.TryWriteBytes(bytes.AsSpan(8), bigEndian: true, out _);
        return bytes;
    }

    /// <exception cref="FormatException">These bytes were not written by <see cref="Encode"/>.</exception>
    public static EntityVersion Decode(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new(BinaryPrimitives.ReadInt64BigEndian(bytes), new Guid(bytes[8..], bigEndian: true))
        : throw new FormatException($"A version has {Length} bytes, this one {bytes.Length}.");

    public static string ToText(EntityVersion version) => Convert.ToHexStringLower(Encode(version));

    public static bool TryParse(string text, out EntityVersion version)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var ok = Convert.FromHexString(text, bytes, out var consumed, out var written)
            == System.Buffers.OperationStatus.Done
            && consumed == text.Length && written == Length;
        version = ok ? Decode(bytes) : default;
        return ok;
    }
}
