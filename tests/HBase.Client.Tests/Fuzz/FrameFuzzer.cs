using System.Diagnostics;
using HBase.Client.Connection;
using HBase.Client.Operations;
using HBase.Client.Protocol;
using HBase.Client.Routing;
using HBase.Client.Scanning;
using Messages = HBase.Client.Protocol.Messages;

namespace HBase.Client.Tests.Fuzz;

/// <summary>
/// Gives malformed answers to the decoders, the way a connection does. Each must decode or be a protocol error, and none may
/// take more memory than its size allows. A number of the run makes its frame again.
/// </summary>
internal sealed class FrameFuzzer(int seed)
{
    private const int MaxFrame = 1 << 20;

    // A frame is copied, decompressed to at most MaxFrame in arrays that double, and made into objects.
    private const long MaxAllocated = 16L * MaxFrame;

    private readonly RetryPolicy _policy = new(new HBaseClientOptions(), TimeProvider.System);
    private readonly TableRoute _table = new("t");
    private readonly Region _region = new(new byte[1], default, default, 1, new ServerAddress("localhost", 1));

    public long Decoded { get; private set; }

    public long Refused { get; private set; }

    public long LargestAllocation { get; private set; }

    public void Run(long count)
    {
        for (var i = 0L; i < count; i++) RunOne(i);
    }

    private void RunOne(long number)
    {
        var random = new Random(HashCode(number));
        var good = GoodFrames.All[random.Next(GoodFrames.All.Count)];
        var bytes = Spoil(good, random);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Decode(good, bytes);
            Decoded++;
        }
        catch (Exception e) when (e is HBaseProtocolException or EndOfStreamException)
        {
            Refused++;
        }
        catch (Exception e)
        {
            throw new UnreachableException(
                $"Frame {number} of seed {seed}, {good.Kind} {good.Compression}, {Convert.ToHexString(bytes)}: {e}", e);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        LargestAllocation = Math.Max(LargestAllocation, allocated);
        if (allocated > MaxAllocated)
            throw new UnreachableException($"Frame {number} of seed {seed} of {bytes.Length} bytes took {allocated} bytes.");
    }

    private int HashCode(long number) => unchecked((int)((number * 2654435761) ^ (seed * 40503L)));

    private static byte[] Spoil(GoodFrame good, Random random)
    {
        var mutator = new Mutator(random);
        switch (random.Next(4))
        {
            case 0: // anything, the frame's own length too
                return mutator.Spoil(GoodFrame.Join(good.Header, good.Message, good.Cells));
            case 1:
                return GoodFrame.Join(mutator.Spoil(good.Header), good.Message, good.Cells);
            case 2:
                return GoodFrame.Join(good.Header, mutator.Spoil(good.Message), good.Cells);
            default: // cells with the right length, so that they are looked at
                var cells = mutator.Spoil(good.Cells);
                return GoodFrame.Join(GoodFrame.HeaderFor(cells.Length), good.Message, cells);
        }
    }

    internal void Decode(GoodFrame good, byte[] bytes)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        var (array, length) = new FrameReader(stream, MaxFrame).Read();
        var frame = ResponseFrame.Parse(array.AsSpan(0, length));
        using var response = new RpcResponse(
            array, frame.MessageStart, frame.MessageLength, frame.CellStart, frame.CellLength)
        {
            Compression = good.Compression,
            MaxCellBlock = MaxFrame,
        };
        if (frame.Failure is null) Decode(good.Kind, response);
    }

    private void Decode(AnswerKind kind, RpcResponse response)
    {
        switch (kind)
        {
            case AnswerKind.Multi:
                new MultiCall(1).Complete(Gets(), response, Failures(GoodFrames.Gets));
                break;
            case AnswerKind.Commit:
                new MutateRowsCall().Complete([], response, Failures(0));
                break;
            case AnswerKind.Meta:
                foreach (var row in Rows(response))
                {
                    MetaRows.Parse(row);
                    MetaRows.IsDisabled(row);
                }

                break;
            default:
                var partial = new PartialRows();
                var complete = new List<Row>();
                foreach (var row in Rows(response)) partial.Add(row, isPartial: true, complete);
                partial.Flush(complete);
                break;
        }
    }

    private static List<Row> Rows(RpcResponse response) =>
        ScanResults.Read(response.Parse(Messages.ScanResponse.Parser), response.CellBlock);

    private List<Operation> Gets()
    {
        var gets = new List<Operation>();
        for (var i = 0; i < GoodFrames.Gets; i++)
            gets.Add(new GetOperation(_table, new Get(new byte[] { (byte)i }), _policy.Start()) { Region = _region });
        return gets;
    }

    private FailedOperations Failures(int count)
    {
        var lane = new Lane(
            _region.Server, null!, _policy, 1, new BatchQueue(1, 1), new MultiCall(1), _ => throw new UnreachableException());
        return new FailedOperations(_policy, lane, count);
    }
}
