using System.Buffers;
using Google.Protobuf;

namespace HBase.Client.Connection;

/// <summary>One answer in a pooled array. Dispose it when its bytes have been decoded; nothing may refer to them after.</summary>
internal sealed class RpcResponse(byte[] array, int messageStart, int messageLength, int cellStart, int cellLength)
    : IDisposable
{
    private byte[]? _array = array;

    public ReadOnlySpan<byte> Message => Array.AsSpan(messageStart, messageLength);

    public ReadOnlySpan<byte> CellBlock => Array.AsSpan(cellStart, cellLength);

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
        if (array is not null) ArrayPool<byte>.Shared.Return(array);
    }
}
