using System.Buffers.Binary;
using Google.Protobuf;
using HBase.Client.Protocol;
using Messages = HBase.Client.Protocol.Messages;

namespace HBase.Client.Tests.Fuzz;

/// <summary>What the bytes of an answer are decoded as.</summary>
internal enum AnswerKind
{
    Multi,
    Scan,
    Commit,
    Meta,
    Exception,
}

/// <summary>A well-formed answer in its parts: they become malformed one by one or together.</summary>
internal sealed record GoodFrame(AnswerKind Kind, HBaseCompression Compression, byte[] Header, byte[] Message, byte[] Cells)
{
    /// <summary>Length 4, header length, header, message length, message, cell block.</summary>
    public static byte[] Join(ReadOnlySpan<byte> header, ReadOnlySpan<byte> message, ReadOnlySpan<byte> cells)
    {
        using var frame = new FrameBuffer();
        frame.WriteVarint((ulong)header.Length);
        frame.Append(header);
        if (message.Length > 0)
        {
            frame.WriteVarint((ulong)message.Length);
            frame.Append(message);
        }

        frame.Append(cells);
        var bytes = new byte[sizeof(int) + frame.Frame.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, frame.Frame.Length);
        frame.Frame.CopyTo(bytes.AsMemory(sizeof(int)));
        return bytes;
    }

    public static byte[] HeaderFor(int cells) => new Messages.ResponseHeader
    {
        CallId = 7,
        CellBlockMeta = cells == 0 ? null : new Messages.CellBlockMeta { Length = (uint)cells },
    }.ToByteArray();
}

internal static class GoodFrames
{
    /// <summary>Gets that a Multi asks for.</summary>
    public const int Gets = 4;

    public static IReadOnlyList<GoodFrame> All { get; } =
    [
        .. from compression in Enum.GetValues<HBaseCompression>()
           from make in (Func<HBaseCompression, GoodFrame>[])[Multi, MultiInside, Scan, ScanInside, Meta]
           select make(compression),
        Commit(), Exception("org.apache.hadoop.hbase.exceptions.RegionMovedException", "to hostname=a.b port=16020 startCode=1."),
        Exception("org.apache.hadoop.hbase.quotas.RpcThrottlingException", "number of requests exceeded - wait 1hrs, 2mins, 3sec, 40ms"),
        Exception("java.io.IOException", "Cannot append; log is closed\n\tat somewhere"),
    ];

    private static GoodFrame Create(AnswerKind kind, HBaseCompression compression, IMessage message, byte[] cells)
    {
        if (compression != HBaseCompression.None && cells.Length > 0)
        {
            var (array, length) = CellCompression.Compress(compression, cells);
            cells = array[..length];
        }

        return new GoodFrame(kind, compression, GoodFrame.HeaderFor(cells.Length), message.ToByteArray(), cells);
    }

    private static GoodFrame Multi(HBaseCompression compression)
    {
        var result = new Messages.RegionActionResult();
        for (var i = 0; i < Gets; i++)
        {
            result.ResultOrException.Add(new Messages.ResultOrException
            {
                Index = (uint)i + 1,
                Result = new Messages.Result { AssociatedCellCount = 2 },
            });
        }

        return Create(
            AnswerKind.Multi, compression, new Messages.MultiResponse { RegionActionResult = { result } }, Cells(2 * Gets));
    }

    private static GoodFrame MultiInside(HBaseCompression compression)
    {
        var result = new Messages.RegionActionResult();
        for (var i = 0; i < Gets; i++)
        {
            result.ResultOrException.Add(i % 2 == 0
                ? new Messages.ResultOrException { Index = (uint)i + 1, Result = Inside() }
                : new Messages.ResultOrException { Index = (uint)i + 1, Exception = Named("java.io.IOException", "x") });
        }

        return Create(AnswerKind.Multi, compression, new Messages.MultiResponse { RegionActionResult = { result } }, []);
    }

    private static GoodFrame Scan(HBaseCompression compression) => Create(
        AnswerKind.Scan,
        compression,
        new Messages.ScanResponse
        {
            CellsPerResult = { 2, 1, 3 },
            PartialFlagPerResult = { false, false, true },
            ScannerId = 99,
            MoreResults = true,
            Ttl = 60_000,
            MoreResultsInRegion = true,
        },
        Cells(6));

    private static GoodFrame ScanInside(HBaseCompression compression) =>
        Create(AnswerKind.Scan, compression, new Messages.ScanResponse { Results = { Inside(), Inside() } }, []);

    private static GoodFrame Meta(HBaseCompression compression)
    {
        var info = new Messages.RegionInfo
        {
            RegionId = 1_700_000_000_000,
            TableName = new Messages.TableName { Namespace = ByteString.CopyFromUtf8("default"), Qualifier = ByteString.CopyFromUtf8("t") },
            StartKey = ByteString.CopyFromUtf8("a"),
            EndKey = ByteString.CopyFromUtf8("m"),
        };
        using var cells = new FrameBuffer();
        var row = "t,a,1700000000000.0123456789abcdef0123456789abcdef."u8;
        CellCodec.Write(cells, row, "info"u8, "regioninfo"u8, 1, CellType.Put, [.. "PBUF"u8, .. info.ToByteArray()]);
        CellCodec.Write(cells, row, "info"u8, "server"u8, 1, CellType.Put, "localhost:16020"u8);
        CellCodec.Write(cells, row, "table"u8, "state"u8, 1, CellType.Put, [8, 1]);
        return Create(AnswerKind.Meta, compression, new Messages.ScanResponse { CellsPerResult = { 3 } }, cells.Frame.ToArray());
    }

    private static GoodFrame Commit()
    {
        var region = new Messages.RegionSpecifier
        {
            Type = Messages.RegionSpecifier.Types.RegionSpecifierType.RegionName,
            Value = ByteString.CopyFromUtf8("t,,1."),
        };
        var value = new Messages.NameBytesPair { Name = "x", Value = new Messages.MutateRowsResponse { Processed = true }.ToByteString() };
        return Create(
            AnswerKind.Commit, HBaseCompression.None, new Messages.CoprocessorServiceResponse { Region = region, Value = value }, []);
    }

    private static GoodFrame Exception(string name, string text)
    {
        var header = new Messages.ResponseHeader
        {
            CallId = 7,
            Exception = new Messages.ExceptionResponse
            {
                ExceptionClassName = name,
                StackTrace = text,
                Hostname = "localhost",
                Port = 16020,
                DoNotRetry = true,
            },
        };
        return new GoodFrame(AnswerKind.Exception, HBaseCompression.None, header.ToByteArray(), [], []);
    }

    private static Messages.NameBytesPair Named(string name, string text) =>
        new() { Name = name, Value = ByteString.CopyFromUtf8(text) };

    private static Messages.Result Inside() => new()
    {
        Cell =
        {
            new Messages.Cell
            {
                Row = ByteString.CopyFromUtf8("r"),
                Family = ByteString.CopyFromUtf8("f"),
                Qualifier = ByteString.CopyFromUtf8("q"),
                Timestamp = 5,
                Value = ByteString.CopyFromUtf8("v"),
            },
        },
    };

    private static byte[] Cells(int count)
    {
        using var cells = new FrameBuffer();
        for (var i = 0; i < count; i++)
            CellCodec.Write(cells, [(byte)'r', (byte)i], "f"u8, "q"u8, 100 + i, CellType.Put, "some value, some value"u8);
        return cells.Frame.ToArray();
    }
}
