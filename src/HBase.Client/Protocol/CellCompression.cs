using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Snappier;

namespace HBase.Client.Protocol;

/// <summary>
/// Cell blocks as Hadoop's codecs have them. Snappy: blocks of {uncompressed length 4, then {compressed length 4, raw Snappy}
/// until so much has come}, big-endian. Gzip: a plain gzip stream.
/// </summary>
internal static class CellCompression
{
    // Hadoop's decompressor has a buffer of 256 KB, of which its own compressor uses five sixths.
    private const int SnappyBlock = 200 * 1024;

    /// <summary>The compressed bytes in a pooled array, which belongs to the caller.</summary>
    public static (byte[] Array, int Length) Compress(HBaseCompression compression, ReadOnlyMemory<byte> cells) =>
        compression == HBaseCompression.Snappy ? SnappyOf(cells.Span) : GzipOf(cells.Span);

    /// <summary>The plain bytes in a pooled array, which belongs to the caller.</summary>
    /// <exception cref="HBaseProtocolException">It is not what the codec writes, or more than <paramref name="most"/>.</exception>
    public static (byte[] Array, int Length) Decompress(
        HBaseCompression compression, ReadOnlyMemory<byte> block, int most)
    {
        using var plain = new PooledBytes(most);
        try
        {
            if (compression == HBaseCompression.Snappy) FromSnappy(block.Span, plain);
            else FromGzip(block, plain);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or OverflowException)
        {
            throw new HBaseProtocolException($"A compressed cell block cannot be read: {e.Message}", e);
        }

        return plain.Detach();
    }

    private static (byte[] Array, int Length) SnappyOf(ReadOnlySpan<byte> cells)
    {
        var blocks = (cells.Length / SnappyBlock) + 1;
        var array = ArrayPool<byte>.Shared.Rent(
            checked((blocks * (2 * sizeof(int))) + Snappy.GetMaxCompressedLength(cells.Length) + (blocks * 64)));
        var at = 0;
        while (cells.Length > 0)
        {
            var part = cells[..Math.Min(cells.Length, SnappyBlock)];
            cells = cells[part.Length..];
            var length = Snappy.Compress(part, array.AsSpan(at + (2 * sizeof(int))));
            BinaryPrimitives.WriteInt32BigEndian(array.AsSpan(at), part.Length);
            BinaryPrimitives.WriteInt32BigEndian(array.AsSpan(at + sizeof(int)), length);
            at += (2 * sizeof(int)) + length;
        }

        return (array, at);
    }

    private static (byte[] Array, int Length) GzipOf(ReadOnlySpan<byte> cells)
    {
        using var output = new PooledBytes(Array.MaxLength);
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(cells);
        return output.Detach();
    }

    private static void FromSnappy(ReadOnlySpan<byte> block, PooledBytes plain)
    {
        while (block.Length > 0)
        {
            var left = TakeLength(ref block);
            while (left > 0)
            {
                var length = TakeLength(ref block);
                if (length > block.Length) throw new HBaseProtocolException("A compressed cell block ends inside a chunk.");
                var chunk = block[..length];
                block = block[length..];
                // A chunk says its own size first; one that says more than its block has would be a bomb.
                var size = Snappy.GetUncompressedLength(chunk);
                if (size <= 0 || size > left) throw new HBaseProtocolException("A compressed chunk is larger than its block.");
                if (Snappy.Decompress(chunk, plain.Take(size)) != size)
                    throw new HBaseProtocolException("A compressed chunk is shorter than it says.");
                left -= size;
            }
        }
    }

    private static int TakeLength(ref ReadOnlySpan<byte> block)
    {
        if (block.Length < sizeof(int)) throw new HBaseProtocolException("A compressed cell block ends inside a length.");
        var length = BinaryPrimitives.ReadInt32BigEndian(block);
        block = block[sizeof(int)..];
        return length >= 0 ? length : throw new HBaseProtocolException($"A compressed length of {length}.");
    }

    private static void FromGzip(ReadOnlyMemory<byte> block, PooledBytes plain)
    {
        if (!MemoryMarshal.TryGetArray(block, out var segment)) throw new ArgumentException("Not an array.", nameof(block));
        using var source = new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        gzip.CopyTo(plain);
    }
}
