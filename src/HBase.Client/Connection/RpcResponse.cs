using System.Buffers;
using Google.Protobuf;
using HBase.Client.Protocol;

namespace HBase.Client.Connection;

/// <summary>One answer in a pooled array. Dispose it when its bytes have been decoded; nothing may refer to them after.</summary>
internal sealed class RpcResponse(byte[] array, int messageStart, int messageLength, int cellStart, int cellLength)
    : IDisposable
{
    private byte[]? _array = array;
    private byte[]? _plain;
    private int _plainLength;

    public ReadOnlySpan<byte> Message => Array.AsSpan(messageStart, messageLength);

    /// <summary>The cells, decompressed when they are first asked for: by whom the answer is for, not by the reader.</summary>
    public ReadOnlySpan<byte> CellBlock
    {
        get
        {
            if (Compression == HBaseCompression.None || cellLength == 0) return Array.AsSpan(cellStart, cellLength);
            if (_plain is null)
            {
                var block = Array.AsMemory(cellStart, cellLength);
                (_plain, _plainLength) = CellCompression.Decompress(Compression, block, MaxCellBlock);
            }

            return _plain.AsSpan(0, _plainLength);
        }
    }

    /// <summary>How the cell block is compressed.</summary>
    public HBaseCompression Compression { get; init; }

    /// <summary>Bytes of a decompressed cell block at most.</summary>
    public int MaxCellBlock { get; init; }

    private byte[] Array => _array ?? throw new ObjectDisposedException(nameof(RpcResponse));

    public T Parse<T>(MessageParser<T> parser)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(Message);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new HBaseProtocolException("An answer is not the message that it should be.", e);
        }
    }

    public void Dispose()
    {
        var array = Interlocked.Exchange(ref _array, null);
        if (array is null) return;
        ArrayPool<byte>.Shared.Return(array);
        if (_plain is not null) ArrayPool<byte>.Shared.Return(_plain);
    }
}
