using HBase.Client.Protocol;
using HBase.Client.Routing;

namespace HBase.Client.Connection;

/// <summary>
/// A response taken apart: header length, ResponseHeader, message length, message, cell block. An exception has no message.
/// </summary>
internal readonly record struct ResponseFrame(
    int CallId, Failure? Failure, int MessageStart, int MessageLength, int CellStart, int CellLength)
{
    public static ResponseFrame Parse(ReadOnlySpan<byte> frame)
    {
        var reader = new ProtoReader(frame);
        var header = new ProtoReader(reader.ReadBytes());
        var callId = -1;
        var cellLength = 0;
        Failure? failure = null;
        while (header.Next(out var field))
        {
            switch (field)
            {
                case 1:
                    callId = (int)(uint)header.ReadVarint();
                    break;
                case 2:
                    failure = ReadException(header.ReadBytes());
                    break;
                case 3:
                    cellLength = ReadCellBlockLength(header.ReadBytes());
                    break;
                default:
                    header.Skip();
                    break;
            }
        }

        if (failure is not null || reader.Position == frame.Length)
            return new ResponseFrame(callId, failure, 0, 0, 0, 0);
        var messageLength = reader.ReadBytes().Length;
        var end = reader.Position;
        if (cellLength < 0 || frame.Length - end != cellLength)
            throw new HBaseProtocolException("An answer's cell block has not the length that its header says.");
        return new ResponseFrame(callId, null, end - messageLength, messageLength, end, cellLength);
    }

    private static int ReadCellBlockLength(ReadOnlySpan<byte> meta)
    {
        var reader = new ProtoReader(meta);
        var length = 0;
        while (reader.Next(out var field))
        {
            if (field == 1) length = (int)reader.ReadVarint();
            else reader.Skip();
        }

        return length;
    }

    private static Failure ReadException(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        var (exception, text, host, port, doNotRetry) = ("", "", "", 0, false);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1:
                    exception = reader.ReadString();
                    break;
                case 2:
                    text = reader.ReadString();
                    break;
                case 3:
                    host = reader.ReadString();
                    break;
                case 4:
                    port = (int)reader.ReadVarint();
                    break;
                case 5:
                    doNotRetry = reader.ReadBool();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        var failure = FailureTable.Classify(exception, text, doNotRetry);
        return host.Length > 0 && port is > 0 and < 65536
            ? failure with { MovedTo = new ServerAddress(host, port) }
            : failure;
    }
}
